"""Importing orders by hand: previewed, approved in part, within limits, stoppable."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.commerce import Order, OrderStatus
from stockbridge.domain.errors import (
    ActionNeededError,
    ConflictError,
    InvalidInputError,
)
from stockbridge.domain.tests.builders import NOW, a_line, a_refund, a_store_item
from stockbridge.engine.actions.issues import allow_limit
from stockbridge.engine.actions.runs import (
    RunRequest,
    answer_run,
    approve_run,
    required_by,
    start_run,
    stop_run,
)
from stockbridge.engine.models import Run
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)
_CUP = {"external_id": "777", "product_id": "777", "name": "Cup", "sku": "CUP"}
ORDERS = Run.Kind.IMPORT_ORDERS


def test_a_preview_shows_what_would_be_booked_and_books_nothing() -> None:
    world = _by_hand(an_order())

    run = world.start(ORDERS, orders=["727"])

    row = world.rows(run)["727"]
    assert run.state == "preview"
    assert row.action == "create"
    assert row.details["total"] == "16.50 USD"
    assert [one["kind"] for one in row.details["documents"]] == ["sale", "payment"]
    assert run.summary["money"] == [
        {"account": "payments", "currency": "USD", "amount": "16.50"},
        {"account": "sales", "currency": "USD", "amount": "10.00"},
        {"account": "shipping", "currency": "USD", "amount": "5.00"},
        {"account": "tax", "currency": "USD", "amount": "1.50"},
    ]
    assert run.summary["stock"] == {"MUG": "-2"}
    assert world.deliveries() == []
    assert world.disposition("727").code == "by_hand"


def test_an_approved_order_is_booked_with_the_customer_it_requires() -> None:
    world = _by_hand(an_order())
    run = world.start(ORDERS, orders=["727"])
    required = required_by(run, [world.rows(run)["727"].pk])

    run = world.approve(run, world.rows(run)["727"].pk)

    assert [row.subject_kind for row in required] == ["customer"]
    assert run.state == "done"
    assert world.ledger.sale_totals() == ["16.50 USD"]
    assert run.summary["created"] == 2
    assert (run.done, run.total) == (2, 2)
    assert world.outcome("727") == "posted"


def test_an_order_whose_customer_is_refused_ends_the_run_and_says_so() -> None:
    world = _by_hand(an_order(), an_order(external_id="728", number="1043"))
    no = ActionNeededError("The account for customers is not set.", remedy="Set it.")
    world.ledger.refused[DocumentKind.CUSTOMER] = no
    run = world.start(ORDERS, orders=["727"])

    run = world.approve(run)

    order, customer = (row for row in run.rows.order_by("pk"))
    assert (run.state, run.summary["failed"]) == ("done", 2)
    assert (order.outcome, customer.outcome) == ("failed", "failed")
    assert "The account for customers is not set." in order.message
    assert "The account for customers is not set." in customer.message


def test_a_customer_whose_order_changed_meanwhile_is_not_waited_for() -> None:
    world = _by_hand(an_order())
    run = world.start(ORDERS, orders=["727"])
    world.shop.place(an_order(lines=(a_line(total="12.00"),)))
    world.clock.advance(minutes=6)

    run = world.approve(run)

    order, customer = (row for row in run.rows.order_by("pk"))
    assert (run.state, order.outcome) == ("preview", "")
    assert customer.outcome in ("", "skipped")


def test_only_what_was_approved_is_booked() -> None:
    world = _by_hand(an_order(), an_order(external_id="728", number="1043"))
    run = world.start(ORDERS, all=True)

    run = world.approve(run, world.rows(run)["728"].pk)

    assert run.state == "done"
    assert world.outcome("728") == "posted"
    assert world.outcome("727") == "waiting"
    assert len(world.ledger.sale_totals()) == 1


def test_an_order_that_changed_since_the_preview_goes_back_to_it() -> None:
    world = _by_hand(an_order())
    run = world.start(ORDERS, orders=["727"])
    world.shop.place(an_order(lines=(a_line(quantity="3", total="15.00"),)))

    run = world.approve(run)

    row = world.rows(run)["727"]
    assert run.state == "preview"
    assert "Changed since the preview" in row.message
    assert not row.is_approved
    assert world.ledger.sale_totals() == []
    run = world.approve(run)
    assert run.state == "done"
    assert world.ledger.sale_totals() == ["16.50 USD"]


def test_orders_are_chosen_by_date_in_the_company_s_zone_and_by_status() -> None:
    early = replace(an_order(), placed_at=NOW - timedelta(days=9), external_id="1")
    paid = an_order(external_id="2", number="1043")
    waits = an_order(
        external_id="3", number="1044", store_status="on-hold", paid_at=None
    )
    world = _by_hand(early, paid, waits)

    dated = world.start(ORDERS, first="2026-03-09", last="2026-03-10")
    by_status = world.start(ORDERS, status="on-hold")

    assert set(world.rows(dated)) == {"2", "3"}
    assert set(world.rows(by_status)) == {"3"}


def test_rows_that_cannot_be_imported_say_why() -> None:
    stranger = a_line(item_id="777", sku="CUP", name="Cup")
    draft = an_order(external_id="2", number="D", status=OrderStatus.DRAFT)
    world = _by_hand(an_order(lines=(stranger,)), draft)

    run = world.start(ORDERS, all=True)

    rows = world.rows(run)
    assert rows["727"].action == "hold"
    assert rows["727"].details["missing"][0]["sku"] == "CUP"
    assert rows["2"].action == "skip"
    assert rows["2"].reason == "An abandoned checkout is no order."


def test_an_order_that_is_in_the_books_is_skipped() -> None:
    world = _by_hand(an_order())
    world.approve(world.start(ORDERS, orders=["727"]))

    again = world.start(ORDERS, orders=["727"])

    assert world.rows(again)["727"].action == "skip"
    assert world.rows(again)["727"].reason == "It is in the books already."


def test_old_shipped_orders_ask_whether_they_move_stock() -> None:
    world = _by_hand(_shipped_long_ago())

    run = world.start(ORDERS, orders=["727"])

    row = world.rows(run)["727"]
    assert (row.action, row.details["code"]) == ("hold", "ask_moves_stock")
    with pytest.raises(InvalidInputError):
        approve_run(run, world.act)


def test_history_booked_without_stock_leaves_every_shelf_alone() -> None:
    world = _by_hand(_shipped_long_ago())
    shown = world.shown("93")
    run = world.start(ORDERS, orders=["727"])

    answer_run(run, {"moves_stock": "no"}, world.act)
    world.store_job()
    run.refresh_from_db()
    world.approve(run)
    world.rest()

    assert world.ledger.sale_totals() == ["16.50 USD"]
    assert world.ledger.on_hand["I1"] == 20
    assert world.target("93").desired == 20
    assert world.shown("93") == max(shown, 20)


def test_history_booked_with_stock_takes_it_off_the_shelf_once() -> None:
    world = _by_hand(_shipped_long_ago())

    run = world.start(ORDERS, orders=["727"], moves_stock="yes")
    world.approve(run)
    world.rest()

    assert world.ledger.on_hand["I1"] == 18
    assert world.target("93").desired == 18


def test_a_later_refund_of_history_without_stock_puts_nothing_back() -> None:
    world = _by_hand(_shipped_long_ago())
    world.approve(world.start(ORDERS, orders=["727"], moves_stock="no"))

    world.shop.refund("727", a_refund(restocked_units=()))
    world.rest()

    assert len(world.ledger.live(DocumentKind.REFUND)) == 1
    assert world.ledger.on_hand["I1"] == 20


def test_an_order_that_the_first_quantity_left_out_is_not_taken_twice() -> None:
    world = _by_hand()
    world.shop.add_item(a_store_item(**_CUP, stock_quantity=Decimal(7)))
    world.shop.place(an_order(lines=(a_line(item_id="777", sku="CUP", name="Cup"),)))
    world.rest(rounds=2)
    world.approve(world.start(Run.Kind.IMPORT_ITEMS, items=["777"]))

    asked = world.rows(world.start(ORDERS, orders=["727"]))["727"]
    world.approve(world.start(ORDERS, orders=["727"], moves_stock="no"))
    world.rest()

    assert (asked.action, asked.details["code"]) == ("hold", "ask_moves_stock")
    assert "took over from the store" in asked.reason
    assert world.outcome("727") == "posted"
    assert world.shown("777") == 5


def test_a_preview_expires_after_a_day() -> None:
    world = _by_hand(an_order())
    run = world.start(ORDERS, orders=["727"])
    world.clock.advance(hours=25)

    with pytest.raises(ConflictError, match="older than a day"):
        approve_run(run, world.act)

    run.refresh_from_db()
    assert run.state == "expired"


def test_a_run_beyond_a_limit_stops_and_asks_before_anything_is_booked() -> None:
    orders = [an_order(external_id=f"9{n}", number=f"N{n}") for n in range(4)]
    world = _by_hand(*orders, posted_max=5)

    run = world.approve(world.start(ORDERS, all=True))

    assert run.state == "halted"
    assert world.ledger.sale_totals() == []
    assert len(world.issue("limit_posted").details["rows"]) == 4


def test_allowing_covers_the_listed_rows_only() -> None:
    orders = [an_order(external_id=f"9{n}", number=f"N{n}") for n in range(4)]
    world = _by_hand(*orders, posted_max=5)
    run = world.approve(world.start(ORDERS, all=True))
    rows = world.rows(run)

    allow_limit(world.issue("limit_posted"), world.act, [str(rows["90"].pk)])
    world.rest()

    run.refresh_from_db()
    assert run.state == "done"
    assert len(world.ledger.sale_totals()) == 1
    assert run.summary["skipped"] == 3
    assert world.issue_codes() == []


def test_automatic_booking_beyond_a_limit_is_held_and_released_by_a_person() -> None:
    world = a_world(posted_max=3)
    world.shop.place(an_order())
    world.rest()
    world.shop.place(an_order(external_id="728", number="1043"))

    world.rest()

    assert len(world.ledger.sale_totals()) == 1
    assert world.outcome("728") == "held"
    issue = world.issue("limit_posted")
    allow_limit(issue, world.act)
    world.rest()
    assert world.outcome("728") == "posted"
    assert world.issue_codes() == []


def test_a_limit_counts_the_last_24_hours_and_no_more() -> None:
    world = a_world(posted_max=3)
    world.shop.place(an_order())
    world.rest()

    world.clock.advance(hours=25)
    world.shop.place(an_order(external_id="728", number="1043"))
    world.rest()

    assert world.outcome("728") == "posted"


def test_a_stopped_run_drops_what_has_not_left() -> None:
    world = _by_hand(an_order(), an_order(external_id="728", number="1043"))
    world.ledger.cut_line = 99
    run = world.start(ORDERS, all=True)
    approve_run(run, world.act)
    world.store_job()

    stop_run(run, world.act)
    world.ledger.cut_line = 0
    world.rest(rounds=8)

    run.refresh_from_db()
    assert run.state == "stopped"
    assert world.ledger.sale_totals() == []
    assert world.disposition("727").code == "cancelled_by_hand"


def test_a_stopped_preview_ends_at_once() -> None:
    world = _by_hand(an_order())
    run = world.start(ORDERS, orders=["727"])

    stop_run(run, world.act)

    assert run.state == "stopped"


def test_a_long_run_goes_on_where_the_last_job_stopped() -> None:
    orders = [an_order(external_id=f"9{n:03d}", number=f"N{n}") for n in range(120)]
    world = _by_hand(*orders, created_max=1000, posted_max=1000)
    request = RunRequest(ORDERS, {"all": True}, at_once=True)
    run = start_run(world.bridge, request, world.act)
    seen = set()

    for _ in range(30):
        world.steps_max = 3  # looks at the clock before a job is over
        world.store_job()
        run.refresh_from_db()
        seen.add((run.state, run.done))
    world.steps_max = None
    world.rest()

    run.refresh_from_db()
    assert run.state == "done"
    assert len(world.ledger.sale_totals()) == 120
    assert {("previewing", 50), ("previewing", 100)} <= seen


def test_importing_is_refused_where_the_bridge_does_not_allow_it() -> None:
    world = _by_hand(an_order(), allow_orders=False)

    with pytest.raises(ActionNeededError, match="switched off"):
        world.start(ORDERS, orders=["727"])


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({}, ""), ({"first": "yesterday"}, "first"), ({"orders": 5}, "orders")],
)
def test_a_wrong_choice_names_its_field(
    parameters: dict[str, object], field: str
) -> None:
    world = _by_hand()

    with pytest.raises(InvalidInputError) as caught:
        world.start(ORDERS, **parameters)

    assert caught.value.field == field


def _by_hand(*orders: Order, **options: object) -> World:
    """Return a world that imports nothing by itself, with these orders read."""
    world = a_world(orders_enabled=False, **options)
    for order in orders:
        world.shop.place(order)
    world.rest(rounds=2)
    return world


def _shipped_long_ago() -> Order:
    shipped = NOW - timedelta(days=30)
    return an_order(
        status=OrderStatus.COMPLETED,
        store_status="completed",
        placed_at=shipped,
        paid_at=shipped,
        completed_at=shipped,
    )
