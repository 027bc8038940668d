"""What a shop's counter sold to a customer: a receipt that no order of a store made."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stockbridge.domain.money import Money


class ReceiptKind(StrEnum):
    """What happened at the counter."""

    SALE = "sale"
    RETURN = "return"
    OTHER = "other"  # a deposit, a payout


@dataclass(frozen=True, slots=True)
class CounterReceipt:
    """One receipt, as last read; nothing of what was bought."""

    external_id: str
    customer_id: str  # the books'
    number: str
    business_date: date
    total: Money
    kind: ReceiptKind = ReceiptKind.SALE
    is_live: bool = True  # False: taken back, or what takes another back
