"""Orders as odd as a store can make them, for properties of what becomes of them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]
CENT = Decimal("0.01")
_NO_ADDRESS: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class OddOrder:
    """An order's record, and whether lines and rates say the same tax."""

    record: Json
    is_even: bool


def _cents(low: int, high: int) -> st.SearchStrategy[Decimal]:
    return st.integers(low, high).map(lambda cents: Decimal(cents) * CENT)


@st.composite
def _taxed(draw: st.DrawFn, rates: int, *, low: int, high: int) -> Json:
    """Draw an amount and the tax of each rate on it; a rate may not apply."""
    total = draw(_cents(low, high))
    taxes: list[Json] = []
    for rate in range(1, rates + 1):
        tax = (total * draw(st.integers(0, 25)) / 100).quantize(CENT)
        applies = draw(st.booleans())
        taxes.append({"id": rate, "total": str(tax) if applies else "", "subtotal": ""})
    charged = sum((Decimal(tax["total"] or 0) for tax in taxes), Decimal(0))
    return {
        "id": draw(st.integers(1, 10**6)),
        "total": str(total),
        "total_tax": str(charged),
        "taxes": taxes,
        "meta_data": [],
    }


@st.composite
def _item(draw: st.DrawFn, rates: int) -> Json:
    """Draw an item; a coupon's share is what the total lacks of the subtotal."""
    line = draw(_taxed(rates, low=0, high=99_999))
    share = draw(_cents(0, 5_000))
    quantity = draw(st.sampled_from([0, 1, 2, 3, 7, "1.5", "0.333"]))
    return {
        **line,
        "name": "Mug",
        "product_id": 93,
        "variation_id": 0,
        "quantity": quantity,
        "subtotal": str(Decimal(line["total"]) + share),
        "sku": "MUG",
        # A float after discounts: whoever reads it is a cent off.
        "price": Decimal("19.576666666666664"),
    }


@st.composite
def odd_orders(draw: st.DrawFn) -> OddOrder:
    """Draw an order with fees off, coupons, no lines, several rates, tax a cent off."""
    rates = draw(st.integers(0, 2))
    items = draw(st.lists(_item(rates), max_size=4))
    shipping = draw(st.lists(_taxed(rates, low=0, high=5_000), max_size=2))
    fees = draw(st.lists(_taxed(rates, low=-5_000, high=5_000), max_size=2))
    lines = [*items, *shipping, *fees]
    # Rounding at subtotal: up to half a cent of each line goes astray.
    slack = len(lines) // 2 if rates else 0
    astray = [draw(st.integers(-slack, slack)) * CENT for _ in range(rates)]
    tax_lines = [
        _tax_line(rate, items + fees, shipping, astray[rate - 1])
        for rate in range(1, rates + 1)
    ]
    by_rate = [
        Decimal(row["tax_total"]) + Decimal(row["shipping_tax_total"])
        for row in tax_lines
    ]
    total_tax = sum(by_rate, Decimal(0))
    nets = sum((Decimal(line["total"]) for line in lines), Decimal(0))
    record = {
        **_head(draw(st.booleans())),
        "line_items": items,
        "shipping_lines": [
            {**row, "method_title": "Flat", "method_id": "flat"} for row in shipping
        ],
        "fee_lines": [{**row, "name": "Loyalty"} for row in fees],
        "tax_lines": tax_lines,
        "coupon_lines": [{"code": "tenpct", "discount": "1.00"}] if items else [],
        "total_tax": str(total_tax),
        "total": str(nets + total_tax),
    }
    return OddOrder(record, is_even=not any(astray))


def _tax_line(
    rate: int, goods: list[Json], shipping: list[Json], astray: Decimal
) -> Json:
    def sum_of(lines: list[Json]) -> Decimal:
        taxes = (tax for line in lines for tax in line["taxes"] if tax["id"] == rate)
        return sum((Decimal(tax["total"] or 0) for tax in taxes), Decimal(0))

    return {
        "rate_id": rate,
        "rate_code": f"US-NY-TAX-{rate}",
        "label": f"Tax {rate}",
        "compound": rate == 2,
        "tax_total": str(sum_of(goods) + astray),
        "shipping_tax_total": str(sum_of(shipping)),
        "rate_percent": Decimal("8.875"),
    }


def _head(prices_include_tax: bool) -> Json:  # noqa: FBT001 - the store's own value
    return {
        "id": 4711,
        "number": "WEB-4711",
        "status": "processing",
        "version": "11.0.1",
        "order_key": "wc_order_example",
        "currency": "USD",
        "prices_include_tax": prices_include_tax,
        "date_created_gmt": "2026-03-10T09:00:00",
        "date_modified_gmt": "2026-03-10T09:00:00",
        "date_paid_gmt": "2026-03-10T09:00:00",
        "customer_id": 0,
        "billing": {"email": "ada@example.com"},
        "shipping": _NO_ADDRESS,
        "refunds": [],
    }


@st.composite
def odd_refunds(draw: st.DrawFn, odd: OddOrder) -> tuple[list[Json], OddOrder]:
    """Draw refunds: of more than was sold, of no line, of another refund's line.

    Returns them, and the order that lists them.
    """
    sold = [line["id"] for line in odd.record["line_items"]]
    count = draw(st.integers(1, 3))
    refunds: list[Json] = []
    for number in range(1, count + 1):
        known = [*sold, 0, *(row["id"] for r in refunds for row in r["line_items"])]
        lines = draw(st.lists(_returned(known), max_size=2))
        given = sum((_billed(line) for line in lines), Decimal(0))
        amount = given if draw(st.booleans()) else draw(_cents(0, 9_999))
        refunds.append(
            {
                "id": 5000 + number,
                "parent_id": 4711,
                "date_created_gmt": "2026-03-11T09:00:00",
                "amount": str(amount),
                "reason": "Broken",
                "line_items": lines,
                "shipping_lines": [],
                "fee_lines": [],
            }
        )
    marks = [{"id": row["id"], "total": f"-{row['amount']}"} for row in refunds]
    return refunds, OddOrder({**odd.record, "refunds": marks}, odd.is_even)


@st.composite
def _returned(draw: st.DrawFn, line_ids: list[int]) -> Json:
    line = draw(_taxed(1, low=0, high=5_000))
    line["taxes"] = [{"id": 1, "total": f"-{line['total_tax']}"}]
    return {
        **line,
        "name": "Mug",
        "product_id": draw(st.sampled_from([93, 0])),
        "variation_id": 0,
        "quantity": -draw(st.integers(0, 9)),
        "subtotal": f"-{line['total']}",
        "total": f"-{line['total']}",
        "total_tax": f"-{line['total_tax']}",
        "meta_data": [
            {"key": "_refunded_item_id", "value": str(draw(st.sampled_from(line_ids)))}
        ],
        "sku": "MUG",
    }


def _billed(line: Json) -> Decimal:
    return -(Decimal(line["total"]) + Decimal(line["total_tax"]))
