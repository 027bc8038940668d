"""What is sold and stocked, in a store and in the books."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from stockbridge.domain.money import Money


class StockKeeping(StrEnum):
    """Who keeps an item's quantity in the store."""

    OWN = "own"  # the item has its own quantity
    PARENT = "parent"  # the quantity is the product's, shared by its variations
    NONE = "none"  # not tracked: a quantity written there is lost


@dataclass(frozen=True, slots=True)
class StoreItem:
    """One thing that a store sells and can count: a simple product or a variation."""

    external_id: str
    product_id: str  # the grouping product; for a simple product its own id
    name: str
    sku: str = ""
    upc: str = ""
    kind: str = "simple"  # simple, variation, variable (a grouping: sells nothing)
    status: str = "publish"
    description: str = ""
    price: Money | None = None  # regular price; None = not set
    sale_price: Money | None = None
    is_sale_dated: bool = False  # it is asked from or to a day only
    stock_keeping: StockKeeping = StockKeeping.OWN
    stock_quantity: Decimal | None = None  # not part of the digest
    backorders: bool = False
    is_sku_inherited: bool = False  # a variation without a SKU of its own
    categories: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    is_virtual: bool = False
    created_at: datetime | None = None  # None = not told; not part of the digest
    changed_at: datetime | None = None  # not part of the digest


@dataclass(frozen=True, slots=True)
class Location:
    """A place that holds stock."""

    external_id: str
    name: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class BooksItem:
    """An item of the books, as last read."""

    external_id: str
    name: str
    sku: str = ""
    upc: str = ""
    lookup_codes: tuple[str, ...] = ()
    description: str = ""
    price: Money | None = None
    cost: Money | None = None
    department: str = ""
    attribute: str = ""
    size: str = ""
    is_tracked: bool = True
    is_sold_online: bool = True
    is_active: bool = True
    prices: tuple[tuple[str, Money], ...] = ()  # further ones, as price levels
    extras: tuple[tuple[str, str], ...] = ()  # further fields, as keywords
    version: str = ""
    changed_at: datetime | None = None

    def price_named(self, name: str) -> Money | None:
        """Return one of its prices; "" is the one that it has anyway."""
        return dict(self.prices).get(name) if name else self.price


@dataclass(frozen=True, slots=True)
class BooksCustomer:
    """A customer of the books, as last read."""

    external_id: str
    name: str
    email: str = ""
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    company: str = ""


@dataclass(frozen=True, slots=True)
class StockLevel:
    """How many of an item are at one location; read at `began_at` or later."""

    item_id: str
    location_id: str
    on_hand: Decimal
    committed: Decimal
    began_at: datetime  # when the reading of this row began

    @property
    def available(self) -> Decimal:
        """On hand, less what open documents promise."""
        return self.on_hand - self.committed
