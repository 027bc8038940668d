"""Which item of QuickBooks a line of a sale or a refund stands on."""

from decimal import Decimal

from stockbridge.connectors.quickbooks.settings import BothSettings
from stockbridge.domain.accounting import DocumentLine
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import SettingNeededError
from stockbridge.domain.posting import ROUNDING_LINE

_ITEM_SETTINGS = {
    LineKind.SHIPPING: ("shipping_item", "item for shipping"),
    LineKind.FEE: ("fee_item", "item for fees"),
    LineKind.DISCOUNT: ("discount_item", "item for discounts"),
    LineKind.GIFT_CARD: ("gift_card_item", "item for gift cards"),
}


def sold_item(line: DocumentLine, settings: BothSettings) -> tuple[str, Decimal | None]:
    """Return the item that a line of a sale stands on, and how many; None: no quantity.

    Raises SettingNeededError for a line without an item.
    """
    if line.kind is not LineKind.ITEM:
        return own_item(line, settings), None
    if line.units and line.item is not None and line.item.books_id:
        return line.item.books_id, line.units
    return unstocked(settings), line.quantity


def own_item(line: DocumentLine, settings: BothSettings) -> str:
    """Return the item of a line that sells no goods; raises SettingNeededError."""
    if line.item is not None and line.item.books_id:
        return line.item.books_id
    is_rounding = line.source_id == ROUNDING_LINE
    name, words = _ITEM_SETTINGS[LineKind.FEE if is_rounding else line.kind]
    item = str(getattr(settings, name))
    if not item:
        raise SettingNeededError(
            f"The line {line.name!r} needs an {words} in QuickBooks.",
            field=name,
            remedy=f"Choose the {words} in the connection's settings.",
        )
    return item


def unstocked(settings: BothSettings) -> str:
    """Return the item that moves no stock; SettingNeededError where none is set."""
    if not settings.unstocked_item:
        raise SettingNeededError(
            "A line sells or returns an item without moving stock; an inventory item "
            "of QuickBooks always moves it.",
            field="unstocked_item",
            remedy="Choose the item for lines that move no stock in the connection's "
            "settings.",
        )
    return settings.unstocked_item
