"""Calls about what needs a person."""

from typing import Literal

from django.db.models import QuerySet
from ninja import Query, Router

from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.engine.actions.issues import allow_limit, settle_issue
from stockbridge.engine.actions.retrying import retry_issues
from stockbridge.engine.models import Issue
from stockbridge.web.api.access import ApiRequest, act_of, company_of, demand
from stockbridge.web.api.calls import RowId, operation
from stockbridge.web.api.finding import issue_of
from stockbridge.web.api.paging import Page, PageQuery, page_of
from stockbridge.web.api.records import acted_out
from stockbridge.web.api.shapes.issues import AllowIn, IssueOut, issue_out
from stockbridge.web.api.shapes.records import ActedOut
from stockbridge.web.issue_cards import permission_of

router = Router(tags=["Issues"])
SEE = Permission.VIEW


class IssueQuery(PageQuery):
    """Which issues."""

    show: Literal["open", "resolved", "all"] = "open"


@operation(router, "GET /issues", SEE, Page[IssueOut])
def list_issues(request: ApiRequest, query: Query[IssueQuery]) -> Page[IssueOut]:
    """Return what needs a person, the newest first."""
    rows = issues_of(company_of(request), query.show)
    return page_of(rows, query, lambda found: [issue_out(row) for row in found])


@operation(router, "GET /issues/{int:issue_id}", SEE, IssueOut)
def get_issue(request: ApiRequest, issue_id: RowId) -> IssueOut:
    """Return an issue."""
    return issue_out(issue_of(request, issue_id))


@operation(router, "POST /issues/{int:issue_id}/retry", SEE, ActedOut)
def retry_issue(request: ApiRequest, issue_id: RowId) -> ActedOut:
    """Look again at what it is about: what was mended then counts."""
    row = _asked(request, issue_id)
    return acted_out(retry_issues(row.company, [row], act_of(request)))


@operation(router, "POST /issues/{int:issue_id}/settle", SEE, IssueOut)
def settle(request: ApiRequest, issue_id: RowId) -> IssueOut:
    """Put aside what it asks: a person has seen to it elsewhere."""
    row = _asked(request, issue_id)
    settle_issue(row, act_of(request))
    return issue_out(row)


@operation(router, "POST /issues/{int:issue_id}/allow", SEE, IssueOut)
def allow(request: ApiRequest, issue_id: RowId, chosen: AllowIn) -> IssueOut:
    """Allow what a safety limit holds, or a part of it, and only that."""
    row = _asked(request, issue_id)
    allow_limit(row, act_of(request), chosen.rows)
    return issue_out(row)


def issues_of(company: Company, show: str) -> QuerySet[Issue]:
    """Return the issues that are asked for."""
    rows = Issue.objects.filter(company=company)
    if show != "all":
        rows = rows.filter(resolved_at__isnull=show == "open")
    return rows.select_related("bridge", "connection", "company")


def _asked(request: ApiRequest, issue_id: int) -> Issue:
    """Return the issue, for a token that may do what it asks."""
    row = issue_of(request, issue_id)
    demand(request.auth, permission_of(row))
    return row
