"""A sales order filled: by the invoice that bills all of it, or one for each part.

`LinkToTxnID` brings every line of the order, as it stands in QuickBooks by then, and
marks the order as fully invoiced and closed; no line may be named beside it. Only an
invoice has it: sales receipts are never linked (OPS160). So the order is read before,
and one that is no longer what was billed is held. A part names the lines that leave
(`filling_parts`); what was invoiced of the order must be what our own parts took.
"""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop import naming, stored
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.filling_parts import part_lines
from stockbridge.connectors.books.quickbooks_desktop.lines import sign_of
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Child,
    Element,
    day,
    in_order,
    leaf,
    named_ref,
    node,
    ref,
    request,
    text_of,
    words,
)
from stockbridge.connectors.books.quickbooks_desktop.sales import (
    HEADER,
    MEMO_CHARS_MAX,
    customer_of,
    po_number,
    reference_of,
    tax_header,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.tax import plan_tax
from stockbridge.connectors.quickbooks.sales import check_totals
from stockbridge.domain.accounting import FulfillmentDocument, SaleDocument
from stockbridge.domain.errors import ConflictError, DefectError, InvalidInputError
from stockbridge.ports import PostRequest

ORDER = "SalesOrder"
_BY_HAND = "Or invoice it in QuickBooks by hand, then cancel this document here."


def order_of(fulfillment: FulfillmentDocument) -> naming.Txn:
    """Return the sales order; InvalidInputError where the sale is none."""
    sale = naming.txn_of(fulfillment.sale.books_id)
    if sale.type != ORDER:
        raise InvalidInputError(
            "Only a sales order is filled: a sales receipt or an invoice took the "
            "goods already.",
            field="sale",
            remedy="Cancel this document: nothing is left to be done.",
        )
    return sale


def billed_of(fulfillment: FulfillmentDocument) -> SaleDocument:
    """Return the sale, or the part of one, that is billed."""
    if fulfillment.lines and fulfillment.whole is None:
        raise InvalidInputError(
            "A part of a sales order is not invoiced from here.",
            field="lines",
            remedy="Invoice that part in QuickBooks by hand, then cancel this document "
            "here.",
        )
    if fulfillment.billed is None:
        raise DefectError("This does not say what is billed.")
    return fulfillment.billed


def invoice_request(
    post: PostRequest, basis: Basis, settings: QuickBooksDesktopSettings
) -> Element:
    """Return the request that invoices a sales order; raises ActionNeededError.

    Of a whole one tax stands as it does on the order, whatever the settings say by now:
    lines and tax have to fit each other. Address and template are QuickBooks' own: it
    takes those of the order, and a template of orders is none of invoices.
    """
    fulfillment = post.document
    if not isinstance(fulfillment, FulfillmentDocument):
        raise TypeError("a fulfillment is wanted")
    order, sale = order_of(fulfillment), billed_of(fulfillment)
    is_part = fulfillment.whole is not None
    check_totals(sale.lines, sale.total, sale.total_tax)
    memo = naming.memo(post.marker, f"of {order}", sale.memo, fulfillment.memo)
    taxed = [
        ref("ItemSalesTaxRef", basis.tax_item),
        named_ref("CustomerSalesTaxCodeRef", basis.tax_code),
    ]
    links: list[Child] = [leaf("LinkToTxnID", order.id)]
    if is_part:
        plan = plan_tax(sale, settings)
        taxed = tax_header(plan, settings)
        links = part_lines(fulfillment, sale, plan, basis, settings)
    header = [
        ref("CustomerRef", basis.customer),
        ref("ClassRef", settings.accounting_class),
        ref("ARAccountRef", settings.ar_account),
        day("TxnDate", fulfillment.business_date),
        leaf("RefNumber", reference_of(sale.reference)),
        po_number(sale, settings),
        ref("TermsRef", settings.terms),
        ref("SalesRepRef", settings.sales_rep),
        words("Memo", memo, MEMO_CHARS_MAX),
        *taxed,
    ]
    body = node("InvoiceAdd", *in_order(header, HEADER), *links)
    return request("InvoiceAddRq", naming.request_id(post.attempt_id), body)


def unfillable(
    order: Element,
    fulfillment: FulfillmentDocument,
    settings: QuickBooksDesktopSettings,
) -> ConflictError | None:
    """Return why the order, as QuickBooks has it now, is not to be invoiced."""
    sale = billed_of(fulfillment)
    number = text_of(order, "RefNumber")
    why = _why_closed(order, remedy=_BY_HAND) or _invoiced(order, fulfillment)
    if why is not None:
        return why
    billed, charged = fulfillment.whole or (sale.total, sale.total_tax)
    total, tax = stored.total_of(order, settings), stored.tax_of(order, settings)
    if (total, tax) != (billed, charged):
        return ConflictError(
            f"Sales order {number} was changed in QuickBooks: it comes to {total} with "
            f"{tax} tax, the store billed {billed} with {charged}.",
            remedy=f"Change it back there, then retry. {_BY_HAND}",
        )
    customer = customer_of(sale, settings)
    if text_of(order, "CustomerRef/ListID") != customer:
        return ConflictError(
            f"Sales order {number} was given to another customer in QuickBooks.",
            remedy=f"Change it back there, then retry. {_BY_HAND}",
        )
    return None


def not_open(order: Element, *, remedy: str) -> ConflictError | None:
    """Return that somebody invoiced or closed the order, or a part of it."""
    return _why_closed(order, remedy=remedy) or _invoiced(order)


def _why_closed(order: Element, *, remedy: str) -> ConflictError | None:
    number = text_of(order, "RefNumber")
    if text_of(order, "IsFullyInvoiced") == "true":
        return ConflictError(
            f"Sales order {number} has been invoiced in QuickBooks already.",
            remedy="Cancel this document here. Payments and refunds of the order are "
            "then yours to enter, too.",
        )
    if not stored.is_live(order) or _has(order, "IsManuallyClosed"):
        return ConflictError(
            f"Sales order {number}, or a line of it, was closed in QuickBooks.",
            remedy=f"Open it again there, then retry. {remedy}",
        )
    return None


def _invoiced(
    order: Element, fulfillment: FulfillmentDocument | None = None
) -> ConflictError | None:
    """Return that other units are invoiced than by the parts that we billed before."""
    ours = {sign_of(line_id): units for line_id, units in _gone(fulfillment)}
    for line in order.findall(f"{ORDER}LineRet"):
        wanted = ours.pop(text_of(line, "Other1"), Decimal(0))
        if Decimal(text_of(line, "Invoiced") or "0") == wanted:
            continue
        number = text_of(order, "RefNumber")
        return ConflictError(
            f"A part of sales order {number} has been invoiced in QuickBooks.",
            remedy="Invoice the rest there, then cancel this document here.",
        )
    return None


def _gone(fulfillment: FulfillmentDocument | None) -> tuple[tuple[str, Decimal], ...]:
    return fulfillment.gone if fulfillment is not None else ()


def _has(order: Element, tag: str) -> bool:
    return "true" in _said(order, tag)


def _said(order: Element, tag: str) -> list[str]:
    """Return what the lines say under a tag."""
    found = (text_of(line, tag) for line in order.findall(f"{ORDER}LineRet"))
    return [text for text in found if text]
