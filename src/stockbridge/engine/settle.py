"""Taking in answers: evidence is always accepted, however late, whoever brings it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from stockbridge.companies.prepared import Change, prepared, prepared_change
from stockbridge.companies.row_writes import put_rows
from stockbridge.domain.accounting import (
    SHARED_RECORDS,
    CustomerRecord,
    ItemRecord,
)
from stockbridge.domain.delivery import Event, State, may
from stockbridge.domain.errors import SettingNeededError, SyncError
from stockbridge.engine.blamed import details_of, named, told
from stockbridge.engine.both_ways import after_adjustments
from stockbridge.engine.codec import document_of
from stockbridge.engine.evidence import DROPPED, heirs, revive
from stockbridge.engine.initial import end_claims_in_initial
from stockbridge.engine.issues import (
    IssueDraft,
    about_document,
    open_issue,
    resolve_issues,
)
from stockbridge.engine.matching import after_linking
from stockbridge.engine.models import (
    Batch,
    Binding,
    Bridge,
    Delivery,
    DeliverySource,
    Run,
)
from stockbridge.engine.moves import Move, Mover
from stockbridge.engine.progress import order_progress, stock_progress
from stockbridge.engine.record_changes import (
    Created,
    after_changes,
    agree_on_created,
)
from stockbridge.engine.session import Session
from stockbridge.engine.settings_needed import (
    need_settings,
    needed,
    recount_settings,
)
from stockbridge.engine.undone import after_reversals, before_reversals
from stockbridge.ports import PostOutcome, PostResult

Pair = tuple[Delivery, PostResult]


@dataclass(frozen=True, slots=True)
class Settled:
    """What an answer said anew: what was known before is in none of them."""

    posted: Sequence[Pair]
    refused: Sequence[Pair]
    again: Sequence[Pair]  # not taken this time; tried again


#: Told of it in the transaction that settles: each document once, whoever brings it.
Tell = Callable[[Settled], None]
_SHARED = frozenset(kind.value for kind in SHARED_RECORDS)
ATTEMPTS_MAX = 12


def settle(
    session: Session,
    pairs: Sequence[Pair],
    *,
    batch: Batch | None = None,
    event: Event = Event.ACCEPT,
    tell: Tell | None = None,
) -> int:
    """Record what the books said of each document; return how many are posted now.

    Not fenced: an answer is a fact, whoever holds the lease by now.
    """
    if not pairs and batch is None:
        return 0
    with transaction.atomic():
        before_reversals(session, [row for row, result in pairs if _is_posted(result)])
        rows = _locked([delivery.pk for delivery, _ in pairs])
        rows |= heirs(rows)
        fresh = [(rows[delivery.pk], result) for delivery, result in pairs]
        posted = [pair for pair in fresh if _is_posted(pair[1])]
        latest = [pair for pair in fresh if _is_latest(pair[0], batch)]
        refused = _still(latest, PostOutcome.REFUSED, Event.REFUSE)
        again = _blamed(_still(latest, PostOutcome.RETRY, Event.RETURN), fresh)
        news = [pair for pair in posted if pair[0].state != State.POSTED.value]
        back = [row for row, _ in posted if row.state in DROPPED]
        _accept(session, posted, event)
        revive(session, back)
        _refuse(session, refused)
        _return(session, again)
        if batch is not None:
            _note_answer(batch.pk, session.now())
        order_progress(session, [row for row, _ in fresh])
        if tell is not None:
            tell(Settled(news, refused, again))
    return len(news)


def _is_latest(row: Delivery, batch: Batch | None) -> bool:
    """Whether the answer is to the envelope in which the document last left.

    A no to an earlier one does not say what becomes of the later one: believing it
    would send again, or plan anew, what may be in the books.
    """
    return batch is None or row.batch_id == batch.pk


def _is_posted(result: PostResult) -> bool:
    return result.outcome is PostOutcome.POSTED


def _still(pairs: Sequence[Pair], outcome: PostOutcome, event: Event) -> list[Pair]:
    """Return the answers that still say something: no such move, nothing to do."""
    found = [pair for pair in pairs if pair[1].outcome is outcome]
    return [pair for pair in found if may(State(pair[0].state), event)]


def _blamed(again: Sequence[Pair], answers: Sequence[Pair]) -> list[Pair]:
    """Return what is to be tried again; where nothing was tried, all of it was.

    What an error before it kept from being tried is not to blame. But there must be
    such an error, or the same would leave for ever.
    """
    if any(result.was_tried for _, result in answers):
        return list(again)
    return [(row, replace(result, was_tried=True)) for row, result in again]


def _locked(ids: Sequence[int]) -> dict[int, Delivery]:
    return {row.pk: row for row in _lock(ids)}


@prepared
def _lock(ids: Sequence[int]) -> QuerySet[Delivery]:
    rows = Delivery.objects.select_for_update(of=("self",)).filter(pk__in=ids)
    return rows.order_by("id")


@prepared_change
def _note_answer(batch_id: int, now: datetime) -> Change:
    return Change(Batch.objects.filter(pk=batch_id), {"answered_at": now})


@prepared
def _runs(ids: Collection[int]) -> QuerySet[Run]:
    return Run.objects.filter(pk__in=ids).select_related("bridge")


def _accept(session: Session, pairs: Sequence[Pair], event: Event) -> None:
    now = session.now()
    moves = [
        Move(
            row,
            event if may(State(row.state), event) else Event.ACCEPT,
            fields={
                "books_id": result.books_id,
                "books_number": result.number,
                "books_version": result.version,
                "posted_at": now,
                "error": "",
                "remedy": "",
            },
        )
        for row, result in pairs
        if row.state != State.POSTED.value
    ]
    Mover(session).move(moves)
    for row, result in pairs:
        row.books_id = result.books_id
        _compare(session, row, result)
        if result.error is not None:
            _tell_remark(session, row, result.error)
    _bind(session, pairs)
    stock_progress(session, [row for row, _ in pairs])
    after_reversals(session, [row for row, _ in pairs])
    after_adjustments(session, [row for row, _ in pairs])
    after_changes([row for row, _ in pairs])


def _compare(session: Session, row: Delivery, result: PostResult) -> None:
    """Totals are compared a last time, on what was stored (CORRECTNESS 5)."""
    if result.total is None or row.total is None:
        return
    if result.total.amount == row.total and result.total.currency == row.currency:
        return
    open_issue(
        IssueDraft(
            **about_document(session.connection, row),
            code="stored_differs",
            title=f"{row.reference or row.title}: the books stored another total",
            message=f"Sent {row.total:f} {row.currency}, stored {result.total}.",
            remedy="Look at the document in the books; undo the import and import "
            "again once the cause is mended.",
        ),
        now=session.now(),
    )


def _tell_remark(session: Session, row: Delivery, error: SyncError) -> None:
    """Tell what the books remarked on a document that they took all the same."""
    open_issue(
        IssueDraft(
            **about_document(session.connection, row),
            code="remarked",
            title=f"{row.kind} {row.reference or row.title} is in the books, but"[:300],
            message=str(error),
            remedy=error.remedy or "Look at the document in the books.",
            severity="warning",
        ),
        now=session.now(),
    )


def _bind(session: Session, pairs: Sequence[Pair]) -> None:
    """Pair what was created in the books with what it was created from."""
    created: dict[int, list[str]] = {}
    rows, bridges, made = [], dict[int, Bridge](), list[Created]()
    shared = [pair for pair in pairs if pair[0].kind in _SHARED]
    run_ids = {row.run_id for row, _ in shared if row.run_id}
    runs = {run.pk: run for run in _runs(run_ids)}
    for row, result in shared:
        document = document_of(row)
        bridge = _bridge_of(row, runs.get(row.run_id or 0))
        if not isinstance(document, CustomerRecord | ItemRecord) or bridge is None:
            continue
        if not document.store_id:
            continue
        rows.append(_binding(row, bridge, document.store_id, result.books_id))
        if isinstance(document, ItemRecord):
            bridges[bridge.pk] = bridge
            created.setdefault(bridge.pk, []).append(document.store_id)
        made.append(Created(rows[-1], document, row.created_at))
    agree_on_created(made)
    put_rows(rows)
    for bridge_id, store_ids in created.items():
        end_claims_in_initial(session, bridges[bridge_id], set(store_ids))
        after_linking(bridges[bridge_id], store_ids)


def _binding(row: Delivery, bridge: Bridge, store_id: str, books_id: str) -> Binding:
    return Binding(
        company_id=row.company_id,
        store_connection_id=bridge.store_id,
        books_connection_id=row.connection_id,
        kind=row.kind,
        store_id=store_id,
        books_id=books_id,
        matched_by="created",
    )


def _bridge_of(row: Delivery, run: Run | None) -> Bridge | None:
    """Return the bridge for which this shared record was first needed."""
    if run is not None and run.bridge is not None:
        return run.bridge
    source = (
        DeliverySource.objects.filter(delivery__needs__needed=row)
        .select_related("bridge")
        .first()
    )
    return source.bridge if source else None


def _refuse(session: Session, pairs: Sequence[Pair]) -> None:
    unsaid = SyncError("The books refused it without a reason.")
    refused = [(row, result.error or unsaid) for row, result in pairs]
    moves = []
    for row, error in refused:
        said = told(named(session.connection, error), error)
        fields = {
            "was_refused": True,
            "attempts": row.attempts + 1,
            "error": said,
            "remedy": error.remedy,
            "waits_for": needed(error),
        }
        moves.append(Move(row, Event.REFUSE, said, fields))
    Mover(session).move(moves)
    settings: dict[str, SettingNeededError] = {}  # each is counted once, in the end
    for row, error in refused:
        if isinstance(error, SettingNeededError):
            settings[error.field] = error
        else:
            _open(session, row, error)
    for setting in settings.values():
        need_settings(session.connection, setting, now=session.now())


def _open(
    session: Session, row: Delivery, error: SyncError, *, title: str = ""
) -> None:
    if isinstance(error, SettingNeededError):
        need_settings(session.connection, error, now=session.now())
        return
    waiting = row.needed_by.count() + 1
    record = named(session.connection, error)
    label = row.reference or row.title
    open_issue(
        IssueDraft(
            **about_document(session.connection, row),
            code=f"refused_{error.code}"[:60],
            title=(title or f"The books refused {row.kind} {label}")[:300],
            message=told(record, error),
            remedy=error.remedy or "Mend the cause, then retry.",
            waiting_count=waiting,
            details={"key": row.key, "field": error.field, **details_of(record)},
        ),
        now=session.now(),
    )


def hold_unsayable(session: Session, row: Delivery, error: SyncError) -> None:
    """Hold a document that these books cannot hold, before it leaves.

    It never left, so trying again after mending may plan it anew, as after a refusal.
    """
    fields = {
        "was_refused": True,
        "error": str(error),
        "remedy": error.remedy,
        "waits_for": needed(error),
    }
    label = row.reference or row.title
    with session.fenced():
        Mover(session).move([Move(row, Event.HOLD, str(error), fields)])
        _open(session, row, error, title=f"The {row.kind} {label} was not sent")
        order_progress(session, [row])


def _return(session: Session, pairs: Sequence[Pair]) -> None:
    """Try again later; the books said that they did not take it.

    What was not tried leaves again at once; it tires nobody. It has a number all the
    same: a late answer to this attempt must not be taken for one to the next.
    """
    now = session.now()
    moves, tired = [], []
    for row, result in pairs:
        tries = row.attempts - row.untried
        pause = pause_after(tries) if result.was_tried else timedelta()
        fields = {
            "attempts": row.attempts + 1,
            "untried": row.untried + int(not result.was_tried),
            "not_before": now + pause,
            "error": str(result.error or ""),
        }
        moves.append(Move(row, Event.RETURN, str(result.error or ""), fields))
        if result.was_tried and tries + 1 >= ATTEMPTS_MAX:
            tired.append(row)
    Mover(session).move(moves)
    Mover(session).move(
        [Move(row, Event.GIVE_UP, "Tried often enough.") for row in tired]
    )


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait before the next attempt: longer each time."""
    return timedelta(seconds=min(900, 2**attempts))


def close_refusal(session: Session, row: Delivery, *, by: str) -> None:
    """Close the issue of a refusal that was mended or dropped.

    One that others wait for, too, stays, and tells how many still do.
    """
    resolve_issues(
        row.company,
        now=session.now(),
        subject_kind="document",
        subject_id=str(row.pk),
        by=by,
    )
    if row.waits_for:
        recount_settings(row.connection, now=session.now(), by=by)
