"""Logs: what happened, in words; and the requests and answers behind it."""

from dataclasses import replace
from datetime import datetime

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import Connection, ExchangeLog, LogEntry
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.tables import (
    ChoiceFilter,
    Column,
    DateFilter,
    Empty,
    Filter,
    Table,
    YesNoFilter,
    show_table,
)

MENU = (
    MenuItem(
        Section.WORK,
        _("Logs"),
        "logs",
        permission=Permission.SEE_LOGS,
        order=90,
        icon="file-text",
    ),
)
CHANNELS = {
    "connection": _("Connection"),
    "documents": _("Documents"),
    "stock": _("Stock"),
    "prices": _("Prices"),
    "missing": _("Missing items"),
    "orders": _("Orders"),
}
LEVELS = {"info": _("note"), "warning": _("warning"), "error": _("error")}
COLOURS = {"info": "secondary", "warning": "yellow", "error": "red"}
CLEARED = "logs-cleared-at"  # in the session: until when the view was cleared
FOLLOW = "follow"

LOGS = Table(
    key="logs",
    caption=_("What happened"),
    columns=(
        Column("at", _("Time"), sort="at", format=cells.moment),
        Column("level", _("Kind"), format=cells.badges(LEVELS, COLOURS)),
        Column(
            "channel",
            _("About"),
            value=lambda row: CHANNELS.get(row.channel, row.channel),
        ),
        Column("connection", _("Connection"), value="connection.name"),
        Column("message", _("What happened")),
    ),
    sort="-at",
    search=("message__icontains", "subject_id__iexact"),
    search_hint=_("Search the log"),
    filters=(
        ChoiceFilter("channel", _("About"), choices=list(CHANNELS.items())),
        ChoiceFilter("level", _("Kind"), choices=list(LEVELS.items())),
        DateFilter("on", _("Time"), field="at"),
    ),
    empty=Empty(_("Nothing has been written yet."), icon="file-text"),
)


def _exchange_address(row: ExchangeLog) -> str:
    slug = row.connection.company.slug
    return reverse("exchange", kwargs={"company": slug, "pk": row.pk})


def _status(row: ExchangeLog) -> str:
    if row.status is None:
        return cells.badge(_("no answer"), "red")
    colour = "green" if row.status < 400 else "red"
    return cells.badge(str(row.status), colour)


EXCHANGES = Table(
    key="exchanges",
    caption=_("Requests and answers"),
    columns=(
        Column("at", _("Time"), sort="at", format=cells.moment, link=_exchange_address),
        Column("connection", _("Connection"), value="connection.name"),
        Column(
            "way",
            _("Way"),
            value=lambda row: _("to us") if row.is_incoming else _("from us"),
        ),
        Column("method", _("Method")),
        Column("address", _("Address")),
        Column("status", _("Answer"), value="status", cell=_status),
        Column("elapsed_ms", _("ms"), align="end", format=cells.number),
        Column("error", _("Error"), is_hidden=True),
    ),
    sort="-at",
    search=("address__icontains", "error__icontains"),
    search_hint=_("Search by address"),
    filters=(
        YesNoFilter("incoming", _("To us"), field="is_incoming"),
        YesNoFilter("failed", _("Without answer"), field="status__isnull"),
        DateFilter("on", _("Time"), field="at"),
    ),
    empty=Empty(_("Nothing has been exchanged yet."), icon="arrows-exchange"),
)


@screen(Permission.SEE_LOGS)
def logs(request: CompanyRequest) -> HttpResponseBase:
    """List what happened; follows by itself when asked to."""
    rows = LogEntry.objects.filter(company=request.company).select_related("connection")
    cleared = _cleared_at(request)
    if cleared is not None:
        rows = rows.filter(at__gt=cleared)
    table = replace(LOGS, filters=(_of_connection(request), *LOGS.filters))
    context = {
        "is_following": FOLLOW in request.GET,
        "cleared_at": cleared,
        "follow_address": _with_follow(request),
    }
    return show_table(request, table, rows, "web/logs.html", context)


@screen(Permission.SEE_LOGS)
@require_POST
def logs_clear(request: CompanyRequest) -> HttpResponse:
    """Clear the view of this person; nothing is deleted. Or show all again."""
    key = f"{CLEARED}:{request.company.pk}"
    if "all" in request.POST:
        request.session.pop(key, None)
    else:
        request.session[key] = timezone.now().isoformat()
    return redirect("logs", company=request.company.slug)


@screen(Permission.SEE_LOGS)
def exchanges(request: CompanyRequest) -> HttpResponseBase:
    """List the requests and answers, redacted."""
    rows = ExchangeLog.objects.filter(connection__company=request.company)
    table = replace(EXCHANGES, filters=(_of_connection(request), *EXCHANGES.filters))
    return show_table(
        request,
        table,
        rows.select_related("connection__company"),
        "web/exchanges.html",
    )


@screen(Permission.SEE_LOGS)
def exchange(request: CompanyRequest, pk: int) -> HttpResponse:
    """Show one request and its answer."""
    row = (
        ExchangeLog.objects.filter(connection__company=request.company, pk=pk)
        .select_related("connection")
        .first()
    )
    if row is None:
        raise Http404
    context = {"exchange": row, "status": _status(row)}
    return render(request, "web/exchange.html", context)


def _of_connection(request: CompanyRequest) -> Filter:
    rows = Connection.objects.filter(company=request.company)
    choices = list(rows.values_list("uid", "name"))
    return ChoiceFilter(
        "connection", _("Connection"), choices=choices, field="connection__uid"
    )


def _cleared_at(request: CompanyRequest) -> datetime | None:
    text = request.session.get(f"{CLEARED}:{request.company.pk}")
    return datetime.fromisoformat(text) if text else None


def _with_follow(request: CompanyRequest) -> str:
    """Return this address with following turned round."""
    query = request.GET.copy()
    query.pop("page", None)
    if FOLLOW in query:
        del query[FOLLOW]
    else:
        query[FOLLOW] = "yes"
    return f"?{query.urlencode()}"


urlpatterns = [
    path("logs/", logs, name="logs"),
    path("logs/clear/", logs_clear, name="logs_clear"),
    path("logs/exchanges/", exchanges, name="exchanges"),
    path("logs/exchanges/<int:pk>/", exchange, name="exchange"),
]
