"""Store = books: what the store sold is what the books hold, or why it is not."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import ActionNeededError, SyncError
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.models import Bridge
from stockbridge.engine.statement import BridgeStatement, statement_of
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.account_rows import account_csv_lines, account_rows
from stockbridge.web.acting import say_error
from stockbridge.web.choosing import bridges_of, chosen_bridge, nothing_joined
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.spans import (
    SpanForm,
    days_query,
    last_days,
    short_spans,
    span_form,
    today_of,
)
from stockbridge.web.statement_rows import csv_lines, lines, totals
from stockbridge.web.tables.export import csv_file
from stockbridge.web.tables.paging import page_number

MENU = (
    MenuItem(Section.WORK, _("Store = books"), "statement", order=40, icon="scale"),
)
DAYS_SHOWN_FIRST = 7
ROWS, DIFFERENCES_MAX = 100, 500


@screen(Permission.VIEW)
def statement(request: CompanyRequest) -> HttpResponse:
    """Ask for the days; the comparison comes beside it as soon as it is made."""
    bridge = chosen_bridge(request)
    if bridge is None:
        return nothing_joined(request, _("Store = books"))
    form = _form(request)
    cursor = bridge.store.cursors.filter(feed=ORDERS).first()
    context = {
        "bridge": bridge,
        "bridges": bridges_of(request.company),
        "form": form,
        "is_valid": form.is_valid(),
        "query": _query(request, bridge, form),
        "spans": short_spans(today_of(request)),
        "up_to_date_at": cursor.caught_up_at if cursor else None,
    }
    status = 200 if form.is_valid() else 422
    return render(request, "web/statement.html", context, status=status)


@screen(Permission.VIEW)
def statement_part(request: CompanyRequest) -> HttpResponse:
    """Compare both sides, and show what was found."""
    bridge, form = chosen_bridge(request), _form(request)
    if bridge is None or not form.is_valid():
        return redirect(_address(request))
    context: dict[str, Any] = {"bridge": bridge, "query": days_query(bridge, form)}
    try:
        found = statement_of(bridge, form.span, now=timezone.now())
    except SyncError as error:
        context["error"] = error
        return _show(request, context)
    context |= _found(bridge, found, page_number(request.GET.get("page", "1")))
    return _show(request, context)


@screen(Permission.VIEW)
def statement_csv(request: CompanyRequest) -> HttpResponseBase:
    """Answer with the file: every order and refund, then the totals."""
    bridge, form = chosen_bridge(request), _form(request)
    if bridge is None or not form.is_valid():
        return redirect(_address(request))
    try:
        now = timezone.now()
        found = statement_of(bridge, form.span, now=now, has_accounts=False)
    except SyncError as error:
        say_error(request, error)
        return redirect(_address(request))
    name = f"store-books-{form.span.first}-{form.span.last}"
    return csv_file(name, csv_lines(bridge, found))


@screen(Permission.VIEW)
def statement_accounts_csv(request: CompanyRequest) -> HttpResponseBase:
    """Answer with the file of the accounts: every document that moved money."""
    bridge, form = chosen_bridge(request), _form(request)
    if bridge is None or not form.is_valid():
        return redirect(_address(request))
    try:
        found = statement_of(bridge, form.span, now=timezone.now()).accounts
        if found is None:
            raise ActionNeededError(
                "These books do not tell us which account money lies on.",
                remedy="Look at the accounts in the books themselves.",
            )
    except SyncError as error:
        say_error(request, error)
        return redirect(_address(request))
    name = f"accounts-{form.span.first}-{form.span.last}"
    return csv_file(name, account_csv_lines(bridge, found))


def _show(request: CompanyRequest, context: dict[str, Any]) -> HttpResponse:
    """Answer with the part alone, or with a page around it for who has no scripts."""
    name = "statement_part.html" if request.htmx else "statement_whole.html"
    return render(request, f"web/{name}", context)


def _found(bridge: Bridge, found: BridgeStatement, number: int) -> dict[str, Any]:
    said = found.statement
    start = (number - 1) * ROWS
    told = found.accounts
    return {
        "found": found,
        "days": [
            {"day": day, "difference": day.store.net - day.books.net}
            for day in said.days
        ],
        "totals": totals(said),
        "accounts_told": told is not None,
        "accounts": account_rows(bridge, told) if told else [],
        "accounts_unread": told.unread if told else "",
        "drift": lines(bridge, said.drift[:DIFFERENCES_MAX]),
        "drift_count": len(said.drift),
        "named": lines(bridge, said.named[:DIFFERENCES_MAX]),
        "named_count": len(said.named),
        "rows": lines(bridge, said.rows[start : start + ROWS]),
        "count": len(said.rows),
        "first_row": start + 1,
        "last_row": min(start + ROWS, len(said.rows)),
        "previous_page": number - 1 if number > 1 else 0,
        "next_page": number + 1 if len(said.rows) > start + ROWS else 0,
    }


def _form(request: CompanyRequest) -> SpanForm:
    return span_form(request, last_days(today_of(request), DAYS_SHOWN_FIRST))


def _query(request: CompanyRequest, bridge: Bridge, form: SpanForm) -> str:
    if not form.is_valid():
        return ""
    page = page_number(request.GET.get("page", "1"))
    return days_query(bridge, form) + (f"&page={page}" if page > 1 else "")


def _address(request: CompanyRequest) -> str:
    return reverse("statement", kwargs={"company": request.company.slug})


urlpatterns = [
    path("store-books/", statement, name="statement"),
    path("store-books/found/", statement_part, name="statement_part"),
    path("store-books/file/", statement_csv, name="statement_csv"),
    path(
        "store-books/accounts-file/",
        statement_accounts_csv,
        name="statement_accounts_csv",
    ),
]
