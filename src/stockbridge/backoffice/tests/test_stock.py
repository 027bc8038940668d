"""On hand is the sum of movements, committed what open orders promise, always."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from stockbridge.backoffice.checks import differences
from stockbridge.backoffice.drafts import (
    AdjustmentDraft,
    CancellationDraft,
    CountDraft,
    Draft,
    FulfillmentDraft,
    PaymentDraft,
    ReceiptDraft,
    ReceiptLineDraft,
    ReversalDraft,
    TransferDraft,
)
from stockbridge.backoffice.models import CustomerOrder, Location, PostedDocument
from stockbridge.backoffice.posting import post_all
from stockbridge.backoffice.stock import levels_changed_after
from stockbridge.backoffice.tests.builders import (
    NOW,
    Shop,
    a_line,
    a_refund,
    a_shop,
    an_order,
    given_back,
    header,
    paid,
    shipping,
    tax,
    usd,
)
from stockbridge.domain.errors import InvalidInputError


def test_a_count_moves_stock_to_what_was_counted(shop: Shop) -> None:
    mug = shop.stocked("5", cost="4.00")

    shop.post(
        AdjustmentDraft(
            header(), (CountDraft(mug.pk, counted=Decimal(3)),), "two broken"
        )
    )

    assert shop.shelf(mug) == (3, 0)
    assert shop.balance("Inventory Adjustments") == 8
    assert shop.balance("Opening Balance Equity") == -20
    assert differences(shop.company) == []


def test_a_count_that_was_right_moves_nothing(shop: Shop) -> None:
    mug = shop.item()
    shop.order([a_line(mug)], is_fulfilled=True)
    moved = mug.movements.count()

    shop.post(
        AdjustmentDraft(header(), (CountDraft(mug.pk, counted=Decimal(-1)),), "count")
    )

    assert mug.movements.count() == moved


def test_an_adjustment_without_a_reason_is_refused(shop: Shop) -> None:
    line = CountDraft(shop.item().pk, delta=Decimal(1))

    with pytest.raises(InvalidInputError) as caught:
        shop.post(AdjustmentDraft(header(), (line,), "  "))

    assert caught.value.field == "reason"


def test_a_transfer_carries_the_value_with_the_units(shop: Shop) -> None:
    mug = shop.stocked("4", cost="2.50")
    attic = Location.objects.create(company=shop.company, name="Attic")

    shop.post(TransferDraft(header(), shop.place.pk, attic.pk, ((mug.pk, Decimal(3)),)))

    there = mug.levels.get(location=attic)
    assert there.on_hand == 3
    assert there.value == Decimal("7.50")
    assert shop.shelf(mug) == (1, 0)
    assert shop.balance("Inventory") == 10
    assert differences(shop.company) == []


def test_goods_received_cost_what_was_paid_on_average(shop: Shop) -> None:
    mug = shop.item(cost="0")
    shop.receive(mug, "10", "10.00")
    shop.receive(mug, "10", "30.00")

    shop.order([a_line(mug, "9.00", "3")], is_fulfilled=True)

    assert shop.balance("Cost of Goods Sold") == 6
    assert shop.balance("Accounts Payable") == -40
    assert differences(shop.company) == []


def test_who_reads_changed_levels_misses_none_and_stops(shop: Shop) -> None:
    mug, cup = shop.stocked("5"), shop.stocked("5")
    seen = levels_changed_after(shop.company, 0, limit=10)[-1].seq

    shop.order([a_line(mug)])
    changed = levels_changed_after(shop.company, seen, limit=10)

    assert [level.item_id for level in changed] == [mug.pk]
    assert levels_changed_after(shop.company, changed[-1].seq, limit=10) == []
    assert cup.pk != mug.pk


@st.composite
def _acts(draw: DrawFn) -> list[tuple[str, int, int, int]]:
    kinds = [
        "order",
        "paid order",
        "sale",
        "fulfil",
        "part",
        "cancel",
        "refund",
        "receive",
        "count",
        "transfer",
        "pay",
        "reverse",
    ]
    act = st.tuples(
        st.sampled_from(kinds),
        st.integers(0, 9),
        st.integers(1, 5),
        st.integers(0, 999),
    )
    return draw(st.lists(act, min_size=3, max_size=14))


@pytest.mark.django_db
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(acts=_acts())
def test_whatever_happens_the_books_agree_with_themselves(
    acts: list[tuple[str, int, int, int]],
) -> None:
    shop = a_shop(f"shop-{CustomerOrder.objects.count()}-{id(acts)}")
    shop.items = [shop.item(cost="1.37"), shop.item(cost="0.99")]
    attic = Location.objects.create(company=shop.company, name="Attic")

    for act in acts:
        draft = _draft(shop, attic, act)
        if draft is not None:
            post_all(shop.company, [draft], at=NOW)  # refusals are fine

    assert differences(shop.company) == []
    control = shop.balance("Customer Deposits") + shop.balance("Accounts Receivable")
    orders = shop.company.customer_orders.all()
    assert control == sum((order.billed - order.paid for order in orders), Decimal(0))
    worth = sum((level.value for level in shop.company.stock_levels.all()), Decimal(0))
    assert shop.balance("Inventory") == worth


def _draft(shop: Shop, attic: Location, act: tuple[str, int, int, int]) -> Draft | None:
    kind, pick, units, cents = act
    item = shop.items[pick % 2]
    amount = str(Decimal(cents) / 100)
    if kind in {"order", "paid order", "sale"}:
        lines = [
            a_line(item, amount, str(units), source="a"),
            a_line(shop.items[0], "0.05", "2", source="b"),
            shipping("1.01"),
            tax("0.37"),
        ]
        total = sum((line.amount.amount for line in lines), Decimal(0))
        return an_order(
            lines,
            paid=None if kind == "order" else paid(str(total)),
            is_fulfilled=kind == "sale",
        )
    if kind == "receive":
        line = ReceiptLineDraft(item.pk, Decimal(units), usd(amount))
        return ReceiptDraft(header(), (line,))
    if kind == "count":
        line_ = CountDraft(item.pk, counted=Decimal(units - 2))
        return AdjustmentDraft(header(), (line_,), "count")
    if kind == "transfer":
        return TransferDraft(
            header(), shop.place.pk, attic.pk, ((item.pk, Decimal(units)),)
        )
    if kind == "reverse":
        documents = list(
            PostedDocument.objects.filter(company=shop.company, part_of=None)
        )
        if not documents:
            return None
        return ReversalDraft(header(), documents[pick % len(documents)].pk, "undo")
    return _order_draft(shop, act)


def _order_draft(shop: Shop, act: tuple[str, int, int, int]) -> Draft | None:
    kind, pick, units, cents = act
    orders = list(shop.company.customer_orders.order_by("id"))
    if not orders:
        return None
    order = orders[pick % len(orders)]
    amount = str(Decimal(cents) / 100)
    if kind == "fulfil":
        return FulfillmentDraft(header(), order.pk)
    if kind == "part":
        return FulfillmentDraft(header(), order.pk, (("a", Decimal(1)),))
    if kind == "cancel":
        return CancellationDraft(header(), order.pk)
    if kind == "pay":
        return PaymentDraft(header(), paid(amount), order.pk)
    back = [
        given_back("a", amount, str(units), str(pick % (units + 1))),
        given_back("ship", "0.50"),
        given_back("tax", "0.10"),
    ]
    return a_refund(order, back, pays=bool(cents % 3))
