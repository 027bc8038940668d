"""Signing a connection in at the other side's own page, and disconnecting it.

All who sign in come back to one address that belongs to no company: the other side
knows only that one. The state that comes back says which connection is meant; from
there on the rules of its company hold.
"""

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.connectors import registry
from stockbridge.domain.errors import SyncError
from stockbridge.engine.actions import signing_in as actions
from stockbridge.engine.actions.bridges import join
from stockbridge.engine.actions.connections import test_connection
from stockbridge.engine.actions.signing_in import SignInStart
from stockbridge.engine.models import Bridge, Connection
from stockbridge.engine.sign_in_ends import ends_soon
from stockbridge.engine.webhooks import app_hook_address
from stockbridge.ports import WebSignIn
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.middleware import CONTENT_SECURITY_POLICY
from stockbridge.web.return_address import (
    disconnect_address,
    launch_address,
    return_address,
)
from stockbridge.web.screens.connection_setup import act_of
from stockbridge.web.screens.connections import find_connection


@screen(Permission.CONFIGURE)
def sign_in(request: CompanyRequest, uid: str) -> HttpResponseBase:
    """Say what will happen and what has to be entered there; lead there by a POST."""
    row = _signing_connection(request, uid)
    service = _service_of(row)
    back, refusal = return_address(request), None
    if request.method == "POST":
        start = SignInStart(back, session_of(request))
        try:
            return redirect(actions.start_sign_in(row, start, act_of(request)))
        except SyncError as error:
            refusal = error
    standing = service.standing(row.secrets)
    context = {
        "connection": row,
        "service": service.service,
        "standing": standing,
        "ends_soon": ends_soon(standing.ends_at, timezone.now()),
        "return_address": back,
        "app_address": app_hook_address(row.connector),
        "launch_address": launch_address(row.connector, request),
        "disconnect_address": disconnect_address(row.connector, request),
        "why_not": actions.why_not(row, back, act_of(request)),
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    answer = render(request, "web/sign_in.html", context, status=status)
    # The form's answer leads away: a browser follows only where the policy lets it.
    there = urlsplit(_address_there(row, service, back))
    answer["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
        "form-action 'self'", f"form-action 'self' {there.scheme}://{there.netloc}"
    )
    return answer


@screen(Permission.CONFIGURE)
def signed_in_to(request: CompanyRequest, uid: str) -> HttpResponseBase:
    """Keep what came back, test it, and lead on; called from the one address."""
    row, act = _signing_connection(request, uid), act_of(request)
    service, slug = _service_of(row).service, request.company.slug
    try:
        actions.finish_sign_in(
            row, request.GET.dict(), session=session_of(request), act=act
        )
        checked = test_connection(row, act)
    except SyncError as error:
        messages.error(request, f"{error.message} {error.remedy}")
        return redirect("sign_in", company=slug, uid=row.uid)
    if not checked.report.is_usable:
        return redirect("connection", company=slug, uid=row.uid)
    messages.success(
        request,
        _("%(name)s is connected to %(service)s and answers well.")
        % {"name": row.name, "service": service},
    )
    bridge = _joined(row)
    if bridge is None:
        bridge = _join_only_store(row, request)
    if bridge is None:
        return redirect("connection", company=slug, uid=row.uid)
    return redirect("bridge", company=slug, uid=bridge.uid)


@screen(Permission.CONFIGURE)
@require_POST
def sign_out(request: CompanyRequest, uid: str) -> HttpResponse:
    """Disconnect; say what waits until somebody connects again."""
    row = _signing_connection(request, uid)
    try:
        count = actions.disconnect(row, act_of(request))
    except SyncError as error:
        messages.error(request, f"{error.message} {error.remedy}")
        return redirect("connection", company=request.company.slug, uid=uid)
    names = {
        "name": row.name,
        "service": _service_of(row).service,
        "count": count,
    }
    said = _("%(name)s is disconnected from %(service)s. Nothing is lost: orders wait.")
    messages.success(request, said % names)
    if count:
        words = ngettext(
            "%(count)s document waits until you connect again.",
            "%(count)s documents wait until you connect again.",
            count,
        )
        messages.warning(request, words % names)
    return redirect("connection", company=request.company.slug, uid=uid)


def session_of(request: CompanyRequest) -> str:
    """Return what only this person's browser session knows."""
    return f"{request.user.pk} {request.session.session_key}"


def _signing_connection(request: CompanyRequest, uid: str) -> Connection:
    row = find_connection(request, uid)
    if registry.get(row.connector).sign_in is None:
        raise Http404
    return row


def _service_of(row: Connection) -> WebSignIn:
    found = registry.get(row.connector).sign_in
    if found is None:
        raise Http404
    return found


def _address_there(row: Connection, service: WebSignIn, back: str) -> str:
    """Return where the form will lead; its state opens nothing."""
    settings = registry.get(row.connector).settings.model_validate(row.settings)
    return service.address(settings, row.secrets, return_address=back, state="-" * 43)


def _joined(row: Connection) -> Bridge | None:
    return Bridge.objects.filter(books=row).first()


def _join_only_store(row: Connection, request: CompanyRequest) -> Bridge | None:
    """Join the one store that has no books yet; where there are several, none."""
    stores = Connection.objects.filter(company=row.company, kind="store")
    free = stores.exclude(pk__in=Bridge.objects.values("store"))[:2]
    if row.kind != "books" or len(free) != 1:
        return None
    return join(free[0], row, act_of(request))


urlpatterns = [
    path("connections/<slug:uid>/sign-in/", sign_in, name="sign_in"),
    path("connections/<slug:uid>/sign-out/", sign_out, name="sign_out"),
]
