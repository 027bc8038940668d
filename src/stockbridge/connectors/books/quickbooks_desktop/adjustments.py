"""A change of stock that no sale explains."""

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Element,
    day,
    leaf,
    node,
    quantity,
    ref,
    request,
    words,
)
from stockbridge.connectors.books.quickbooks_desktop.sales import MEMO_CHARS_MAX
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.quickbooks.items import adjustment_account_of
from stockbridge.connectors.quickbooks.naming import short_sign
from stockbridge.domain.accounting import AdjustmentDocument
from stockbridge.domain.errors import InvalidInputError
from stockbridge.ports import PostRequest

_SIGN_CHARS = 9


def adjustment_number(post: PostRequest) -> str:
    """Return the RefNumber by which the adjustment is found: of our marker."""
    return "SB" + short_sign(post.marker, _SIGN_CHARS)


def adjustment_request(
    post: PostRequest, settings: QuickBooksDesktopSettings
) -> Element:
    """Return the request: a difference, which two people can make at once."""
    adjustment = post.document
    if not isinstance(adjustment, AdjustmentDocument):
        raise TypeError("an adjustment is wanted")
    account = account_needed(settings)
    if not adjustment.delta:
        raise InvalidInputError("An adjustment by nothing.", field="delta")
    site = adjustment.location_id if settings.uses_sites else ""
    body = node(
        "InventoryAdjustmentAdd",
        ref("AccountRef", account),
        day("TxnDate", adjustment.business_date),
        leaf("RefNumber", adjustment_number(post)),
        ref("InventorySiteRef", site),
        ref("ClassRef", settings.accounting_class),
        words("Memo", naming.memo(post.marker, adjustment.reason), MEMO_CHARS_MAX),
        node(
            "InventoryAdjustmentLineAdd",
            ref("ItemRef", adjustment.item.books_id),
            node(
                "QuantityAdjustment",
                quantity("QuantityDifference", adjustment.delta),
            ),
        ),
    )
    number = naming.request_id(post.attempt_id)
    return request("InventoryAdjustmentAddRq", number, body)


def account_needed(settings: QuickBooksDesktopSettings) -> str:
    """Return the account that adjustments are booked against; SettingNeededError."""
    return adjustment_account_of(settings)
