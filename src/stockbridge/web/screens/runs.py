"""Runs: what people imported, exported, synced and undid, and how each stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import Run
from stockbridge.engine.runs.steps import BY_ITSELF
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.addresses import run_address
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.state_words import RUN_KINDS, RUN_STATES, run_state_badge
from stockbridge.web.tables import (
    ChoiceFilter,
    Column,
    DateFilter,
    Empty,
    Table,
    show_table,
)
from stockbridge.web.tables.filters import Rows
from stockbridge.web.text import Text


def to_approve(company: Company) -> int:
    """Return how many previews wait for a person."""
    return Run.objects.filter(company=company, state=Run.State.PREVIEW).count()


MENU = (
    MenuItem(
        Section.WORK, _("Runs"), "runs", order=30, icon="stack-2", badge=to_approve
    ),
)
WORKING = (Run.State.PREVIEWING, Run.State.RUNNING, Run.State.STOPPING)
TAKEN_BACK, LINKED = _("taken back"), _("linked")
COUNTS: dict[str, Text] = {
    "created": _("created"),
    "changed": _("changed"),
    "skipped": _("left out"),
    "held": _("need you"),
    "failed": _("failed"),
    "refused": _("refused"),
    "queued": _("on their way"),
    "read": _("read"),
    "vanished": _("gone"),
}


@dataclass(frozen=True, slots=True)
class StartedFilter:
    """Who started it; what people started, if nothing is said."""

    key: str = "show"

    def fields(self) -> dict[str, forms.Field]:
        """Return a select box."""
        choices = [
            ("", _("Started by people")),
            (Run.Kind.AUTOMATIC, _("By itself")),
            ("all", _("All")),
        ]
        return {
            self.key: forms.ChoiceField(
                label=_("Show"), choices=choices, required=False
            )
        }

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep what was started that way."""
        wanted = given.get(self.key)
        if wanted == "all":
            return rows
        if wanted:
            return rows.filter(kind=wanted)
        return rows.exclude(kind=Run.Kind.AUTOMATIC)


def title(run: Run) -> str:
    """Return what the run is called."""
    return f"{RUN_KINDS.get(run.kind, run.kind)} {run.pk}"


def counts(run: Run) -> list[tuple[Text, int, str]]:
    """Return what became of the rows: the words, how many, the key."""
    changed = {Run.Kind.UNDO: TAKEN_BACK, Run.Kind.LINK_ORDERS: LINKED}
    words = {**COUNTS, "changed": changed.get(Run.Kind(run.kind), COUNTS["changed"])}
    return [
        (label, run.summary[key], key)
        for key, label in words.items()
        if run.summary.get(key)
    ]


def result(run: Run) -> str:
    """Return what came of it, in a line; nothing while it is only a preview."""
    if run.state in (Run.State.PREVIEWING, Run.State.PREVIEW):
        return ""
    return ", ".join(f"{count:,} {label}" for label, count, _key in counts(run))


def progress(run: Run) -> str:
    """Return how much is done, in words."""
    if run.state not in WORKING:
        return ""
    if not run.total:
        return f"{run.done:,}" if run.done else ""
    return _t("%(done)s of %(total)s") % {
        "done": f"{run.done:,}",
        "total": f"{run.total:,}",
    }


def by_whom(run: Run) -> str:
    """Return who began a run; new records are created by an import of their own."""
    if BY_ITSELF in run.parameters:
        return str(_("by itself"))
    return str(run.started_by or "")


RUNS = Table(
    key="runs",
    caption=_("Runs"),
    columns=(
        Column("what", _("What"), value=title, link=run_address),
        Column("state", _("State"), sort="state", format=run_state_badge),
        Column("connection", _("Connection"), value=lambda r: str(r.bridge or "")),
        Column("progress", _("Progress"), value=progress, align="end"),
        Column("result", _("Result"), value=result),
        Column("by", _("Started by"), value=by_whom),
        Column(
            "created",
            _("Started"),
            value="created_at",
            sort="created_at",
            format=cells.moment,
        ),
    ),
    sort="-created",
    filters=(
        StartedFilter(),
        ChoiceFilter(
            "kind",
            _("What"),
            choices=[one for one in RUN_KINDS.items() if one[0] != Run.Kind.AUTOMATIC],
        ),
        ChoiceFilter("state", _("State"), choices=list(RUN_STATES.items())),
        DateFilter("created", _("Started"), field="created_at"),
    ),
    empty=Empty(
        _("Nothing has been started by hand yet. Choose orders, and import them."),
        icon="stack-2",
        action=_("Orders in the store"),
        url="store_orders",
    ),
)


@screen(Permission.VIEW)
def runs(request: CompanyRequest) -> HttpResponseBase:
    """List the runs."""
    rows = Run.objects.filter(company=request.company).select_related(
        "company", "bridge__store", "bridge__books", "started_by"
    )
    return show_table(request, RUNS, rows, "web/runs.html")


urlpatterns = [path("runs/", runs, name="runs")]
