"""A run that a safety limit stops: an issue lists its rows, a person allows some."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from stockbridge.domain.breakers import CountedEffect
from stockbridge.engine.issues import IssueDraft, open_issue
from stockbridge.engine.limits import trips
from stockbridge.engine.models import Issue, Run, RunRow
from stockbridge.engine.runs.steps import SKIPPED, RunWork

_ALLOWED = "allowed"


def is_allowed(row: RunRow) -> bool:
    """Return whether a person let this row go beyond the limits."""
    return bool(row.details.get(_ALLOWED))


def waiting_rows(work: RunWork) -> list[RunRow]:
    """Return the approved rows that nobody allowed beyond the limits yet."""
    return [row for row in work.approved() if not is_allowed(row)]


def halts(work: RunWork, planned: Iterable[tuple[RunRow, CountedEffect]]) -> bool:
    """Stop the run when all of its rows together pass a limit; return whether.

    Half of a mistake is one, too: nothing of the run goes before a person looked.
    """
    pairs = list(planned)
    found = trips(work.bridge, [one for _, one in pairs], work.session.now())
    if not found:
        return False
    named = {(trip.kind, subject) for trip in found for subject in trip.rows}
    rows = {row.pk: row for row, one in pairs if (one.kind, one.subject) in named}
    with work.session.fenced():
        if work.is_wanted(Run.State.RUNNING):
            halt(work, found[0].kind.value, list(rows.values()), found[0].message)
    return True


def halt(work: RunWork, kind: str, rows: Sequence[RunRow], message: str) -> None:
    """Stop the run before these rows, and ask; part of the caller's transaction."""
    Run.objects.filter(pk=work.run.pk, state=Run.State.RUNNING).update(
        state=Run.State.HALTED, message=message
    )
    open_issue(
        IssueDraft(
            company=work.bridge.company,
            bridge=work.bridge,
            connection=work.bridge.store,
            code=f"limit_{kind}",
            subject_kind="run",
            subject_id=str(work.run.pk),
            title=f"A safety limit stopped: {work.run}",
            message=f"{message} Nothing of this was done yet.",
            remedy="Look at the rows. Allow those that are right; the others are "
            "left out.",
            details={"run": work.run.pk, "rows": [row.pk for row in rows]},
            waiting_count=len(rows),
        ),
        now=work.session.now(),
    )


def allow_rows(issue: Issue, row_ids: Sequence[int], *, now: datetime) -> int:
    """Let these rows of a halted run go on, leave the other listed ones out."""
    run = Run.objects.select_for_update().get(pk=issue.details["run"])
    listed = RunRow.objects.filter(run=run, pk__in=issue.details["rows"], outcome="")
    chosen = set(row_ids)
    rows = list(listed)
    for row in rows:
        if row.pk in chosen:
            row.details = {**row.details, _ALLOWED: now.isoformat()}
        else:
            row.outcome, row.message = SKIPPED, "Not allowed beyond the safety limit."
    RunRow.objects.bulk_update(rows, ["details", "outcome", "message"])
    Run.objects.filter(pk=run.pk, state=Run.State.HALTED).update(
        state=Run.State.RUNNING, message=""
    )
    return sum(row.pk in chosen for row in rows)
