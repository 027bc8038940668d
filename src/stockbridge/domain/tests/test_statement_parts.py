"""An order in parts in the statement: its bills and its rest are the order."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stockbridge.domain.commerce import LineKind, Order
from stockbridge.domain.identity import Source
from stockbridge.domain.money import Money, total_of
from stockbridge.domain.planning import Outcome
from stockbridge.domain.reconciliation import Amounts, Told
from stockbridge.domain.statement_parts import NOT_SHIPPED, PartBill, in_parts
from stockbridge.domain.tax_parts import TaxPart, TaxRate, taxes_billed, taxes_sold
from stockbridge.domain.tests.builders import TODAY, order_source, usd
from stockbridge.domain.tests.parted_orders import (
    FIRST,
    SECOND,
    a_shipment,
    completed,
    journey,
    order_with,
)

#: As the second, of which one plate is still to come.
TWO = a_shipment("F2", ("11", 2), ("14", 2))


def all_of(order: Order) -> Told:
    """Return the order as the store tells it, all of it booked."""
    shipping = [li.total for li in order.lines if li.kind is LineKind.SHIPPING]
    return Told(
        source=order_source(order),
        order_id=order.external_id,
        number=order.number,
        day=TODAY - timedelta(days=3),
        amounts=Amounts(
            order.total, order.total_tax, total_of(shipping, "USD"), usd(0)
        ),
        outcome=Outcome.POSTED,
        taxes=taxes_sold(order),
    )


def bills_of(*orders: Order) -> list[PartBill]:
    """Return the bills that the books have once they saw the order in these forms."""
    filled = [(one, one.filled) for one in journey(*orders)]
    bills = [(one, f.billed) for one, f in filled if f is not None]
    return [
        PartBill(one.source, TODAY, one.books_id, bill.total, bill)
        for one, bill in bills
        if bill is not None
    ]


def test_two_bills_and_the_rest_are_the_order_to_the_cent() -> None:
    order = order_with(FIRST, TWO)
    told = all_of(order)

    first, second, rest = in_parts(told, bills_of(order_with(), order), order)

    assert first.amounts + second.amounts + rest.amounts == told.amounts
    # Three mugs of five for 9.99, and the shipping.
    assert first.amounts == Amounts(usd("12.09"), usd("1.10"), usd("5.00"), usd(0))
    assert by_rate(first, second, rest) == by_rate(told)
    # … and the rest is what completes the order then, as the books bill it.
    last = bills_of(order_with(), order, completed(FIRST, TWO))[-1]
    assert last.sale is not None
    assert rest.amounts == Amounts(last.total, last.sale.total_tax, usd(0), usd(0))
    assert {tax.rate: tax.tax for tax in rest.taxes} == {
        tax.rate: tax.tax for tax in taxes_billed(last.sale, order)
    }
    assert (last.total, last.sale.total_tax) == (usd("7.34"), usd("0.67"))


def by_rate(*rows: Told) -> dict[TaxRate, tuple[Money, Money]]:
    """Return what was taxed and its tax, by rate."""
    taxes: list[TaxPart] = [tax for row in rows for tax in row.taxes]
    return {
        rate: (
            total_of([tax.taxable for tax in taxes if tax.rate == rate], "USD"),
            total_of([tax.tax for tax in taxes if tax.rate == rate], "USD"),
        )
        for rate in {tax.rate for tax in taxes}
    }


def test_each_bill_stands_on_its_day_and_the_rest_says_that_it_has_not_left() -> None:
    order = order_with(FIRST)
    told = all_of(order)

    part, rest = in_parts(told, bills_of(order_with(), order), order)

    assert (part.source, part.day) == (Source("fulfillment", "F1"), TODAY)
    assert (part.outcome, part.code) == (Outcome.POSTED, "")
    assert part.entry_ids == (bills_of(order_with(), order)[0].books_id,)
    assert (rest.source, rest.day, rest.entry_ids) == (told.source, told.day, ())
    assert (rest.outcome, rest.code) == (Outcome.WAITING, NOT_SHIPPED)


@pytest.mark.parametrize(
    ("outcome", "code"),
    [(Outcome.HELD, "shipment_gone"), (Outcome.POSTED, "settled")],
)
def test_a_rest_of_which_something_else_is_said_says_so(
    outcome: Outcome, code: str
) -> None:
    order = order_with(FIRST)
    told = replace(all_of(order), outcome=outcome, code=code)

    _, rest = in_parts(told, bills_of(order_with(), order), order)

    assert (rest.outcome, rest.code) == (outcome, code)


def test_a_bill_whose_content_was_forgotten_counts_with_its_total_alone() -> None:
    order = order_with(FIRST)
    told = all_of(order)
    (bill,) = bills_of(order_with(), order)

    part, rest = in_parts(told, [replace(bill, sale=None)], order)

    assert part.amounts == Amounts(usd("12.09"), usd(0), usd(0), usd(0))
    assert (part.taxes, part.code) == ((), "erased")
    assert part.amounts + rest.amounts == told.amounts


def test_the_last_part_closes_the_order() -> None:
    order = order_with(FIRST, SECOND)
    told = all_of(order)

    first, last = in_parts(told, bills_of(order_with(), order), order)

    assert first.source == Source("fulfillment", "F1")
    assert last.source == told.source
    assert last.outcome is Outcome.POSTED
    assert first.amounts + last.amounts == told.amounts
    assert by_rate(first, last) == by_rate(told)


def test_an_entry_of_the_orders_own_has_its_row_even_where_the_parts_took_all() -> None:
    order = order_with(FIRST, SECOND)
    told = replace(all_of(order), entry_ids=("B9",))

    *parts, rest = in_parts(told, bills_of(order_with(), order), order)

    assert [part.source.external_id for part in parts] == ["F1", "F2"]
    assert not rest.amounts
    assert (rest.source, rest.entry_ids) == (told.source, ("B9",))


def test_what_completes_an_order_is_its_rest_and_has_its_own_bill() -> None:
    order = completed(FIRST, SECOND)
    told = replace(all_of(order), entry_ids=("B9",))
    (bill,) = (
        bill
        for bill in bills_of(order_with(), order_with(FIRST), order)
        if bill.source.kind == "fulfillment"
    )

    part, rest = in_parts(told, [bill], order)

    assert part.amounts + rest.amounts == told.amounts
    assert (rest.outcome, rest.code, rest.entry_ids) == (Outcome.POSTED, "", ("B9",))


def test_an_order_without_parts_is_told_as_it_is() -> None:
    told = all_of(order_with())

    assert in_parts(told, [], order_with()) == (told,)
