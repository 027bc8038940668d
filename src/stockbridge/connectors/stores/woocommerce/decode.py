"""Orders, refunds and customers: from the store's words into ours.

Amounts are taken as the store wrote them, nothing is computed again: lines are net
even where prices include tax, coupons are in the lines already, a line's float
`price` is never looked at. How many decimals there are is the store's choice.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from pydantic import ValidationError

from stockbridge.connectors.stores.woocommerce.currencies import KNOWN
from stockbridge.connectors.stores.woocommerce.decode_refunds import (
    decode_refund,
    id_or_blank,
    shares,
)
from stockbridge.connectors.stores.woocommerce.isolation import BROKEN
from stockbridge.connectors.stores.woocommerce.payloads import (
    CustomerPayload,
    FeeLine,
    ItemLine,
    Meta,
    OrderPayload,
    OrderTaxLine,
    PlainMeta,
    PostalAddress,
    RefundPayload,
    ShippingLine,
    dicts_of,
    external_id_of,
    plain_line,
)
from stockbridge.connectors.stores.woocommerce.rate_codes import who_charges
from stockbridge.connectors.stores.woocommerce.restocks import gross_units, restocks_of
from stockbridge.domain.commerce import (
    Address,
    Customer,
    LineKind,
    Order,
    OrderLine,
    OrderStatus,
    TaxLine,
)
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.money import Money, total_of, zero
from stockbridge.ports import Unreadable

Value = TypeVar("Value")

_STATUS = {
    "pending": OrderStatus.PENDING,
    "on-hold": OrderStatus.ON_HOLD,
    "processing": OrderStatus.PROCESSING,
    "completed": OrderStatus.COMPLETED,
    "cancelled": OrderStatus.CANCELLED,
    "refunded": OrderStatus.REFUNDED,
    "failed": OrderStatus.FAILED,
    "trash": OrderStatus.DELETED,
    "checkout-draft": OrderStatus.DRAFT,
    "auto-draft": OrderStatus.DRAFT,
    "draft": OrderStatus.DRAFT,
}
_NO_CURRENCY = "XXX"  # ISO 4217: no currency involved
FIELD_CHARS_MAX = 1000  # of an order field; no books take more of one


def reading(
    kind: str, record: dict[str, Any], decode: Callable[[dict[str, Any]], Value]
) -> Value | Unreadable:
    """Return the decoded record, or why it cannot be read: it blocks only itself."""
    external_id = external_id_of(record)
    if BROKEN in record:
        return broken_in_store(kind, external_id)
    try:
        return decode(record)
    except ValidationError as error:
        what = _first_fault(error)
    except InvalidInputError as error:
        what = error.message
    return Unreadable(
        external_id,
        f"The {kind} {external_id or 'without an id'} cannot be read: {what}",
        remedy="Open it in the store; a plugin may have changed it. It is read again "
        "as soon as it is saved there.",
    )


def broken_in_store(kind: str, external_id: str) -> Unreadable:
    """Return that the store dies over a record."""
    return Unreadable(
        external_id,
        f"The store itself breaks when it shows the {kind} {external_id}.",
        remedy="The reason is in the store's log (WooCommerce, Status, Logs): "
        "mostly a plugin. The record is read again once it can be shown.",
    )


def is_known_status(status: str) -> bool:
    """Whether a status is WooCommerce's own."""
    return status in _STATUS


def refund_ids(record: dict[str, Any]) -> tuple[str, ...]:
    """Return the ids of the refunds that an order lists."""
    return tuple(external_id_of(row) for row in refund_marks(record))


