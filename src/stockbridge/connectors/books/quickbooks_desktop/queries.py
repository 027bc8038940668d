"""Queries about one document: what it depends on, and what became of it."""

from collections.abc import Iterable
from datetime import date

from stockbridge.connectors.books.quickbooks_desktop import (
    amending,
    customers,
    first_quantities,
    items,
    naming,
)
from stockbridge.connectors.books.quickbooks_desktop.adjustments import (
    adjustment_number,
)
from stockbridge.connectors.books.quickbooks_desktop.customers import customer_name
from stockbridge.connectors.books.quickbooks_desktop.filling import (
    billed_of,
    order_of,
)
from stockbridge.connectors.books.quickbooks_desktop.payments import (
    invoice_of,
    payment_number,
)
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Element,
    day,
    leaf,
    node,
    request,
)
from stockbridge.connectors.books.quickbooks_desktop.refunds import (
    gives_money,
    sale_of,
)
from stockbridge.connectors.books.quickbooks_desktop.reversals import targets_of
from stockbridge.connectors.books.quickbooks_desktop.sales import (
    reference_of,
    sale_type,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    AmendmentDocument,
    CancellationDocument,
    CustomerChange,
    CustomerField,
    CustomerRecord,
    DocumentKind,
    FulfillmentDocument,
    ItemChange,
    ItemRecord,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
)
from stockbridge.domain.errors import DefectError
from stockbridge.ports import PostRequest


def needs_preparation(post: PostRequest, settings: QuickBooksDesktopSettings) -> bool:
    """Return whether the write depends on something that has to be read first."""
    document = post.document
    match document:
        case PaymentDocument() | RefundDocument() | FulfillmentDocument():
            return True
        case AmendmentDocument():
            return True
        case CustomerChange() | ItemChange():
            return True
        case CustomerRecord():
            return settings.name_taken == "suffix"
        case ItemRecord():
            return first_quantities.is_apart(document, settings)
        case ReversalDocument():
            return document.target_kind is DocumentKind.ITEM
        case CancellationDocument():
            return naming.txn_of(document.sale.books_id).type == "SalesOrder"
        case _:
            return False


def preparing(post: PostRequest, settings: QuickBooksDesktopSettings) -> list[Element]:
    """Return the queries whose answers make the basis of the write."""
    ask = _Asking(post.attempt_id)
    document = post.document
    match document:
        case PaymentDocument():
            return [ask.by_id(invoice_of(document), with_lines=False)]
        case FulfillmentDocument():
            return [ask.by_id(order_of(document))]
        case AmendmentDocument():
            return [ask.by_id(amending.order_of(document))]
        case RefundDocument():
            return [
                ask.by_id(sale_of(document)),
                ask.by_number("CreditMemo", reference_of(document.reference)),
            ]
        case CustomerRecord():
            name = customer_name(document, post.marker, settings)
            return [ask.who_is_named(name)]
        case CustomerChange():
            return _before_change(ask, post, document, settings)
        case ItemRecord():
            return _of_item(ask, post, document, settings)
        case ItemChange(item=ref) | ReversalDocument(target=ref):
            return [ask.by_list_id("Item", ref.books_id)]
        case CancellationDocument():
            return [ask.by_id(naming.txn_of(document.sale.books_id), with_lines=False)]
        case _:
            raise DefectError(f"{type(document).__name__} needs no preparation.")


def looking_up(post: PostRequest, settings: QuickBooksDesktopSettings) -> list[Element]:
    """Return the queries that find what became of a document.

    By number for documents (the marker then decides), by id for what changes something
    that was there before, by name for records: by each name that any policy gives, for
    the setting may have been changed since the record was sent.
    """
    ask = _Asking(post.attempt_id)
    document = post.document
    match document:
        case CustomerRecord() | CustomerChange():
            return _of_customer(ask, post, document, settings)
        case RefundDocument():
            number = reference_of(document.reference)
            found = [ask.by_number("CreditMemo", number, with_links=True)]
            if gives_money(document, settings):
                found.append(ask.by_number("ARRefundCreditCard", number))
                found.append(ask.by_day("Check", document.business_date))
            return found
        case ItemRecord():
            return _of_item(ask, post, document, settings)
        case ItemChange(item=item):
            return [ask.by_list_id("Item", item.books_id)]
        case ReversalDocument():
            return _reversed(ask, document)
        case CancellationDocument():
            return [ask.by_id(naming.txn_of(document.sale.books_id))]
        case AmendmentDocument():
            return [ask.by_id(amending.order_of(document))]
        case _:
            numbers = _numbers(post, settings)
            return [ask.by_number(kind, number) for kind, number in numbers]


