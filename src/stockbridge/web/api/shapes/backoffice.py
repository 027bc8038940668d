"""The back office: items, stock, movements, accounts, locations."""

from datetime import datetime
from decimal import Decimal

from ninja import Schema
from pydantic import Field

from stockbridge.backoffice.models import (
    Account,
    CustomerOrder,
    Item,
    ItemKind,
    Location,
    StockLevel,
    StockMovement,
)
from stockbridge.web.api.calls import In, ListedId
from stockbridge.web.api.shapes.amounts import money_text, quantity_text

AMOUNT_MAX = Decimal(10) ** 12


class BackOfficeItemOut(Schema):
    """An item of the back office."""

    id: int
    sku: str
    name: str
    description: str
    upc: str
    lookup_codes: list[str]
    kind: str
    price: str | None
    sale_price: str | None
    cost: str | None
    currency: str
    department: str
    attribute: str
    size: str
    is_sold_online: bool
    is_active: bool
    changed_at: datetime


class BackOfficeItemChange(In):
    """What is to change of an item; what is left out stays."""

    sku: str | None = Field(None, max_length=100)
    name: str | None = Field(None, max_length=255)
    description: str | None = Field(None, max_length=20_000)
    upc: str | None = Field(None, max_length=30)
    lookup_codes: list[str] | None = Field(None, max_length=100)
    kind: ItemKind | None = None
    price: Decimal | None = Field(None, ge=0, lt=AMOUNT_MAX, decimal_places=6)
    sale_price: Decimal | None = Field(None, ge=0, lt=AMOUNT_MAX, decimal_places=6)
    cost: Decimal | None = Field(None, ge=0, lt=AMOUNT_MAX, decimal_places=6)
    department: str | None = Field(None, max_length=100)
    attribute: str | None = Field(None, max_length=100)
    size: str | None = Field(None, max_length=100)
    is_sold_online: bool | None = None
    is_active: bool | None = None


class LevelOut(Schema):
    """How many of an item are at a location."""

    item: int
    sku: str
    name: str
    location: int
    location_name: str
    on_hand: str
    committed: str
    available: str
    value: str | None
    currency: str
    changed_at: datetime


class MovementOut(Schema):
    """One change of a quantity on hand."""

    id: int
    at: datetime
    item: int
    sku: str
    location: int
    kind: str
    quantity: str
    value: str | None
    reason: str
    document: str


class LocationOut(Schema):
    """A place that holds stock."""

    id: int
    name: str
    code: str
    is_default: bool
    is_active: bool


class AccountOut(Schema):
    """An account of the journal."""

    id: int
    number: str
    name: str
    kind: str
    is_active: bool


class BackOfficeOrderOut(Schema):
    """A customer order."""

    id: int
    number: str
    reference: str
    status: str
    placed_at: datetime
    customer: str
    total: str | None
    currency: str


class AdjustmentLineIn(In):
    """One quantity: by how much it changes, or what was counted."""

    item: ListedId
    location: ListedId
    delta: Decimal | None = Field(None, gt=-AMOUNT_MAX, lt=AMOUNT_MAX, decimal_places=4)
    counted: Decimal | None = Field(
        None, gt=-AMOUNT_MAX, lt=AMOUNT_MAX, decimal_places=4
    )


class AdjustmentIn(In):
    """Quantities on hand that change, with a reason; the same key counts once."""

    key: str = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=1, max_length=200)
    lines: list[AdjustmentLineIn] = Field(min_length=1, max_length=500)
    is_opening: bool = False


class AdjustmentOut(Schema):
    """The document of the adjustment; `is_new` is false for a key that was known."""

    id: int
    number: str
    is_new: bool


def item_out(row: Item) -> BackOfficeItemOut:
    """Return an item; its lookup codes should have been loaded."""
    return BackOfficeItemOut(
        id=row.pk,
        sku=row.sku,
        name=row.name,
        description=row.description,
        upc=row.upc,
        lookup_codes=[one.code for one in row.lookup_codes.all()],
        kind=row.kind,
        price=money_text(row.price, row.currency),
        sale_price=money_text(row.sale_price, row.currency),
        cost=money_text(row.cost, row.currency),
        currency=row.currency,
        department=row.department,
        attribute=row.attribute,
        size=row.size,
        is_sold_online=row.is_sold_online,
        is_active=row.is_active,
        changed_at=row.changed_at,
    )


def level_out(row: StockLevel) -> LevelOut:
    """Return a level; its item and location must have been loaded."""
    return LevelOut(
        item=row.item_id,
        sku=row.item.sku,
        name=row.item.name,
        location=row.location_id,
        location_name=row.location.name,
        on_hand=quantity_text(row.on_hand) or "0",
        committed=quantity_text(row.committed) or "0",
        available=quantity_text(row.available) or "0",
        value=money_text(row.value, row.item.currency),
        currency=row.item.currency,
        changed_at=row.changed_at,
    )


def movement_out(row: StockMovement) -> MovementOut:
    """Return a movement; its item and document must have been loaded."""
    return MovementOut(
        id=row.pk,
        at=row.moved_at,
        item=row.item_id,
        sku=row.item.sku,
        location=row.location_id,
        kind=row.kind,
        quantity=quantity_text(row.quantity) or "0",
        value=money_text(row.value, row.item.currency),
        reason=row.reason,
        document=str(row.document.number),
    )


def location_out(row: Location) -> LocationOut:
    """Return a location."""
    return LocationOut(
        id=row.pk,
        name=row.name,
        code=row.code,
        is_default=row.is_default,
        is_active=row.is_active,
    )


def account_out(row: Account) -> AccountOut:
    """Return an account."""
    return AccountOut(
        id=row.pk,
        number=row.number,
        name=row.name,
        kind=row.kind,
        is_active=row.is_active,
    )


def order_out(row: CustomerOrder) -> BackOfficeOrderOut:
    """Return a customer order; its partner must have been loaded."""
    return BackOfficeOrderOut(
        id=row.pk,
        number=str(row.number),
        reference=row.reference,
        status=row.status,
        placed_at=row.placed_at,
        customer=str(row.partner) if row.partner else "",
        total=money_text(row.total, row.currency),
        currency=row.currency,
    )
