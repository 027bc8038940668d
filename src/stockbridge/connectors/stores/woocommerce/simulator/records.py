"""The records of a store as it keeps them; amounts are Decimal, times epoch seconds.

They change in place, as rows of a database do; only `state.py` hands them out.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Value = Any  # whatever JSON may hold
Json = dict[str, Value]
ZERO = Decimal(0)


@dataclass(slots=True)
class Meta:
    """One key and value that some plugin, or we, have hung on a record."""

    id: int
    key: str
    value: Value


@dataclass(slots=True)
class Product:
    """A product or a variation; what is rarely set is in `other`."""

    id: int
    type: str
    created: int
    modified: int
    name: str = ""
    slug: str = ""
    status: str = "publish"
    parent_id: int = 0
    sku: str = ""
    global_unique_id: str = ""
    regular_price: str = ""
    sale_price: str = ""
    sale_from: int | None = None
    sale_to: int | None = None
    manage_stock: bool = False
    stock_quantity: int | None = None
    stock_status: str = "instock"
    backorders: str = "no"
    low_stock_amount: int | None = None
    total_sales: int = 0
    tax_status: str = "taxable"
    tax_class: str = ""  # of a variation "parent": its product's
    virtual: bool = False
    downloadable: bool = False
    menu_order: int = 0
    categories: tuple[int, ...] = ()
    attributes: tuple[Json, ...] = ()
    children: list[int] = field(default_factory=list)
    meta: list[Meta] = field(default_factory=list)
    other: Json = field(default_factory=dict)


@dataclass(slots=True)
class Line:
    """A line of an order or a refund; `kind` is line_item, shipping, fee or coupon."""

    id: int
    kind: str
    name: str = ""
    product_id: int = 0
    variation_id: int = 0
    quantity: int = 1
    tax_class: str = ""
    tax_status: str = "taxable"
    subtotal: Decimal = ZERO
    total: Decimal = ZERO
    subtotal_tax: Decimal = ZERO
    total_tax: Decimal = ZERO
    taxes: dict[int, Decimal] = field(default_factory=dict)  # rate → tax of total
    subtotal_taxes: dict[int, Decimal] = field(default_factory=dict)
    meta: list[Meta] = field(default_factory=list)
    method_id: str = ""
    instance_id: str = ""
    discount: Decimal = ZERO  # of a coupon
    discount_tax: Decimal = ZERO

    def meta_value(self, key: str) -> Value:
        """Return the value of the first meta called `key`, else None."""
        return next((meta.value for meta in self.meta if meta.key == key), None)


@dataclass(slots=True)
class TaxLine:
    """The sum of one tax rate over an order, for goods and for shipping."""

    id: int
    rate_id: int
    code: str
    label: str
    compound: bool
    percent: Decimal
    tax_total: Decimal = ZERO
    shipping_tax_total: Decimal = ZERO


@dataclass(slots=True)
class Note:
    """A note on an order."""

    id: int
    author: str
    created: int
    text: str
    for_customer: bool = False


@dataclass(slots=True)
class Order:
    """An order; also the half of a refund that looks like one."""

    id: int
    created: int
    modified: int
    status: str = "pending"
    currency: str = "USD"
    version: str = ""
    prices_include_tax: bool = False
    customer_id: int = 0
    order_key: str = ""
    number: str = ""  # "" = the id; any text where a plugin numbers orders
    billing: dict[str, str] = field(default_factory=dict)
    shipping: dict[str, str] = field(default_factory=dict)
    payment_method: str = ""
    payment_method_title: str = ""
    transaction_id: str = ""
    customer_note: str = ""
    created_via: str = "rest-api"
    customer_ip: str = ""
    paid: int | None = None
    completed: int | None = None
    lines: list[Line] = field(default_factory=list)
    tax_lines: list[TaxLine] = field(default_factory=list)
    discount_total: Decimal = ZERO
    discount_tax: Decimal = ZERO
    shipping_total: Decimal = ZERO
    shipping_tax: Decimal = ZERO
    cart_tax: Decimal = ZERO
    total: Decimal = ZERO
    total_tax: Decimal = ZERO
    meta: list[Meta] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    refunds: list[int] = field(default_factory=list)
    stock_reduced: bool = False
    sales_recorded: bool = False
    status_before_trash: str = ""
    is_in_tables: bool = True  # False: kept among the posts, as before 2023

    def of_kind(self, kind: str) -> list[Line]:
        """Return the lines of one kind, in the order they were added."""
        return [line for line in self.lines if line.kind == kind]


@dataclass(slots=True)
class Refund:
    """A refund of an order; its lines and quantities are negative."""

    id: int
    order_id: int
    created: int
    amount: Decimal
    reason: str = ""
    refunded_by: int = 1
    refunded_payment: bool = False
    lines: list[Line] = field(default_factory=list)
    tax_lines: list[TaxLine] = field(default_factory=list)
    total_tax: Decimal = ZERO
    meta: list[Meta] = field(default_factory=list)


@dataclass(slots=True)
class Fulfillment:
    """Goods of an order that are packed together, and gone once it is fulfilled."""

    id: int
    order_id: int
    updated: int
    units: dict[int, int]  # line → units
    is_fulfilled: bool = True
    meta: list[Meta] = field(default_factory=list)


@dataclass(slots=True)
class Customer:
    """A user of the store; the shop's owner is one, too."""

    id: int
    email: str
    username: str
    created: int
    modified: int | None
    role: str = "customer"
    first_name: str = ""
    last_name: str = ""
    billing: dict[str, str] = field(default_factory=dict)
    shipping: dict[str, str] = field(default_factory=dict)
    is_paying: bool = False
    meta: list[Meta] = field(default_factory=list)


@dataclass(slots=True)
class Coupon:
    """A coupon code and what it takes off."""

    id: int
    code: str
    created: int
    modified: int
    amount: Decimal = ZERO
    discount_type: str = "fixed_cart"
    usage_count: int = 0
    other: Json = field(default_factory=dict)
    meta: list[Meta] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TaxRate:
    """One row of the tax table; an empty field matches everything."""

    id: int
    country: str
    state: str
    rate: Decimal  # per cent
    name: str
    priority: int = 1
    compound: bool = False
    shipping: bool = True
    tax_class: str = ""  # "" = standard
    postcodes: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    order: int = 0

    @property
    def code(self) -> str:
        """Return the code shown on orders, such as US-NY-NY STATE-1."""
        parts = (self.country, self.state, self.name or "TAX", str(self.priority))
        return "-".join(part for part in parts if part).upper()


@dataclass(slots=True)
class Term:
    """A category, tag, brand, shipping class or term of an attribute."""

    id: int
    taxonomy: str
    name: str
    slug: str
    parent: int = 0
    description: str = ""
    display: str = "default"
    menu_order: int = 0
    count: int = 0


@dataclass(slots=True)
class Attribute:
    """An attribute that all products share, such as Size."""

    id: int
    name: str
    slug: str
    type: str = "select"
    order_by: str = "menu_order"
    has_archives: bool = False


@dataclass(slots=True)
class Webhook:
    """A subscription to one topic."""

    id: int
    name: str
    topic: str
    delivery_url: str
    secret: str
    created: int
    modified: int | None = None
    status: str = "active"
    failures: int = 0
    ping_pending: bool = True


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A pair of keys and what its user may do."""

    id: int
    consumer_key: str
    consumer_secret: str
    permissions: str  # read, write or read_write
    user_may_manage: bool = True  # False: the key of a mere subscriber
