"""What a simulated store says of itself: what should be booked, what it shows.

For judges: nothing of the engine's is read here.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

_BOOKED = {"processing", "completed", "refunded"}
_CENT = Decimal("0.01")


def shown_quantities(state: dict[str, Any]) -> dict[str, Any]:
    """Return the quantities that shoppers see, by folded SKU."""
    return {
        str(row["sku"]).casefold(): row.get("stock_quantity")
        for row in rows_of(state["products"])
        if row.get("sku") and row.get("manage_stock") is True
    }


def unbooked_units(state: dict[str, Any]) -> dict[str, int]:
    """Units that unpaid orders on hold took in the store and no books know of."""
    skus = {row["id"]: str(row["sku"]).casefold() for row in rows_of(state["products"])}
    units: Counter[str] = Counter()
    for order in rows_of(state["orders"]):
        if order["status"] != "on-hold":
            continue
        for line in order["lines"]:
            if line["kind"] == "line_item":
                sold = line["variation_id"] or line["product_id"]
                units[skus.get(sold, "")] += int(line["quantity"])
    return dict(units)


def kept_units(state: dict[str, Any]) -> Counter[str]:
    """Return the units that booked orders took and did not bring back, by folded SKU.

    A line remembers what it took; the store lowers that when goods are put back.
    """
    skus = {row["id"]: str(row["sku"]).casefold() for row in rows_of(state["products"])}
    units: Counter[str] = Counter()
    for order in filter(is_to_be_booked, rows_of(state["orders"])):
        for line in order["lines"]:
            sold = line["variation_id"] or line["product_id"]
            for meta in line["meta"]:
                if meta["key"] == "_reduced_stock":
                    units[skus.get(sold, "")] += int(meta["value"])
    return units


def refunds_of(state: dict[str, Any]) -> dict[str, Decimal]:
    """Return what was given back, by order id."""
    given: dict[str, Decimal] = {}
    for refund in rows_of(state["refunds"]):
        order_id = str(refund.get("order_id") or refund.get("parent_id"))
        given[order_id] = given.get(order_id, Decimal(0)) + Decimal(
            str(refund["amount"])
        )
    return given


def total_of(order: dict[str, Any]) -> Decimal:
    """Add up what the order bills: its lines, and the tax of each rate."""
    lines = [Decimal(line["total"]) for line in order["lines"]]
    taxes = [
        Decimal(rate["tax_total"]) + Decimal(rate["shipping_tax_total"])
        for rate in order["tax_lines"]
    ]
    return sum((*lines, *taxes), Decimal(0)).quantize(_CENT)


def is_to_be_booked(order: dict[str, Any]) -> bool:
    """Return whether the books should have this order."""
    if order.get("trashed"):
        return False
    return order["status"] in _BOOKED


def rows_of(
    table: Mapping[str, dict[str, Any]] | Sequence[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Return the rows of one of the store's tables."""
    return list(table.values()) if isinstance(table, Mapping) else list(table)
