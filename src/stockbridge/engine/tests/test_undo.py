"""Undo: everything of an order is taken back, once; or refused, with the reason."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.errors import ConflictError
from stockbridge.domain.tests.builders import (
    a_customer,
    a_line,
    a_refund,
    a_store_item,
)
from stockbridge.engine.actions.orders import import_again
from stockbridge.engine.actions.runs import undo_orders, undo_run
from stockbridge.engine.models import Binding, Delivery, Run
from stockbridge.engine.statement import Span, statement_of
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS, CUSTOMERS = Run.Kind.IMPORT_ORDERS, Run.Kind.IMPORT_CUSTOMERS


def test_an_undone_order_leaves_nothing_in_the_books_and_stays_away() -> None:
    world = _booked()

    run = _undo(world, "727")
    world.shop.change("727", note="changed in the store")
    world.rest()

    assert run.state == "done"
    assert world.ledger.sale_totals() == []
    assert world.ledger.live(DocumentKind.PAYMENT) == []
    assert world.ledger.committed("I1") == 0
    assert world.outcome("727") == "undone"
    assert world.shown("93") == 18  # the shop still owes two mugs
    assert world.ledger.on_hand["I1"] == 20


def test_documents_are_taken_back_the_last_first() -> None:
    world = _booked()
    world.shop.ship("727")
    world.rest()
    world.shop.refund("727", a_refund(restocked_units=(("11", Decimal(1)),)))
    world.rest()

    _undo(world, "727")

    reversed_kinds = [
        row.document["target_kind"]
        for row in Delivery.objects.filter(kind="reversal").order_by("posted_at", "id")
        if row.document
    ]
    assert reversed_kinds == ["refund", "fulfillment", "payment", "sale"]
    assert world.ledger.on_hand["I1"] == 20
    assert world.ledger.committed("I1") == 0


def test_importing_again_after_an_undo_is_the_next_generation() -> None:
    world = _booked()
    _undo(world, "727")

    import_again(world.bridge, ["727"], world.act)
    world.rest()

    assert world.outcome("727") == "posted"
    assert world.ledger.sale_totals() == ["16.50 USD"]
    assert [row.generation for row in world.deliveries(kind="sale")] == [1, 2]
    assert world.shown("93") == 18
    span = Span(date(2026, 3, 1), date(2026, 3, 31))
    found = statement_of(world.bridge, span, now=world.clock(), find=world.find)
    assert found.is_even


def test_a_second_undo_takes_the_second_generation_back() -> None:
    world = _booked()
    _undo(world, "727")
    import_again(world.bridge, ["727"], world.act)
    world.rest()

    _undo(world, "727")

    assert world.ledger.sale_totals() == []
    assert world.outcome("727") == "undone"


def test_undoing_a_run_takes_back_its_orders_and_removes_who_it_created() -> None:
    world = a_world(orders_enabled=False)
    world.shop.place(an_order())
    world.rest(rounds=2)
    done = world.approve(world.start(ORDERS, orders=["727"]))

    run = undo_run(done, world.act)
    world.store_job()
    run.refresh_from_db()
    world.approve(run)
    world.rest()

    done.refresh_from_db()
    run.refresh_from_db()
    assert (done.state, run.state) == ("undone", "done")
    assert world.ledger.sale_totals() == []
    assert world.ledger.customers == {}
    assert not Binding.objects.filter(kind="customer").exists()


def test_a_removed_customer_is_created_anew_when_an_order_needs_it() -> None:
    world = a_world()
    world.shop.add_customer(a_customer())
    world.clock.advance(hours=2)
    world.rest(rounds=2)
    done = world.approve(world.start(CUSTOMERS, all=True))
    run = undo_run(done, world.act)
    world.store_job()
    run.refresh_from_db()
    world.approve(run)
    world.rest()
    assert world.ledger.customers == {}

    world.shop.place(an_order())
    world.rest()

    assert world.outcome("727") == "posted"
    assert len(world.ledger.customers) == 1
    assert [row.key[-2:] for row in world.deliveries(kind="customer")] == ["/1", "/2"]


def test_an_item_that_goes_writes_its_bridges_before_all_else_as_planning_does() -> (
    None
):
    world = a_world()
    cup = a_store_item(external_id="777", product_id="777", name="Cup", sku="CUP")
    world.shop.add_item(cup)
    world.rest(rounds=2)
    done = world.approve(world.start(Run.Kind.IMPORT_ITEMS, items=["777"]))
    assert Binding.objects.filter(store_id="777").exists()
    looks = world.bridge.items_changed

    run = undo_run(done, world.act)
    world.store_job()
    run.refresh_from_db()
    with CaptureQueriesContext(connection) as asked:
        world.approve(run)

    assert not Binding.objects.filter(store_id="777").exists()
    world.bridge.refresh_from_db()
    assert world.bridge.items_changed > looks
    bridges = [n for n, one in enumerate(asked) if '"items_changed" + 1' in one["sql"]]
    begins = [n for n, one in enumerate(asked) if one["sql"].startswith("BEGIN")]
    assert any(n - 1 in begins for n in bridges)


def test_a_customer_that_another_order_uses_stays() -> None:
    world = a_world(orders_enabled=False)
    world.shop.place(an_order())
    world.shop.place(an_order(external_id="728", number="1043"))
    world.rest(rounds=2)
    first = world.approve(world.start(ORDERS, orders=["727"]))
    world.approve(world.start(ORDERS, orders=["728"]))

    run = undo_run(first, world.act)
    world.store_job()
    run.refresh_from_db()
    world.approve(run)
    world.rest()

    customer = next(iter(world.rows(run, "customer").values()))
    assert customer.outcome == "skipped"
    assert "depends on" in customer.message
    assert world.outcome("728") == "posted"
    assert len(world.ledger.customers) == 1


def test_a_payment_in_the_bank_refuses_the_undo_and_nothing_changes() -> None:
    world = _booked()
    payment = world.ledger.live(DocumentKind.PAYMENT)[0]
    world.ledger.deposited.add(payment.books_id)

    run = _undo(world, "727")

    row = world.rows(run)["727"]
    assert row.outcome == "refused"
    assert "bank deposit" in row.message
    assert world.outcome("727") == "posted"
    assert world.ledger.sale_totals() == ["16.50 USD"]
    assert world.issue_codes() == []


def test_an_undo_that_the_books_refuse_half_way_asks_a_person() -> None:
    world = _booked()
    world.shop.ship("727")
    world.rest()
    payment = world.ledger.live(DocumentKind.PAYMENT)[0]
    world.ledger.deposited.add(payment.books_id)

    _undo(world, "727")

    assert world.outcome("727") == "held"
    assert world.issue_codes() == ["undo_refused"]
    import_again(world.bridge, ["727"], world.act)
    world.rest()
    assert world.outcome("727") == "posted"
    assert world.ledger.on_hand["I1"] == 18
    assert world.issue_codes() == []


def test_a_closed_period_refuses_the_undo() -> None:
    world = _booked()
    world.company.closed_until = date(2026, 3, 31)
    world.company.save()

    run = undo_orders(world.bridge, ["727"], world.act)
    world.store_job()

    row = world.rows(run)["727"]
    assert row.action == "skip"
    assert "closed period" in row.reason


def test_a_run_whose_order_was_refunded_later_is_not_undone_behind_its_back() -> None:
    world = a_world(orders_enabled=False)
    world.shop.place(an_order())
    world.rest(rounds=2)
    done = world.approve(world.start(ORDERS, orders=["727"]))
    world.shop.refund("727", a_refund(restocked_units=()))
    world.rest()

    run = undo_run(done, world.act)
    world.store_job()

    row = world.rows(run)["727"]
    assert row.action == "skip"
    assert "A refund of 5.50 USD was booked later" in row.reason


def test_what_has_not_left_is_dropped_with_the_undo() -> None:
    world = a_world()
    world.ledger.busy.add(DocumentKind.PAYMENT)
    world.shop.place(an_order())
    world.rest(rounds=2)
    assert "payment ready" in world.states()

    _undo(world, "727")
    world.ledger.busy.clear()
    world.rest()

    assert world.ledger.sale_totals() == []
    assert world.ledger.live(DocumentKind.PAYMENT) == []
    assert world.outcome("727") == "undone"


def test_a_lost_answer_while_undoing_takes_back_once() -> None:
    world = _booked()
    run = undo_orders(world.bridge, ["727"], world.act)
    world.store_job()
    world.ledger.lose_answers = 1
    run.refresh_from_db()

    world.approve(run)
    world.rest()

    assert world.ledger.sale_totals() == []
    assert world.outcome("727") == "undone"


def test_an_order_with_a_changed_plan_of_undo_is_looked_at_again() -> None:
    world = _booked()
    run = undo_orders(world.bridge, ["727"], world.act)
    world.store_job()
    run.refresh_from_db()
    world.shop.ship("727")
    world.rest()

    run = world.approve(run)

    assert run.state == "preview"
    assert world.outcome("727") == "posted"


def test_an_export_cannot_be_undone() -> None:
    world = a_world(stock_enabled=False)
    run = world.start(Run.Kind.PUSH_STOCK, all=True)

    with pytest.raises(ConflictError):
        undo_run(run, world.act)


def test_a_changed_order_is_undone_with_its_amendment() -> None:
    world = _booked()
    world.shop.place(an_order(lines=(a_line(quantity="3", total="15.00"),)))
    world.rest()
    assert world.ledger.committed("I1") == 3

    _undo(world, "727")

    assert world.ledger.committed("I1") == 0
    assert world.outcome("727") == "undone"
    import_again(world.bridge, ["727"], world.act)
    world.rest()
    assert world.outcome("727") == "posted"
    assert world.ledger.committed("I1") == 3


def _booked() -> World:
    world = a_world()
    world.shop.place(an_order())
    world.rest()
    assert world.outcome("727") == "posted"
    return world


def _undo(world: World, *order_ids: str) -> Run:
    run = undo_orders(world.bridge, order_ids, world.act)
    world.clock.advance(minutes=1)
    world.store_job()
    run.refresh_from_db()
    run = world.approve(run)
    world.rest()
    run.refresh_from_db()
    return run
