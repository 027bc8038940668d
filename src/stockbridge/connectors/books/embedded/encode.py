"""Turns documents of the domain into drafts of the back office. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from stockbridge.backoffice.drafts import (
    AdjustmentDraft,
    AmendmentDraft,
    CancellationDraft,
    CountDraft,
    Draft,
    FulfillmentDraft,
    Header,
    LineDraft,
    MoneyMoved,
    OrderDraft,
    PaymentDraft,
    RefundDraft,
    RefundLineDraft,
    ReversalDraft,
)
from stockbridge.backoffice.models import ItemKind, LineKind
from stockbridge.backoffice.names import upc_digits
from stockbridge.domain import commerce
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    AmendmentDocument,
    BooksRef,
    CancellationDocument,
    CustomerRecord,
    Document,
    DocumentLine,
    DocumentTax,
    FulfillmentDocument,
    ItemRecord,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
)
from stockbridge.domain.errors import DefectError, InvalidInputError
from stockbridge.domain.posting import ROUNDING_LINE
from stockbridge.ports import PostRequest

#: Document id in the back office → the order that it belongs to.
OrdersById = Mapping[str, int]

_KINDS = {
    commerce.LineKind.ITEM: LineKind.ITEM,
    commerce.LineKind.SHIPPING: LineKind.SHIPPING,
    commerce.LineKind.FEE: LineKind.FEE,
    commerce.LineKind.DISCOUNT: LineKind.DISCOUNT,
    commerce.LineKind.GIFT_CARD: LineKind.GIFT_CARD,
}
_ACCOUNT_FIELDS = {
    "income": "income_account_id",
    "asset": "asset_account_id",
    "cost_of_goods_sold": "cost_account_id",
    "cogs": "cost_account_id",
    "expense": "expense_account_id",
    "purchase_variance": "variance_account_id",
}


def sale_ids_of(document: Document) -> tuple[str, ...]:
    """Return the books' ids of the sales that a document belongs to."""
    match document:
        case (
            PaymentDocument()
            | FulfillmentDocument()
            | RefundDocument()
            | CancellationDocument()
            | AmendmentDocument()
        ):
            return (document.sale.books_id,)
        case _:
            return ()


def draft_of(request: PostRequest, orders: OrdersById) -> Draft:
    """Return the draft that posts a document; raises InvalidInputError.

    `orders` knows the sales named by the document (`sale_ids_of`).
    """
    match request.document:
        case SaleDocument() as sale:
            return _order(request, sale)
        case AmendmentDocument() as amendment:
            return _amendment(request, amendment, orders)
        case PaymentDocument() as payment:
            return _payment(request, payment, orders)
        case RefundDocument() as refund:
            return _refund(request, refund, orders)
        case FulfillmentDocument() as handed:
            return FulfillmentDraft(
                _header(request, handed),
                _order_id(handed.sale, orders),
                handed.lines,
                optional_id(handed.location_id, "location"),
            )
        case CancellationDocument() as ended:
            header = _header(request, ended, memo=ended.reason)
            return CancellationDraft(header, _order_id(ended.sale, orders))
        case AdjustmentDocument() as adjustment:
            return _adjustment(request, adjustment)
        case ReversalDocument() as reversal:
            return ReversalDraft(
                _header(request, reversal),
                record_id(reversal.target.books_id, "document"),
                reversal.reason,
            )
        case _:
            raise DefectError(f"{type(request.document).__name__} is no document.")


def partner_fields(record: CustomerRecord, marker: str) -> dict[str, Any]:
    """Return what a customer is created with."""
    return {
        "name": record.name[:255],
        "first_name": record.first_name[:150],
        "last_name": record.last_name[:150],
        "business_name": record.company[:255],
        "email": record.email[:254],
        "phone": record.phone[:60],
        "billing": _address(record.billing),
        "shipping": _address(record.shipping),
        "marker": marker,
    }


