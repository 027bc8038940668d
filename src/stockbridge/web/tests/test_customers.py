"""Customers on the screen: who they are in the books, importing, linking."""

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.domain.tests.builders import a_books_customer, a_customer, a_guest
from stockbridge.engine.models import Binding, Connection, Cursor, Run, Snapshot
from stockbridge.engine.tests.rows import a_snapshot
from stockbridge.engine.tests.worlds import an_order
from stockbridge.web.tests.people import assert_access
from stockbridge.web.tests.trading import Trade, a_trade

pytestmark = pytest.mark.django_db(transaction=True)


def a_trade_with_people() -> Trade:
    """Return a shop with a customer whom the books may know."""
    trade = a_trade()
    trade.world.shop.add_customer(a_customer(external_id="7"))
    trade.world.ledger.add_customer(a_books_customer())
    trade.world.clock.advance(hours=2)
    trade.world.rest()
    return trade


def row_of(trade: Trade) -> int:
    """Return the id of the customer's row."""
    return Snapshot.objects.get(
        connection=trade.bridge.store, feed="customers", external_id="7"
    ).pk


def test_customers_are_seen_by_every_member() -> None:
    trade = a_trade_with_people()
    one = trade.url("customer_link", uid=trade.bridge.uid, customer="7")

    for url in (trade.url("customers"), one):
        assert_access(trade.people, url, Permission.VIEW)


def test_importing_and_linking_is_for_those_who_may_import_customers() -> None:
    trade = a_trade_with_people()
    parts = {"uid": trade.bridge.uid, "customer": "7"}

    for url, data in (
        (trade.url("customers_import"), {"selection": "all", "query": ""}),
        (trade.url("customer_link", **parts), {"books_id": "C1"}),
        (trade.url("customer_unlink", **parts), {}),
        (trade.url("customer_receipts", **parts), {}),
    ):
        assert_access(trade.people, url, Permission.IMPORT_CUSTOMERS, "post", data)


def test_importing_asks_what_makes_a_duplicate_and_shows_who_it_is() -> None:
    trade = a_trade_with_people()
    url = trade.url("customers_import")

    asked = trade.said(url, {"selection": row_of(trade)})
    trade.post(url, {"customer": "7", "asked": "yes", "match_by": ["email", "phone"]})
    trade.world.store_job()
    run = trade.newest_run()
    text = trade.text("run", run=run.pk)

    assert "is the same person if equal is" in asked
    assert run.kind == Run.Kind.IMPORT_CUSTOMERS
    assert run.parameters["match_by"] == ["email", "phone"]
    assert "one customer with the same e-mail address. It will be linked." in text


def test_everybody_is_imported_at_once() -> None:
    trade = a_trade_with_people()

    data = {"everybody": "yes", "asked": "yes", "match_by": "email"}
    trade.post(trade.url("customers_import"), data)

    assert trade.newest_run().parameters["all"] is True


def test_a_customer_is_linked_by_hand_and_unlinked() -> None:
    trade = a_trade_with_people()
    parts = {"uid": trade.bridge.uid, "customer": "7"}

    offered = trade.text("customer_link", **parts)
    said = trade.said(trade.url("customer_link", **parts), {"books_id": "C1"})
    linked = Binding.objects.filter(kind="customer", store_id="7").count()
    gone = trade.said(trade.url("customer_unlink", **parts))

    assert "Bill this customer" in offered
    assert "Linked: new orders are billed to that customer." in said
    assert linked == 1
    assert "No longer linked." in gone


def test_linking_to_nobody_is_refused_with_the_reason() -> None:
    trade = a_trade_with_people()

    url = trade.url("customer_link", uid=trade.bridge.uid, customer="7")
    said = trade.said(url, {"books_id": "C99"})

    assert "There is no such record" in said


def test_customers_are_filtered_by_whether_they_are_linked() -> None:
    trade = a_trade_with_people()

    alone = trade.text("customers", "?linked=no")
    linked = trade.text("customers", "?linked=yes")

    assert "ada" in alone.lower()
    assert "Nothing fits these filters" in linked


def test_an_order_says_by_what_its_customer_was_found() -> None:
    trade = a_trade(customer_matching="email_then_name_and_phone")
    trade.world.ledger.add_customer(a_books_customer(email="old@example.com"))
    trade.world.clock.advance(hours=2)
    trade.world.rest()

    trade.world.shop.place(an_order(customer=a_guest(email="new@example.com")))
    trade.world.rest()

    text = trade.get(trade.order_url()).content.decode()
    assert "Ada Byron" in text
    assert "Found by name and phone number together" in text


def test_the_options_say_which_keys_count() -> None:
    trade = a_trade_with_people()

    text = trade.text("bridge", uid=trade.bridge.uid)

    assert "the e-mail address, else name and phone number together" in text


def test_the_counters_receipts_are_asked_for_and_shown_where_books_tell_them() -> None:
    trade = a_trade_with_people()
    trade.post(
        trade.url("customer_link", uid=trade.bridge.uid, customer="7"),
        {"books_id": "C1"},
    )
    parts = {"uid": trade.bridge.uid, "customer": "7"}
    silent = trade.text("customer_link", **parts)
    Connection.objects.filter(pk=trade.bridge.books_id).update(
        connector="quickbooks_pos"
    )

    empty = trade.text("customer_link", **parts)
    said = trade.said(trade.url("customer_receipts", **parts))
    a_snapshot(
        trade.bridge.books,
        "receipts",
        "-9",
        key="1017",
        group_id="C1",
        status="return",
        at=trade.world.clock(),
        amount="7.00",
        currency="USD",
    )
    shown = trade.text("customer_link", **parts)

    assert "At the counter" not in silent
    assert "They are read only when you ask" in empty
    assert "Asked: they come with the next visit of QuickBooks." in said
    assert Cursor.objects.get(feed="receipts").value == "C1"
    assert "1017" in shown
    assert "Return" in shown
