"""References of documents to records of the books: by key first, then by id."""

from dataclasses import replace

from stockbridge.domain.accounting import (
    AdjustmentDocument,
    AmendmentDocument,
    BooksRef,
    CancellationDocument,
    CustomerChange,
    Document,
    DocumentLine,
    FulfillmentDocument,
    ItemChange,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
)


def keys_named(sale: SaleDocument) -> tuple[str, ...]:
    """Return the keys of records that a sale names without knowing their ids yet."""
    refs = [sale.customer, *(line.item for line in sale.lines)]
    keys = [ref.key for ref in refs if ref is not None and not ref.is_known]
    return tuple(dict.fromkeys(keys))


def resolved(document: Document, ids: dict[str, str]) -> Document:
    """Return the document with every reference by key turned into an id.

    `ids` maps the keys of posted deliveries to their ids in the books. Raises
    KeyError for a key without one: such a delivery must not leave.
    """
    match document:
        case SaleDocument():
            return _resolved_sale(document, ids)
        case RefundDocument():
            return replace(
                document,
                sale=_known(document.sale, ids),
                lines=_resolved_lines(document.lines, ids),
            )
        case AmendmentDocument():
            before = document.before
            return AmendmentDocument(
                sale=_known(document.sale, ids),
                document=_resolved_sale(document.document, ids),
                before=_resolved_sale(before, ids) if before else None,
            )
        case FulfillmentDocument():
            billed = document.billed
            return replace(
                document,
                sale=_known(document.sale, ids),
                billed=_resolved_sale(billed, ids) if billed else None,
            )
        case PaymentDocument() | CancellationDocument():
            return replace(document, sale=_known(document.sale, ids))
        case AdjustmentDocument() | ItemChange():
            return replace(document, item=_known(document.item, ids))
        case ReversalDocument():
            return replace(document, target=_known(document.target, ids))
        case CustomerChange():
            return replace(document, customer=_known(document.customer, ids))
        case _:
            return document


def _resolved_sale(sale: SaleDocument, ids: dict[str, str]) -> SaleDocument:
    return replace(
        sale,
        customer=_known(sale.customer, ids) if sale.customer else None,
        lines=_resolved_lines(sale.lines, ids),
    )


def _resolved_lines(
    lines: tuple[DocumentLine, ...], ids: dict[str, str]
) -> tuple[DocumentLine, ...]:
    return tuple(
        replace(line, item=_known(line.item, ids)) if line.item else line
        for line in lines
    )


def _known(ref: BooksRef, ids: dict[str, str]) -> BooksRef:
    return ref if ref.is_known else BooksRef(books_id=ids[ref.key], key=ref.key)
