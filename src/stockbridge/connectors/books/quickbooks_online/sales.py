"""A sale as a sales receipt or an invoice."""

from collections.abc import Mapping

from stockbridge.connectors.books.quickbooks_online import naming
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.client import Write
from stockbridge.connectors.books.quickbooks_online.facts import CompanyFacts
from stockbridge.connectors.books.quickbooks_online.lines import (
    further_parts,
    line_elements,
    sale_lines,
)
from stockbridge.connectors.books.quickbooks_online.policies import field_named
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.books.quickbooks_online.tax import (
    Charged,
    TaxPlan,
    plan_tax,
)
from stockbridge.connectors.books.quickbooks_online.texts import address_of, line_of
from stockbridge.connectors.quickbooks.sales import (
    check_totals,
    customer_needed,
    number_within,
    order_field,
)
from stockbridge.domain.accounting import SaleDocument, SaleForm
from stockbridge.domain.errors import (
    ActionNeededError,
    InvalidInputError,
)
from stockbridge.domain.money import Money
from stockbridge.ports import PostRequest

ENTITIES = {SaleForm.SALES_RECEIPT: "SalesReceipt", SaleForm.INVOICE: "Invoice"}
_FIELD_CHARS = 31  # a custom field's text
_MESSAGE_CHARS = 1000  # CustomerMemo


def sale_entity(document: SaleDocument) -> str:
    """Return QuickBooks' kind of document; raises InvalidInputError."""
    if document.form not in ENTITIES:
        raise InvalidInputError(
            f"QuickBooks Online has no {document.form}.", field="form"
        )
    return ENTITIES[document.form]


def sale_write(post: PostRequest, basis: Basis) -> Write:
    """Return the sale as it is written; raises ActionNeededError."""
    sale = post.document
    if not isinstance(sale, SaleDocument):
        raise TypeError("a sale is wanted")
    entity, basis = sale_entity(sale), basis.under_rule(sale)
    settings, company = basis.settings, basis.company
    check_totals(sale.lines, sale.total, sale.total_tax)
    plan = plan_tax(Charged(sale.lines, sale.taxes, sale.total_tax), settings, company)
    sold = sale_lines(sale.lines, settings)
    customer = customer_of(sale, settings)
    body: dict[str, object] = {
        **header(post, sale.total, plan, basis),
        "DocNumber": reference_of(sale.reference, settings),
        "TxnDate": sale.business_date.isoformat(),
        "PrivateNote": _note(post, sale),
        "Line": line_elements(sold, plan, settings, company),
    }
    if customer:
        body["CustomerRef"] = {"value": customer}
    if address := address_of(sale.shipping_address):
        body["ShipAddr"] = address
    if fields := _custom_fields(sale, settings):
        body["CustomField"] = fields
    if message := line_of(order_field(sale, settings.message_field), _MESSAGE_CHARS):
        body["CustomerMemo"] = {"value": message}
    body |= _paid(sale, basis) if entity == "SalesReceipt" else _owed(settings)
    return Write(entity, body, naming.request_id(post.key))


def header(
    post: PostRequest, total: Money, plan: TaxPlan, basis: Basis
) -> dict[str, object]:
    """Return what all documents with lines say alike."""
    settings, company = basis.settings, basis.company
    found: dict[str, object] = currency_of(total, company)
    if settings.accounting_class and company.class_per_document:
        found["ClassRef"] = {"value": settings.accounting_class}
    if settings.department and company.has_departments:
        found["DepartmentRef"] = {"value": settings.department}
    if plan.calculation:
        found["GlobalTaxCalculation"] = plan.calculation
    tax: dict[str, object] = {}
    if plan.document_code:
        tax["TxnTaxCodeRef"] = {"value": plan.document_code}
    if plan.told is not None:
        tax["TotalTax"] = plan.told.amount
    return {**found, "TxnTaxDetail": tax} if tax else found


def currency_of(total: Money, company: CompanyFacts) -> dict[str, object]:
    """Return the currency where the company keeps several.

    Raises ActionNeededError for another one where it keeps only its own.
    """
    if company.has_many_currencies:
        return {"CurrencyRef": {"value": total.currency}}
    if total.currency != company.currency:
        raise ActionNeededError(
            f"This is in {total.currency}, and QuickBooks keeps {company.currency} "
            "only.",
            code="other_currency",
            remedy="Switch on multicurrency in QuickBooks (it cannot be switched off "
            "again), then check the connection.",
        )
    return {}


def reference_of(reference: str, settings: QuickBooksOnlineSettings) -> str:
    """Return the DocNumber; InvalidInputError for one that QuickBooks cannot hold."""
    number = line_of(reference, len(reference))
    if settings.strip_number_sign:
        number = number.replace("#", "").strip() or number
    return number_within(number, naming.REFERENCE_CHARS_MAX)


def customer_of(sale: SaleDocument, settings: QuickBooksOnlineSettings) -> str:
    """Return who is billed; raises MappingError where nobody can be."""
    given = sale.customer.books_id if sale.customer else ""
    customer = given or settings.guest_customer
    if not customer and sale.form is not SaleForm.SALES_RECEIPT:
        raise customer_needed("An invoice of QuickBooks needs a customer.")
    return customer


def _note(post: PostRequest, sale: SaleDocument) -> str:
    """Return the private note: our marker, the number, a remark, parts of bundles.

    The number stands there, too: QuickBooks keeps its own where custom numbers are off.
    """
    parts = naming.parts_note(further_parts(sale.lines))
    kept = naming.NOTE_CHARS_MAX - len(parts) - 1
    said = naming.note(
        post.marker, line_of(sale.reference, 40), line_of(sale.memo, 3000)
    )
    return f"{said[:kept].rstrip()} {parts}".rstrip()


def _paid(sale: SaleDocument, basis: Basis) -> dict[str, object]:
    settings = basis.settings
    found: dict[str, object] = {}
    if account := sale.account_id or settings.deposit_account:
        found["DepositToAccountRef"] = {"value": account}
    if method := settings.methods.get(sale.payment_method, ""):
        found["PaymentMethodRef"] = {"value": method}
    return found


def _owed(settings: QuickBooksOnlineSettings) -> dict[str, object]:
    return {"SalesTermRef": {"value": settings.terms}} if settings.terms else {}


def _custom_fields(
    sale: SaleDocument, settings: QuickBooksOnlineSettings
) -> list[Mapping[str, str]]:
    told = {
        "order_number": sale.reference,
        "payment": sale.payment_title or sale.payment_method,
        "placed_on": sale.placed_at.date().isoformat(),
    }
    return [
        {"DefinitionId": number, "Type": "StringType", "StringValue": text}
        for number, source in settings.fields
        if (text := line_of(_filling(sale, source, told), _FIELD_CHARS))
    ]


def _filling(sale: SaleDocument, source: str, told: Mapping[str, str]) -> str:
    name = field_named(source)
    return order_field(sale, name) if name else told[source]
