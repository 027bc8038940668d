"""A receipt of POS before it is XML: what is sold, charged, paid. Frozen values."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One line. Price is in cents and quantity × price is exact."""

    list_id: str
    quantity: Decimal
    price: Decimal
    name: str
    source_id: str  # the document's line: its parts are taxed together
    tax_code: str = ""

    @property
    def extended(self) -> Decimal:
        """What the line costs, without tax."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True)
class Receipt:
    """The whole receipt. What POS will compute of it is `total`."""

    lines: tuple[ReceiptLine, ...]
    tax: Decimal = Decimal(0)  # as POS computes it from the lines' codes
    shipping: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    gift: Decimal = Decimal(0)  # paid with gift cards: a tender, no discount
    tax_category: str = ""

    @property
    def subtotal(self) -> Decimal:
        """The lines together."""
        return sum((line.extended for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        """What the tenders must add up to."""
        return self.subtotal - self.discount + self.tax + self.shipping

    @property
    def due(self) -> Decimal:
        """What is paid otherwise than with gift cards."""
        return self.total - self.gift