def item_fields(record: ItemRecord) -> dict[str, Any]:
    """Return what an item is created with."""
    fields: dict[str, Any] = {
        "name": record.name[:255],
        "sku": record.sku,
        "upc": upc_digits(record.upc),
        "description": record.description,
        "department": record.department[:100],
        "attribute": record.attribute[:100],
        "size": record.size[:100],
        "kind": ItemKind.TRACKED if record.is_tracked else ItemKind.NON_STOCK,
        "is_sold_online": record.is_sold_online,
    }
    for name, price in (("price", record.price), ("sale_price", record.sale_price)):
        fields[name] = price.amount if price else None
    for role, account in record.accounts:
        if role not in _ACCOUNT_FIELDS:
            raise InvalidInputError(f"An item has no {role} account.", field=role)
        fields[_ACCOUNT_FIELDS[role]] = optional_id(account, "account")
    return fields


def opening_draft(
    request: PostRequest, record: ItemRecord, item_id: int, today: date
) -> AdjustmentDraft:
    """Return the draft that gives a new item its first quantity."""
    day = record.initial_date or today
    return AdjustmentDraft(
        header=Header(f"{request.key}#opening", day, marker=request.marker),
        lines=(
            CountDraft(
                item_id,
                optional_id(record.location_id, "location"),
                delta=record.initial_quantity,
            ),
        ),
        reason="Quantity when the item was created",
        is_opening=True,
    )


def record_id(books_id: str, noun: str) -> int:
    """Return the row id that we gave out as text; raises InvalidInputError."""
    if not books_id.isdecimal():
        raise InvalidInputError(
            f"There is no {noun} {books_id!r} in this back office.", field=noun
        )
    return int(books_id)


def optional_id(books_id: str, noun: str) -> int | None:
    """Return the row id, or None for ""."""
    return record_id(books_id, noun) if books_id else None


def _order(request: PostRequest, sale: SaleDocument) -> OrderDraft:
    customer = sale.customer.books_id if sale.customer else ""
    return OrderDraft(
        header=_header(request, sale, reference=sale.reference, memo=sale.memo),
        lines=_lines(sale),
        total=sale.total,
        placed_at=sale.placed_at,
        partner_id=optional_id(customer, "partner"),
        location_id=optional_id(sale.location_id, "location"),
        ship_to=_address(sale.shipping_address),
        note=sale.memo,
        is_fulfilled=sale.is_fulfilled,
    )


def _amendment(
    request: PostRequest, amendment: AmendmentDocument, orders: OrdersById
) -> AmendmentDraft:
    sale = amendment.document
    return AmendmentDraft(
        header=_header(request, sale, reference=sale.reference, memo=sale.memo),
        order=_order_id(amendment.sale, orders),
        lines=_lines(sale),
        total=sale.total,
        ship_to=_address(sale.shipping_address),
    )


def _payment(
    request: PostRequest, payment: PaymentDocument, orders: OrdersById
) -> PaymentDraft:
    return PaymentDraft(
        header=_header(request, payment),
        moved=MoneyMoved(
            payment.amount,
            payment.title or payment.method,
            payment.reference,
            optional_id(payment.account_id, "account"),
        ),
        order=_order_id(payment.sale, orders),
    )


def _refund(
    request: PostRequest, refund: RefundDocument, orders: OrdersById
) -> RefundDraft:
    restocked = dict(refund.restocked)
    lines = [_refund_line(line, restocked) for line in refund.lines]
    lines += [
        RefundLineDraft(LineKind.ITEM, refund.total * 0, source, units, units)
        for source, units in restocked.items()
    ]
    lines += [
        RefundLineDraft(
            LineKind.TAX,
            tax.total,
            order_line=_tax_source(tax.rate_id),
            description=tax.label,
        )
        for tax in refund.taxes
    ]
    header = _header(request, refund, reference=refund.reference, memo=refund.reason)
    paid_out = MoneyMoved(
        refund.total,
        refund.method,
        account_id=optional_id(refund.account_id, "account"),
    )
    return RefundDraft(
        header,
        _order_id(refund.sale, orders),
        tuple(lines),
        refund.total,
        paid_out if refund.total else None,
    )


