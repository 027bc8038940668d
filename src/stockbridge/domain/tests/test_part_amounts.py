"""The parts of a sale add up to it, whatever leaves when: to the cent, rate by rate."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.accounting import BooksRef, SaleDocument, SaleForm, adds_up
from stockbridge.domain.commerce import Order, OrderLine, TaxShare
from stockbridge.domain.money import Money, total_of
from stockbridge.domain.part_amounts import (
    left_of,
    part_of_sale,
    quantities_of,
    quantities_sold,
)
from stockbridge.domain.policy import ItemMatch
from stockbridge.domain.posting import sale_of
from stockbridge.domain.tests.builders import (
    a_fee,
    a_ground,
    a_line,
    a_policy,
    a_shipping_line,
    an_order,
    usd,
)

GROUND = a_ground(policy=a_policy(form=SaleForm.SALES_ORDER))
CENTS = st.integers(0, 99_999).map(lambda cents: usd(Decimal(cents) / 100))


@st.composite
def lines(draw: st.DrawFn) -> OrderLine:
    taxes = draw(st.dictionaries(st.sampled_from(["1", "2", "3"]), CENTS, max_size=3))
    shares = tuple(TaxShare(rate_id, amount) for rate_id, amount in taxes.items())
    line = a_line(quantity=str(draw(st.integers(1, 7))), tax="0")
    tax = total_of(taxes.values(), "USD")
    return replace(line, total=draw(CENTS), tax=tax, taxes=shares)


@st.composite
def sales(draw: st.DrawFn) -> SaleDocument:
    goods = draw(st.lists(lines(), min_size=1, max_size=4))
    own = [replace(line, external_id=f"{11 + i}") for i, line in enumerate(goods)]
    extra = [a_shipping_line(external_id="90"), a_fee(external_id="91")]
    order = an_order(lines=[*own, *draw(st.sampled_from([[], extra]))])
    sale = sale_of(draw(rounded_by_order(order)), GROUND, None)
    assert isinstance(sale, SaleDocument)
    return sale


@st.composite
def rounded_by_order(draw: st.DrawFn, order: Order) -> Order:
    """Let each rate be a cent off its lines, as of a store that rounds it once."""
    cents = [
        draw(st.integers(-1, 1)) if rate.total.amount else 0 for rate in order.tax_lines
    ]
    rates = tuple(
        replace(rate, total=rate.total + usd(Decimal(off) / 100))
        for rate, off in zip(order.tax_lines, cents, strict=True)
    )
    tax = total_of([rate.total for rate in rates], "USD")
    total = order.total - order.total_tax + tax
    return replace(order, tax_lines=rates, total_tax=tax, total=total)


def parts_of(sale: SaleDocument, data: st.DataObject) -> list[SaleDocument]:
    """Let goods leave by turns, until all have left."""
    parts: list[SaleDocument] = []
    while left := left_of(sale, [quantities_sold(part) for part in parts]):
        leaving = {
            line_id: Decimal(data.draw(st.integers(0, int(count))))
            for line_id, count in left.items()
        }
        leaving = {line_id: count for line_id, count in leaving.items() if count}
        parts.append(part_of_sale(sale, parts, leaving or left))
    return parts


@given(sales(), st.data())
def test_the_parts_add_up_to_the_sale_to_the_cent(
    sale: SaleDocument, data: st.DataObject
) -> None:
    parts = parts_of(sale, data)

    assert total_of([part.total for part in parts], "USD") == sale.total
    assert total_of([part.total_tax for part in parts], "USD") == sale.total_tax
    for line in sale.lines:
        own = [li for part in parts for li in part.lines]
        own = [li for li in own if li.source_id == line.source_id]
        assert total_of([li.total for li in own], "USD") == line.total
        assert total_of([li.tax for li in own], "USD") == line.tax
        assert sum(li.quantity for li in own) == line.quantity
        assert sum(li.units for li in own) == line.units
    for rate in sale.taxes:
        charged = [
            tax.total
            for part in parts
            for tax in part.taxes
            if tax.rate_id == rate.rate_id
        ]
        assert total_of(charged, "USD") == rate.total


@given(sales(), st.data())
def test_each_part_adds_up_and_bills_nothing_negative(
    sale: SaleDocument, data: st.DataObject
) -> None:
    for part in parts_of(sale, data):
        assert adds_up(part)
        assert part.total_tax == total_of([rate.total for rate in part.taxes], "USD")
        assert all(line.total.amount >= 0 for line in part.lines)
        assert all(line.tax.amount >= 0 for line in part.lines)
        assert part.total.is_exact


@given(sales(), st.data())
def test_a_part_bills_by_its_units_within_a_coin(
    sale: SaleDocument, data: st.DataObject
) -> None:
    sold = {line.source_id: line for line in sale.lines}
    for part in parts_of(sale, data):
        for line in part.lines:
            whole = sold[line.source_id]
            exact = whole.total * line.quantity * (1 / whole.quantity)
            assert abs((line.total - exact).amount) < Decimal("0.011")


def test_three_and_two_of_five_mugs_share_an_odd_amount() -> None:
    order = an_order(lines=[a_line(total="9.99", tax="1.00", quantity="5")])
    sale = sale_of(order, GROUND, None)
    assert isinstance(sale, SaleDocument)

    first = part_of_sale(sale, [], {"11": Decimal(3)})
    rest = part_of_sale(sale, [first], {"11": Decimal(2)})

    # 9.99 · 3/5 = 5.994, and what is left of it; tax 0.60 and 0.40.
    assert (first.total, rest.total) == (usd("6.59"), usd("4.40"))
    assert (first.total_tax, rest.total_tax) == (usd("0.60"), usd("0.40"))


def test_shipping_goes_with_the_first_part_and_never_again() -> None:
    sale = sale_of(an_order(), GROUND, None)
    assert isinstance(sale, SaleDocument)

    first = part_of_sale(sale, [], {"11": Decimal(1)})
    rest = part_of_sale(sale, [first], {"11": Decimal(1)})

    assert [line.source_id for line in first.lines] == ["11", "12"]
    assert [line.source_id for line in rest.lines] == ["11"]
    assert (first.total, rest.total) == (usd("11.00"), usd("5.50"))


def test_tax_that_is_not_told_by_rate_goes_by_the_size_of_the_rates() -> None:
    order = an_order()
    silent = tuple(replace(line, taxes=()) for line in order.lines)
    sale = sale_of(replace(order, lines=silent), GROUND, None)
    assert isinstance(sale, SaleDocument)

    part = part_of_sale(sale, [], {"11": Decimal(1)})

    assert part.lines[0].tax == usd("0.50")
    assert [rate.total for rate in part.taxes] == [usd("1.00")]
    assert adds_up(part)


def test_all_items_of_a_bundle_leave_with_it() -> None:
    both = (ItemMatch(BooksRef("I1"), Decimal(2)), ItemMatch(BooksRef("I2")))
    sale = sale_of(an_order(), replace(GROUND, items={"93": both}), None)
    assert isinstance(sale, SaleDocument)

    leaving = quantities_of(sale, [("11", Decimal(1))])
    part = part_of_sale(sale, [], leaving)

    assert leaving == {"11": Decimal(1), "11~1": Decimal(1)}
    goods = [(line.source_id, line.units) for line in part.lines[:2]]
    assert goods == [("11", Decimal(2)), ("11~1", Decimal(1))]
    assert part.lines[1].total == Money(Decimal(0), "USD")
