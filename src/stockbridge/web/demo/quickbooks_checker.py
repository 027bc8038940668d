"""An independent judge: compares what the store says with a QuickBooks company.

It reads nothing of the engine's: the store is asked for its state, the company's own
records are read, and the promises are checked on these two alone.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from stockbridge.web.demo.company_records import Booked, CompanyRecords
from stockbridge.web.demo.report import Report
from stockbridge.web.demo.store_side import (
    is_to_be_booked,
    kept_units,
    refunds_of,
    rows_of,
    shown_quantities,
    total_of,
    unbooked_units,
)

CANCELLED = "cancelled"


@dataclass(slots=True)
class Shelf:
    """What the company began with, and what was counted in it since, by folded SKU."""

    began: Mapping[str, Decimal]
    counted: Counter[str] = field(default_factory=Counter)


def check(state: dict[str, Any], records: CompanyRecords, shelf: Shelf) -> Report:
    """Compare a store's state with a QuickBooks company; both at rest."""
    report = Report()
    refunds = _refunds(state)
    sales = _by_number(records.sales())
    returns = _by_number(records.refunds())
    report.documents = sum(map(len, (*sales.values(), *returns.values())))
    for order in rows_of(state["orders"]):
        number = str(order.get("number") or order["id"])
        given_back = refunds.get(str(order["id"]), Decimal(0))
        _check_order(report, order, sales.pop(number, []), number)
        _check_refund(report, number, returns.pop(number, []), given_back)
    for number in {*sales, *returns}:
        report.unexpected += 1
        report.problems.append(f"QuickBooks has “{number}”; the store has not.")
    _check_money_out(report, records, refunds)
    _check_customers(report, records)
    _check_stock(report, state, records, shelf)
    return report


def _check_order(
    report: Report, order: dict[str, Any], sales: Sequence[Booked], number: str
) -> None:
    report.orders += 1
    live = [sale for sale in sales if sale.is_live]
    report.booked += bool(sales)
    if order["status"] == CANCELLED:
        report.cancelled += bool(sales)
        if live:
            report.problems.append(f"Order {number} is cancelled, its sale stands.")
        return
    if len(live) > 1:
        report.duplicates += len(live) - 1
        report.problems.append(f"Order {number} is booked {len(live)} times.")
    if not is_to_be_booked(order):
        report.unexpected += len(live)
        if live:
            report.problems.append(f"Order {number} ({order['status']}) is booked.")
        return
    if not live:
        report.missing += 1
        report.problems.append(f"Order {number} is not booked.")
        return
    total = total_of(order)
    if live[0].total != total:
        report.cents_off += 1
        report.problems.append(
            f"Order {number}: {live[0].total} booked, {total} billed."
        )


def _check_refund(
    report: Report, number: str, returns: Sequence[Booked], given_back: Decimal
) -> None:
    report.refunds += bool(given_back)
    booked = sum((one.total for one in returns if one.is_live), Decimal(0))
    if booked != given_back:
        report.cents_off += 1
        report.problems.append(
            f"Order {number}: {booked} given back in QuickBooks, {given_back} in the "
            "store."
        )


def _check_money_out(
    report: Report, records: CompanyRecords, refunds: Mapping[str, Decimal]
) -> None:
    paid, wanted = records.money_out(), sum(refunds.values(), Decimal(0))
    if paid != wanted:
        report.cents_off += 1
        report.problems.append(
            f"QuickBooks paid out {paid} for refunds; the store gave back {wanted}."
        )


def _check_customers(report: Report, records: CompanyRecords) -> None:
    for address, count in Counter(map(str.casefold, records.customers())).items():
        if count > 1:
            report.duplicates += count - 1
            report.problems.append(f"QuickBooks has {address} {count} times.")


def _check_stock(
    report: Report, state: dict[str, Any], records: CompanyRecords, shelf: Shelf
) -> None:
    waiting, kept, shown = (
        unbooked_units(state),
        kept_units(state),
        shown_quantities(state),
    )
    for sku, on_hand in records.on_hand().items():
        if shown.get(sku) is None:
            continue
        report.stock_items += 1
        held = shelf.began.get(sku, Decimal(0)) + shelf.counted[sku] - kept[sku]
        if on_hand != held:
            report.stock_differences += 1
            report.problems.append(
                f"{sku}: QuickBooks has {on_hand} on hand, expected {held}."
            )
        expected = max(Decimal(0), on_hand - waiting.get(sku, 0))
        if Decimal(str(shown[sku])) != expected:
            report.stock_differences += 1
            report.problems.append(
                f"{sku}: the store shows {shown[sku]}, expected {expected}."
            )


def _refunds(state: dict[str, Any]) -> dict[str, Decimal]:
    """Return what was given back by order; a cancelled sale is gone as a whole."""
    gone = {str(o["id"]) for o in rows_of(state["orders"]) if o["status"] == CANCELLED}
    return {key: sum_ for key, sum_ in refunds_of(state).items() if key not in gone}


def _by_number(rows: Sequence[Booked]) -> dict[str, list[Booked]]:
    found: dict[str, list[Booked]] = {}
    for row in rows:
        found.setdefault(row.number, []).append(row)
    return found
