"""Answering what needs a person: try again, settle, allow, cancel."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import SyncError
from stockbridge.engine.actions import deliveries
from stockbridge.engine.actions.hand import Acted
from stockbridge.engine.actions.issues import allow_limit, settle_issue
from stockbridge.engine.actions.orders import mark_booked_elsewhere
from stockbridge.engine.actions.retrying import retry_issues
from stockbridge.engine.models import Issue
from stockbridge.web.access import CompanyRequest, demand, screen
from stockbridge.web.acting import back, say, say_error
from stockbridge.web.issue_cards import cards, permission_of
from stockbridge.web.screens.connection_setup import act_of
from stockbridge.web.screens.issues import of_company

RETRIED_MAX = 2_000  # in one go


@screen(Permission.VIEW)
@require_POST
def issue_act(request: CompanyRequest, issue: int, act: str) -> HttpResponse:
    """Do one thing about one issue."""
    found = of_company(request.company).filter(pk=issue).first()
    here = reverse("issues", kwargs={"company": request.company.slug})
    if found is None:
        if Issue.objects.filter(company=request.company, pk=issue).exists():
            return back(request, here)  # somebody was quicker
        raise Http404
    demand(request, permission_of(found))
    if act not in _ACTS:
        raise Http404
    try:
        do, done = _ACTS[act]
        say(request, do(request, found), _(done))
    except SyncError as error:
        say_error(request, error)
    return back(request, here)


@screen(Permission.IMPORT_ORDERS)
@require_POST
def issues_retry(request: CompanyRequest) -> HttpResponse:
    """Look again at all issues of a kind."""
    codes = request.POST.getlist("code")
    rows = of_company(request.company).filter(code__in=codes)[:RETRIED_MAX]
    allowed = [one for one in rows if request.membership.may(permission_of(one))]
    acted = retry_issues(request.company, allowed, act_of(request))
    say(request, acted, _("%(count)s looked at again now."))
    return back(request, reverse("issues", kwargs={"company": request.company.slug}))


def _retry(request: CompanyRequest, issue: Issue) -> Acted:
    return retry_issues(request.company, [issue], act_of(request))


def _cancel(request: CompanyRequest, issue: Issue) -> Acted:
    if issue.subject_kind != "document":
        raise Http404
    ids = [int(issue.subject_id)]
    return deliveries.cancel_deliveries(request.company, ids, act_of(request))


def _settle(request: CompanyRequest, issue: Issue) -> Acted:
    settle_issue(issue, act_of(request))
    return Acted(1)


def _elsewhere(request: CompanyRequest, issue: Issue) -> Acted:
    (card,) = cards([issue], request.membership)
    if issue.bridge is None or not card.order_id:
        raise Http404
    return mark_booked_elsewhere(issue.bridge, [card.order_id], act_of(request))


def _allow(request: CompanyRequest, issue: Issue) -> Acted:
    is_all = request.POST.get("which") == "all"
    rows = None if is_all else request.POST.getlist("row")
    return Acted(allow_limit(issue, act_of(request), rows))


_ACTS: dict[str, tuple[Callable[[CompanyRequest, Issue], Acted], str]] = {
    "retry": (_retry, "It is tried again now."),
    "cancel": (_cancel, "%(count)s cancelled."),
    "settle": (_settle, "Settled."),
    "elsewhere": (_elsewhere, "Marked as booked elsewhere."),
    "allow": (_allow, "%(count)s allowed; they go on now."),
}

urlpatterns = [
    path("needs-you/<int:issue>/<slug:act>/", issue_act, name="issue_act"),
    path("needs-you/retry/", issues_retry, name="issues_retry"),
]
