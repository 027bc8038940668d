"""Taking the books' answers in: kept first, then settled, whoever brings them."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import structlog
from django.db.models import QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.domain.delivery import Event, State
from stockbridge.domain.errors import (
    ActionNeededError,
    AnswerLostError,
    DefectError,
    SyncError,
)
from stockbridge.domain.visiting import Step
from stockbridge.engine.desk import kept
from stockbridge.engine.desk.attempts import delivery_id, ids_of, rows_of
from stockbridge.engine.desk.company import check_company
from stockbridge.engine.desk.failing import failures_told
from stockbridge.engine.desk.looking_up import looked_up
from stockbridge.engine.desk.reading import drop_feed, keep_page
from stockbridge.engine.desk.telling import log_unsent, teller
from stockbridge.engine.desk.visits import Visit
from stockbridge.engine.leases import LeaseLostError
from stockbridge.engine.models import Batch, Delivery
from stockbridge.engine.moves import Move, Mover
from stockbridge.engine.settle import hold_unsayable, settle
from stockbridge.ports import (
    CompanyChecked,
    DeskRequest,
    DeskResult,
    NotDone,
    PageRead,
    PostOutcome,
    PostResult,
    Prepared,
    Read,
    Recover,
    Recovered,
    Recovery,
    Write,
)

log = structlog.get_logger("stockbridge.desk")
LATER = timedelta(minutes=1)
_PROOFS = (Step.WRITE.value, Step.LOOK_UP.value, Step.RECOVER.value)
Results = dict[str, DeskResult]


def keep_answer(batch: Batch, answer: bytes, visit: Visit) -> None:
    """Keep an answer before anything is made of it: it is evidence."""
    batch.answered_at = visit.now
    if batch.kind in _PROOFS:
        batch.answer = answer.decode("utf-8", "replace")
    batch.save(update_fields=["answered_at", "answer"])


def take_in(visit: Visit, batch: Batch, answer: bytes) -> tuple[DeskResult, ...]:
    """Settle what an answer says of each request of its batch, and return that.

    Raises AnswerLostError for an answer that nobody can read, DefectError for one that
    we fail on (what had left is in doubt then, both times), ActionNeededError where the
    wrong company is open.
    """
    with failures_told(visit, batch, lambda: _give_up(visit, batch)):
        requests = _asked(batch)
        found = _read_answer(visit, batch, requests, answer)
        if not found:  # not the answer that was waited for
            take_evidence(visit, answer)
        results = {result.attempt_id: result for result in found}
        _TAKERS[Step(batch.kind)](visit, batch, requests, results)
        _settled(batch, visit)
    return found


def glance_at(visit: Visit, batch: Batch, answer: bytes) -> bool:
    """Return whether an error stopped an envelope, whose answer is settled later.

    `settle_kept_answers` does that. Raises AnswerLostError and DefectError, as
    `take_in` does, for an answer that is no answer as a whole.
    """
    with failures_told(visit, batch, lambda: _give_up(visit, batch)):
        try:
            return visit.translator.was_stopped(answer)
        except AnswerLostError:
            _give_up(visit, batch)
            raise


def _read_answer(
    visit: Visit, batch: Batch, requests: Sequence[DeskRequest], answer: bytes
) -> tuple[DeskResult, ...]:
    try:
        return visit.translator.decode(requests, answer)
    except AnswerLostError:
        _give_up(visit, batch)
        raise


def _give_up(visit: Visit, batch: Batch) -> None:
    doubt(visit, batch, "The answer could not be read.")
    _settled(batch, visit)


def was_stopped(results: Sequence[DeskResult]) -> bool:
    """Return whether an error kept a part of an envelope from being tried."""
    return any(isinstance(one, PostResult) and not one.was_tried for one in results)


def take_evidence(visit: Visit, answer: bytes) -> None:
    """Accept what an answer proves that nobody waits for any more.

    It belongs to whichever write of this visit has no answer yet and is named in it.
    """
    unanswered = Batch.objects.filter(
        connection=visit.connection,
        fence=visit.row.fence,
        kind=Step.WRITE.value,
        answered_at=None,
    )
    for batch in unanswered.exclude(requests=[]).order_by("-id"):
        requests = _asked(batch)
        try:
            found = visit.translator.decode(requests, answer)
        except AnswerLostError:
            return
        if found:
            keep_answer(batch, answer, visit)
            results = {result.attempt_id: result for result in found}
            _settle_posts(visit, batch, requests, results)
            _settled(batch, visit)
            return


def doubt(visit: Visit, batch: Batch | None, note: str) -> None:
    """Put in doubt what left with a batch and has no answer; None: with any batch."""
    rows = Delivery.objects.filter(connection=visit.connection, state=State.SENT.value)
    if batch is not None:
        rows = rows.filter(batch=batch)
    with visit.session.fenced():
        Mover(visit.session).move([Move(row, Event.LOSE_ANSWER, note) for row in rows])


def settle_kept_answers(visit: Visit) -> None:
    """Settle answers that were kept, and not settled yet.

    They wait while the next envelope leaves, or their process did not live to settle
    them. Settled by two at once, one has its effects once.
    """
    for batch in _unsettled(visit.connection.pk):
        try:
            take_in(visit, batch, batch.answer.encode())
        except LeaseLostError:
            return  # the next visit goes on
        except SyncError as error:
            # What it did not settle is looked up; the visit goes on all the same.
            log.warning("kept answer", batch=batch.uid, why=str(error))


@prepared
def _unsettled(connection_id: int) -> QuerySet[Batch]:
    rows = Batch.objects.filter(
        connection=connection_id,
        kind=Step.WRITE.value,
        answered_at__isnull=False,
        settled_at=None,
    )
    return rows.exclude(requests=[]).order_by("id")


def forget_questions(visit: Visit) -> None:
    """Ask again what a former visit asked: its questions, and what it had read.

    What was read for a write may be old by now; an envelope that only asked had no
    effect, and nobody waits for its answer. A write without an answer is done with
    once it is known of each of its documents what became of it.
    """
    own = Batch.objects.filter(connection=visit.connection)
    rows = Delivery.objects.filter(connection=visit.connection)
    unsure = [State.SENT.value, State.IN_DOUBT.value]
    with visit.session.fenced():
        rows.exclude(basis="").update(basis="")
        own.exclude(kind=Step.WRITE.value).delete()
        lost = own.filter(answered_at=None, settled_at=None)
        lost.exclude(deliveries__state__in=unsure).update(settled_at=visit.now)


# ── what each kind of envelope brings ────────────────────────────────────────


def _checked(
    visit: Visit, batch: Batch, requests: Sequence[DeskRequest], results: Results
) -> None:
    result = results.get(requests[0].attempt_id)
    if isinstance(result, CompanyChecked):
        check_company(visit, result)
        return
    message = result.message if isinstance(result, NotDone) else ""
    raise ActionNeededError(
        message or "QuickBooks did not say which company is open.",
        remedy="Open the company in QuickBooks and let the Web Connector run again.",
    )


def _written(
    visit: Visit, batch: Batch, requests: Sequence[DeskRequest], results: Results
) -> None:
    _settle_posts(visit, batch, requests, results)
    doubt(visit, batch, "The answer says nothing of it.")


def _settle_posts(
    visit: Visit, batch: Batch, requests: Sequence[DeskRequest], results: Results
) -> None:
    """Settle what the books said of each write, in whichever state it is by now."""
    writes = [request for request in requests if isinstance(request, Write)]
    rows = {row.pk: row for row in ids_of(writes)}  # settling reads them, locked
    pairs = []
    for request in writes:
        row = rows.get(delivery_id(request.attempt_id))
        result = results.get(request.attempt_id)
        if isinstance(result, NotDone):
            result = _not_posted(result)
        if row is not None and isinstance(result, PostResult):
            pairs.append((row, result))
    posted = settle(visit.session, pairs, batch=batch, tell=teller(visit))
    refused = sum(r.outcome is PostOutcome.REFUSED for _, r in pairs)
    visit.count(posted=posted, refused=refused)


def _not_posted(result: NotDone) -> PostResult:
    error = AnswerLostError(result.message) if result.message else None
    return PostResult(result.attempt_id, PostOutcome.RETRY, error=error)


def _prepared(
    visit: Visit, batch: Batch, requests: Sequence[DeskRequest], results: Results
) -> None:
    rows = rows_of(requests)
    with visit.session.fenced():
        for request in requests:
            row = rows.get(delivery_id(request.attempt_id))
            # Dropped meanwhile, by a person or an erasure: nothing is kept of it.
            if row is not None and row.state == State.READY.value:
                _keep_basis(visit, row, results.get(request.attempt_id))


def _keep_basis(visit: Visit, row: Delivery, result: DeskResult | None) -> None:
    kept_row = Delivery.objects.filter(pk=row.pk)
    if isinstance(result, Prepared):
        kept_row.update(basis=result.basis)
    elif isinstance(result, NotDone) and not result.is_retryable:
        error = ActionNeededError(
            result.message, remedy=result.remedy, code="not_prepared"
        )
        hold_unsayable(visit.session, row, error)
        log_unsent(visit, row, error)
    else:
        said = result.message if isinstance(result, NotDone) else ""
        kept_row.update(not_before=visit.now + LATER, error=said)


def _recovered(
    visit: Visit, batch: Batch, requests: Sequence[DeskRequest], results: Results
) -> None:
    for request in requests:
        result = results.get(request.attempt_id)
        if not (isinstance(request, Recover) and isinstance(result, Recovered)):
            continue
        lost = Batch.objects.get(uid=request.batch_id)
        if result.recovery is Recovery.OTHER:
            raise DefectError(f"Batch {lost.uid} is known with other content.")
        if result.recovery is Recovery.KEPT:
            told: Results = {one.attempt_id: one for one in result.results}
            _settle_posts(visit, lost, requests, told)
            lost.settled_at = visit.now
        else:
            lost.released_at = visit.now
        lost.save(update_fields=["settled_at", "released_at"])


def _released(
    visit: Visit, batch: Batch, requests: Sequence[DeskRequest], results: Results
) -> None:
    uids = [kept_row.get("batch", "") for kept_row in batch.requests]
    Batch.objects.filter(uid__in=uids).update(released_at=visit.now)


def _read(
    visit: Visit, batch: Batch, requests: Sequence[DeskRequest], results: Results
) -> None:
    for request in requests:
        if not isinstance(request, Read):
            continue
        result = results.get(request.attempt_id)
        if isinstance(result, PageRead):
            keep_page(visit, request, result)
        else:
            drop_feed(visit, request)


Taker = Callable[[Visit, Batch, Sequence[DeskRequest], Results], None]
_TAKERS: dict[Step, Taker] = {
    Step.CHECK: _checked,
    Step.PREPARE: _prepared,
    Step.WRITE: _written,
    Step.LOOK_UP: looked_up,
    Step.RECOVER: _recovered,
    Step.RELEASE: _released,
    Step.READ: _read,
}


def _asked(batch: Batch) -> tuple[DeskRequest, ...]:
    """Return what the batch asked; a recovery's writes come along."""
    requests = kept.loaded(batch.requests)
    lost = [r.batch_id for r in requests if isinstance(r, Recover)]
    writes: list[DeskRequest] = []
    for found in Batch.objects.filter(uid__in=lost):
        writes += [r for r in kept.loaded(found.requests) if isinstance(r, Write)]
    return (*requests, *writes)


def _settled(batch: Batch, visit: Visit) -> None:
    """Note that an envelope is done with; what asked only is kept no longer."""
    if batch.kind != Step.WRITE.value:
        batch.delete()
        return
    batch.settled_at = visit.now
    batch.save(update_fields=["settled_at"])
