"""Orders on the screen: in the store, in the books, and what happened to one."""

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.domain.tests.builders import a_refund
from stockbridge.engine.models import ExchangeLog, Run
from stockbridge.engine.tests.rows import a_bridge
from stockbridge.engine.tests.worlds import an_order
from stockbridge.web.tests.people import assert_access, make_people
from stockbridge.web.tests.trading import a_held_order, a_trade

pytestmark = pytest.mark.django_db(transaction=True)


def test_orders_are_seen_by_every_member() -> None:
    trade = a_trade()
    a_held_order(trade)

    for url in (
        trade.url("store_orders"),
        trade.url("imported_orders"),
        trade.order_url(),
    ):
        assert_access(trade.people, url, Permission.VIEW)


def test_importing_is_for_those_who_may_import_orders() -> None:
    trade = a_trade()
    a_held_order(trade)
    act = trade.url("order_act", uid=trade.bridge.uid, act="elsewhere")

    for url, data in (
        (trade.url("orders_import"), {"selection": "all", "query": ""}),
        (act, {"order": "727"}),
    ):
        assert_access(trade.people, url, Permission.IMPORT_ORDERS, "post", data)


def test_where_nothing_is_joined_the_next_step_is_named() -> None:
    people = make_people()

    text = people.client().get(people.url("store_orders")).content.decode()

    assert "No store is joined with books yet" in text
    assert people.url("connections") in text


def test_each_order_says_what_became_of_it_and_why() -> None:
    trade = a_trade()
    trade.world.shop.place(an_order(external_id="1", number="A-1"))
    trade.world.rest()
    a_held_order(trade)

    text = trade.text("store_orders")

    assert "imported" in text
    assert "needs you" in text
    assert "Not found in the books: CUP (Cup)." in text


def test_orders_are_filtered_by_what_became_of_them_date_and_status() -> None:
    trade = a_trade()
    trade.world.shop.place(an_order(external_id="1", number="A-1"))
    trade.world.rest()
    a_held_order(trade)

    held = trade.text("store_orders", "?became=held")
    elsewhere = trade.text("store_orders", "?placed_from=2030-01-01")
    status = trade.text("store_orders", "?status=processing&q=A-1")

    booked, waiting = trade.order_url("1"), trade.order_url("727")
    assert waiting in held
    assert booked not in held
    assert "Nothing fits these filters" in elsewhere
    assert booked in status
    assert waiting not in status


def test_an_imported_order_is_linked_both_ways() -> None:
    trade = a_trade()
    trade.world.shop.place(an_order())
    trade.world.rest()

    text = trade.text("imported_orders")

    assert trade.order_url() in text
    number = trade.world.deliveries(kind="sale")[0].books_number
    assert number
    assert number in text


def test_the_selected_orders_are_previewed_not_imported() -> None:
    trade = a_trade(orders_enabled=False)
    trade.world.shop.place(an_order())
    trade.world.rest()
    row = trade.world.snapshot("727")

    answer = trade.post(trade.url("orders_import"), {"selection": row.pk})

    run = trade.newest_run()
    assert answer["Location"] == trade.url("run", run=run.pk)
    assert run.parameters["orders"] == ["727"]
    assert run.started_by == trade.people.owner
    assert trade.world.deliveries() == []


def test_all_that_fits_dates_and_status_is_imported_by_them_not_by_a_list() -> None:
    trade = a_trade(orders_enabled=False)

    query = "status=processing&placed_from=2026-01-01&sort=-placed"
    trade.post(trade.url("orders_import"), {"selection": "all", "query": query})

    chosen = trade.newest_run().parameters
    assert chosen["status"] == "processing"
    assert chosen["first"] == "2026-01-01"
    assert chosen["orders"] == []


def test_all_that_a_search_finds_is_imported_by_its_ids() -> None:
    trade = a_trade(orders_enabled=False)
    trade.world.shop.place(an_order())
    trade.world.shop.place(an_order(external_id="1", number="A-1"))
    trade.world.rest()

    trade.post(trade.url("orders_import"), {"selection": "all", "query": "q=A-1"})

    assert trade.newest_run().parameters["orders"] == ["1"]


def test_where_importing_is_switched_off_the_person_reads_how_to_switch_it_on() -> None:
    trade = a_trade(allow_orders=False)
    trade.world.shop.place(an_order())
    trade.world.rest()
    row = trade.world.snapshot("727")

    text = trade.said(trade.url("orders_import"), {"selection": row.pk})

    assert "Importing orders is switched off" in text
    assert not Run.objects.exclude(kind=Run.Kind.AUTOMATIC).exists()


def test_an_orders_page_tells_the_whole_story() -> None:
    trade = a_trade()
    trade.world.shop.place(an_order())
    trade.world.rest()
    trade.world.shop.refund("727", a_refund())
    trade.world.rest()

    text = trade.get(trade.order_url()).content.decode()

    assert "Placed in the store: 16.50 USD" in text
    assert "In the books: Sale" in text
    assert "Refunded in the store: 5.50 USD" in text
    assert "Payment received" in text
    assert "Its history" in text


def test_a_held_order_shows_its_remedy_and_lets_one_link_the_sku_right_there() -> None:
    trade = a_trade()
    a_held_order(trade)

    text = trade.get(trade.order_url()).content.decode()

    assert "Give the items the same SKU on both sides" in text
    assert "CUP" in text
    assert "Mark as booked elsewhere" in text


def test_an_order_marked_as_booked_elsewhere_can_be_imported_again() -> None:
    trade = a_trade()
    a_held_order(trade)
    elsewhere = trade.url("order_act", uid=trade.bridge.uid, act="elsewhere")
    again = trade.url("order_act", uid=trade.bridge.uid, act="again")

    first = trade.said(elsewhere, {"order": "727"})
    marked = trade.world.outcome("727")
    trade.said(again, {"order": "727"})

    assert "Marked as booked elsewhere" in first
    assert "Import again" in first
    assert marked == "booked_elsewhere"
    assert trade.world.outcome("727") == "waiting"


def test_undoing_an_order_begins_with_a_preview() -> None:
    trade = a_trade()
    trade.world.shop.place(an_order())
    trade.world.rest()
    undo = trade.url("order_act", uid=trade.bridge.uid, act="undo")

    trade.post(undo, {"order": "727"})
    run = trade.newest_run()
    trade.world.store_job()

    assert run.kind == Run.Kind.UNDO
    text = trade.text("run", run=run.pk)
    assert "Approve all" in text
    assert trade.world.outcome("727") == "posted"


def test_requests_and_answers_are_for_those_who_may_see_logs() -> None:
    trade = a_trade()
    trade.world.shop.place(an_order())
    trade.world.rest()
    ExchangeLog.objects.create(
        connection=trade.bridge.store,
        at=trade.world.clock(),
        method="GET",
        address="https://shop.example.com/wp-json/wc/v3/orders/727",
        status=200,
        answer="the very answer",
    )
    trade.people.allow(Permission.VIEW)

    mine = trade.get(trade.order_url()).content.decode()
    bobs = trade.get(trade.order_url(), trade.people.member).content.decode()

    assert "the very answer" in mine
    assert "Requests and answers" not in bobs
    assert "the very answer" not in bobs


def test_an_order_of_another_company_does_not_exist_here() -> None:
    trade = a_trade()
    a_held_order(trade)
    other = a_bridge()

    answer = trade.get(trade.url("order", uid=other.uid, order="727"))

    assert answer.status_code == 404
