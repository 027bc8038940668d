"""The queue on the screen: what waits, what was sent, trying again, cancelling."""

import csv
import io

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import Delivery
from stockbridge.engine.tests.rows import NOW, a_bridge, a_delivery
from stockbridge.engine.tests.worlds import an_order
from stockbridge.engine.tries import tries_of
from stockbridge.web.tests.people import assert_access
from stockbridge.web.tests.trading import Trade, a_trade

pytestmark = pytest.mark.django_db(transaction=True)


def a_waiting_order(trade: Trade) -> Delivery:
    """Return the sale of an order that the books could not be told of yet."""
    trade.world.shop.place(an_order())
    trade.world.clock.advance(minutes=6)
    trade.world.store_job()
    return trade.world.deliveries(kind="sale")[0]


def test_the_queue_is_seen_by_every_member() -> None:
    trade = a_trade()

    assert_access(trade.people, trade.url("queue"), Permission.VIEW)


@pytest.mark.parametrize("act", ["retry", "cancel", "clear"])
def test_acting_on_the_queue_is_for_those_who_may_import_orders(act: str) -> None:
    trade = a_trade()

    url = trade.url(f"queue_{act}")

    data = {"selection": "all", "query": ""}
    assert_access(trade.people, url, Permission.IMPORT_ORDERS, "post", data)


def test_pending_is_what_is_shown_first() -> None:
    trade = a_trade()
    a_delivery(trade.bridge, reference="DONE-1", state="posted")
    a_delivery(trade.bridge, reference="WAITS-1", state="ready")

    pending = trade.text("queue")
    previous = trade.text("queue", "?show=previous")
    everything = trade.text("queue", "?show=all")

    assert "WAITS-1" in pending
    assert "DONE-1" not in pending
    assert "WAITS-1" not in previous
    assert "DONE-1" in previous
    assert "WAITS-1" in everything
    assert "DONE-1" in everything


def test_states_are_said_in_the_users_words() -> None:
    trade = a_trade()
    for state in ("ready", "sent", "in_doubt", "held", "failed"):
        a_delivery(trade.bridge, state=state)

    text = trade.text("queue")

    assert "waiting to be sent" in text
    assert "checking whether the books received it" in text
    assert "needs you" in text
    for word in ("in doubt", "delivery", "deliveries", "idempotency"):
        assert word not in text


def test_what_waits_for_something_else_names_it() -> None:
    trade = a_trade()
    a_waiting_order(trade)

    assert "waits for" in trade.text("queue")


def test_a_cancelled_order_stays_out_until_it_is_imported_again() -> None:
    trade = a_trade()
    sale = a_waiting_order(trade)

    said = trade.said(trade.url("queue_cancel"), {"selection": sale.pk})
    trade.world.rest()

    assert "cancelled" in said
    assert trade.world.outcome("727") == "excluded"
    assert "Import again" in trade.get(trade.order_url()).content.decode()


def test_what_gave_up_is_tried_again() -> None:
    trade = a_trade()
    sale = a_delivery(trade.bridge, state="failed", not_before=NOW)

    said = trade.said(trade.url("queue_retry"), {"selection": sale.pk})

    assert "tried again" in said
    sale.refresh_from_db()
    assert sale.state == "ready"


def test_what_is_in_the_books_is_not_cancelled_and_the_page_says_why() -> None:
    trade = a_trade()
    done = a_delivery(trade.bridge, state="posted")

    said = trade.said(trade.url("queue_cancel"), {"selection": done.pk})

    assert "It is in the books" in said
    done.refresh_from_db()
    assert done.state == "posted"


def test_clearing_drops_all_that_waits() -> None:
    trade = a_trade()
    a_waiting_order(trade)

    trade.post(trade.url("queue_clear"))

    assert not trade.world.deliveries(state="ready")


def test_the_queue_of_others_is_not_touched() -> None:
    trade = a_trade()
    other = a_delivery(a_bridge())

    trade.post(trade.url("queue_cancel"), {"selection": other.pk})

    other.refresh_from_db()
    assert other.state == "ready"


def test_tries_count_each_time_that_a_document_was_sent() -> None:
    trade = a_trade()
    waiting = a_waiting_order(trade)
    before = tries_of([waiting.pk])

    trade.world.rest(rounds=1)
    url = trade.url("queue") + "?show=previous&export=csv"
    answer = trade.people.client().get(url)
    told = answer.getvalue().decode("utf-8-sig")

    assert before == {}
    waiting.refresh_from_db()
    assert waiting.state == "posted"
    rows = list(csv.DictReader(io.StringIO(told)))
    assert [row["Tries"] for row in rows if row["Kind"] == "Sale"] == ["1"]
