"""Setting a connection up: add, change, test, pause, read anew, repair, delete."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.connectors import registry
from stockbridge.domain.errors import DefectError, InvalidInputError, SyncError
from stockbridge.engine.actions import bridges as bridge_actions
from stockbridge.engine.actions import connections as actions
from stockbridge.engine.actions.changing import change_connection
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.hand import Acted
from stockbridge.engine.actions.separating import SameCompanyError
from stockbridge.engine.models import Connection
from stockbridge.ports import Connector
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.connection_forms import ConnectionForm
from stockbridge.web.screens.connections import find_connection, page_context


def act_of(request: CompanyRequest) -> Act:
    """Return who acts, and when."""
    return Act(now=timezone.now(), by=str(request.user))


@screen(Permission.CONFIGURE)
def connection_add(request: CompanyRequest) -> HttpResponse:
    """Choose what to connect."""
    has_embedded = request.company.connections.filter(connector=actions.EMBEDDED)
    context = {
        "stores": registry.stores(),
        "books": [one for one in registry.books() if _can_be_reached(one)],
        "embedded": has_embedded.first(),
    }
    return render(request, "web/connection_add.html", context)


@screen(Permission.CONFIGURE)
def connection_new(request: CompanyRequest, connector: str) -> HttpResponse:
    """Ask for what this kind of system needs, and make the connection."""
    kind = _connector(connector)
    form = ConnectionForm(kind, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = actions.create_connection(
                request.company, kind, form.draft, act_of(request)
            )
        except InvalidInputError as refusal:
            form.refuse(refusal)
        else:
            return redirect(_after_making(request, made, is_pairing=form.is_pairing))
    return _form_page(request, form, kind)


@screen(Permission.CONFIGURE)
def connection_edit(request: CompanyRequest, uid: str) -> HttpResponse:
    """Change settings and keys; saving tests them at once."""
    row = find_connection(request, uid)
    kind = _connector(row.connector)
    data = request.POST if request.method == "POST" else None
    asked_for = request.GET.get("setting", "")
    form = ConnectionForm(kind, data, connection=row, asked_for=asked_for)
    if form.is_valid():
        try:
            acted = change_connection(row, form.draft, act_of(request))
        except InvalidInputError as refusal:
            form.refuse(refusal)
        else:
            _say_tried(request, acted)
            return redirect(_page(row, test=True))
    return _form_page(request, form, kind, row)


@screen(Permission.CONFIGURE)
@require_POST
def connection_embedded(request: CompanyRequest) -> HttpResponse:
    """Make the back office's connection: one click, it lives in this process."""
    row = actions.embedded_books(request.company, act_of(request))
    return redirect(_page(row))


@screen(Permission.CONFIGURE)
@require_POST
def connection_test(request: CompanyRequest, uid: str) -> HttpResponse:
    """Test live; the page shows each finding as soon as the test is over."""
    row = find_connection(request, uid)
    refusal = None
    try:
        actions.test_connection(row, act_of(request))
    except SyncError as error:
        refusal = error
    if not request.htmx:
        return redirect(_page(row))
    context = {**page_context(row, timezone.now()), "refusal": refusal}
    return render(request, "web/connection_check.html", context)


@screen(Permission.CONFIGURE)
@require_POST
def connection_pause(request: CompanyRequest, uid: str) -> HttpResponse:
    """Pause, or go on."""
    row = find_connection(request, uid)
    if row.status == Connection.Status.PAUSED:
        actions.resume_connection(row, act_of(request))
        messages.success(request, _("%(name)s goes on.") % {"name": row.name})
    else:
        actions.pause_connection(row, act_of(request))
        messages.success(
            request,
            _("%(name)s is paused. What is under way ends at its next step.")
            % {"name": row.name},
        )
    return redirect(_page(row))


@screen(Permission.CONFIGURE)
@require_POST
def connection_clear(request: CompanyRequest, uid: str) -> HttpResponse:
    """Read everything anew."""
    row = find_connection(request, uid)
    done = _("All of %(name)s is being read anew.") % {"name": row.name}
    return _act(request, row, lambda: actions.clear_cache(row, act_of(request)), done)


@screen(Permission.CONFIGURE)
@require_POST
def connection_webhooks(request: CompanyRequest, uid: str) -> HttpResponse:
    """Repair the store's notices."""
    row = find_connection(request, uid)
    done = _("The notices of %(name)s were looked at.") % {"name": row.name}
    return _act(
        request, row, lambda: actions.repair_webhooks(row, act_of(request)), done
    )


