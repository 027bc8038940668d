"""Keys of shops are encrypted where they are kept."""

import pytest
from django.db import connection as database

from stockbridge.engine.models import Connection
from stockbridge.engine.tests.rows import a_connection

pytestmark = pytest.mark.django_db
SECRET = "cs_0123456789abcdef0123456789abcdef01234567"


def test_a_key_stands_nowhere_in_the_database_as_it_is() -> None:
    row = a_connection(secrets={"consumer_secret": SECRET})

    with database.cursor() as cursor:
        cursor.execute("SELECT * FROM engine_connection")
        kept = " ".join(str(value) for line in cursor.fetchall() for value in line)

    assert row.uid in kept
    assert SECRET not in kept
    assert Connection.objects.get(pk=row.pk).secrets == {"consumer_secret": SECRET}
