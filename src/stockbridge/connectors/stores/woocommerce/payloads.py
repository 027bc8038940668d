"""The store's records as they arrive, checked field by field.

Numbers come as text, as whole numbers or as exact decimals (never as floats, see
`answers`). A field that is missing fails with its name; a field that we do not book
is not looked at, so that it cannot hurt.
"""

import json
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_AMOUNT_CHARS_MAX = 30


def _to_id(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("is no id")
    return str(value)


def amount_of(value: object) -> Decimal:
    """Return an exact number; ValueError for what is none, or has no end."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise ValueError("is no number")
    text = str(value).strip()
    plain = text.removeprefix("-").replace(".", "", 1)
    if not (plain.isascii() and plain.isdigit()) or len(text) > _AMOUNT_CHARS_MAX:
        raise ValueError("is no number")
    return Decimal(text)


def _to_optional_amount(value: object) -> Decimal | None:
    return None if value is None or value == "" else amount_of(value)


def _to_moment(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("is no date")
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("is no date of ours") from error


def _to_optional_moment(value: object) -> datetime | None:
    return None if value is None or value == "" else _to_moment(value)


def _to_text(value: object) -> str:
    return "" if value is None or value is False else str(value)


def _to_name(value: object) -> str:
    return unescape(_to_text(value))


def _to_meta(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def plain_line(value: object, chars_max: int) -> str:
    """Return a text or a number in one line; "" for lists and maps.

    No database and no books keep what cannot be shown.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return ""
    said = str(value).strip()[:chars_max]
    return "".join(one if one.isprintable() else " " for one in said).strip()


def _to_list(value: object) -> object:
    # PHP has one type for lists and maps: an empty map arrives as [], a list with
    # holes as a map.
    return list(value.values()) if isinstance(value, dict) else value


Id = Annotated[str, BeforeValidator(_to_id)]
Amount = Annotated[Decimal, BeforeValidator(amount_of)]
OptionalAmount = Annotated[Decimal | None, BeforeValidator(_to_optional_amount)]
Row = TypeVar("Row")
Rows = Annotated[tuple[Row, ...], BeforeValidator(_to_list)]
Moment = Annotated[datetime, BeforeValidator(_to_moment)]
OptionalMoment = Annotated[datetime | None, BeforeValidator(_to_optional_moment)]
Text = Annotated[str, BeforeValidator(_to_text)]
# Names arrive as for a web page: "Tools &amp; more". What a shopper typed does not.
Name = Annotated[str, BeforeValidator(_to_name)]


class _Payload(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Meta(_Payload):
    """One entry of `meta_data`."""

    key: Text = ""
    value: Annotated[str, BeforeValidator(_to_meta)] = ""
    display_key: Annotated[str, BeforeValidator(_to_meta)] = ""
    display_value: Annotated[str, BeforeValidator(_to_meta)] = ""


class PlainMeta(_Payload):
    """One entry of an order's `meta_data`: a plugin's own field of any shape."""

    key: Text = ""
    value: Any = None


class LineTax(_Payload):
    """One rate's share of a line; blank where the rate does not apply."""

    id: Id
    total: OptionalAmount


class ItemLine(_Payload):
    """A line that sells something. `price` is a float and never read."""

    id: Id
    name: Name
    product_id: Id
    variation_id: Id
    quantity: Amount
    subtotal: Amount
    total: Amount
    total_tax: Amount
    taxes: Rows[LineTax]
    meta_data: Rows[Meta] = ()
    sku: Text = ""  # null where the product vanished


class ShippingLine(_Payload):
    """A line that charges for shipping."""

    id: Id
    method_title: Name
    method_id: Text
    total: Amount
    total_tax: Amount
    taxes: Rows[LineTax]
    meta_data: Rows[Meta] = ()


class FeeLine(_Payload):
    """A line that charges, or gives, something else."""

    id: Id
    name: Name
    total: Amount
    total_tax: Amount
    taxes: Rows[LineTax]
    meta_data: Rows[Meta] = ()


class OrderTaxLine(_Payload):
    """What one rate charges on the whole order."""

    rate_id: Id
    rate_code: Text = ""
    label: Name
    compound: bool
    tax_total: Amount
    shipping_tax_total: Amount
    rate_percent: OptionalAmount = None


class CouponLine(_Payload):
    """A coupon that was used; its amount is in the lines already."""

    code: Text


class RefundMark(_Payload):
    """A refund as the order lists it; `total` is negative."""

    id: Id
    total: Amount


class PostalAddress(_Payload):
    """Billing or shipping."""

    first_name: Text = ""
    last_name: Text = ""
    company: Text = ""
    address_1: Text = ""
    address_2: Text = ""
    city: Text = ""
    state: Text = ""
    postcode: Text = ""
    country: Text = ""
    email: Text = ""
    phone: Text = ""


class OrderPayload(_Payload):
    """An order."""

    id: Id
    number: Text
    status: str
    version: str = ""
    currency: str
    order_key: str = ""
    prices_include_tax: bool
    date_created_gmt: Moment
    date_modified_gmt: OptionalMoment = None
    date_paid_gmt: OptionalMoment = None
    date_completed_gmt: OptionalMoment = None
    total: Amount
    total_tax: Amount
    customer_id: Id
    billing: PostalAddress
    shipping: PostalAddress
    payment_method: Text = ""
    payment_method_title: Name = ""
    transaction_id: Text = ""
    customer_note: Text = ""
    meta_data: Rows[PlainMeta] = ()
    line_items: Rows[ItemLine]
    tax_lines: Rows[OrderTaxLine]
    shipping_lines: Rows[ShippingLine]
    fee_lines: Rows[FeeLine]
    coupon_lines: Rows[CouponLine] = ()
    refunds: Rows[RefundMark]


class RefundPayload(_Payload):
    """A refund: lines and quantities negative, amount positive."""

    id: Id
    parent_id: Id = ""
    date_created_gmt: Moment
    amount: Amount
    reason: Name = ""
    line_items: Rows[ItemLine] = ()
    shipping_lines: Rows[ShippingLine] = ()
    fee_lines: Rows[FeeLine] = ()


class NamedPayload(_Payload):
    """A category, by name."""

    id: Id
    name: Name


class AttributePayload(_Payload):
    """An attribute: of a product with its options, of a variation with one."""

    name: Name
    option: Name = ""
    options: Rows[Name] = ()


class ProductPayload(_Payload):
    """A product or a variation, from any of the routes that show one."""

    id: Id
    type: str = ""  # variations of old versions do not say
    parent_id: Id = ""
    name: Name = ""  # nor do they have a name
    status: str
    sku: Text
    global_unique_id: Text = ""  # since 9.2
    description: str = ""
    regular_price: OptionalAmount
    sale_price: OptionalAmount
    date_on_sale_from: str | None = None
    date_on_sale_to: str | None = None
    manage_stock: bool | str  # "parent" on variations
    stock_quantity: OptionalAmount
    backorders: str = "no"
    virtual: bool = False
    categories: Rows[NamedPayload] = ()
    attributes: Rows[AttributePayload] = ()
    date_created_gmt: OptionalMoment = None  # of a draft: none
    date_modified_gmt: OptionalMoment = None


class StockPayload(_Payload):
    """What a write of a quantity answers."""

    id: Id
    manage_stock: bool | str
    stock_quantity: OptionalAmount


class CustomerPayload(_Payload):
    """A customer's account."""

    id: Id
    email: Text
    first_name: Text = ""
    last_name: Text = ""
    role: Text = ""
    billing: PostalAddress = Field(default_factory=PostalAddress)
    shipping: PostalAddress = Field(default_factory=PostalAddress)
    date_created_gmt: OptionalMoment = None
    date_modified_gmt: OptionalMoment = None


def dicts_of(value: object) -> list[dict[str, Any]]:
    """Return the records of what should be a list of them; never raises."""
    rows = _to_list(value)
    if not isinstance(rows, list):
        return []
    return [row for row in rows if isinstance(row, dict)]


def external_id_of(record: dict[str, Any]) -> str:
    """Return a record's id even where the rest is unreadable; "" if it has none."""
    value = record.get("id")
    return "" if isinstance(value, bool) or value is None else str(value)
