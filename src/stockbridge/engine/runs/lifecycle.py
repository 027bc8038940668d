"""From one state of a run to the next; a person may stop it at any of them.

PREVIEWING → PREVIEW → (approved) RUNNING → DONE, or back to PREVIEW for rows that
changed meanwhile; HALTED by a safety limit until a person allows; a preview that
nobody approves within a day expires.
"""

from datetime import datetime

from django.db.models import Q, QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.domain.errors import DefectError, RetryableError, SyncError
from stockbridge.engine.logbook import Line, log
from stockbridge.engine.models import Bridge, Connection, Cursor, Run, RunRow
from stockbridge.engine.runs.approving import approve_rows
from stockbridge.engine.runs.following import preview_fields, summary_of
from stockbridge.engine.runs.kinds import STEPS
from stockbridge.engine.runs.steps import BY_ITSELF, RunWork
from stockbridge.engine.runs.stopping import drop_unsent
from stockbridge.engine.session import Session
from stockbridge.ports import Books, Store

ACTIVE = (Run.State.PREVIEWING, Run.State.RUNNING)
AT_ONCE, BY = "_at_once", "_by"
_BOOKS_SIDE = Q(kind=Run.Kind.REFRESH, parameters__side="books") | Q(
    kind=Run.Kind.LINK_ORDERS
)


def work_on_runs(session: Session, bridge: Bridge, store: Store) -> bool:
    """Work on what people asked for at this bridge; return whether all was done."""
    if _expired.exists(bridge.pk, session.now()):
        with session.fenced():
            expire(bridge, session.now())
    runs = _active_in_store(bridge.pk)
    works = [RunWork(session, bridge, run, store=store) for run in runs]
    return _advance_all(works)


def work_on_books_runs(session: Session, bridge: Bridge, books: Books) -> bool:
    """Work on what people asked of the books' side."""
    runs = _active_in_books(bridge.pk)
    works = [RunWork(session, bridge, run, books=books) for run in runs]
    return _advance_all(works)


def refresh_at_next_visit(session: Session, bridge: Bridge) -> None:
    """End refreshes of books that call us: they are read anew when they call next."""
    for run in _active_in_books(bridge.pk):
        feed = str(run.parameters.get("feed", ""))
        with session.fenced():
            Cursor.objects.filter(connection=session.connection, feed=feed).update(
                value="", caught_up_at=None, round_started_at=None
            )
            Run.objects.filter(pk=run.pk).update(
                state=Run.State.DONE,
                finished_at=session.now(),
                message="It is read anew when QuickBooks calls next.",
            )


def follow_runs(session: Session, bridge: Bridge) -> set[int]:
    """See, after deliveries, what became of queued rows.

    Returns the connections that have work now: runs with rows left to act on.
    """
    wakes = set()
    for run in _active_in_store(bridge.pk):
        if run.state != Run.State.RUNNING:
            continue
        STEPS[run.kind].settle(RunWork(session, bridge, run))
        left = RunRow.objects.filter(run=run, is_approved=True, outcome="")
        if left.exists():
            wakes.add(bridge.store_id)
    return wakes


def end_stopped(session: Session) -> None:
    """End the runs that a person asked to stop, of disabled bridges, too."""
    for run in _stopping(session.connection.pk):
        with session.fenced():
            dropped = drop_unsent(session, run)
            message = f"Stopped; {dropped} documents were dropped." if dropped else ""
            Run.objects.filter(pk=run.pk, state=Run.State.STOPPING).update(
                state=Run.State.STOPPED,
                finished_at=session.now(),
                message=message,
                summary=summary_of(run),
            )


def expire(bridge: Bridge, now: datetime) -> None:
    """Let go of previews that nobody approved in time."""
    Run.objects.filter(
        bridge=bridge, state=Run.State.PREVIEW, expires_at__lte=now
    ).update(state=Run.State.EXPIRED, finished_at=now)


def _active(bridge_id: int) -> QuerySet[Run]:
    active = [state.value for state in ACTIVE]
    runs = Run.objects.filter(bridge=bridge_id, state__in=active, kind__in=list(STEPS))
    return runs.select_related("undoes", "company").order_by("id")


@prepared
def _active_in_store(bridge_id: int) -> QuerySet[Run]:
    return _active(bridge_id).exclude(_BOOKS_SIDE)


@prepared
def _active_in_books(bridge_id: int) -> QuerySet[Run]:
    return _active(bridge_id).filter(_BOOKS_SIDE)


@prepared
def _expired(bridge_id: int, now: datetime) -> QuerySet[Run]:
    return Run.objects.filter(
        bridge=bridge_id, state=Run.State.PREVIEW.value, expires_at__lte=now
    )


@prepared
def _stopping(connection_id: int) -> QuerySet[Run]:
    here = Q(bridge__store=connection_id) | Q(bridge__books=connection_id)
    found = Run.objects.filter(here, state=Run.State.STOPPING.value)
    return found.select_related(
        "company", "bridge__store", "bridge__books", "bridge__company"
    )


def _advance_all(works: list[RunWork]) -> bool:
    finished = True
    for work in works:
        if work.session.is_over():
            return False
        finished &= _advance(work)
    return finished


def _advance(work: RunWork) -> bool:
    try:
        return _steps(work)
    except (RetryableError, DefectError):
        raise  # the whole connection waits, or a developer looks
    except SyncError as error:
        _fail(work, error)
        return True


def _steps(work: RunWork) -> bool:
    steps = STEPS[work.run.kind]
    if work.run.state == Run.State.PREVIEWING:
        if not steps.preview(work):
            return not _is_in(work, Run.State.PREVIEWING)
        _show(work)
        work.run.refresh_from_db()
    if work.run.state != Run.State.RUNNING:
        return True
    if not steps.execute(work):
        return False
    if _is_in(work, Run.State.RUNNING):
        steps.settle(work)
    return not work.waits


def _is_in(work: RunWork, state: str) -> bool:
    return Run.objects.filter(pk=work.run.pk, state=state).exists()


def _show(work: RunWork) -> None:
    """Let a person look at the preview; or go on at once, if that was asked."""
    now = work.session.now()
    with work.session.fenced():
        if not work.is_wanted(Run.State.PREVIEWING):
            return
        rows = RunRow.objects.filter(run=work.run)
        fields = {**preview_fields(now), "summary": summary_of(work.run), "message": ""}
        Run.objects.filter(pk=work.run.pk).update(**fields, total=rows.count())
        if work.run.parameters.get(AT_ONCE):
            run = Run.objects.get(pk=work.run.pk)
            if not approve_rows(run, None) and BY_ITSELF in run.parameters:
                done = {"state": Run.State.DONE, "finished_at": now}
                Run.objects.filter(pk=run.pk).update(**done, expires_at=None)


def _fail(work: RunWork, error: SyncError) -> None:
    words = f"{error.message} {error.remedy}".strip()
    with work.session.fenced():
        Run.objects.filter(pk=work.run.pk, state__in=ACTIVE).update(
            state=Run.State.FAILED,
            finished_at=work.session.now(),
            message=words,
            summary=summary_of(work.run),
        )
        line = Line("connection", "error", f"{work.run} failed: {words}")
        log(line, _place(work), work.session.now())


def _place(work: RunWork) -> Connection:
    return work.session.connection
