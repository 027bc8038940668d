"""Statistics: whether SQLite is told how its tables have grown."""

import pytest
from django.db import connection

from stockbridge.engine import statistics
from stockbridge.engine.tests.rows import NOW, a_bridge, a_delivery
from stockbridge.engine.upkeep import duties

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_table_that_was_filled_gets_its_statistics() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its statistics by itself")
    bridge = a_bridge()
    for _ in range(30):
        a_delivery(bridge)

    assert statistics.refresh(NOW)

    with connection.cursor() as cursor:
        cursor.execute("SELECT tbl FROM sqlite_stat1")
        known = {row[0] for row in cursor.fetchall()}
    assert "engine_delivery" in known


def test_it_is_done_by_itself() -> None:
    assert statistics.refresh in [duty.act for duty in duties()]
