"""An independent judge: compares what the store says with what the books hold.

It reads nothing of the engine's: not its snapshots, not its outbox. The store is asked
for its state, the back office's own tables are read, and the promises are checked
on these two alone.
"""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from stockbridge.backoffice.models import (
    CustomerOrder,
    Item,
    PostedDocument,
    StockLevel,
)
from stockbridge.companies.models import Company

_BOOKED = {"processing", "completed", "refunded"}
_CENT = Decimal("0.01")


@dataclass(slots=True)
class Report:
    """What was found; `problems` is empty when all promises hold."""

    orders: int = 0
    booked: int = 0
    refunds: int = 0
    cancelled: int = 0
    documents: int = 0
    duplicates: int = 0
    missing: int = 0
    unexpected: int = 0
    cents_off: int = 0
    stock_items: int = 0
    stock_differences: int = 0
    problems: list[str] = field(default_factory=list)


def check(state: dict[str, Any], company: Company) -> Report:
    """Compare a store's state with the company's back office; both at rest."""
    report = Report()
    orders = {str(order["id"]): order for order in _rows(state["orders"])}
    refunds = _refunds(state)
    _check_orders(report, orders, refunds, company)
    _check_stock(report, state, company)
    return report


def _check_orders(
    report: Report,
    orders: dict[str, dict[str, Any]],
    refunds: dict[str, Decimal],
    company: Company,
) -> None:
    held = list(CustomerOrder.objects.filter(company=company))
    by_number = Counter(order.reference for order in held)
    books = {order.reference: order for order in held}
    report.orders = len(orders)
    report.documents = PostedDocument.objects.filter(company=company).count()
    for number, count in by_number.items():
        if count > 1:
            report.duplicates += count - 1
            report.problems.append(f"Order {number} is booked {count} times.")
    for order_id, order in orders.items():
        number = str(order.get("number") or order_id)
        booked = books.pop(number, None)
        wanted = _is_to_be_booked(order)
        if booked is None:
            if wanted:
                report.missing += 1
                report.problems.append(f"Order {number} is not booked.")
            continue
        report.booked += 1
        if not wanted and order["status"] != "cancelled":
            report.unexpected += 1
            report.problems.append(f"Order {number} ({order['status']}) is booked.")
        _check_money(report, order, booked, refunds.get(order_id, Decimal(0)))
    for number in books:
        report.unexpected += 1
        report.problems.append(f"The books have order {number}; the store has not.")


def _check_money(
    report: Report, order: dict[str, Any], booked: CustomerOrder, refunded: Decimal
) -> None:
    total = _total(order)
    if booked.total.quantize(_CENT) != total:
        report.cents_off += 1
        report.problems.append(
            f"Order {booked.reference}: {booked.total} booked, {total} billed."
        )
    documents = PostedDocument.objects.filter(order=booked, reversed_by=None)
    given = documents.filter(kind="refund").aggregate(sum=Sum("total"))["sum"]
    given = Decimal(given or 0).quantize(_CENT)
    if refunded:
        report.refunds += 1
    if abs(given) != refunded.quantize(_CENT):
        report.cents_off += 1
        report.problems.append(
            f"Order {booked.reference}: {given} refunded in the books, "
            f"{refunded} in the store."
        )
    if order["status"] == "cancelled":
        report.cancelled += 1
        if booked.status != "cancelled":
            report.problems.append(f"Order {booked.reference} is not cancelled.")


def _check_stock(report: Report, state: dict[str, Any], company: Company) -> None:
    shown = {
        str(row["sku"]).casefold(): row.get("stock_quantity")
        for row in _rows(state["products"])
        if row.get("sku") and row.get("manage_stock") is True
    }
    waiting = _unbooked_units(state)
    items = Item.objects.filter(company=company, is_active=True, kind="tracked")
    levels = {
        row["item"]: (row["on_hand_sum"], row["committed_sum"])
        for row in StockLevel.objects.filter(item__company=company)
        .values("item")
        .annotate(on_hand_sum=Sum("on_hand"), committed_sum=Sum("committed"))
    }
    for item in items:
        sku = item.sku.casefold()
        if shown.get(sku) is None:
            continue
        report.stock_items += 1
        on_hand, committed = levels.get(item.pk, (Decimal(0), Decimal(0)))
        expected = max(Decimal(0), on_hand - committed - waiting.get(sku, 0))
        if Decimal(str(shown[sku])) != expected:
            report.stock_differences += 1
            report.problems.append(
                f"{item.sku}: the store shows {shown[sku]}, expected {expected}."
            )


def _unbooked_units(state: dict[str, Any]) -> dict[str, int]:
    """Units that unpaid orders on hold took in the store and no books know of."""
    skus = {row["id"]: str(row["sku"]).casefold() for row in _rows(state["products"])}
    units: Counter[str] = Counter()
    for order in _rows(state["orders"]):
        if order["status"] != "on-hold":
            continue
        for line in order["lines"]:
            if line["kind"] == "line_item":
                sold = line["variation_id"] or line["product_id"]
                units[skus.get(sold, "")] += int(line["quantity"])
    return dict(units)


def _refunds(state: dict[str, Any]) -> dict[str, Decimal]:
    given: dict[str, Decimal] = {}
    for refund in _rows(state["refunds"]):
        order_id = str(refund.get("order_id") or refund.get("parent_id"))
        given[order_id] = given.get(order_id, Decimal(0)) + Decimal(
            str(refund["amount"])
        )
    return given


def _total(order: dict[str, Any]) -> Decimal:
    """Add up what the order bills: its lines, and the tax of each rate."""
    lines = [Decimal(line["total"]) for line in order["lines"]]
    taxes = [
        Decimal(rate["tax_total"]) + Decimal(rate["shipping_tax_total"])
        for rate in order["tax_lines"]
    ]
    return sum((*lines, *taxes), Decimal(0)).quantize(_CENT)


def _is_to_be_booked(order: dict[str, Any]) -> bool:
    if order.get("trashed"):
        return False
    return order["status"] in _BOOKED


def _rows(table: Any) -> list[dict[str, Any]]:  # noqa: ANN401 – a list, or by id
    return list(table.values()) if isinstance(table, dict) else list(table)
