"""A change of stock that no sale explains: by difference, which two can make at once.

The entity exists since minor version 70, in the plans Plus and Advanced.
"""

from stockbridge.connectors.books.quickbooks_online import naming
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.client import Write
from stockbridge.connectors.books.quickbooks_online.texts import line_of
from stockbridge.connectors.quickbooks.items import adjustment_account_of
from stockbridge.connectors.quickbooks.naming import short_sign
from stockbridge.domain.accounting import AdjustmentDocument
from stockbridge.domain.errors import InvalidInputError
from stockbridge.ports import PostRequest

_SIGN_CHARS = 9


def adjustment_number(post: PostRequest) -> str:
    """Return the DocNumber of an adjustment: of our marker."""
    return "SB" + short_sign(post.marker, _SIGN_CHARS)


def adjustment_write(post: PostRequest, basis: Basis) -> Write:
    """Return the adjustment as it is written; raises ActionNeededError."""
    adjustment = post.document
    if not isinstance(adjustment, AdjustmentDocument):
        raise TypeError("an adjustment is wanted")
    account = adjustment_account_of(basis.settings)
    if not adjustment.delta:
        raise InvalidInputError("An adjustment by nothing.", field="delta")
    item = naming.record_id(adjustment.item.books_id, noun="item")
    detail = {"ItemRef": {"value": item}, "QtyDiff": adjustment.delta}
    body: dict[str, object] = {
        "AdjustAccountRef": {"value": account},
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
