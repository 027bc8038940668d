"""Books that call us, as the statement sees them between two visits."""

from datetime import date

import pytest

from stockbridge.engine.desk.as_read import BooksAsRead
from stockbridge.engine.desk.tests.caller import a_caller
from stockbridge.engine.desk.tests.till import CAPABILITIES, Till
from stockbridge.engine.models import Connection
from stockbridge.engine.tests.worlds import a_world, an_order
from stockbridge.ports import StoredDocument

pytestmark = pytest.mark.django_db(transaction=True)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


def test_a_sale_that_was_taken_back_counts_no_more_and_its_neighbour_does() -> None:
    world = a_world()
    caller = a_caller(world.books_connection, Till())
    world.shop.place(an_order())
    world.shop.place(an_order(external_id="728", number="1043"))
    world.clock.advance(minutes=6)
    world.store_job()
    caller.rest()
    assert {row.reference: row.is_live for row in documents(caller.connection)} == {
        "1042": True,
        "1043": True,
    }

    world.shop.cancel("727")
    world.clock.advance(minutes=6)
    world.store_job()
    caller.rest()

    assert {row.reference: row.is_live for row in documents(caller.connection)} == {
        "1042": False,
        "1043": True,
    }


def documents(connection: Connection) -> tuple[StoredDocument, ...]:
    """Return what the statement is told of the year."""
    books = BooksAsRead(connection, CAPABILITIES)
    return books.documents(FIRST, LAST, cursor="", limit=10).records
