"""What a store tells us: orders, refunds and customers, as it last described them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from stockbridge.domain.money import Money


class LineKind(StrEnum):
    """What an order line charges for."""

    ITEM = "item"
    SHIPPING = "shipping"
    FEE = "fee"  # may be negative
    DISCOUNT = "discount"  # only where a store does not spread it over the lines
    GIFT_CARD = "gift_card"  # a liability, no revenue


class OrderStatus(StrEnum):
    """Where an order stands, in every store's terms."""

    DRAFT = "draft"  # not an order yet: an abandoned checkout
    PENDING = "pending"  # placed, not paid, takes no stock
    ON_HOLD = "on_hold"  # placed, payment awaited, takes stock
    PROCESSING = "processing"  # paid or payable on delivery, to be fulfilled
    COMPLETED = "completed"  # fulfilled
    CANCELLED = "cancelled"
    REFUNDED = "refunded"  # all money given back
    FAILED = "failed"  # the payment failed
    DELETED = "deleted"  # trashed or gone
    UNKNOWN = "unknown"  # a status of a plugin that we do not know


#: The store has taken its goods off the shelf (OBSERVED.md, "Stock movements").
STOCK_TAKING = frozenset(
    {OrderStatus.ON_HOLD, OrderStatus.PROCESSING, OrderStatus.COMPLETED}
)


@dataclass(frozen=True, slots=True)
class TaxShare:
    """How much one tax rate charges on one order line."""

    rate_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Any line of an order. Amounts are without tax, after discounts."""

    external_id: str
    kind: LineKind
    name: str
    quantity: Decimal
    total: Money  # without tax, after discount
    tax: Money
    subtotal: Money  # without tax, before discount
    taxes: tuple[TaxShare, ...] = ()
    item_id: str = ""  # the store's id of the item; "" = sells nothing stocked
    product_id: str = ""  # the grouping product, where the item is a variation
    sku: str = ""
    method_id: str = ""  # shipping method, fee kind
    attributes: tuple[tuple[str, str], ...] = ()
    units_taken: Decimal | None = None  # stock the store says it took; None = unsaid


@dataclass(frozen=True, slots=True)
class TaxLine:
    """What one tax rate charges on the whole order, as billed."""

    rate_id: str
    label: str
    rate_percent: Decimal | None
    total: Money  # shipping tax included
    shipping: Money
    is_compound: bool = False
    country: str = ""  # who charges it, as far as the store tells
    state: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address, as typed by the shopper."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """Who buys. A guest has no `external_id`."""

    external_id: str = ""  # "" = guest
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    phone: str = ""
    billing: Address = Address()
    shipping: Address = Address()
    role: str = ""
    created_at: datetime | None = None  # None = not told; not part of a digest
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefundLine:
    """Part of a refund: positive amounts without tax, positive quantities."""

    external_id: str
    order_line_id: str  # "" = not said by the store
    kind: LineKind
    name: str
    quantity: Decimal
    total: Money
    tax: Money
    taxes: tuple[TaxShare, ...] = ()
    item_id: str = ""
    product_id: str = ""
    sku: str = ""


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back for an order, with or without goods back."""

    external_id: str
    order_id: str
    refunded_at: datetime
    amount: Money  # positive, tax included
    reason: str = ""
    lines: tuple[RefundLine, ...] = ()  # empty: an amount only
    restocked_units: tuple[tuple[str, Decimal], ...] | None = None
    # (order line id, units) put back on the shelf; None = the store does not say


@dataclass(frozen=True, slots=True)
class Shipment:
    """Goods of an order that left together, as the store tells it."""

    external_id: str  # stays the same, and is no other order's
    shipped_at: datetime
    lines: tuple[tuple[str, Decimal], ...]  # order line id, the store's units
    carrier: str = ""
    tracking: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """A sale in a store, as the store last described it."""

    external_id: str  # the store's id, opaque to us
    number: str  # what the shopper sees; any text, not unique across stores
    status: OrderStatus
    store_status: str  # the store's own word
    placed_at: datetime
    currency: str
    lines: tuple[OrderLine, ...]
    tax_lines: tuple[TaxLine, ...]
    total: Money  # what the shopper paid or owes, tax included, before refunds
    total_tax: Money
    customer: Customer
    paid_at: datetime | None = None
    completed_at: datetime | None = None
    changed_at: datetime | None = None  # not part of the digest
    shipping_address: Address = Address()
    prices_include_tax: bool = False
    payment_method: str = ""
    payment_title: str = ""
    transaction_id: str = ""
    note: str = ""
    coupons: tuple[str, ...] = ()
    meta: tuple[tuple[str, str], ...] = ()  # order fields that a setting names
    refunds: tuple[Refund, ...] = ()
    refunds_total: Money | None = None  # as the order itself lists them; a check
    mark: str = ""  # as the daily walk sees it; not part of the digest
    is_refunds_complete: bool = True  # False: `refunds` still has to be read
    shipments: tuple[Shipment, ...] | None = None  # None: the store does not say

    @property
    def item_lines(self) -> tuple[OrderLine, ...]:
        """The lines that sell an item."""
        return tuple(line for line in self.lines if line.kind is LineKind.ITEM)

    @property
    def takes_stock(self) -> bool:
        """Whether the store took these goods off the shelf.

        A status that we do not know (of a plugin: "awaiting pickup") counts where the
        store says that it took units, or where it says nothing and was paid.
        """
        if self.status is not OrderStatus.UNKNOWN:
            return self.status in STOCK_TAKING
        said = [li.units_taken for li in self.item_lines if li.units_taken is not None]
        return any(said) if said else self.paid_at is not None

    @property
    def is_fulfilled(self) -> bool:
        """Whether all its goods went out."""
        return bool(self.completed_at) or self.status is OrderStatus.COMPLETED

    @property
    def is_paid(self) -> bool:
        """Whether its money came in; taken for granted of what went out."""
        return bool(self.paid_at) or self.is_fulfilled

    @property
    def left_at(self) -> datetime:
        """When its goods went out, as near as the store tells."""
        return self.completed_at or self.paid_at or self.placed_at