@screen(Permission.CONFIGURE)
@require_POST
def connection_delete(request: CompanyRequest, uid: str) -> HttpResponse:
    """Delete a connection through which nothing was booked."""
    row = find_connection(request, uid)
    try:
        to_do = actions.delete_connection(row, act_of(request))
    except SyncError as error:
        messages.error(request, f"{error.message} {error.remedy}")
        return redirect(_page(row))
    messages.success(request, _("%(name)s was deleted.") % {"name": row.name})
    if to_do:
        messages.warning(request, to_do)
    return redirect("connections", company=request.company.slug)


@screen(Permission.CONFIGURE)
@require_POST
def connection_join(request: CompanyRequest, uid: str) -> HttpResponse:
    """Join a store to books, the company's own back office if none are named."""
    row, act = find_connection(request, uid), act_of(request)
    named = request.POST.get("books", "")
    books = (
        find_connection(request, named)
        if named
        else actions.embedded_books(request.company, act)
    )
    is_separate = request.POST.get("separate") == "yes"
    try:
        bridge = bridge_actions.join(row, books, act, are_separate=is_separate)
    except SameCompanyError as question:
        context = {"connection": row, "books": books, "question": question}
        return render(request, "web/join_question.html", context, status=409)
    except SyncError as error:
        messages.error(request, error.message)
        return redirect(_page(row))
    return redirect("bridge", company=request.company.slug, uid=bridge.uid)


def _act(
    request: CompanyRequest, row: Connection, act: Callable[[], None], done: str
) -> HttpResponse:
    try:
        act()
    except SyncError as error:
        messages.error(request, f"{error.message} {error.remedy}")
    else:
        messages.success(request, done)
    return redirect(_page(row))


def _say_tried(request: CompanyRequest, acted: Acted) -> None:
    """Tell that documents which waited for a setting go on."""
    if acted.count:
        words = ngettext(
            "%(count)s document that waited for this is tried again.",
            "%(count)s documents that waited for this are tried again.",
            acted.count,
        )
        messages.success(request, words % {"count": acted.count})


def _can_be_reached(books: Connector) -> bool:
    """Return whether a person can connect these books: not what is half built."""
    is_open = books.open_books is not None or books.desk_endpoint is not None
    return is_open and books.slug != actions.EMBEDDED


def _connector(slug: str) -> Connector:
    try:
        return registry.get(slug)
    except DefectError as error:
        raise Http404 from error


def _form_page(
    request: CompanyRequest,
    form: ConnectionForm,
    connector: Connector,
    row: Connection | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "connector": connector,
        "connection": row,
        "can_pair": connector.pairing_address is not None,
        "signs_in": connector.sign_in is not None,
    }
    status = 422 if form.errors else 200
    return render(request, "web/connection_form.html", context, status=status)


def _after_making(request: CompanyRequest, row: Connection, *, is_pairing: bool) -> str:
    if is_pairing:
        slug = request.company.slug
        return reverse("pairing", kwargs={"company": slug, "uid": row.uid})
    if _connector(row.connector).sign_in is not None:
        slug = request.company.slug
        return reverse("sign_in", kwargs={"company": slug, "uid": row.uid})
    if _connector(row.connector).translator is not None:
        slug = request.company.slug
        return reverse("desk", kwargs={"company": slug, "uid": row.uid})
    return _page(row, test=True)


def _page(row: Connection, *, test: bool = False) -> str:
    address = reverse(
        "connection", kwargs={"company": row.company.slug, "uid": row.uid}
    )
    return f"{address}?test=now" if test else address


urlpatterns = [
    path("connections/new/", connection_add, name="connection_add"),
    path("connections/new/<slug:connector>/", connection_new, name="connection_new"),
    path("connections/back-office/", connection_embedded, name="connection_embedded"),
    path("connections/<slug:uid>/edit/", connection_edit, name="connection_edit"),
    path("connections/<slug:uid>/test/", connection_test, name="connection_test"),
    path("connections/<slug:uid>/pause/", connection_pause, name="connection_pause"),
    path("connections/<slug:uid>/clear/", connection_clear, name="connection_clear"),
    path("connections/<slug:uid>/join/", connection_join, name="connection_join"),
    path(
        "connections/<slug:uid>/notices/",
        connection_webhooks,
        name="connection_webhooks",
    ),
    path("connections/<slug:uid>/delete/", connection_delete, name="connection_delete"),
]
