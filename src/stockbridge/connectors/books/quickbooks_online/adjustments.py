"""A change of stock that no sale explains: by difference, which two can make at once.

The entity exists since minor version 70, in the plans Plus and Advanced.
"""

from stockbridge.connectors.books.quickbooks_online import naming
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.client import Write
from stockbridge.connectors.books.quickbooks_online.texts import line_of
from stockbridge.domain.accounting import AdjustmentDocument
from stockbridge.domain.errors import InvalidInputError, SettingNeededError
from stockbridge.ports import PostRequest

_SIGN_CHARS = 9


def adjustment_number(post: PostRequest) -> str:
    """Return the DocNumber of an adjustment: of our marker."""
    return "SB" + naming.short_sign(post.marker, _SIGN_CHARS)


def adjustment_write(post: PostRequest, basis: Basis) -> Write:
    """Return the adjustment as it is written; raises ActionNeededError."""
    adjustment = post.document
    if not isinstance(adjustment, AdjustmentDocument):
        raise TypeError("an adjustment is wanted")
    settings = basis.settings
    if not settings.adjustment_account:
        raise SettingNeededError(
            "QuickBooks books an adjustment of stock against an account.",
            field="adjustment_account",
            remedy="Choose the account for stock adjustments in the connection's "
            "settings.",
        )
    if not adjustment.delta:
        raise InvalidInputError("An adjustment by nothing.", field="delta")
    item = naming.record_id(adjustment.item.books_id, noun="item")
    detail = {"ItemRef": {"value": item}, "QtyDiff": adjustment.delta}
    body: dict[str, object] = {
        "AdjustAccountRef": {"value": settings.adjustment_account},
        "DocNumber": adjustment_number(post),
        "TxnDate": adjustment.business_date.isoformat(),
        "PrivateNote": naming.note(post.marker, line_of(adjustment.reason, 3000)),
        "Line": [
            {
                "DetailType": "ItemAdjustmentLineDetail",
                "ItemAdjustmentLineDetail": detail,
            }
        ],
    }
    return Write("InventoryAdjustment", body, naming.request_id(post.key))
