"""Our documents as books that call us hold them now: kept when they are read.

What somebody voids, changes or deletes there by hand is seen so, and the statement
says it. What was not read is as the books confirmed it when they took it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q, QuerySet
from pydantic import TypeAdapter

from stockbridge.companies.row_writes import put_rows
from stockbridge.domain.accounting import (
    AmendmentDocument,
    DocumentKind,
    FulfillmentDocument,
    RefundDocument,
    SaleDocument,
)
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.delivery import State
from stockbridge.domain.money import total_of
from stockbridge.engine.codec import digest, dumped, load_document
from stockbridge.engine.desk.visits import Visit
from stockbridge.engine.models import Connection, Delivery, Snapshot
from stockbridge.ports import ReadFeed, StoredDocument

STORED: TypeAdapter[StoredDocument] = TypeAdapter(StoredDocument)
FEED = ReadFeed.DOCUMENTS.value
#: What hands goods over is a bill only where it has a total.
_SOLD = Q(kind__in=[DocumentKind.SALE.value, DocumentKind.REFUND.value]) | Q(
    kind=DocumentKind.FULFILLMENT.value, total__isnull=False
)


def keep_documents(visit: Visit, documents: Sequence[StoredDocument]) -> None:
    """Keep those of these documents that are ours, in the caller's transaction."""
    by_id = {one.books_id: one for one in documents}
    rows = Delivery.objects.filter(connection=visit.connection)
    ids = rows.filter(books_id__in=list(by_id)).values_list("books_id", flat=True)
    ours = [by_id[books_id] for books_id in set(ids)]
    rest = set(by_id) - set(ids)
    _keep(visit, [*ours, *_renamed(visit, [by_id[books_id] for books_id in rest])])


def _renamed(
    visit: Visit, documents: Sequence[StoredDocument]
) -> Iterator[StoredDocument]:
    """Return our refunds among them, under our ids, whose money moved meanwhile.

    The id of a refund names its money, too: somebody may have given it back by hand,
    or voided that. It is the same document all the same.
    """
    name_of = visit.translator.document_name
    refunds = [one for one in documents if one.kind is DocumentKind.REFUND]
    if not refunds:
        return
    read = {name_of(one.books_id): one for one in refunds}
    ours = posted(visit.connection).filter(kind=DocumentKind.REFUND.value)
    for books_id in ours.values_list("books_id", flat=True).iterator():
        if name_of(books_id) in read:
            yield replace(read[name_of(books_id)], books_id=books_id)


def keep_gone(visit: Visit, names: Sequence[str]) -> None:
    """Keep that documents of ours were deleted, in the caller's transaction.

    Only what the books name as deleted: what was merely not read stays as it was.
    """
    if not names:
        return
    gone, name_of = set(names), visit.translator.document_name
    ids = posted(visit.connection).values_list("pk", "books_id")
    ours = [pk for pk, books_id in ids.iterator() if name_of(books_id) in gone]
    rows = list(Delivery.objects.filter(pk__in=ours))
    read = documents_as_read(visit.connection, [row.books_id for row in rows])
    known = [read.get(row.books_id) or as_confirmed(row) for row in rows]
    _keep(visit, [replace(one, is_live=False) for one in known if one is not None])


def documents_as_read(
    connection: Connection, books_ids: Iterable[str]
) -> dict[str, StoredDocument]:
    """Return documents as last read, by their ids; those never read are left out.

    So is an open sale that was read before we changed it last.
    """
    ids = list(books_ids)
    rows = Snapshot.objects.filter(
        connection=connection, feed=FEED, external_id__in=ids
    )
    changed = amendments_of(connection, ids)
    return {
        row.external_id: STORED.validate_python(row.data)
        for row in rows
        if row.external_id not in changed
        or _is_older(changed[row.external_id], row.seen_at)
    }


def amendments_of(
    connection: Connection, books_ids: Iterable[str]
) -> dict[str, Delivery]:
    """Return the last change of each open sale that the books took, by the sale's id.

    Books that call us give a change the id of the sale that they changed by it.
    """
    rows = Delivery.objects.filter(
        connection=connection,
        kind=DocumentKind.AMENDMENT.value,
        state=State.POSTED.value,
        books_id__in=list(books_ids),
    )
    return {row.books_id: row for row in rows.order_by("pk")}


def _is_older(change: Delivery, seen_at: datetime) -> bool:
    return change.posted_at is not None and change.posted_at < seen_at


def posted(connection: Connection) -> QuerySet[Delivery]:
    """Return our sales, bills and refunds that the books confirmed, oldest first."""
    rows = Delivery.objects.filter(connection=connection, state=State.POSTED.value)
    return rows.filter(_SOLD).order_by("pk")


def as_confirmed(row: Delivery) -> StoredDocument | None:
    """Return a document as it was written; None where its content was forgotten."""
    if not row.document:
        return None
    document = load_document(row.kind, row.document)
    kind, day = DocumentKind(row.kind), row.business_date
    if isinstance(document, FulfillmentDocument) and document.billed is not None:
        kind, document = DocumentKind.SALE, document.billed
    if isinstance(document, AmendmentDocument):
        kind, document = DocumentKind.SALE, document.document
    if not isinstance(document, SaleDocument | RefundDocument):
        return None
    shipping = [x.total for x in document.lines if x.kind is LineKind.SHIPPING]
    return StoredDocument(
        books_id=row.books_id,
        kind=kind,
        reference=row.reference,
        business_date=day or document.business_date,
        total=document.total,
        total_tax=document.total_tax,
        shipping=total_of(shipping, document.total.currency),
        key=row.key,
    )


def _keep(visit: Visit, documents: Iterable[StoredDocument]) -> None:
    rows = []
    for one in documents:
        data = dumped(STORED, one)
        rows.append(
            Snapshot(
                connection=visit.connection,
                feed=FEED,
                external_id=one.books_id,
                digest=digest(data),
                data=data,
                key=one.reference[:200],
                seen_at=visit.now,
            )
        )
    put_rows(
        rows,
        unique=["connection", "feed", "external_id"],
        columns=["digest", "data", "key", "seen_at"],
    )
