"""Which record of a document the books' words of a refusal are about.

Books name a record by its id, which says nothing to a bookkeeper. The document knows
what it sent under which id: the SKU and name of a line's item, the customer, the sale.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from stockbridge.domain.accounting import (
    AdjustmentDocument,
    AmendmentDocument,
    BooksRef,
    CancellationDocument,
    CustomerChange,
    Document,
    DocumentKind,
    FulfillmentDocument,
    ItemChange,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
)

_ID = re.compile(r"[0-9A-Za-z-]{4,}")


class Noun(StrEnum):
    """What kind of record a document names."""

    ITEM = "item"
    CUSTOMER = "customer"
    SALE = "sale"  # that is paid, refunded, filled


_NOUNS = {
    DocumentKind.ITEM: Noun.ITEM,
    DocumentKind.CUSTOMER: Noun.CUSTOMER,
    DocumentKind.SALE: Noun.SALE,
}


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record that a document names by an id, and what else it says of it."""

    noun: Noun
    books_id: str
    sku: str = ""
    name: str = ""

    def __str__(self) -> str:
        """Return how a person calls it; its kind alone where nothing else is known."""
        name = f"“{self.name}”" if self.name and self.name != self.sku else ""
        return " ".join(one for one in (self.noun.value, self.sku, name) if one)


def record_blamed(words: str, document: Document) -> NamedRecord | None:
    """Return the record of the document that the words name by its id."""
    said = set(_ID.findall(words))
    for record in _records(document):
        if said & set(_ID.findall(record.books_id)):
            return record
    return None


def _records(document: Document) -> Iterator[NamedRecord]:
    match document:
        case SaleDocument():
            yield from _of_sale(document)
        case AmendmentDocument(sale=sale, document=form):
            yield from _of_sale(form)
            yield from _one(Noun.SALE, sale)
        case FulfillmentDocument(sale=sale, billed=billed):
            if billed is not None:
                yield from _of_sale(billed)
            yield from _one(Noun.SALE, sale)
        case RefundDocument(sale=sale):
            yield from _of_lines(document)
            yield from _one(Noun.SALE, sale)
        case PaymentDocument(sale=sale) | CancellationDocument(sale=sale):
            yield from _one(Noun.SALE, sale)
        case _:
            yield from _of_one_record(document)


def _of_one_record(document: Document) -> Iterator[NamedRecord]:
    match document:
        case AdjustmentDocument(item=item):
            yield from _one(Noun.ITEM, item)
        case CustomerChange(customer=customer, after=after):
            yield NamedRecord(Noun.CUSTOMER, customer.books_id, name=after.name)
        case ItemChange(item=item, after=after):
            yield NamedRecord(Noun.ITEM, item.books_id, after.sku, after.name)
        case ReversalDocument(target=target, target_kind=kind) if kind in _NOUNS:
            yield from _one(_NOUNS[kind], target)
        case _:
            return


def _of_sale(sale: SaleDocument) -> Iterator[NamedRecord]:
    yield from _of_lines(sale)
    if sale.customer is not None:
        yield from _one(Noun.CUSTOMER, sale.customer)


def _of_lines(document: SaleDocument | RefundDocument) -> Iterator[NamedRecord]:
    for line in document.lines:
        if line.item is not None:
            yield NamedRecord(Noun.ITEM, line.item.books_id, line.sku, line.name)


def _one(noun: Noun, ref: BooksRef) -> Iterator[NamedRecord]:
    yield NamedRecord(noun, ref.books_id)
