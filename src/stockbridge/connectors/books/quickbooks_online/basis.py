"""What was read before a write: versions, customers, what is still open."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from stockbridge.connectors.books.quickbooks_online import naming
from stockbridge.connectors.books.quickbooks_online.facts import CompanyFacts
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.connectors.books.quickbooks_online.naming import Txn
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.quickbooks.by_rule import charges_nothing, for_document
from stockbridge.domain.accounting import (
    CustomerChange,
    DocumentKind,
    ItemChange,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
)
from stockbridge.domain.errors import MappingError
from stockbridge.ports import PostRequest

_LISTED = {DocumentKind.CUSTOMER: "Customer", DocumentKind.ITEM: "Item"}


@dataclass(frozen=True, slots=True)
class Basis:
    """The company, its settings, and the records that writes depend on."""

    settings: QuickBooksOnlineSettings
    company: CompanyFacts
    records: Mapping[Txn, Record] = field(default_factory=dict)

    def under_rule(self, document: SaleDocument | RefundDocument) -> "Basis":
        """Return the same with what a rule gave a document, as its class."""
        settings = for_document(self.settings, document)
        if charges_nothing(document.tax_code, settings.tax_rates):
            zero_rated = {"exempt_code": document.tax_code}
            settings = settings.model_copy(update=zero_rated)
        return replace(self, settings=settings)

    def record(self, txn: Txn) -> Record:
        """Return what was read; MappingError where it is gone."""
        found = self.records.get(txn)
        if found is None:
            raise MappingError(
                f"{_words(txn.entity)} {txn.id} is no longer in QuickBooks.",
                remedy="Somebody deleted it there. Import the order again, or enter "
                "this by hand.",
            )
        return found


def needed_of(post: PostRequest) -> Txn | None:
    """Return what has to be read before this is written; None: nothing.

    Raises InvalidInputError where an id names nothing.
    """
    document = post.document
    match document:
        case PaymentDocument() | RefundDocument():
            return naming.txn_of(document.sale.books_id)
        case ItemChange(item=item):
            return Txn("Item", naming.record_id(item.books_id, noun="item"))
        case CustomerChange():
            customer = document.customer.books_id
            return Txn("Customer", naming.record_id(customer, noun="customer"))
        case ReversalDocument():
            target = document.target.books_id
            if document.target_kind in _LISTED:
                noun = document.target_kind.value
                entity = _LISTED[document.target_kind]
                return Txn(entity, naming.record_id(target, noun=noun))
            return naming.txn_of(target, noun="document")
        case _:
            return None


def _words(entity: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in entity).strip()
