"""Calls about runs: started, looked at before, approved, stopped, undone."""

from django.db.models import QuerySet
from ninja import Query, Router
from pydantic import Field

from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.engine.actions import runs as actions
from stockbridge.engine.actions.runs import RunRequest
from stockbridge.engine.models import Run, RunRow
from stockbridge.engine.runs import parameters as wishes
from stockbridge.web.api.access import ApiRequest, act_of, company_of, demand
from stockbridge.web.api.calls import RowId, Uid, operation
from stockbridge.web.api.finding import bridge_of, run_of
from stockbridge.web.api.paging import OLDEST, Page, PageQuery, page_of
from stockbridge.web.api.shapes.runs import (
    AnswerIn,
    ApprovedOut,
    ApproveIn,
    RowOut,
    RunIn,
    RunOut,
    row_out,
    run_out,
)
from stockbridge.web.starting import permission_for

router = Router(tags=["Runs"])
SEE = Permission.VIEW


class RunQuery(PageQuery):
    """Which runs."""

    kind: str = Field("", max_length=20)
    state: str = Field("", max_length=12)
    bridge: str = Field("", max_length=12)


class RowQuery(PageQuery):
    """Which lines of a run."""

    action: str = Field("", max_length=12)
    outcome: str = Field("", max_length=12)


@operation(router, "GET /runs", SEE, Page[RunOut])
def list_runs(request: ApiRequest, query: Query[RunQuery]) -> Page[RunOut]:
    """Return runs, the newest first."""
    rows = runs_of(company_of(request), query)
    return page_of(rows, query, lambda found: [run_out(row) for row in found])


@operation(router, "POST /bridges/{uid}/runs", SEE, RunOut, status=201)
def start_run(request: ApiRequest, uid: Uid, wish: RunIn) -> RunOut:
    """Start an import, an export or a push: a worker prepares its preview.

    Needs the permission of its kind; to undo a run, that of the run. Nothing happens
    before it is approved, unless `at_once` says so.
    """
    bridge = bridge_of(request, uid)
    demand(request.auth, permission_for(wish.kind, wish.parameters))
    _demand_for_undone(request, wish)
    asked = RunRequest(
        wish.kind, wish.parameters, request.auth.created_by, at_once=wish.at_once
    )
    return run_out(actions.start_run(bridge, asked, act_of(request)))


@operation(router, "GET /runs/{int:run_id}", SEE, RunOut)
def get_run(request: ApiRequest, run_id: RowId) -> RunOut:
    """Return a run, how far it is, and what came of it."""
    return run_out(run_of(request, run_id))


@operation(router, "GET /runs/{int:run_id}/rows", SEE, Page[RowOut])
def list_rows(
    request: ApiRequest, run_id: RowId, query: Query[RowQuery]
) -> Page[RowOut]:
    """Return the lines of a preview, and what became of each."""
    rows = RunRow.objects.filter(run=run_of(request, run_id))
    if query.action:
        rows = rows.filter(action=query.action)
    if query.outcome:
        rows = rows.filter(outcome=query.outcome)
    return page_of(rows, query, lambda found: [row_out(row) for row in found], OLDEST)


@operation(router, "POST /runs/{int:run_id}/approve", SEE, ApprovedOut)
def approve_run(request: ApiRequest, run_id: RowId, chosen: ApproveIn) -> ApprovedOut:
    """Approve a preview, or these rows of it with all that they require."""
    row = _asked(request, run_id)
    count = actions.approve_run(row, act_of(request), chosen.rows)
    return ApprovedOut(count=count, run=run_out(row))


@operation(router, "POST /runs/{int:run_id}/answer", SEE, RunOut)
def answer_run(request: ApiRequest, run_id: RowId, answer: AnswerIn) -> RunOut:
    """Change what the run was asked; the preview is made anew."""
    row = _asked(request, run_id)
    demand(request.auth, permission_for(row.kind, answer.parameters))
    actions.answer_run(row, answer.parameters, act_of(request))
    return run_out(row)


@operation(router, "POST /runs/{int:run_id}/stop", SEE, RunOut)
def stop_run(request: ApiRequest, run_id: RowId) -> RunOut:
    """Stop it at its next step; what the books have stays."""
    row = _asked(request, run_id)
    actions.stop_run(row, act_of(request))
    return run_out(row)


@operation(router, "POST /runs/{int:run_id}/undo", SEE, RunOut, status=201)
def undo_run(request: ApiRequest, run_id: RowId) -> RunOut:
    """Begin to take back what it booked: a run of its own, with a preview."""
    row = _asked(request, run_id)
    made = actions.undo_run(row, act_of(request), user=request.auth.created_by)
    return run_out(made)


def runs_of(company: Company, query: RunQuery) -> QuerySet[Run]:
    """Return the runs that are asked for."""
    rows = Run.objects.filter(company=company).select_related("bridge", "started_by")
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.state:
        rows = rows.filter(state=query.state)
    if query.bridge:
        rows = rows.filter(bridge__uid=query.bridge)
    return rows


def needed_for(run: Run) -> Permission:
    """Return what acting on a run needs; undoing needs what it undoes needs."""
    if run.undoes is not None:
        return needed_for(run.undoes)
    return permission_for(run.kind, run.parameters)


def _demand_for_undone(request: ApiRequest, wish: RunIn) -> None:
    """Let nobody take back by this door what the other one would refuse."""
    undone = wishes.valid(wish.kind, wish.parameters).get("run")
    if undone is None:
        return
    row = Run.objects.filter(company=company_of(request), pk=undone).first()
    if row is not None:
        demand(request.auth, needed_for(row))


def _asked(request: ApiRequest, run_id: int) -> Run:
    """Return the run, for a token that may start one like it."""
    row = run_of(request, run_id)
    demand(request.auth, needed_for(row))
    return row
