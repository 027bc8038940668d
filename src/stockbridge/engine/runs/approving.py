"""Approving a preview, or a part of it, with what that part requires."""

from collections.abc import Iterable

from stockbridge.engine.models import Run, RunRow
from stockbridge.engine.runs.steps import ACTIONABLE


def approve_rows(run: Run, rows: Iterable[int] | None) -> int:
    """Approve these rows (None: all that can be done); return how many.

    Part of the caller's transaction. What the rows require (a new customer, new
    items) is approved with them, and shown as such. Zero leaves the run as it was.
    """
    possible = RunRow.objects.filter(run=run, action__in=ACTIONABLE, outcome="")
    required = possible.filter(details__is_required=True)
    chosen = possible.exclude(pk__in=required.values("pk"))
    if rows is not None:
        chosen = possible.filter(pk__in=list(rows))
    values = list(chosen.values_list("pk", "details__requires"))
    needs = {key for _, keys in values for key in keys or []}
    needed = required.filter(subject_id__in=needs)
    ids = [pk for pk, _ in values] + list(needed.values_list("pk", flat=True))
    possible.update(is_approved=False)
    RunRow.objects.filter(pk__in=ids).update(is_approved=True)
    count = RunRow.objects.filter(run=run, is_approved=True, outcome="").count()
    if count:
        Run.objects.filter(pk=run.pk).update(
            state=Run.State.RUNNING, done=0, total=count, expires_at=None, message=""
        )
    return count
