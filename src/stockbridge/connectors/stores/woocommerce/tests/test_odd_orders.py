"""However odd an order is: read as billed, and booked to the cent or held."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from stockbridge.connectors.stores.woocommerce.decode import decode_order
from stockbridge.connectors.stores.woocommerce.tests.odd_orders import (
    OddOrder,
    odd_orders,
    odd_refunds,
)
from stockbridge.domain.accounting import RefundDocument, SaleDocument
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.money import total_of
from stockbridge.domain.order_plan import plan_order
from stockbridge.domain.planning import OrderPlan
from stockbridge.domain.tests.builders import a_ground, a_request

LISTS = ("line_items", "shipping_lines", "fee_lines")


def _planned(odd: OddOrder) -> OrderPlan:
    order = decode_order(odd.record)
    return plan_order(a_request(order, ground=a_ground(is_by_hand=True)))


def _sale(plan: OrderPlan) -> SaleDocument | None:
    for planned in plan.planned:
        if isinstance(planned.document, SaleDocument):
            return planned.document
    return None


@given(odd_orders())
def test_an_odd_order_is_read_as_it_was_billed(odd: OddOrder) -> None:
    order = decode_order(odd.record)

    nets = total_of((line.total for line in order.lines), "USD")
    by_rate = total_of((line.total for line in order.tax_lines), "USD")
    assert nets + order.total_tax == order.total
    assert by_rate == order.total_tax
    for line, row in zip(order.item_lines, odd.record["line_items"], strict=True):
        assert str(line.quantity) == str(row["quantity"])
        assert str(line.total.amount) == row["total"]
    fees = [line for line in order.lines if line.kind is LineKind.FEE]
    assert [str(fee.total.amount) for fee in fees] == [
        row["total"] for row in odd.record["fee_lines"]
    ]


@given(odd_orders())
def test_whether_prices_include_tax_changes_no_amount(odd: OddOrder) -> None:
    """Lines are net either way: the switch is about how prices are shown."""
    one, other = (
        decode_order({**odd.record, "prices_include_tax": included})
        for included in (True, False)
    )

    assert (one.lines, one.total, one.tax_lines) == (
        other.lines,
        other.total,
        other.tax_lines,
    )


@settings(max_examples=300)
@given(odd_orders())
def test_an_odd_order_is_booked_to_the_cent_or_held_with_its_reason(
    odd: OddOrder,
) -> None:
    plan = _planned(odd)
    sale = _sale(plan)

    if sale is None:
        codes = {hold.code for _, hold in plan.holds}
        assert codes <= {"odd_quantity", "negative_total"}
        assert codes or not any(odd.record[name] for name in LISTS)
        return
    lines = total_of((line.total + line.tax for line in sale.lines), "USD")
    rates = total_of((tax.total for tax in sale.taxes), "USD")
    assert str(sale.total.amount) == str(Decimal(odd.record["total"]))
    assert lines == sale.total
    assert rates == sale.total_tax


@given(odd_orders())
def test_planning_an_odd_order_twice_gives_the_same(odd: OddOrder) -> None:
    assert _planned(odd) == _planned(odd)


@settings(max_examples=300)
@given(st.data(), odd_orders())
def test_odd_refunds_are_read_positive_and_booked_to_the_cent_or_held(
    data: st.DataObject, plain: OddOrder
) -> None:
    refunds, odd = data.draw(odd_refunds(plain))

    order = decode_order(odd.record, refunds)
    plan = plan_order(a_request(order, ground=a_ground(is_by_hand=True)))

    amounts = {refund.external_id: refund.amount for refund in order.refunds}
    assert {key: str(amount.amount) for key, amount in amounts.items()} == {
        str(row["id"]): row["amount"] for row in refunds
    }
    assert all(line.total.amount >= 0 for r in order.refunds for line in r.lines)
    assert all(line.quantity >= 0 for r in order.refunds for line in r.lines)
    booked = {
        planned.source.external_id: planned.document
        for planned in plan.planned
        if isinstance(planned.document, RefundDocument)
    }
    for refund_id, document in booked.items():
        lines = total_of((line.total + line.tax for line in document.lines), "USD")
        assert lines == document.total == amounts[refund_id]
    held = {source.external_id for source, _ in plan.holds}
    if _sale(plan) is not None:
        free = {key for key, amount in amounts.items() if not amount.amount}
        assert {*booked, *held, *free} >= set(amounts)
