"""What is planned for an order before the books have it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from stockbridge.domain.accounting import (
    BooksRef,
    CustomerRecord,
    ItemRecord,
    SaleDocument,
)
from stockbridge.domain.order_plan import plan_order
from stockbridge.domain.planning import Hold, Outcome
from stockbridge.domain.policy import (
    Billing,
    Ground,
    MissingItem,
)
from stockbridge.domain.tests.builders import (
    SCOPE,
    a_ground,
    a_line,
    a_policy,
    a_refund,
    a_request,
    an_order,
    minutes,
    order_source,
)
from stockbridge.domain.tests.plans import (
    REFUND,
    SHIPPED,
    STATUS,
    codes,
    effects,
    outcome,
    plan,
)

# ── the first plan ───────────────────────────────────────────────────────────


def test_a_paid_order_wants_its_sale_and_its_payment() -> None:
    made = plan(an_order())

    assert effects(made) == ["sale", "payment"]
    assert made.planned[1].requires == (made.planned[0].key,)
    assert outcome(made) is Outcome.PLANNED


def test_a_shipped_order_wants_its_goods_handed_over_too() -> None:
    assert effects(plan(an_order(**SHIPPED))) == ["sale", "payment", "fulfillment"]


def test_a_completed_order_without_any_date_of_payment_was_paid() -> None:
    order = an_order(status=STATUS.COMPLETED, paid_at=None)

    assert effects(plan(order)) == ["sale", "payment", "fulfillment"]


def test_an_order_for_nothing_has_nothing_to_pay() -> None:
    assert effects(plan(an_order(lines=[a_line(total="0")]))) == ["sale"]


def test_an_unpaid_order_waits() -> None:
    made = plan(an_order(paid_at=None))

    assert not made.planned
    assert outcome(made) is Outcome.WAITING


def test_two_refunds_of_one_order_have_keys_of_their_own() -> None:
    refunds = (a_refund(), a_refund(external_id="802", refunded_at=minutes(0)))

    made = plan(an_order(refunds=refunds))
    keys = [p.key for p in made.planned]

    assert effects(made) == ["sale", "payment", "refund", "refund"]
    assert len(set(keys)) == len(keys)


def test_two_bridges_of_one_store_have_keys_of_their_own() -> None:
    other = a_ground(scope=replace(SCOPE, bridge="other"))

    ours, theirs = plan(an_order()), plan(an_order(), ground=other)

    assert not {p.key for p in ours.planned} & {p.key for p in theirs.planned}


def test_after_an_undo_the_key_is_of_the_next_generation() -> None:
    again = a_request(generations={("sale", order_source()): 2})

    first, second = plan_order(a_request()), plan_order(again)

    assert first.planned[0].key != second.planned[0].key


def test_goods_come_back_after_they_went_out() -> None:
    made = plan(an_order(**SHIPPED, refunds=(a_refund(),)))
    fulfillment, refund = made.planned[2], made.planned[3]

    assert fulfillment.key in refund.requires


def test_the_refund_of_a_held_order_is_not_booked() -> None:
    made = plan(an_order(total="12.01", refunds=(a_refund(),)))

    assert not made.planned
    assert outcome(made) is Outcome.HELD
    assert outcome(made, REFUND) is Outcome.SALE_NOT_IN_BOOKS


def test_billing_that_a_person_must_decide_holds_the_order() -> None:
    hold = Hold("customer_missing", "t", "m", "r")

    made = plan_order(a_request(billing=hold))

    assert codes(made) == ["customer_missing"]


def test_two_orders_of_one_new_customer_share_its_delivery() -> None:
    billing = Billing(BooksRef(key="inst/books/customer/x/1"), CustomerRecord("Ada"))

    plans = [
        plan_order(a_request(an_order(external_id=order_id), billing=billing))
        for order_id in ("1", "2")
    ]

    assert plans[0].planned[0].key == plans[1].planned[0].key
    assert plans[0].planned[0].key in plans[0].planned[1].requires
    assert plans[0].planned[1].key != plans[1].planned[1].key


# ── items that are created ───────────────────────────────────────────────────


def creating(**items: ItemRecord) -> Ground:
    policy = a_policy(missing_item=MissingItem.CREATE)
    return a_ground(items={}, new_items=items, policy=policy)


def test_a_missing_item_is_created_before_its_sale() -> None:
    record = ItemRecord("Mug", sku="MUG", initial_quantity=Decimal(5))

    made = plan(an_order(), ground=creating(**{"93": record}))
    item, sale = made.planned[0], made.planned[1]

    assert isinstance(item.document, ItemRecord)
    assert isinstance(sale.document, SaleDocument)
    assert item.document.initial_date == date(2026, 3, 10)
    assert sale.document.lines[0].item == BooksRef(key=item.key)
    assert item.key in sale.requires


def test_two_store_items_with_one_sku_are_created_once() -> None:
    lines = [a_line(), a_line(external_id="9", item_id="94")]
    ground = creating(
        **{"93": ItemRecord("A", sku="MUG"), "94": ItemRecord("B", sku="mug ")}
    )

    made = plan(an_order(lines=lines), ground=ground)

    assert effects(made) == ["item", "sale", "payment"]
