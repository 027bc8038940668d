"""What a look-up found: the document is there, or not, or somebody has to look."""

from collections.abc import Mapping, Sequence

from stockbridge.domain.delivery import Event, State
from stockbridge.engine.desk.attempts import delivery_id, rows_of
from stockbridge.engine.desk.telling import teller
from stockbridge.engine.desk.visits import Visit
from stockbridge.engine.issues import IssueDraft, about_document, open_issue
from stockbridge.engine.models import Batch, Delivery
from stockbridge.engine.moves import Move, Mover
from stockbridge.engine.settle import settle
from stockbridge.ports import (
    DeskRequest,
    DeskResult,
    LookUpOutcome,
    LookUpResult,
    PostResult,
)


def looked_up(
    visit: Visit,
    batch: Batch,
    requests: Sequence[DeskRequest],
    results: Mapping[str, DeskResult],
) -> None:
    """Settle what is there; count a miss of what is not; ask where it is unclear."""
    rows = rows_of(requests)
    ids = [delivery_id(request.attempt_id) for request in requests]
    found: list[tuple[Delivery, PostResult]] = []
    missing: list[Delivery] = []
    for request in requests:
        row = rows.get(delivery_id(request.attempt_id))
        result = results.get(request.attempt_id)
        if row is None or not isinstance(result, LookUpResult):
            continue
        if result.outcome is LookUpOutcome.FOUND and result.result is not None:
            found.append((row, result.result))
        elif result.outcome is LookUpOutcome.MISSING:
            missing.append(row)
        else:
            ask_about(visit, row)
    posted = settle(visit.session, found, event=Event.FIND, tell=teller(visit))
    visit.row.looked_up = [*visit.row.looked_up, *ids]
    _missed(visit, missing)
    visit.count(posted=posted)


def ask_about(visit: Visit, row: Delivery) -> None:
    """Ask a person: the books have something like it, which may not be ours."""
    open_issue(
        IssueDraft(
            **about_document(visit.connection, row),
            code="unclear",
            title=f"Is {row.kind} {row.reference or row.title} in the books?"[:300],
            message="Its answer got lost, and the books have something that may be "
            "it, but is not as it was sent: without our sign, of another customer, or "
            "twice. Nothing is sent again meanwhile.",
            remedy="Look in QuickBooks. If the document there is this one, mark the "
            "order as booked elsewhere; if it is another one, change its number and "
            "let the Web Connector run again.",
        ),
        now=visit.now,
    )


def _missed(visit: Visit, rows: Sequence[Delivery]) -> None:
    """Count a miss; only enough misses, in later visits, prove that it is not there.

    Where one miss is not enough, none counts in the visit that sent the document: the
    books may be committing it. What was looked up is saved with the counts, so that no
    visit counts twice.
    """
    needed = visit.translator.capabilities.misses_needed
    fresh = _sent_in(visit) if needed > 1 else set()
    moves, again = [], []
    for row in rows:
        if row.batch_id in fresh:
            continue
        count = row.misses + 1
        if row.state == State.IN_DOUBT.value and count >= needed:
            # Sent again, it begins anew: these misses say nothing of the next attempt.
            note = "Looked up: it is not there."
            moves.append(Move(row, Event.MISS, note, {"misses": 0}))
        else:
            again.append((row.pk, count))
    with visit.session.fenced():
        Mover(visit.session).move(moves)
        for pk, count in again:
            Delivery.objects.filter(pk=pk).update(misses=count)
        visit.save("looked_up")


def _sent_in(visit: Visit) -> set[int | None]:
    """Return the envelopes that left in this very visit."""
    own = Batch.objects.filter(
        connection=visit.connection, sent_at__gte=visit.row.began_at
    )
    return set(own.values_list("pk", flat=True))
