"""What goes straight to the driver does what Django would do."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from stockbridge.companies.driver import Sql

pytestmark = pytest.mark.django_db


def sql(text: str) -> Sql:
    return Sql.of(text, connection.vendor)


def test_values_go_where_the_signs_are_and_a_doubled_sign_is_one() -> None:
    found = sql("SELECT CAST(%s AS TEXT), 'ten %%'").rows(["100 %s"], connection)

    assert [tuple(row) for row in found] == [("100 %s", "ten %")]


def test_rows_that_were_written_are_counted() -> None:
    insert = sql("INSERT INTO counted (id) VALUES (%s)")
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE counted (id INTEGER PRIMARY KEY)")

    assert insert.count([1], connection) == 1
    assert insert.count_all([[2], [3]], connection) == 2
    assert sql("DELETE FROM counted").count([], connection) == 3


def test_what_the_database_refuses_is_djangos_error() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE once (id INTEGER PRIMARY KEY)")
    insert = sql("INSERT INTO once (id) VALUES (%s)")
    insert.count([1], connection)

    with pytest.raises(IntegrityError), transaction.atomic():
        insert.count([1], connection)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert.count_all([[2], [1]], connection)
    with (
        pytest.raises(DatabaseError, match="nowhere"),
        transaction.atomic(),
    ):
        sql("SELECT * FROM nowhere").rows([], connection)


def test_a_broken_transaction_takes_no_more_statements() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            sql("SELECT 1").rows([], connection)


def test_who_listens_to_statements_hears_these_too() -> None:
    with CaptureQueriesContext(connection) as heard:
        sql("SELECT %s").rows([5], connection)

    assert len(heard) == 1
