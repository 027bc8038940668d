"""Which quantities a document moves, and whether its date allows it."""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.simulator import refusals
from stockbridge.connectors.books.quickbooks_online.simulator.company import Company
from stockbridge.connectors.books.quickbooks_online.simulator.kinds import (
    INCOMING,
    OUTGOING,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json

Moves = tuple[tuple[str, Decimal], ...]


def moves_of(company: Company, kind: str, record: Json) -> Moves:
    """Return (item, units) for each line that moves stock; refuse with 6270."""
    moves: Moves = ()
    if kind in OUTGOING | INCOMING:
        sign = -1 if kind in OUTGOING else 1
        moves = tuple(
            (detail["ItemRef"]["value"], sign * detail["Qty"])
            for detail in _details(record, "SalesItemLineDetail")
            if _is_stocked(company, detail) and detail.get("Qty")
        )
    elif kind == "InventoryAdjustment":
        moves = tuple(
            (detail["ItemRef"]["value"], detail["QtyDiff"])
            for detail in _details(record, "ItemAdjustmentLineDetail")
        )
    for item_id, _ in moves:
        item = company.get("Item", item_id)
        if record["TxnDate"] < item["InvStartDate"]:
            raise refusals.before_start(item["Name"], item["InvStartDate"])
    return moves


def settle_adjustment(company: Company, record: Json) -> None:
    """Check the lines of an inventory adjustment and number them."""
    if company.habits.plan == "Essentials":
        raise refusals.RefusalError(
            "5020",
            "Permission Denied Error",
            "Permission Denied Error : The plan of this company has no inventory.",
        )
    for place, line in enumerate(record["Line"], start=1):
        detail = line.get("ItemAdjustmentLineDetail", {})
        for name in ("ItemRef", "QtyDiff"):
            if name not in detail:
                raise refusals.missing(f"Line.ItemAdjustmentLineDetail.{name}")
        if not _is_stocked(company, detail):
            raise refusals.business("Only inventory items can be adjusted.")
        line["Id"] = str(place)
        line["DetailType"] = "ItemAdjustmentLineDetail"
    record.setdefault("PrivateNote", "")


def _details(record: Json, name: str) -> list[Json]:
    return [line[name] for line in record["Line"] if name in line]


def _is_stocked(company: Company, detail: Json) -> bool:
    item = company.find("Item", detail["ItemRef"]["value"])
    return item is not None and item["Type"] == "Inventory"
