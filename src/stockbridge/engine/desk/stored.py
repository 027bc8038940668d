"""Our documents as books that call us hold them now: kept when they are read.

What somebody voids or changes there by hand is seen so, and the statement says it.
"""

from collections.abc import Iterable, Sequence

from pydantic import TypeAdapter

from stockbridge.engine.codec import digest, dumped
from stockbridge.engine.desk.visits import Visit
from stockbridge.engine.models import Connection, Delivery, Snapshot
from stockbridge.ports import ReadFeed, StoredDocument

STORED: TypeAdapter[StoredDocument] = TypeAdapter(StoredDocument)
FEED = ReadFeed.DOCUMENTS.value


def keep_documents(visit: Visit, documents: Sequence[StoredDocument]) -> None:
    """Keep those of these documents that are ours, in the caller's transaction."""
    by_id = {one.books_id: one for one in documents}
    ours = Delivery.objects.filter(
        connection=visit.connection, books_id__in=list(by_id)
    ).values_list("books_id", flat=True)
    rows = []
    for books_id in set(ours):
        data = dumped(STORED, by_id[books_id])
        rows.append(
            Snapshot(
                connection=visit.connection,
                feed=FEED,
                external_id=books_id,
                digest=digest(data),
                data=data,
                key=by_id[books_id].reference[:200],
                seen_at=visit.now,
            )
        )
    Snapshot.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["connection", "feed", "external_id"],
        update_fields=["digest", "data", "key", "seen_at"],
    )


def documents_as_read(
    connection: Connection, books_ids: Iterable[str]
) -> dict[str, StoredDocument]:
    """Return documents as last read, by their ids; those never read are left out."""
    rows = Snapshot.objects.filter(
        connection=connection, feed=FEED, external_id__in=list(books_ids)
    )
    return {row.external_id: STORED.validate_python(row.data) for row in rows}
