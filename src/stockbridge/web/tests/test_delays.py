"""How late one side may know what the other did, as a connection's page says it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from stockbridge.engine.models import Connection, Cursor, ExchangeLog
from stockbridge.engine.tests.rows import a_connection, a_delivery
from stockbridge.web.delays import delays_of
from stockbridge.web.tests.joined import a_joined_store, a_store
from stockbridge.web.tests.people import make_people

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def answers(row: Connection, *took_ms: int, status: int | None = 200) -> None:
    for number, elapsed_ms in enumerate(took_ms):
        ExchangeLog.objects.create(
            connection=row,
            at=NOW - timedelta(seconds=number),
            method="GET",
            address="https://shop.example.com/",
            status=status,
            elapsed_ms=elapsed_ms,
        )


def test_each_leg_says_how_often_how_far_and_how_much() -> None:
    bridge = a_joined_store(make_people())
    bridge.options = {"orders_interval_min": 7}
    bridge.save()
    Cursor.objects.create(
        connection=bridge.store, feed="orders", records_read=12, caught_up_at=NOW
    )
    Cursor.objects.create(connection=bridge.store, feed="items")

    found = delays_of(bridge.store)

    assert found is not None
    legs = [(str(one.name), one.every_min, one.records) for one in found.legs]
    assert legs == [("Items", 5, 0), ("Orders", 7, 12)]


def test_half_of_the_answers_are_quicker_and_lost_ones_do_not_count() -> None:
    store = a_store(make_people())
    answers(store, 10, 30, 500)
    answers(store, 90_000, status=None)

    found = delays_of(store)

    assert found is not None
    assert (found.answers, found.answer_ms) == (3, 30)


def test_books_say_how_many_documents_are_on_their_way() -> None:
    bridge = a_joined_store(make_people())
    a_delivery(bridge)
    a_delivery(bridge, state="posted")

    found = delays_of(bridge.books)

    assert found is not None
    assert found.waiting == 1


def test_books_that_call_us_have_a_page_of_their_own_for_that() -> None:
    row = a_connection(kind="books", connector="quickbooks_pos", settings={})

    assert delays_of(row) is None