def _numbers(
    post: PostRequest, settings: QuickBooksDesktopSettings
) -> list[tuple[str, str]]:
    """Return under which kinds and numbers a document is sought."""
    document = post.document
    match document:
        case SaleDocument():
            return [(sale_type(document), reference_of(document.reference))]
        case FulfillmentDocument():
            return [("Invoice", reference_of(billed_of(document).reference))]
        case PaymentDocument():
            return [("ReceivePayment", payment_number(post, document))]
        case AdjustmentDocument():
            return [("InventoryAdjustment", adjustment_number(post))]
        case _:
            raise DefectError(f"{type(document).__name__} cannot be looked up.")


def _before_change(
    ask: "_Asking",
    post: PostRequest,
    change: CustomerChange,
    settings: QuickBooksDesktopSettings,
) -> list[Element]:
    """Return the query for the customer, and for who may have the new name."""
    found = [ask.by_list_id("Customer", change.customer.books_id)]
    if CustomerField.NAME in change.fields and settings.name_taken == "suffix":
        name = customer_name(change.after, post.marker, settings)
        found.append(ask.who_is_named(name))
    return found


def _of_customer(
    ask: "_Asking",
    post: PostRequest,
    document: CustomerRecord | CustomerChange,
    settings: QuickBooksDesktopSettings,
) -> list[Element]:
    if isinstance(document, CustomerChange):
        return [ask.by_list_id("Customer", document.customer.books_id)]
    names = customers.possible_names(document, post.marker, settings)
    return [ask.by_name("Customer", name) for name in _once(names)]


def _of_item(
    ask: "_Asking",
    post: PostRequest,
    record: ItemRecord,
    settings: QuickBooksDesktopSettings,
) -> list[Element]:
    names = items.possible_names(record, post.marker, settings)
    found = [ask.by_name("Item", name) for name in _once(names)]
    if first_quantities.is_apart(record, settings):
        found.append(ask.by_number("InventoryAdjustment", adjustment_number(post)))
    return found


def _once(names: Iterable[str]) -> list[str]:
    """Return names that QuickBooks takes for different ones: case does not count."""
    return list({name.casefold(): name for name in names}.values())


def _reversed(ask: "_Asking", reversal: ReversalDocument) -> list[Element]:
    list_id = reversal.target.books_id
    if reversal.target_kind is DocumentKind.CUSTOMER:
        return [ask.by_list_id("Customer", list_id)]
    if reversal.target_kind is DocumentKind.ITEM:
        return [ask.by_list_id("Item", list_id)]
    return [ask.by_id(txn) for txn in targets_of(reversal)]


class _Asking:
    """Numbers the queries about one attempt."""

    def __init__(self, attempt_id: str) -> None:
        self._attempt_id = attempt_id
        self._part = 0

    def by_id(self, txn: naming.Txn, *, with_lines: bool = True) -> Element:
        lines = leaf("IncludeLineItems", "true") if with_lines else None
        return self._request(f"{txn.type}QueryRq", leaf("TxnID", txn.id), lines)

    def by_number(self, kind: str, number: str, *, with_links: bool = False) -> Element:
        lines = leaf("IncludeLineItems", "true")
        links = leaf("IncludeLinkedTxns", "true") if with_links else None
        return self._request(f"{kind}QueryRq", leaf("RefNumber", number), lines, links)

    def by_day(self, kind: str, on: date) -> Element:
        """Ask for what has no number of ours to be asked by."""
        days = node("TxnDateRangeFilter", day("FromTxnDate", on), day("ToTxnDate", on))
        return self._request(f"{kind}QueryRq", days)

    def by_list_id(self, kind: str, list_id: str) -> Element:
        return self._request(f"{kind}QueryRq", leaf("ListID", list_id))

    def by_name(self, kind: str, name: str) -> Element:
        return self._request(f"{kind}QueryRq", leaf("FullName", name))

    def who_is_named(self, name: str) -> Element:
        """Ask who has a name: customers, vendors, employees, others share their names.

        Of employees nothing but the id is asked for.
        """
        only = leaf("IncludeRetElement", "ListID")
        return self._request("EntityQueryRq", leaf("FullName", name), only)

    def _request(self, tag: str, *children: Element | None) -> Element:
        self._part += 1
        number = naming.request_id(self._attempt_id, self._part)
        return request(tag, number, *children)
