"""The envelope after the one that is out: written while the books work on that one.

A caller brings an answer and asks for more within the same second; the books then work
for a minute or two. So the next envelope of writes is made in that time, out of what
is ready without the answer. It has not left: no document of it is SENT. At the next
call it leaves, in the usual transaction, if it is still what would be sent; else it is
thrown away and made anew. It is never kept beyond its visit.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from stockbridge.companies.prepared import prepared
from stockbridge.domain.identity import digest_of
from stockbridge.domain.visiting import Step, next_step
from stockbridge.engine.desk.envelopes import facts_of, let_leave, made_batch, writes
from stockbridge.engine.desk.paces import write_pace
from stockbridge.engine.desk.visits import Visit
from stockbridge.engine.models import Batch, Delivery
from stockbridge.engine.models.deliveries import AHEAD
from stockbridge.engine.outgoing import lock_still_ready

FULL_FROM = 0.95  # of what fits: a smaller one would cost a trip


def make_ahead(visit: Visit) -> None:
    """Make the next envelope of writes and keep it."""
    forget_ahead(visit)
    facts = replace(facts_of(visit), to_read=0)  # what is read does not change it
    if next_step(facts) is not Step.WRITE:
        return
    chosen = writes(visit)
    if chosen.step is not Step.WRITE or not chosen.requests:
        return
    if any(row.unreadable for row in chosen.deliveries):
        return  # alone, and not before it is known what became of the others
    batch = made_batch(visit, chosen)
    batch.kind = AHEAD
    batch.members = [row.pk for row in chosen.deliveries]
    if not _is_full(visit, batch):
        return
    rows = _as_kept(batch.members)
    if not _are_same(chosen.deliveries, rows):
        return  # one changed while it was written down
    batch.made_for = _made_for(visit, rows)
    with visit.session.fenced():
        batch.save(force_insert=True)


def send_ahead(visit: Visit) -> Batch | None:
    """Let the envelope leave that was made ahead; None: there is none that may."""
    batch = _made.first(visit.connection.pk, visit.row.fence)
    if batch is None:
        return None
    if next_step(facts_of(visit)) is not Step.WRITE:
        return None  # something else comes first; it is looked at again after that
    if not _is_full(visit, batch):
        forget_ahead(visit)
        return None
    ids = batch.members
    with visit.session.fenced():
        still = set(lock_still_ready(visit.connection.pk, visit.now, ids))
        kept = _as_kept(ids)
        is_same = still == set(ids) and batch.made_for == _made_for(visit, kept)
        if is_same:
            batch.kind, batch.sent_at = Step.WRITE.value, visit.now
            batch.books_now = visit.row.books_now
            batch.save(update_fields=["kind", "sent_at", "books_now"])
            let_leave(visit, batch, _ready(ids))
        else:
            forget_ahead(visit)
    return batch if is_same else None


def has_ahead(visit: Visit) -> bool:
    """Return whether an envelope was made ahead in this visit."""
    return _made.exists(visit.connection.pk, visit.row.fence)


def forget_ahead(visit: Visit) -> None:
    """Throw away what was made ahead."""
    Batch.objects.filter(connection=visit.connection, kind=AHEAD).delete()


def _is_full(visit: Visit, batch: Batch) -> bool:
    """Whether it is as large as the pace allows by now, and no larger."""
    pace = write_pace(visit.connection.desk)
    foretold_s = batch.guess_s * pace.factor
    most = visit.translator.capabilities.documents_per_call_max
    is_large = foretold_s >= FULL_FROM * pace.target_s
    is_large = is_large or len(batch.members) >= FULL_FROM * most
    return foretold_s <= pace.target_s and is_large


def _made_for(visit: Visit, rows: "Sequence[_Kept]") -> str:
    """Return a digest of all that its bytes were made of."""
    connection = visit.connection
    return digest_of([connection.settings, connection.facts, *map(list, rows)])


def _are_same(deliveries: Sequence[Delivery], rows: "Sequence[_Kept]") -> bool:
    """Whether these are kept as they were when their envelope was written."""
    written = {
        row.pk: [
            *(row.generation, row.attempts, row.basis, row.unreadable, row.digest),
            row.document,
        ]
        for row in deliveries
    }
    return all(written[pk] == [*kept, json.loads(text)] for pk, *kept, text in rows)


@prepared
def _made(connection_id: int, fence: int) -> QuerySet[Batch]:
    """Return what was made ahead in this visit."""
    rows = Batch.objects.filter(connection=connection_id, fence=fence, kind=AHEAD)
    return rows.order_by("-id").defer("requests", "answer")


#: What decides the bytes of one document; a person may be erased from one meanwhile.
_Kept = tuple[Any, ...]


@prepared
def _as_kept(ids: Sequence[int]) -> QuerySet[Delivery, _Kept]:
    """Return what decides the bytes of each, its document as text, last."""
    rows = Delivery.objects.filter(pk__in=ids).order_by("id")
    return rows.values_list(
        *("pk", "generation", "attempts", "basis", "unreadable", "digest"),
        Cast("document", TextField()),
    )


@prepared
def _ready(ids: Sequence[int]) -> QuerySet[Delivery]:
    """Return these with what their leaving needs."""
    return Delivery.objects.filter(pk__in=ids).order_by("id").only("state")