def refund_marks(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the refunds as an order lists them; never raises, whatever it lists."""
    return dicts_of(record.get("refunds"))


def decode_order(
    record: dict[str, Any],
    refunds: Sequence[dict[str, Any]] = (),
    fields: Collection[str] = (),
) -> Order:
    """Return an order with its refunds, and these of its fields: no others are kept.

    Raises ValidationError naming the field that is missing or wrong, or
    InvalidInputError for what we cannot hold exactly.
    """
    payload = OrderPayload.model_validate(record)
    _refuse_empty_shell(payload)
    currency = _known_currency(payload.currency)
    lines = _lines(payload, currency)
    parsed = [RefundPayload.model_validate(refund) for refund in refunds]
    restocks = restocks_of(payload.line_items, parsed)
    return Order(
        external_id=payload.id,
        number=payload.number,
        status=_STATUS.get(payload.status, OrderStatus.UNKNOWN),
        store_status=payload.status,
        placed_at=payload.date_created_gmt,
        currency=currency,
        lines=lines,
        tax_lines=tuple(_tax_line(line, currency) for line in payload.tax_lines),
        total=Money(payload.total, currency),
        total_tax=Money(payload.total_tax, currency),
        customer=_buyer(payload),
        paid_at=payload.date_paid_gmt,
        completed_at=payload.date_completed_gmt,
        changed_at=payload.date_modified_gmt,
        shipping_address=_address(payload.shipping),
        prices_include_tax=payload.prices_include_tax,
        payment_method=payload.payment_method,
        payment_title=payload.payment_method_title,
        transaction_id=payload.transaction_id,
        note=payload.customer_note,
        coupons=tuple(coupon.code for coupon in payload.coupon_lines),
        meta=_named(payload.meta_data, fields),
        refunds=tuple(
            decode_refund(refund, payload.id, currency, restocks[refund.id])
            for refund in sorted(parsed, key=lambda refund: (len(refund.id), refund.id))
        ),
        refunds_total=total_of(
            (Money(-mark.total, currency) for mark in payload.refunds), currency
        ),
        is_refunds_complete=len(parsed) == len(payload.refunds),
    )


def deleted_order(external_id: str) -> Order:
    """Return what is left of an order that is gone: its id and its status."""
    nothing = zero(_NO_CURRENCY)
    return Order(
        external_id=external_id,
        number=external_id,
        status=OrderStatus.DELETED,
        store_status="",
        placed_at=datetime(1970, 1, 1, tzinfo=UTC),
        currency=_NO_CURRENCY,
        lines=(),
        tax_lines=(),
        total=nothing,
        total_tax=nothing,
        customer=Customer(),
    )


def decode_customer(record: dict[str, Any]) -> Customer:
    """Return a customer's account."""
    payload = CustomerPayload.model_validate(record)
    billing, shipping = _address(payload.billing), _address(payload.shipping)
    return Customer(
        external_id=payload.id,
        email=payload.email or payload.billing.email,
        first_name=payload.first_name or billing.first_name,
        last_name=payload.last_name or billing.last_name,
        company=billing.company,
        phone=billing.phone,
        billing=billing,
        shipping=shipping,
        role=payload.role,
        created_at=payload.date_created_gmt,
        changed_at=payload.date_modified_gmt,
    )


def _refuse_empty_shell(payload: OrderPayload) -> None:
    """Refuse the shell that a store shows for an order of its other storage.

    Seen when the order storage was switched without synchronising: status draft,
    no version, no key, total 0.00, with the real lines.
    """
    if payload.status == "draft" and not payload.version and not payload.order_key:
        raise InvalidInputError(
            "the store shows an empty draft in its place. Its order storage was "
            "switched without synchronising (WooCommerce, Settings, Advanced, "
            "Features)."
        )


def _known_currency(code: str) -> str:
    if code not in KNOWN:
        raise InvalidInputError(
            f"its currency {code!r} is none of ISO 4217.", field="currency"
        )
    return code


def _lines(payload: OrderPayload, currency: str) -> tuple[OrderLine, ...]:
    items = [_item_line(line, currency) for line in payload.line_items]
    shipping = [_shipping_line(line, currency) for line in payload.shipping_lines]
    fees = [_fee_line(line, currency) for line in payload.fee_lines]
    return (*items, *shipping, *fees)


def _item_line(line: ItemLine, currency: str) -> OrderLine:
    product_id = id_or_blank(line.product_id)
    return OrderLine(
        external_id=line.id,
        kind=LineKind.ITEM,
        name=line.name,
        quantity=line.quantity,
        total=Money(line.total, currency),
        tax=Money(line.total_tax, currency),
        subtotal=Money(line.subtotal, currency),
        taxes=shares(line.taxes, currency),
        # A variable product sells its variations: `product_id` alone is too coarse.
        item_id=id_or_blank(line.variation_id) or product_id,
        product_id=product_id,
        sku=line.sku.strip(),
        attributes=_attributes(line.meta_data),
        units_taken=gross_units(line),
    )


def _shipping_line(line: ShippingLine, currency: str) -> OrderLine:
    total = Money(line.total, currency)
    return OrderLine(
        external_id=line.id,
        kind=LineKind.SHIPPING,
        name=line.method_title,
        quantity=Decimal(1),
        total=total,
        tax=Money(line.total_tax, currency),
        subtotal=total,
        taxes=shares(line.taxes, currency),
        method_id=line.method_id,
    )


def _fee_line(line: FeeLine, currency: str) -> OrderLine:
    total = Money(line.total, currency)
    return OrderLine(
        external_id=line.id,
        kind=LineKind.FEE,
        name=line.name,
        quantity=Decimal(1),
        total=total,
        tax=Money(line.total_tax, currency),
        subtotal=total,
        taxes=shares(line.taxes, currency),
    )


def _tax_line(line: OrderTaxLine, currency: str) -> TaxLine:
    shipping = Money(line.shipping_tax_total, currency)
    country, state = who_charges(line.rate_code, line.label)
    return TaxLine(
        rate_id=line.rate_id,
        label=line.label or line.rate_code,
        rate_percent=line.rate_percent,
        total=Money(line.tax_total, currency) + shipping,
        shipping=shipping,
        is_compound=line.compound,
        country=country,
        state=state,
    )


def _named(
    metas: Iterable[PlainMeta], fields: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """Return the fields that were asked for, by name: a store may list them anyhow.

    Of several with one name WordPress means the first.
    """
    found: dict[str, str] = {}
    for meta in metas:
        if meta.key in fields:
            found.setdefault(meta.key, plain_line(meta.value, FIELD_CHARS_MAX))
    return tuple(sorted((key, value) for key, value in found.items() if value))


def _attributes(metas: Iterable[Meta]) -> tuple[tuple[str, str], ...]:
    """Return what a shopper sees of a line's meta data; names with _ are internal."""
    return tuple(
        (meta.display_key or meta.key, meta.display_value or meta.value)
        for meta in metas
        if meta.key and not meta.key.startswith("_")
    )


def _buyer(payload: OrderPayload) -> Customer:
    billing = _address(payload.billing)
    return Customer(
        external_id=id_or_blank(payload.customer_id),
        email=payload.billing.email,
        first_name=billing.first_name,
        last_name=billing.last_name,
        company=billing.company,
        phone=billing.phone,
        billing=billing,
        shipping=_address(payload.shipping),
    )


def _address(address: PostalAddress) -> Address:
    return Address(
        first_name=address.first_name,
        last_name=address.last_name,
        company=address.company,
        line1=address.address_1,
        line2=address.address_2,
        city=address.city,
        state=address.state,
        postcode=address.postcode,
        country=address.country,
        phone=address.phone,
    )


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in fault["loc"]) or "the record"
    if fault["type"] == "missing":
        return f"the field {where} is missing."
    return f"the field {where}: {fault['msg'].removeprefix('Value error, ')}."
