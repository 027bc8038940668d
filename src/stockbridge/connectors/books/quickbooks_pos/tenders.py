"""With what a receipt was paid: the tenders of Point of Sale.

A payment method of the store is mapped to a tender as it would be to an account; the
tender's id is its name here. Tenders always add up to the receipt, to the cent.
"""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_pos.envelopes import Node
from stockbridge.connectors.books.quickbooks_pos.errors import not_expressible
from stockbridge.connectors.books.quickbooks_pos.numbers import amount_text
from stockbridge.connectors.books.quickbooks_pos.receipt_values import Receipt
from stockbridge.connectors.books.quickbooks_pos.settings import (
    GiftTender,
    PosSettings,
)
from stockbridge.connectors.books.quickbooks_pos.texts import fit
from stockbridge.domain.errors import MappingError, SettingNeededError
from stockbridge.ports import BooksAccount

CARD = "credit_card:"
_CARD_CHARS_MAX = 16
_PLAIN = {
    "cash": ("TenderCashAdd", "Cash"),
    "check": ("TenderCheckAdd", "Check"),
    "debit_card": ("TenderDebitCardAdd", "Debit card"),
    "gift": ("TenderGiftAdd", "Gift certificate"),
    "gift_card": ("TenderGiftCardAdd", "Gift card"),
    "account": ("TenderAccountAdd", "Customer's account"),
}


def tenders(settings: PosSettings) -> tuple[BooksAccount, ...]:
    """Return what a payment method can be mapped to."""
    cards = tuple(
        BooksAccount(f"{CARD}{name}", f"Credit card: {name}", "tender")
        for name in settings.card_names
    )
    plain = tuple(
        BooksAccount(key, title, "tender") for key, (_, title) in _PLAIN.items()
    )
    return cards + plain


def tender_nodes(tender: str, receipt: Receipt, settings: PosSettings) -> list[Node]:
    """Return what a receipt was paid with: by one way, and with gift cards."""
    return [
        *_paid(tender, receipt.due, settings),
        *_paid_with_gift_cards(receipt.gift, settings),
    ]


def _paid(tender: str, total: Decimal, settings: PosSettings) -> list[Node]:
    if not total:
        return []
    chosen = tender or settings.default_tender
    amount: Node = ("TenderAmount", amount_text(total))
    if chosen.startswith(CARD):
        name = fit(chosen.removeprefix(CARD), _CARD_CHARS_MAX)
        return [("TenderCreditCardAdd", [("CardName", name or "Other"), amount])]
    if chosen in _PLAIN:
        return [(_PLAIN[chosen][0], [amount])]
    raise _unknown(chosen)


def check_tender(tender: str, receipt: Receipt, settings: PosSettings) -> None:
    """Raise ActionNeededError for a payment that no tender stands for."""
    if receipt.due < 0:
        raise not_expressible(
            f"A receipt of {receipt.due} cannot be paid.",
            field="total",
            remedy="Enter it in Point of Sale by hand.",
        )
    tender_nodes(tender, receipt, settings)


def _paid_with_gift_cards(amount: Decimal, settings: PosSettings) -> list[Node]:
    if not amount:
        return []
    if settings.gift_card_tender is GiftTender.HOLD:
        raise SettingNeededError(
            f"A gift card paid {amount} of it, and nobody said how that is written.",
            field="gift_card_tender",
            remedy="Choose what used gift cards are on the connection's settings.",
        )
    tag, _ = _PLAIN[settings.gift_card_tender]
    return [(tag, [("TenderAmount", amount_text(amount))])]


def _unknown(tender: str) -> MappingError:
    remedy = "Map the payment method to a way of payment of Point of Sale"
    if tender:
        return MappingError(
            f"Point of Sale has no way of payment {tender!r}.",
            field="account_id",
            remedy=f"{remedy}.",
        )
    return SettingNeededError(
        "The order's payment method is not mapped.",
        field="default_tender",
        remedy=f"{remedy}, or choose how unlisted payments were paid on the "
        "connection's settings.",
    )