def _refund_line(line: DocumentLine, restocked: dict[str, Decimal]) -> RefundLineDraft:
    """Return the line; what it puts back is taken out of `restocked`."""
    is_item = line.kind is commerce.LineKind.ITEM
    units = restocked.pop(line.source_id, Decimal(0)) if is_item else Decimal(0)
    return RefundLineDraft(
        kind=_KINDS[line.kind] if is_item or line.item else _unlinked_kind(line),
        amount=line.total,
        order_line=line.source_id,
        quantity=max(line.units or line.quantity, units) if is_item else Decimal(0),
        restock=units,
        description=line.name,
        account_id=optional_id(line.account_id, "account"),
    )


def _unlinked_kind(line: DocumentLine) -> LineKind:
    """Return the kind; an amount that no order line explains is an allowance."""
    is_amount = line.kind is commerce.LineKind.FEE
    return LineKind.ALLOWANCE if is_amount else _KINDS[line.kind]


def _adjustment(
    request: PostRequest, adjustment: AdjustmentDocument
) -> AdjustmentDraft:
    line = CountDraft(
        record_id(adjustment.item.books_id, "item"),
        optional_id(adjustment.location_id, "location"),
        delta=adjustment.delta,
    )
    return AdjustmentDraft(_header(request, adjustment), (line,), adjustment.reason)


def _lines(sale: SaleDocument) -> tuple[LineDraft, ...]:
    seen: dict[str, int] = {}
    lines = []
    for line in sale.lines:
        seen[line.source_id] = seen.get(line.source_id, 0) + 1
        lines.append(_line(line, seen[line.source_id]))
    return (*lines, *(_tax_line(tax) for tax in sale.taxes))


def _line(line: DocumentLine, part: int) -> LineDraft:
    is_rounding = line.source_id == ROUNDING_LINE
    # The parts of a bundle share one line of the store; the first has the money.
    source = line.source_id if part == 1 else f"{line.source_id}#{part}"
    return LineDraft(
        kind=LineKind.ROUNDING if is_rounding else _KINDS[line.kind],
        amount=line.total,
        quantity=line.units or line.quantity,
        description=line.name,
        item_id=optional_id(line.item.books_id, "item") if line.item else None,
        account_id=optional_id(line.account_id, "account"),
        source_line=source,
        moves_stock=bool(line.units),
    )


def _tax_line(tax: DocumentTax) -> LineDraft:
    percent = f" {tax.rate_percent.normalize():f} %" if tax.rate_percent else ""
    return LineDraft(
        kind=LineKind.TAX,
        amount=tax.total,
        description=f"{tax.label}{percent}",
        source_line=_tax_source(tax.rate_id),
    )


def _tax_source(rate_id: str) -> str:
    return f"tax:{rate_id}"


def _order_id(sale: BooksRef, orders: OrdersById) -> int:
    if sale.books_id not in orders:
        raise InvalidInputError(
            "The sale is not in this back office.",
            field="sale",
            remedy="Import the order again, then this document.",
        )
    return orders[sale.books_id]


def _header(
    request: PostRequest,
    document: SaleDocument
    | PaymentDocument
    | FulfillmentDocument
    | RefundDocument
    | CancellationDocument
    | AdjustmentDocument
    | ReversalDocument,
    *,
    reference: str = "",
    memo: str = "",
) -> Header:
    return Header(
        key=request.key,
        business_date=document.business_date,
        reference=reference,
        marker=request.marker,
        memo=memo,
    )


def _address(address: commerce.Address) -> dict[str, str]:
    return {name: value for name, value in asdict(address).items() if value}
