"""How many units an order took off the shelf, and which refunds put some back.

WooCommerce writes it down per order line, never per refund: `_reduced_stock` is what
the line still holds, `_restock_refunded_items` what all its refunds together put
back. Where all refunds of a line restocked, or none, each is known; in between the
store does not say which, and neither do we.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from stockbridge.connectors.stores.woocommerce.payloads import (
    ItemLine,
    Meta,
    RefundPayload,
    amount_of,
)

_HELD = "_reduced_stock"
_PUT_BACK = "_restock_refunded_items"
REFUNDED_LINE = "_refunded_item_id"

Restock = tuple[tuple[str, Decimal], ...]


def gross_units(line: ItemLine) -> Decimal | None:
    """Return the units that the order took for this line; None: not said.

    Before refunds: what those put back is told by each refund.
    """
    held = _number(line.meta_data, _HELD)
    if held is None:
        return None
    return held + (_number(line.meta_data, _PUT_BACK) or Decimal(0))


def restocks_of(
    lines: Iterable[ItemLine], refunds: Sequence[RefundPayload]
) -> dict[str, Restock | None]:
    """Return by refund what it put back, per order line; None: the store is silent."""
    put_back = {
        line.id: _number(line.meta_data, _PUT_BACK) or Decimal(0) for line in lines
    }
    returned: dict[str, Decimal] = {}
    for refund in refunds:
        for line_id, units in _units(refund):
            returned[line_id] = returned.get(line_id, Decimal(0)) + units
    return {refund.id: _restock(refund, put_back, returned) for refund in refunds}


def _restock(
    refund: RefundPayload, put_back: dict[str, Decimal], returned: dict[str, Decimal]
) -> Restock | None:
    restock = []
    for line_id, units in _units(refund):
        total = put_back.get(line_id, Decimal(0))
        if total == 0:
            continue
        if total != returned[line_id]:
            return None
        restock.append((line_id, units))
    return tuple(restock)


def _units(refund: RefundPayload) -> list[tuple[str, Decimal]]:
    """Return the units given back per order line; lines of money only are none."""
    found = []
    for line in refund.line_items:
        meta = (m.value for m in line.meta_data if m.key == REFUNDED_LINE)
        line_id = next(meta, "")
        if line_id and line.quantity:
            found.append((line_id, -line.quantity))
    return found


def _number(metas: Iterable[Meta], key: str) -> Decimal | None:
    text = next((meta.value for meta in metas if meta.key == key), "")
    try:
        return amount_of(text) if text else None
    except ValueError:
        return None
