"""One run: its preview, how far it has come, what became of each row."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.permissions import Permission
from stockbridge.engine.actions.runs import UNDOABLE
from stockbridge.engine.models import Issue, Run, RunRow
from stockbridge.engine.runs.order_rows import ASK_STOCK
from stockbridge.engine.runs.parameters import own
from stockbridge.engine.runs.steps import ACTIONABLE, CHANGE, HOLD
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.issue_cards import cards
from stockbridge.web.link_offers import questions_of
from stockbridge.web.progress import Progress
from stockbridge.web.run_cells import (
    account_name,
    effect,
    standing,
    subject_address,
)
from stockbridge.web.screens.bridge_options import books_lists
from stockbridge.web.screens.runs import WORKING, counts, title
from stockbridge.web.starting import permission_for
from stockbridge.web.state_words import ACTIONS, RUN_STATES, run_state_badge
from stockbridge.web.tables import (
    BulkAction,
    ChoiceFilter,
    Column,
    Empty,
    Table,
    show_table,
)

STOPPABLE = (
    Run.State.PREVIEWING,
    Run.State.RUNNING,
    Run.State.PREVIEW,
    Run.State.HALTED,
)
OVER = (Run.State.DONE, Run.State.STOPPED, Run.State.FAILED, Run.State.EXPIRED)
STOCK_SHOWN = 30
OUTCOMES = [
    ("done", _("done")),
    ("queued", _("on its way")),
    ("skipped", _("left out")),
    ("failed", _("failed")),
    ("refused", _("refused")),
]

ROWS = Table(
    key="run-rows",
    caption=_("What it does, row by row"),
    columns=(
        Column("what", _("What"), value="label"),
        Column("effect", _("Change"), value=lambda row: "", cell=effect),
        Column("standing", _("State"), value="action", cell=standing),
        Column("outcome", _("Result"), is_hidden=True),
        Column("reason", _("Why"), is_hidden=True),
        Column("message", _("Message"), is_hidden=True),
        Column("number", _("Row"), value="pk", sort="pk", is_hidden=True),
    ),
    sort="number",
    search=("label__icontains",),
    search_hint=_("Search in the rows"),
    filters=(
        ChoiceFilter("action", _("Planned"), choices=list(ACTIONS.items())),
        ChoiceFilter("outcome", _("Result"), choices=OUTCOMES),
    ),
    empty=Empty(_("Nothing fits what was chosen."), icon="stack-2"),
    page_size=50,
)


def find_run(request: CompanyRequest, run: int) -> Run:
    """Return the company's run; Http404 for any other."""
    rows = Run.objects.select_related(
        "company",
        "bridge__company",
        "bridge__store__company",
        "bridge__books__company",
        "started_by",
        "undoes__company",
    )
    found = rows.filter(company=request.company, pk=run).first()
    if found is None:
        raise Http404
    return found


def needed_for(run: Run) -> Permission:
    """Return what acting on the run needs."""
    if run.undoes is not None:
        return needed_for(run.undoes)
    return permission_for(run.kind, run.parameters)


def rows_table(run: Run) -> Table:
    """Return the table of the run's rows; a preview's can be approved."""
    columns = (
        replace(ROWS.columns[0], link=lambda row: subject_address(run.bridge, row)),
        *ROWS.columns[1:],
    )
    if not can_approve(run):
        return replace(ROWS, columns=columns)
    parts = {"company": run.company.slug, "run": run.pk}
    action = BulkAction(
        "approve",
        _("Approve the selected ones"),
        reverse("run_approve", kwargs=parts),
        needed_for(run),
        icon="check",
    )
    return replace(ROWS, columns=columns, actions=(action,))


def can_approve(run: Run) -> bool:
    """Whether the run waits for approval, and anything can be approved."""
    if run.state != Run.State.PREVIEW:
        return False
    rows = rows_of(run).filter(action__in=ACTIONABLE, outcome="")
    # A customer that only waiting orders need is nothing to approve by itself. Read
    # one by one: nearly always the first row tells, and no database has to look at all.
    details = rows.order_by("id").values_list("details", flat=True)
    return any(not one.get("is_required") for one in details.iterator(chunk_size=100))


def has_holds(run: Run) -> bool:
    """Whether rows of a preview wait for a person to mend something elsewhere."""
    if run.state != Run.State.PREVIEW or run.kind == Run.Kind.UNDO:
        return False
    held = rows_of(run).filter(action=HOLD, outcome="")
    return bool(held.exclude(details__code=ASK_STOCK).exists())


def rows_of(run: Run) -> QuerySet[RunRow]:
    """Return the run's rows."""
    return RunRow.objects.filter(run=run)


