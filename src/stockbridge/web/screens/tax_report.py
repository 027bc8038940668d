"""Online tax: what the store charged by rate and place, and whether it is booked."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import SyncError
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.models import Bridge
from stockbridge.engine.tax_report import BridgeTaxes, taxes_of
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.acting import say_error
from stockbridge.web.choosing import bridges_of, chosen_bridge, nothing_joined
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.spans import (
    SpanForm,
    days_query,
    last_month,
    span_form,
    tax_spans,
    today_of,
)
from stockbridge.web.tables.export import csv_file
from stockbridge.web.tax_rows import (
    LINES_MAX,
    blocks,
    csv_lines,
    headings,
    open_lines,
    sort_key,
)

MENU = (MenuItem(Section.WORK, _("Online tax"), "taxes", order=41, icon="percentage"),)
OPEN_MAX = 500


@screen(Permission.VIEW)
def taxes(request: CompanyRequest) -> HttpResponse:
    """Ask for the days; the report comes beside them as soon as it is made."""
    bridge = chosen_bridge(request)
    if bridge is None:
        return nothing_joined(request, _("Online tax"))
    form = _form(request)
    is_valid = form.is_valid()
    cursor = bridge.store.cursors.filter(feed=ORDERS).first()
    context = {
        "bridge": bridge,
        "bridges": bridges_of(request.company),
        "form": form,
        "is_valid": is_valid,
        "query": _query(request, bridge, form) if is_valid else "",
        "by_place": _by_place(request),
        "spans": tax_spans(today_of(request)),
        "up_to_date_at": cursor.caught_up_at if cursor else None,
    }
    return render(request, "web/taxes.html", context, status=200 if is_valid else 422)


@screen(Permission.VIEW)
def taxes_part(request: CompanyRequest) -> HttpResponse:
    """Make the report and show it."""
    bridge, form = chosen_bridge(request), _form(request)
    if bridge is None or not form.is_valid():
        return redirect(_address(request))
    context: dict[str, Any] = {"bridge": bridge, "query": _days(request, bridge, form)}
    try:
        by_place = _by_place(request)
        found = taxes_of(bridge, form.span, now=timezone.now(), by_place=by_place)
    except SyncError as error:
        context["error"] = error
    else:
        context |= _found(bridge, found, _sort(request), by_place=by_place)
    name = "taxes_part.html" if request.htmx else "taxes_whole.html"
    return render(request, f"web/{name}", context)


@screen(Permission.VIEW)
def taxes_csv(request: CompanyRequest) -> HttpResponseBase:
    """Answer with the file: every rate, then the totals."""
    bridge, form = chosen_bridge(request), _form(request)
    if bridge is None or not form.is_valid():
        return redirect(_address(request))
    try:
        by_place = _by_place(request)
        found = taxes_of(bridge, form.span, now=timezone.now(), by_place=by_place)
    except SyncError as error:
        say_error(request, error)
        return redirect(_address(request))
    lines = csv_lines(found.report, _sort(request), by_place=by_place)
    return csv_file(f"online-tax-{form.span.first}-{form.span.last}", lines)


def _found(
    bridge: Bridge, found: BridgeTaxes, sort: str, *, by_place: bool
) -> dict[str, Any]:
    open_rows = found.report.open
    return {
        "found": found.statement,
        "blocks": blocks(found.report, sort, most=LINES_MAX),
        "headings": headings(sort, by_place=by_place),
        "by_place": by_place,
        "open": open_lines(bridge, open_rows[:OPEN_MAX]),
        "open_count": len(open_rows),
    }


def _form(request: CompanyRequest) -> SpanForm:
    return span_form(request, last_month(today_of(request)))


def _sort(request: CompanyRequest) -> str:
    return sort_key(request.GET.get("sort", ""))


def _by_place(request: CompanyRequest) -> bool:
    return request.GET.get("by") == "place"


def _query(request: CompanyRequest, bridge: Bridge, form: SpanForm) -> str:
    return f"{_days(request, bridge, form)}&sort={_sort(request)}"


def _days(request: CompanyRequest, bridge: Bridge, form: SpanForm) -> str:
    places = "&by=place" if _by_place(request) else ""
    return f"{days_query(bridge, form)}{places}"


def _address(request: CompanyRequest) -> str:
    return reverse("taxes", kwargs={"company": request.company.slug})


urlpatterns = [
    path("online-tax/", taxes, name="taxes"),
    path("online-tax/found/", taxes_part, name="taxes_part"),
    path("online-tax/file/", taxes_csv, name="taxes_csv"),
]
