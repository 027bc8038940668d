"""What the preview of links asks: which document of the books an order is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stockbridge.engine.models import Run, RunRow
from stockbridge.engine.runs.link_rows import text_of
from stockbridge.engine.runs.parameters import own
from stockbridge.engine.runs.steps import ACTIONABLE, HOLD

SHOWN_MAX = 100
_FIELD = "document:"


@dataclass(frozen=True, slots=True)
class Question:
    """One order, and the documents that it may be, each as (id, words)."""

    field: str
    label: str
    offers: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Questions:
    """The first orders to choose for, and how many there are."""

    shown: tuple[Question, ...]
    count: int

    @property
    def left(self) -> int:
        """How many are not shown yet: they come once these are chosen."""
        return self.count - len(self.shown)


def questions_of(run: Run) -> Questions | None:
    """Return what a preview of links asks; None where it asks nothing."""
    answerable = run.state in (Run.State.PREVIEW, Run.State.EXPIRED)
    if run.kind != Run.Kind.LINK_ORDERS or not answerable:
        return None
    chosen = _chosen(run)
    rows = RunRow.objects.filter(run=run, outcome="", action__in=[HOLD, *ACTIONABLE])
    open_ = rows.filter(action=HOLD) | rows.filter(subject_id__in=chosen)
    asked = [row for row in open_.order_by("pk") if row.details.get("offers")]
    if not asked:
        return None
    shown = [_question(row, chosen) for row in asked[:SHOWN_MAX]]
    return Questions(tuple(shown), len(asked))


def chosen_in(run: Run, given: Mapping[str, Any]) -> dict[str, str]:
    """Return what is chosen now: earlier choices, and those of this form."""
    said = {
        name.removeprefix(_FIELD): str(value)
        for name, value in given.items()
        if name.startswith(_FIELD)
    }
    return {order: one for order, one in {**_chosen(run), **said}.items() if one}


def _question(row: RunRow, chosen: Mapping[str, str]) -> Question:
    offers = tuple((one["id"], text_of(row, one)) for one in row.details["offers"])
    return Question(
        field=f"{_FIELD}{row.subject_id}",
        label=row.label,
        offers=offers,
        chosen=chosen.get(row.subject_id, ""),
    )


def _chosen(run: Run) -> dict[str, str]:
    return {str(k): str(v) for k, v in own(run.parameters)["documents"].items()}
