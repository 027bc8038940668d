"""Inventory adjustments: POS takes the new quantity, we know the difference.

So the present quantity is read first (`Prepare`), and the write names both. If goods
moved in between, the stored difference is another one: then it is said, never hidden.
"""

import json
from decimal import Decimal

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.envelopes import Node, text_of
from stockbridge.connectors.books.quickbooks_pos.items import on_hand_at
from stockbridge.connectors.books.quickbooks_pos.markers import Signed, signed_text
from stockbridge.connectors.books.quickbooks_pos.numbers import (
    decimal_of,
    quantity_text,
)
from stockbridge.connectors.books.quickbooks_pos.receipts import store_of
from stockbridge.connectors.books.quickbooks_pos.settings import PosSettings
from stockbridge.connectors.books.quickbooks_pos.texts import fit
from stockbridge.domain.accounting import AdjustmentDocument
from stockbridge.domain.errors import ConflictError, DefectError
from stockbridge.ports import PostOutcome, PostRequest, PostResult

ADD = "InventoryQtyAdjustmentAddRq"
ROW = "InventoryQtyAdjustmentRet"
LINE = "InventoryQtyAdjustmentItemRet"
_COMMENTS_CHARS_MAX = 300


def present_quantity(row: etree._Element, store: str) -> str:
    """Return what the write depends on, as the basis that `adjustment` takes."""
    return json.dumps({"on_hand": str(on_hand_at(row, store)), "store": store})


def adjustment(
    post: PostRequest, document: AdjustmentDocument, basis: str, settings: PosSettings
) -> list[Node]:
    """Return what is inside InventoryQtyAdjustmentAddRq."""
    store = store_of(document.location_id, settings)
    read = json.loads(basis) if basis else {}
    if read.get("store") != store:
        raise DefectError("An adjustment needs the present quantity at its store.")
    new = Decimal(read["on_hand"]) + document.delta
    comments = signed_text(
        Signed(post.marker, ""), document.reason, chars_max=_COMMENTS_CHARS_MAX
    )
    children: list[Node] = [
        ("Comments", comments),
        ("Reason", fit(settings.adjustment_reason, 8)),
        ("StoreNumber", store),
        ("TxnDate", document.business_date.isoformat()),
        ("TxnState", "Normal"),
        (
            "InventoryQtyAdjustmentItemAdd",
            [("ListID", document.item.books_id), ("NewQuantity", quantity_text(new))],
        ),
    ]
    return [("InventoryQtyAdjustmentAdd", children)]


def posted_adjustment(
    attempt_id: str, row: etree._Element, document: AdjustmentDocument
) -> PostResult:
    """Return a stored adjustment; one by another difference carries an error.

    It is posted all the same: sending it again would move the stock twice.
    """
    error = None
    found = difference_of(row, document.item.books_id)
    if found is not None and found != document.delta:
        error = ConflictError(
            f"Stock moved while it was adjusted: it changed by {found}, not by "
            f"{document.delta}.",
            remedy="Count the item, and set its quantity in Point of Sale.",
        )
    return PostResult(
        attempt_id,
        PostOutcome.POSTED,
        books_id=text_of(row, "TxnID"),
        number=text_of(row, "InventoryAdjustmentNumber"),
        version=text_of(row, "TimeModified"),
        error=error,
    )


def difference_of(row: etree._Element, list_id: str) -> Decimal | None:
    """Return by how much an adjustment changed one item; None: it does not say."""
    for line in row.findall(LINE):
        if text_of(line, "ListID") != list_id:
            continue
        if said := text_of(line, "QtyDifference"):
            return decimal_of(said)
        old, new = text_of(line, "OldQuantity"), text_of(line, "NewQuantity")
        return decimal_of(new) - decimal_of(old) if old and new else None
    return None
