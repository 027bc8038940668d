"""What becomes of an order over its life, from the shop to the books."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from stockbridge.domain.accounting import DocumentKind, RefundDocument
from stockbridge.domain.commerce import OrderStatus
from stockbridge.domain.tests.builders import (
    NOW,
    a_books_item,
    a_customer,
    a_line,
    a_refund,
    a_refund_line,
    a_shipping_line,
    a_store_item,
)
from stockbridge.engine.models import Disposition
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_paid_order_that_ships_moves_stock_once() -> None:
    world = _with_order()

    world.shop.ship("727")
    world.rest()

    assert world.ledger.on_hand["I1"] == 18
    assert world.ledger.committed("I1") == 0
    assert world.shown("93") == 18
    assert world.outcome("727") == "posted"
    assert "fulfillment posted" in world.states()


def test_an_unpaid_order_waits_and_goes_when_it_is_paid() -> None:
    world = a_world()
    world.shop.place(
        an_order(status=OrderStatus.ON_HOLD, store_status="on-hold", paid_at=None)
    )
    world.rest()
    assert world.outcome("727") == "waiting"
    assert world.shown("93") == 18

    world.shop.change(
        "727",
        status=OrderStatus.PROCESSING,
        store_status="processing",
        paid_at=world.clock(),
    )
    world.rest()

    assert world.outcome("727") == "posted"
    assert world.shown("93") == 18


def test_an_order_cancelled_before_it_was_booked_leaves_no_document() -> None:
    world = a_world()
    world.shop.place(an_order(status=OrderStatus.ON_HOLD, paid_at=None))
    world.rest()

    world.shop.cancel("727")
    world.rest()

    assert world.outcome("727") == "ignored"
    assert world.ledger.sale_totals() == []
    assert world.shown("93") == 20


def test_an_order_cancelled_after_it_was_booked_frees_its_goods() -> None:
    world = _with_order()

    world.shop.cancel("727")
    world.rest()

    assert world.ledger.committed("I1") == 0
    assert world.ledger.on_hand["I1"] == 20
    assert world.shown("93") == 20
    assert len(world.ledger.live(DocumentKind.CANCELLATION)) == 1


def test_a_refund_with_goods_back_is_a_document_of_its_own() -> None:
    world = _with_order()
    world.shop.ship("727")
    world.rest()

    world.shop.refund("727", a_refund(restocked_units=(("11", Decimal(1)),)))
    world.rest()

    assert _refunds(world) == ["5.50 USD"]
    assert world.ledger.on_hand["I1"] == 19
    assert world.shown("93") == 19
    assert world.outcome("801", "refund") == "posted"


def test_two_partial_refunds_are_two_documents() -> None:
    world = _with_order()
    first = a_refund(external_id="801", restocked_units=())
    second = a_refund(external_id="802", amount="3.00", restocked_units=())

    world.shop.refund("727", first)
    world.rest()
    world.shop.refund("727", second)
    world.rest()

    assert _refunds(world) == ["3.00 USD", "5.50 USD"]


def test_a_refund_deleted_in_the_store_is_taken_back_in_the_books() -> None:
    world = _with_order()
    world.shop.refund("727", a_refund(restocked_units=()))
    world.rest()

    world.shop.change("727", refunds=())
    world.rest()

    assert world.ledger.live(DocumentKind.REFUND) == []
    assert world.outcome("801", "refund") == "undone"


def test_an_order_changed_while_it_is_open_is_amended() -> None:
    world = _with_order()

    world.shop.place(an_order(lines=(a_line(quantity="3", total="15.00"),)))
    world.rest()

    assert world.ledger.sale_totals() == ["16.50 USD"]
    assert world.ledger.committed("I1") == 3
    assert world.shown("93") == 17
    assert len(world.ledger.live(DocumentKind.AMENDMENT)) == 1


def test_an_order_changed_after_it_shipped_asks_a_person() -> None:
    world = _with_order()
    world.shop.ship("727")
    world.rest()

    world.shop.change(
        "727",
        lines=(a_line(quantity="3", total="15.00"), a_shipping_line()),
    )
    changed = world.shop.orders["727"]
    world.shop.place(replace(changed, total=an_order(lines=changed.lines).total))
    world.rest()

    assert world.outcome("727") == "held"
    assert len(world.ledger.live(DocumentKind.SALE)) == 1


def test_a_missing_item_holds_the_order_and_names_it() -> None:
    world = a_world()
    stranger = a_line(item_id="777", sku="CUP", name="Cup")

    world.shop.place(an_order(lines=(stranger,)))
    world.rest()

    assert world.outcome("727") == "held"
    assert world.ledger.sale_totals() == []
    assert world.issue("missing_items").details["missing"][0]["sku"] == "CUP"


def test_a_mended_item_lets_the_order_go_on_by_itself() -> None:
    world = a_world()
    world.shop.add_item(
        a_store_item(external_id="777", product_id="777", name="Cup", sku="CUP")
    )
    world.shop.place(an_order(lines=(a_line(item_id="777", sku="CUP", name="Cup"),)))
    world.rest()
    assert world.outcome("727") == "held"

    world.ledger.add_item(a_books_item(external_id="I7", name="Cup", sku="CUP"), 20)
    world.rest()

    assert world.outcome("727") == "posted"
    assert world.issue_codes() == []


def test_one_bad_order_blocks_only_itself() -> None:
    world = a_world()
    world.shop.unreadable["728"] = "Its total is no number."
    world.shop.place(an_order(external_id="728", number="1043"))

    world.shop.place(an_order())
    world.rest()

    assert world.outcome("727") == "posted"
    assert world.outcome("728") == "unreadable"
    assert world.issue_codes() == ["unreadable"]


def test_an_order_that_became_readable_goes_on() -> None:
    world = a_world()
    world.shop.unreadable["727"] = "Its total is no number."
    world.shop.place(an_order())
    world.rest()

    world.shop.unreadable.clear()
    world.shop.place(an_order())
    world.rest()

    assert world.outcome("727") == "posted"
    assert world.issue_codes() == []


def test_two_orders_of_one_new_customer_share_the_customer() -> None:
    world = a_world()

    world.shop.place(an_order())
    world.shop.place(an_order(external_id="728", number="1043"))
    world.rest()

    assert len(world.ledger.customers) == 1
    assert len(world.ledger.sale_totals()) == 2


def test_guests_without_an_address_are_not_made_one_person() -> None:
    world = a_world()
    nobody = a_customer(external_id="", email="")

    world.shop.place(an_order(customer=nobody))
    world.shop.place(an_order(external_id="728", number="1043", customer=nobody))
    world.rest()

    assert len(world.ledger.customers) == 2


def test_an_order_in_a_closed_period_is_held_until_it_is_opened() -> None:
    world = a_world()
    world.company.closed_until = date(2026, 3, 10)
    world.company.save()

    world.shop.place(an_order())
    world.rest()
    assert world.issue_codes() == ["closed_period"]

    world.company.closed_until = None
    world.company.save()
    world.shop.place(an_order(note="seen"))
    world.rest()

    assert world.outcome("727") == "posted"


def test_an_order_that_does_not_add_up_is_held() -> None:
    world = a_world()

    world.shop.place(an_order(total="17.01"))
    world.rest()

    assert world.outcome("727") == "held"
    assert world.ledger.sale_totals() == []


def test_a_changed_order_is_not_sent_as_it_was() -> None:
    world = a_world()
    world.ledger.cut_line = 10
    world.shop.place(an_order())
    world.rest()
    assert world.ledger.sale_totals() == []

    world.shop.place(an_order(lines=(a_line(quantity="3", total="15.00"),)))
    world.store_job()
    world.ledger.cut_line = 0
    world.rest(rounds=8)

    sales = world.deliveries(kind="sale")
    assert world.ledger.committed("I1") == 3
    assert [row.state for row in sales] == ["superseded", "posted"]


def test_what_is_planned_from_an_older_revision_does_not_leave() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.clock.advance(minutes=6)
    world.store_job()
    snapshot = world.snapshot("727")
    snapshot.digest = "of a newer revision"
    snapshot.save()

    world.books_job()

    assert world.ledger.sale_totals() == []
    assert "sale ready" in world.states()


def test_a_change_that_never_left_stays_in_its_generation() -> None:
    world = a_world()
    world.ledger.cut_line = 99
    world.shop.place(an_order())
    world.rest(rounds=1)

    for quantity, total in (("3", "15.00"), ("4", "20.00")):
        line = a_line(quantity=quantity, total=total)
        world.shop.place(an_order(lines=(line,)))
        world.rest(rounds=1)

    sales = world.deliveries(kind="sale")
    assert [row.state for row in sales] == ["superseded", "superseded", "ready"]
    assert {row.key for row in sales} == {sales[0].key}


def test_every_source_has_exactly_one_current_disposition() -> None:
    world = _with_order()
    world.shop.refund("727", a_refund(restocked_units=()))
    world.rest()
    world.shop.ship("727")
    world.rest()

    current = Disposition.objects.filter(bridge=world.bridge, is_current=True)

    assert sorted(current.values_list("source_kind", "source_id")) == [
        ("order", "727"),
        ("refund", "801"),
    ]


def test_an_order_before_the_start_date_is_left_to_people() -> None:
    world = a_world(start_date=(NOW + timedelta(days=1)).isoformat())

    world.shop.place(an_order())
    world.rest()

    assert world.outcome("727") == "excluded"
    assert world.ledger.sale_totals() == []


def test_without_automatic_import_an_order_waits_and_still_counts() -> None:
    world = a_world(orders_enabled=False)

    world.shop.place(an_order())
    world.rest()

    assert world.disposition("727").code == "by_hand"
    assert world.ledger.sale_totals() == []
    assert world.shown("93") == 18


def test_a_fully_refunded_order_that_never_shipped_ends_its_promise() -> None:
    world = _with_order()
    order = world.shop.orders["727"]
    refund = a_refund(
        lines=(
            a_refund_line(quantity="2", total="10.00"),
            a_refund_line(
                external_id="r2", order_line_id="12", total="5.00", quantity="1"
            ),
        ),
        restocked_units=(("11", Decimal(2)),),
    )

    world.shop.place(
        replace(
            order,
            status=OrderStatus.REFUNDED,
            store_status="refunded",
            refunds=(refund,),
        )
    )
    world.rest()

    assert world.ledger.committed("I1") == 0
    assert world.ledger.on_hand["I1"] == 20
    assert world.shown("93") == 20


def _with_order() -> World:
    """Return a world in which one order of two mugs is booked."""
    world = a_world()
    world.shop.place(an_order())
    world.rest()
    assert world.outcome("727") == "posted"
    return world


def _refunds(world: World) -> list[str]:
    """Return what was given back, as text."""
    found = [entry.document for entry in world.ledger.live(DocumentKind.REFUND)]
    return sorted(str(one.total) for one in found if isinstance(one, RefundDocument))
