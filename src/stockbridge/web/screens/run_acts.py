"""What can be done to a run: approve, stop, answer its question, undo, start again."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import SyncError
from stockbridge.engine.actions import runs as actions
from stockbridge.engine.models import Run, RunRow
from stockbridge.engine.runs.parameters import own
from stockbridge.engine.runs.steps import ACTIONABLE
from stockbridge.web.access import CompanyRequest, demand, screen
from stockbridge.web.acting import say_error
from stockbridge.web.addresses import run_address
from stockbridge.web.link_offers import chosen_in
from stockbridge.web.screens.connection_setup import act_of
from stockbridge.web.screens.run_detail import (
    find_run,
    needed_for,
    progress_of,
    rows_of,
    rows_table,
)
from stockbridge.web.starting import start_and_show
from stockbridge.web.tables import resolve_selection

ADDED_SHOWN = 200


def _asked_of(request: CompanyRequest, run: int) -> Run:
    """Return the run; NotAllowedError for who may not act on it."""
    found = find_run(request, run)
    demand(request, needed_for(found))
    return found


@screen(Permission.VIEW)
@require_POST
def run_approve(request: CompanyRequest, run: int) -> HttpResponse:
    """Approve the preview, or the selected rows with all that they require."""
    found = _asked_of(request, run)
    if "everything" in request.POST:
        return _tried(request, found, lambda: _approve(request, found, None))
    chosen = resolve_selection(request, rows_table(found), rows_of(found))
    ids = list(
        chosen.filter(action__in=ACTIONABLE, outcome="").values_list("pk", flat=True)
    )
    added = [row for row in actions.required_by(found, ids) if row.pk not in set(ids)]
    if added and "sure" not in request.POST:
        return _ask(request, found, ids, added)
    return _tried(request, found, lambda: _approve(request, found, ids))


def _ask(
    request: CompanyRequest, run: Run, ids: list[int], added: list[RunRow]
) -> HttpResponse:
    """Show what goes along with the selected rows, before it does."""
    context = {
        "run": run,
        "ids": ids,
        "added": added[:ADDED_SHOWN],
        "added_count": len(added),
    }
    return render(request, "web/run_approve.html", context)


def _approve(request: CompanyRequest, run: Run, ids: list[int] | None) -> None:
    count = actions.approve_run(run, act_of(request), ids)
    text = ngettext("%(count)s row goes now.", "%(count)s rows go now.", count)
    messages.success(request, text % {"count": f"{count:,}"})


@screen(Permission.VIEW)
@require_POST
def run_stop(request: CompanyRequest, run: int) -> HttpResponse:
    """Stop it at its next step."""
    found = _asked_of(request, run)
    if request.htmx:
        actions.stop_run(found, act_of(request))
        bar = progress_of(found, may_act=True)
        return render(request, "web/progress.html", {"progress": bar})
    return _tried(request, found, lambda: actions.stop_run(found, act_of(request)))


@screen(Permission.VIEW)
@require_POST
def run_answer(request: CompanyRequest, run: int) -> HttpResponse:
    """Answer what the preview of orders asks: it is made anew."""
    found = _asked_of(request, run)
    changes = {
        name: request.POST[name]
        for name in ("moves_stock", "location")
        if name in request.POST
    }
    return _tried(
        request, found, lambda: actions.answer_run(found, changes, act_of(request))
    )


@screen(Permission.VIEW)
@require_POST
def run_choose(request: CompanyRequest, run: int) -> HttpResponse:
    """Say which documents orders are: the preview is made anew."""
    found = _asked_of(request, run)
    if found.kind != Run.Kind.LINK_ORDERS:
        raise Http404
    changes = {"documents": chosen_in(found, request.POST.dict())}
    return _tried(
        request, found, lambda: actions.answer_run(found, changes, act_of(request))
    )


@screen(Permission.VIEW)
@require_POST
def run_undo(request: CompanyRequest, run: int) -> HttpResponse:
    """Begin to take it back; a preview says what cannot be."""
    found = _asked_of(request, run)
    try:
        undo = actions.undo_run(found, act_of(request), user=request.user)
    except SyncError as error:
        say_error(request, error)
        return redirect(run_address(found))
    return redirect(run_address(undo))


@screen(Permission.VIEW)
@require_POST
def run_again(request: CompanyRequest, run: int) -> HttpResponse:
    """Start it once more with what was chosen then."""
    found = _asked_of(request, run)
    if found.bridge is None:
        messages.error(request, _("The connection of this run was deleted."))
        return redirect(run_address(found))
    wanted = (found.kind, own(found.parameters))
    return start_and_show(request, found.bridge, wanted, run_address(found))


def _tried(request: CompanyRequest, run: Run, do: Callable[[], None]) -> HttpResponse:
    try:
        do()
    except SyncError as error:
        say_error(request, error)
    return redirect(run_address(run))


urlpatterns = [
    path("runs/<int:run>/approve/", run_approve, name="run_approve"),
    path("runs/<int:run>/stop/", run_stop, name="run_stop"),
    path("runs/<int:run>/answer/", run_answer, name="run_answer"),
    path("runs/<int:run>/choose/", run_choose, name="run_choose"),
    path("runs/<int:run>/undo/", run_undo, name="run_undo"),
    path("runs/<int:run>/again/", run_again, name="run_again"),
]
