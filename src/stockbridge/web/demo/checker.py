"""An independent judge: compares what the store says with what the books hold.

It reads nothing of the engine's: not its snapshots, not its outbox. The store is asked
for its state, the back office's own tables are read, and the promises are checked
on these two alone.
"""

from collections import Counter
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
from stockbridge.web.demo.report import Report
from stockbridge.web.demo.store_side import (
    is_to_be_booked,
    refunds_of,
    rows_of,
    shown_quantities,
    total_of,
    unbooked_units,
)

_CENT = Decimal("0.01")


def check(state: dict[str, Any], company: Company) -> Report:
    """Compare a store's state with the company's back office; both at rest."""
    report = Report()
    orders = {str(order["id"]): order for order in rows_of(state["orders"])}
    refunds = refunds_of(state)
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
        wanted = is_to_be_booked(order)
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
    total = total_of(order)
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
    shown = shown_quantities(state)
    waiting = unbooked_units(state)
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
