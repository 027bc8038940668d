"""How a run goes on: a slice at a time, its place kept, its progress always told."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from stockbridge.engine.models import Bridge, Run, RunRow
from stockbridge.engine.runs.parameters import Selection, own
from stockbridge.engine.session import Session
from stockbridge.ports import Books, Store

Row = TypeVar("Row", bound=Model)
Choice = TypeVar("Choice", bound=Selection)

CREATE, CHANGE, SKIP, HOLD = "create", "change", "skip", "hold"
ACTIONABLE = (CREATE, CHANGE)
#: What became of a row. "" = not worked on yet; queued = on its way.
#: later: it waits for other rows of its run. refused: the books keep what they have.
DONE, SKIPPED, FAILED, REFUSED = "done", "skipped", "failed", "refused"
QUEUED, LATER = "queued", "later"
OPEN = ("", QUEUED, LATER)
SLICE = 100
_POSITION, _PLACE = "_position", "_place"
BY_ITSELF = "_by_itself"  # a parameter: nobody asked for this very run


@dataclass(slots=True)
class RunWork:
    """One run, in the hands of one job."""

    session: Session
    bridge: Bridge
    run: Run
    store: Store | None = None
    books: Books | None = None
    waits: frozenset[str] = frozenset()  # subjects that this job leaves to the next

    def chosen(self, model: type[Choice]) -> Choice:
        """Return what the person chose."""
        return model.model_validate(own(self.run.parameters))

    @property
    def position(self) -> int:
        """The last row of the source that was looked at."""
        return int(self.run.parameters.get(_POSITION, 0))

    @property
    def place(self) -> str:
        """What that row was sorted by, besides its number; "" before the first."""
        return str(self.run.parameters.get(_PLACE, ""))

    def is_wanted(self, state: str) -> bool:
        """Whether the run is still in this state; locks it for the transaction."""
        found = Run.objects.select_for_update().filter(pk=self.run.pk)
        row = found.values_list("state", "parameters").first()
        if row is None or row[0] != state:
            return False
        self.run.parameters = row[1]
        return True

    def put(self, rows: Iterable[RunRow]) -> None:
        """Keep rows of a preview; one that is there already is brought up to date."""
        RunRow.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["run", "subject_kind", "subject_id"],
            update_fields=["label", "action", "reason", "digest", "details"],
        )

    def tell(
        self,
        *,
        done: int | None = None,
        position: int | None = None,
        place: str = "",
    ) -> None:
        """Keep the run's progress and place; part of the slice's transaction."""
        fields: dict[str, Any] = {}
        if done is not None:
            self.run.done = fields["done"] = done
        if position is not None:
            own_notes = {_POSITION: position, **({_PLACE: place} if place else {})}
            self.run.parameters = {**self.run.parameters, **own_notes}
            fields["parameters"] = self.run.parameters
        if fields:
            Run.objects.filter(pk=self.run.pk).update(**fields)

    def approved(self) -> QuerySet[RunRow]:
        """Return the approved rows that nothing was done with yet."""
        rows = RunRow.objects.filter(run=self.run, is_approved=True, outcome="")
        return rows.exclude(subject_id__in=self.waits).order_by("pk")


def preview_each(
    work: RunWork,
    source: QuerySet[Row],
    look: Callable[[list[Row]], Iterable[RunRow]],
    *,
    size: int = SLICE,
    by: str = "",
) -> bool:
    """Look at the source a slice at a time; return whether its end was reached.

    `by` is a column of text by which rows come, so that those alike are in one slice;
    without it they come as they were read.
    """
    if work.run.total is None:
        work.run.total = source.count()
        with work.session.fenced():
            Run.objects.filter(pk=work.run.pk).update(total=work.run.total)
    while not work.session.is_over():
        with work.session.fenced():
            if not work.is_wanted(Run.State.PREVIEWING):
                return False
            found = list(_after(work, source, by)[:size])
            if found:
                work.put(look(found))
                last = found[-1]
                place = str(getattr(last, by)) if by else ""
                done = work.run.done + len(found)
                work.tell(done=done, position=int(last.pk), place=place)
        if len(found) < size:
            return True
    return False


def _after(work: RunWork, source: QuerySet[Row], by: str) -> QuerySet[Row]:
    if not by:
        return source.filter(pk__gt=work.position).order_by("pk")
    same = Q(**{by: work.place}, pk__gt=work.position)
    return source.filter(Q(**{f"{by}__gt": work.place}) | same).order_by(by, "pk")


def execute_each(
    work: RunWork, act: Callable[[list[RunRow]], None], *, size: int = SLICE
) -> bool:
    """Act on approved rows a slice at a time, each slice in one transaction.

    `act` gives every row an outcome, takes its approval back, or halts the run.
    Returns whether no row is left to act on.
    """
    while not work.session.is_over():
        with work.session.fenced():
            if not work.is_wanted(Run.State.RUNNING):
                return True
            rows = list(work.approved()[:size])
            if rows:
                act(rows)
                keep(rows)
                count_done(work)
        if not rows:
            return True
    return False


def keep(rows: Sequence[RunRow]) -> None:
    """Save what became of rows."""
    fields = ["outcome", "message", "is_approved", "digest", "details", "action"]
    RunRow.objects.bulk_update(rows, [*fields, "reason"])


def count_done(work: RunWork) -> None:
    """Bring the run's progress up to date: rows that have come to an end."""
    rows = RunRow.objects.filter(run=work.run, is_approved=True)
    total = rows.count()
    done = rows.exclude(outcome__in=OPEN).count()
    work.run.done, work.run.total = done, total
    Run.objects.filter(pk=work.run.pk).update(done=done, total=total)


def sent_back(row: RunRow, fresh: RunRow) -> None:
    """Let a row whose plan changed since the preview be looked at again."""
    row.action, row.reason, row.digest = fresh.action, fresh.reason, fresh.digest
    row.details = {**fresh.details, "changed": True}
    row.is_approved = False
    row.message = "Changed since the preview; look at it again."
