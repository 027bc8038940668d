"""Setting the QuickBooks Web Connector up: password, file, hours, who was here."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.connectors import registry
from stockbridge.domain.errors import ActionNeededError, InvalidInputError, SyncError
from stockbridge.engine.actions import desk as actions
from stockbridge.engine.actions.desk import DeskHours
from stockbridge.engine.actions.separating import say_it_is_another, twin_asked_about
from stockbridge.engine.models import Connection, Conversation, DeskAccess
from stockbridge.ports import HANDS_ON_TO, Severity
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.acting import say_error
from stockbridge.web.connection_words import company_file
from stockbridge.web.screens.connection_setup import act_of
from stockbridge.web.screens.connections import find_connection

VISITS_SHOWN = 10


class HoursForm(forms.Form):
    """When the Web Connector comes, and when it is left alone."""

    every_minutes = forms.IntegerField(
        label=_("Run every (minutes)"),
        min_value=actions.MINUTES_MIN,
        max_value=actions.MINUTES_MAX,
        help_text=_("10 is a good value. It stands in the file: download it anew."),
    )
    quiet_from = forms.TimeField(
        label=_("Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("Nothing is sent then, while backups run, say."),
    )
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
    )
    company_path = forms.CharField(
        label=_("Company file"),
        max_length=300,
        required=False,
        help_text=_(
            "Its path on the QuickBooks computer. Empty: the one that is open."
        ),
    )


@screen(Permission.CONFIGURE)
def desk(request: CompanyRequest, uid: str) -> HttpResponse:
    """Show how to let QuickBooks call, and whether it did."""
    row = _desk_connection(request, uid)
    return render(request, "web/desk.html", _context(row))


@screen(Permission.CONFIGURE)
def desk_address(request: CompanyRequest, uid: str) -> HttpResponse:
    """Call our own address as the Web Connector will; give the file, or say why not.

    It waits for an answer, and so it is a part that comes after the page.
    """
    row = _desk_connection(request, uid)
    if not DeskAccess.objects.filter(connection=row).exists():
        return redirect("desk", company=request.company.slug, uid=uid)
    found = actions.address_findings(row, _base(request), act_of(request))
    context = {
        "connection": row,
        "findings": found,
        "is_blocked": any(one.severity is Severity.ERROR for one in found),
    }
    name = "desk_address.html" if request.htmx else "desk_address_whole.html"
    return render(request, f"web/{name}", context)


@screen(Permission.CONFIGURE)
@require_POST
def desk_password(request: CompanyRequest, uid: str) -> HttpResponse:
    """Make a password; it is shown this once."""
    row = _desk_connection(request, uid)
    _access, password = actions.new_password(row, act_of(request))
    context = {**_context(row), "password": password}
    return render(request, "web/desk.html", context)


@screen(Permission.CONFIGURE)
@require_POST
def desk_hours(request: CompanyRequest, uid: str) -> HttpResponse:
    """Save when it comes."""
    row = _desk_connection(request, uid)
    form = HoursForm(request.POST)
    if form.is_valid():
        try:
            actions.change_hours(row, DeskHours(**form.cleaned_data), act_of(request))
        except InvalidInputError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("desk", company=request.company.slug, uid=uid)
    context = {**_context(row), "form": form}
    return render(request, "web/desk.html", context, status=422)


@screen(Permission.CONFIGURE)
@require_POST
def desk_company(request: CompanyRequest, uid: str) -> HttpResponse:
    """Accept the company that is open at the next visit."""
    row = _desk_connection(request, uid)
    actions.accept_company(row, act_of(request))
    messages.success(request, gettext("The company that is open next is accepted."))
    return redirect("desk", company=request.company.slug, uid=uid)


@screen(Permission.CONFIGURE)
@require_POST
def desk_another(request: CompanyRequest, uid: str) -> HttpResponse:
    """Keep that this company only looks like the one of another connection."""
    row = _desk_connection(request, uid)
    try:
        say_it_is_another(row, act_of(request))
    except SyncError as refusal:
        say_error(request, refusal)
    else:
        messages.success(request, gettext("It is served from the next visit on."))
    return redirect("desk", company=request.company.slug, uid=uid)


@screen(Permission.CONFIGURE)
def desk_file(request: CompanyRequest, uid: str) -> HttpResponse:
    """Download the file that the Web Connector opens."""
    row = _desk_connection(request, uid)
    try:
        name, content = actions.caller_file(row, _base(request), act_of(request))
    except ActionNeededError as refusal:
        messages.error(request, f"{refusal.message} {refusal.remedy}")
        return redirect("desk", company=request.company.slug, uid=uid)
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def has_desk(row: Connection) -> bool:
    """Return whether these are books that call us."""
    return registry.get(row.connector).translator is not None


def _desk_connection(request: CompanyRequest, uid: str) -> Connection:
    row = find_connection(request, uid)
    if not has_desk(row):
        raise Http404
    return row


def _company_name(row: Connection, access: DeskAccess | None) -> str:
    """Return what the company is called; "" before the first visit.

    Its identity, which tells it from a copy, is no name for people.
    """
    if access is None or not access.company_identity:
        return ""
    facts = row.facts
    name = facts.get("company_name") or facts.get("company")
    return str(name or access.company_identity)


def _base(request: CompanyRequest) -> str:
    """Return our address for the caller: the public one, else this computer's."""
    base: str = settings.PUBLIC_URL
    return base or f"http://localhost:{request.get_port()}"


def _context(row: Connection) -> dict[str, Any]:
    access = DeskAccess.objects.filter(connection=row).first()
    initial = {
        "every_minutes": access.every_minutes if access else 10,
        "quiet_from": access.quiet_from if access else None,
        "quiet_until": access.quiet_until if access else None,
        "company_path": access.company_path if access else "",
    }
    return {
        "connection": row,
        "access": access,
        "form": HoursForm(initial=initial),
        "company_name": _company_name(row, access),
        "company_file": company_file(row),
        "handed_to": row.facts.get(HANDS_ON_TO, ""),
        "twin": twin_asked_about(row),
        "next_call": actions.next_call(access) if access else None,
        "visits": Conversation.objects.filter(connection=row).order_by("-pk")[
            :VISITS_SHOWN
        ],
    }


urlpatterns = [
    path("connections/<slug:uid>/quickbooks/", desk, name="desk"),
    path(
        "connections/<slug:uid>/quickbooks/address/", desk_address, name="desk_address"
    ),
    path(
        "connections/<slug:uid>/quickbooks/password/",
        desk_password,
        name="desk_password",
    ),
    path("connections/<slug:uid>/quickbooks/hours/", desk_hours, name="desk_hours"),
    path(
        "connections/<slug:uid>/quickbooks/company/", desk_company, name="desk_company"
    ),
    path(
        "connections/<slug:uid>/quickbooks/another/", desk_another, name="desk_another"
    ),
    path("connections/<slug:uid>/quickbooks/file/", desk_file, name="desk_file"),
]