@screen(Permission.VIEW)
def run(request: CompanyRequest, run: int) -> HttpResponseBase:
    """Show a run: the preview, the progress, the result."""
    found = find_run(request, run)
    may_act = request.membership.may(needed_for(found))
    context: dict[str, Any] = {
        "run": found,
        "title": title(found),
        "state": run_state_badge(found.state),
        "progress": progress_of(found, may_act=may_act),
        "may_act": may_act,
        "is_preview": found.state == Run.State.PREVIEW,
        "is_over": found.state in OVER,
        "can_stop": found.state in STOPPABLE,
        "can_undo": found.kind in UNDOABLE
        and found.state in (Run.State.DONE, Run.State.STOPPED, Run.State.FAILED),
        "tiles": _tiles(found),
        "reasons": (found.summary.get("reasons") or {}).items(),
        "money": _money(request, found),
        "stock": _stock(found),
        "stock_more": max(0, len(found.summary.get("stock") or {}) - STOCK_SHOWN),
        "questions": _questions(request, found),
        "offers": questions_of(found),
        "changed": _changed(found),
        "cards": cards(_limits(found), request.membership),
        "undone_by": found.undone_by.order_by("-pk").first(),
        "can_approve": can_approve(found),
        "has_holds": has_holds(found),
    }
    if found.state == Run.State.PREVIEWING:
        context["is_waiting"] = True
        return render(request, "web/run.html", context)
    return show_table(
        request, rows_table(found), rows_of(found), "web/run.html", context
    )


@screen(Permission.VIEW)
def run_progress(request: CompanyRequest, run: int) -> HttpResponse:
    """Answer with the bar alone; once there is more to see, the page comes anew."""
    found = find_run(request, run)
    may_act = request.membership.may(needed_for(found))
    bar = progress_of(found, may_act=may_act)
    response = render(request, "web/progress.html", {"progress": bar})
    if found.state not in WORKING:
        response["HX-Refresh"] = "true"
    return response


def progress_of(run: Run, *, may_act: bool) -> Progress:
    """Return how far a run has come."""
    parts = {"company": run.company.slug, "run": run.pk}
    is_working = run.state in WORKING
    detail = ""
    if is_working and not run.done:
        detail = _t("The first rows come in a moment. You can leave this page.")
    can_stop = may_act and run.state in (Run.State.PREVIEWING, Run.State.RUNNING)
    return Progress(
        key=f"run-{run.pk}",
        label=f"{title(run)}: {RUN_STATES.get(run.state, run.state)}",
        done=run.done,
        total=run.total or 0,
        poll_address=reverse("run_progress", kwargs=parts),
        is_running=is_working,
        stop_address=reverse("run_stop", kwargs=parts) if can_stop else "",
        detail=run.message or detail,
    )


def _tiles(run: Run) -> list[tuple[Any, int, str]]:
    """Return the counts at the top: what would be done, or what was."""
    if run.state != Run.State.PREVIEW:
        return counts(run)
    would = run.summary.get("would") or {}
    words = dict(ACTIONS)
    if run.kind == Run.Kind.UNDO:
        words[CHANGE] = _("take back")
    if run.kind == Run.Kind.LINK_ORDERS:
        words[CHANGE] = _("link")
    return [(text, would[key], key) for key, text in words.items() if would.get(key)]


def _money(request: CompanyRequest, run: Run) -> list[dict[str, Any]]:
    rows: Sequence[dict[str, Any]] = run.summary.get("money") or []
    if not rows or run.bridge is None:
        return []
    names: dict[str, str] = {}
    if any(str(row["account"]).isdigit() for row in rows):
        names = {str(k): str(v) for k, v in books_lists(request, run.bridge).accounts}
    return [{**row, "name": account_name(row["account"], names)} for row in rows]


def _stock(run: Run) -> list[tuple[str, str]]:
    found = run.summary.get("stock") or {}
    return list(found.items())[:STOCK_SHOWN]


def _questions(request: CompanyRequest, run: Run) -> dict[str, Any] | None:
    """Return what the preview of orders still asks; None where it asks nothing."""
    answerable = run.state in (Run.State.PREVIEW, Run.State.EXPIRED)
    if run.kind != Run.Kind.IMPORT_ORDERS or not answerable or run.bridge is None:
        return None
    chosen = own(run.parameters)
    asked = rows_of(run).filter(action="hold", details__code=ASK_STOCK).count()
    return {
        "asked": asked,
        "is_open": asked
        or chosen.get("location")
        or chosen.get("moves_stock") != "ask",
        "moves_stock": chosen.get("moves_stock", "ask"),
        "location": chosen.get("location", ""),
        "locations": books_lists(request, run.bridge).locations,
    }


def _changed(run: Run) -> int:
    if run.state != Run.State.PREVIEW:
        return 0
    return int(rows_of(run).filter(details__changed=True, outcome="").count())


def _limits(run: Run) -> list[Issue]:
    if run.state != Run.State.HALTED:
        return []
    rows = Issue.objects.filter(
        company=run.company,
        subject_kind="run",
        subject_id=str(run.pk),
        resolved_at=None,
    )
    return list(rows.select_related("bridge__company", "connection"))


urlpatterns = [
    path("runs/<int:run>/", run, name="run"),
    path("runs/<int:run>/progress/", run_progress, name="run_progress"),
]
