"""A sale as a sales receipt, an invoice or a sales order."""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.lines import (
    line_elements,
    sale_lines,
)
from stockbridge.connectors.books.quickbooks_desktop.postal import address
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
    words,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.tax import TaxPlan, plan_tax
from stockbridge.connectors.books.quickbooks_desktop.text import fitted
from stockbridge.connectors.quickbooks.sales import (
    check_totals,
    customer_needed,
    number_within,
    order_field,
)
from stockbridge.domain.accounting import (
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.errors import InvalidInputError
from stockbridge.ports import PostRequest

TYPES = {
    SaleForm.SALES_RECEIPT: "SalesReceipt",
    SaleForm.INVOICE: "Invoice",
    SaleForm.SALES_ORDER: "SalesOrder",
}
SALE_TYPES = frozenset(TYPES.values())
MEMO_CHARS_MAX = 4095
_PO_CHARS_MAX = 25
_CHANNEL_SINCE = Decimal("15.0")  # SOChannel, StoreName
#: One order that all kinds share: each knows some of these.
HEADER = (
    "CustomerRef",
    "ClassRef",
    "ARAccountRef",
    "TemplateRef",
    "TxnDate",
    "RefNumber",
    "ShipAddress",
    "PaymentMethodRef",
    "PONumber",
    "TermsRef",
    "SalesRepRef",
    "ItemSalesTaxRef",
    "Memo",
    "CustomerSalesTaxCodeRef",
    "DepositToAccountRef",
)


def sale_type(document: SaleDocument) -> str:
    """Return QuickBooks' kind of document; raises InvalidInputError."""
    if document.form not in TYPES:
        raise InvalidInputError(
            f"QuickBooks Desktop has no {document.form}.", field="form"
        )
    return TYPES[document.form]


def sale_request(
    post: PostRequest, settings: QuickBooksDesktopSettings, version: str
) -> Element:
    """Return the request that adds the sale; raises ActionNeededError."""
    sale = post.document
    if not isinstance(sale, SaleDocument):
        raise TypeError("a sale is wanted")
    kind = sale_type(sale)
    check_totals(sale.lines, sale.total, sale.total_tax)
    plan = plan_tax(sale, settings)
    lines = sale_lines(sale.lines, settings)
    body = node(
        f"{kind}Add",
        *in_order(_header(post, sale, settings, plan), HEADER),
        *line_elements(kind, lines, plan, settings, site=sale.location_id),
        *(_channel(settings, version) if kind == "SalesOrder" else ()),
    )
    return request(f"{kind}AddRq", naming.request_id(post.attempt_id), body)


def tax_header(plan: TaxPlan, settings: QuickBooksDesktopSettings) -> list[Child]:
    """Return what says at the head of a document whether it is taxed."""
    code = settings.taxable_code if plan.tax_item else settings.exempt_code
    return [
        ref("ItemSalesTaxRef", plan.tax_item),
        named_ref("CustomerSalesTaxCodeRef", code),
    ]


def reference_of(reference: str) -> str:
    """Return the RefNumber; InvalidInputError for one that QuickBooks cannot hold."""
    number = fitted(reference, len(reference))
    return number_within(number, naming.REFERENCE_CHARS_MAX)


def po_number(sale: SaleDocument, settings: QuickBooksDesktopSettings) -> Child:
    """Return the customer's own number; invoices and sales orders have room for it."""
    return words("PONumber", order_field(sale, settings.po_number_field), _PO_CHARS_MAX)


def customer_of(sale: SaleDocument, settings: QuickBooksDesktopSettings) -> str:
    """Return who is billed; raises MappingError where nobody can be."""
    given = sale.customer.books_id if sale.customer else ""
    customer = given or settings.guest_customer
    if not customer and sale.form is not SaleForm.SALES_RECEIPT:
        raise customer_needed(
            "An invoice or sales order of QuickBooks needs a customer."
        )
    return customer


def _header(
    post: PostRequest,
    sale: SaleDocument,
    settings: QuickBooksDesktopSettings,
    plan: TaxPlan,
) -> list[Child]:
    kind = sale_type(sale)
    is_receipt, is_invoice = kind == "SalesReceipt", kind == "Invoice"
    deposit = sale.account_id or settings.deposit_account
    method = settings.methods.get(sale.payment_method, "")
    return [
        ref("CustomerRef", customer_of(sale, settings)),
        ref("ClassRef", settings.accounting_class),
        ref("ARAccountRef", settings.ar_account if is_invoice else ""),
        ref("TemplateRef", settings.template),
        day("TxnDate", sale.business_date),
        leaf("RefNumber", reference_of(sale.reference)),
        address("ShipAddress", sale.shipping_address),
        ref("PaymentMethodRef", method if is_receipt else ""),
        *(() if is_receipt else (po_number(sale, settings),)),
        ref("TermsRef", "" if is_receipt else settings.terms),
        ref("SalesRepRef", settings.sales_rep),
        words("Memo", naming.memo(post.marker, sale.memo), MEMO_CHARS_MAX),
        ref("DepositToAccountRef", deposit if is_receipt else ""),
        *tax_header(plan, settings),
    ]


def _channel(settings: QuickBooksDesktopSettings, version: str) -> list[Child]:
    if Decimal(version) < _CHANNEL_SINCE:
        return []
    return [leaf("SOChannel", "Ecommerce"), words("StoreName", settings.store_name, 40)]
