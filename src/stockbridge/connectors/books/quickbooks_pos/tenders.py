"""With what a receipt was paid: the tenders of Point of Sale.

A payment method of the store is mapped to a tender as it would be to an account; the
tender's id is its name here. Tenders always add up to the receipt, to the cent.
"""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_pos.envelopes import Node
from stockbridge.connectors.books.quickbooks_pos.errors import not_expressible
from stockbridge.connectors.books.quickbooks_pos.numbers import amount_text
from stockbridge.connectors.books.quickbooks_pos.settings import PosSettings
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


def tender_nodes(tender: str, total: Decimal, settings: PosSettings) -> list[Node]:
    """Return the one tender of a receipt; none where there is nothing to pay."""
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


def check_tender(tender: str, total: Decimal, settings: PosSettings) -> None:
    """Raise ActionNeededError for a payment that no tender stands for."""
    if total < 0:
        raise not_expressible(
            f"A receipt of {total} cannot be paid.",
            field="total",
            remedy="Enter it in Point of Sale by hand.",
        )
    tender_nodes(tender, total, settings)


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
