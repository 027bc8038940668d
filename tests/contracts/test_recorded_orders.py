"""Every recorded WooCommerce order becomes documents that add up to the cent.

All orders of the recordings and samples, with their refunds, through the connector's
decoder and the planner: a good one is booked, the others say why not.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from stockbridge.connectors.stores.woocommerce.decode import decode_order, reading
from stockbridge.connectors.tests import shared_contracts
from stockbridge.domain.accounting import BooksRef, RefundDocument, SaleDocument
from stockbridge.domain.commerce import Order
from stockbridge.domain.money import total_of
from stockbridge.domain.order_plan import plan_order
from stockbridge.domain.planning import OrderPlan
from stockbridge.domain.policy import ItemMatch
from stockbridge.domain.tests.builders import a_ground, a_request
from stockbridge.ports import Unreadable

CONTRACTS = shared_contracts.CONTRACTS / "stores" / "woocommerce"
pytestmark = shared_contracts.needs("stores/woocommerce")

#: Why a recorded order is not booked; each was looked at.
EXPECTED_CODES = {
    "missing_items",  # ordered by an id or SKU that the store does not know
    "restock_too_large",  # 4 given back of a line of which 3 were back already
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One order as it was recorded, with the refunds that it lists."""

    source: str
    record: dict[str, Any]
    refunds: tuple[dict[str, Any], ...]


def test_all_recorded_orders_can_be_read() -> None:
    unread = [
        f"{found.source}: {result.message}"
        for found in recorded()
        if isinstance(result := read(found), Unreadable)
    ]

    assert len(recorded()) > 60
    assert unread == []


def test_all_good_recorded_orders_are_booked_in_full() -> None:
    for found in recorded():
        order = read(found)
        if isinstance(order, Unreadable) or unknown_items(order):
            continue
        plan = planned(order)
        sales = [p.document for p in plan.planned if p.effect == "sale"]

        if order.status.value in ("cancelled", "failed", "deleted", "draft"):
            assert sales == [], found.source
            continue
        if not order.lines:
            continue
        assert len(sales) == 1, (found.source, plan.holds)
        sale = sales[0]
        assert isinstance(sale, SaleDocument)
        assert sale.total == order.total.rounded(), found.source
        assert sale.total_tax == order.total_tax.rounded(), found.source
        assert adds_up(sale), found.source


def test_all_recorded_refunds_are_booked_or_say_why_not() -> None:
    booked = 0
    for found in recorded():
        order = read(found)
        if isinstance(order, Unreadable):
            continue
        plan = planned(order)
        given = {r.external_id: r.amount for r in order.refunds}
        for one in plan.planned:
            if isinstance(one.document, RefundDocument):
                assert one.document.total == given[one.source.external_id]
                assert adds_up(one.document), found.source
                booked += 1

    assert booked > 10


def test_what_is_held_is_held_for_a_reason_that_was_looked_at() -> None:
    codes = {
        hold.code
        for found in recorded()
        if isinstance(order := read(found), Order)
        for _, hold in planned(order).holds
    }

    assert codes <= EXPECTED_CODES


def test_planning_a_recorded_order_twice_gives_the_same() -> None:
    for found in recorded():
        order = read(found)
        if isinstance(order, Order):
            assert planned(order) == planned(order)


def planned(order: Order) -> OrderPlan:
    """Plan the order as chosen by hand, all its items known to the books."""
    items = {
        line.item_id: (ItemMatch(BooksRef(books_id=f"I{line.item_id}")),)
        for line in order.item_lines
        if line.item_id
    }
    return plan_order(a_request(order, ground=a_ground(items=items, is_by_hand=True)))


def unknown_items(order: Order) -> bool:
    return any(not line.item_id for line in order.item_lines)


def adds_up(document: SaleDocument | RefundDocument) -> bool:
    currency = document.total.currency
    said = total_of([line.total + line.tax for line in document.lines], currency)
    rates = total_of([tax.total for tax in document.taxes], currency)
    return said == document.total and rates == document.total_tax


def read(found: Recorded) -> Order | Unreadable:
    """Return the order as the connector decodes it."""
    return reading("order", found.record, lambda row: decode_order(row, found.refunds))


@cache
def recorded() -> tuple[Recorded, ...]:
    """Return every order in the recordings and samples, with its refunds."""
    return tuple(
        Recorded(source, record, tuple(refunds_of(source, record)))
        for source, record in records()
        if is_order(record)
    )


def refunds_of(source: str, record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for row in record["refunds"]:
        refund = all_refunds().get((store_of(source), str(row["id"])))
        if refund is not None:
            yield refund


@cache
def all_refunds() -> dict[tuple[str, str], dict[str, Any]]:
    wanted = {"id", "amount", "line_items", "refunded_payment", "date_created_gmt"}
    return {
        (store_of(source), str(record["id"])): record
        for source, record in records()
        if wanted <= set(record) and isinstance(record["id"], int)
    }


def store_of(source: str) -> str:
    """Return which store an exchange was recorded with: ids mean nothing beyond it."""
    return source.split("/")[0]


def is_order(record: dict[str, Any]) -> bool:
    wanted = {"id", "number", "line_items", "tax_lines", "total", "refunds", "billing"}
    if not wanted <= set(record) or not isinstance(record["id"], int):
        return False
    return bool(record.get("order_key"))  # without: the shell of another storage


@cache
def records() -> tuple[tuple[str, dict[str, Any]], ...]:
    files = [*CONTRACTS.glob("recordings/*.json"), *CONTRACTS.glob("samples/*/*.json")]
    found = []
    for file in sorted(files):
        text = file.read_text(encoding="utf-8")
        exchange = json.loads(text, parse_float=Decimal)  # as the client reads
        query = (exchange.get("request") or {}).get("query") or {}
        if "dp" in query:  # cut to other decimals than the store keeps
            continue
        source = str(file.relative_to(CONTRACTS))
        found += [(source, row) for row in inside(exchange.get("response"))]
    return tuple(found)


def inside(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from inside(part)
    if isinstance(value, list):
        for part in value:
            yield from inside(part)
