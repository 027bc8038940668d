"""Overview: is all well, what needs a person, how today's orders stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import Connection, Delivery, Issue
from stockbridge.engine.overview import (
    Overview,
    Trouble,
    booked_per_day,
    overview,
)
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.connection_words import status_badge, system
from stockbridge.web.glance import GlanceColumn
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.places import address_of

MENU = (
    MenuItem(
        Section.OVERVIEW,
        gettext_lazy("Overview"),
        "overview",
        order=1,
        icon="layout-dashboard",
    ),
)
RECENT = timedelta(minutes=1)
BROKEN = (Connection.Status.NEEDS_SIGN_IN, Connection.Status.FAILING)


@dataclass(frozen=True, slots=True)
class Warned:
    """A trouble with the address where it is mended."""

    trouble: Trouble
    address: str


@screen(Permission.VIEW)
def overview_page(request: CompanyRequest) -> HttpResponse:
    """Show how the company stands; the page asks again by itself, gently."""
    now = timezone.now()
    seen = overview(request.company, now)
    context = {
        "overview": seen,
        "troubles": [Warned(one, _address(request, one)) for one in seen.troubles],
        "links": {
            place: address_of(request.company, place) for place in ("issues", "queue")
        },
        "rows": [
            {
                "row": row,
                "system": system(row),
                "status": status_badge(row.status),
                "is_recent": row.last_seen_at and now - row.last_seen_at < RECENT,
            }
            for row in seen.connections
        ],
        "is_new": _is_new(seen),
        "is_off": not seen.today,  # nothing joined, or all of it switched off
    }
    if request.htmx and request.htmx.target == "overview":
        return render(request, "web/overview_part.html", context)
    days, counts = booked_per_day(request.company, now)
    context["chart"] = {
        "days": [day.isoformat() for day in days],
        "counts": counts,
        "total": sum(counts),
    }
    return render(request, "web/overview.html", context)


def _address(request: CompanyRequest, trouble: Trouble) -> str:
    if trouble.place == "installation" and not request.user.is_superuser:
        return ""  # for administrators of the installation alone
    return address_of(request.company, trouble.place, trouble.uid)


def _is_new(seen: Overview) -> bool:
    """Whether there is nothing yet but the way to begin."""
    return not any(row.kind == "store" for row in seen.connections)


def _states(companies: Sequence[Company]) -> Mapping[int, object]:
    """Return how each company's connections stand."""
    rows = Connection.objects.filter(company__in=companies).order_by()
    counts = rows.values_list("company").annotate(
        n=Count("id"), bad=Count("id", filter=Q(status__in=BROKEN))
    )
    found: dict[int, object] = {}
    for company, count, bad in counts:
        text = _("%(bad)s of %(count)s failing") % {"bad": bad, "count": count}
        found[company] = (
            cells.badge(text, "red") if bad else cells.badge(_("working"), "green")
        )
    nothing = cells.badge(_("nothing connected"), "secondary")
    return {company.pk: found.get(company.pk, nothing) for company in companies}


def _needing(companies: Sequence[Company]) -> Mapping[int, object]:
    """Return how much waits for a person, as a link."""
    rows = Issue.objects.filter(company__in=companies, resolved_at=None).order_by()
    counts = dict(rows.values_list("company").annotate(n=Count("id")))
    found: dict[int, object] = {}
    for company in companies:
        count = counts.get(company.pk, 0)
        address = address_of(company, "issues") or reverse(
            "overview", kwargs={"company": company.slug}
        )
        found[company.pk] = (
            format_html('<a href="{}">{}</a>', address, count) if count else "0"
        )
    return found


def _waiting(companies: Sequence[Company]) -> Mapping[int, object]:
    """Return how many documents wait to be sent."""
    rows = Delivery.objects.filter(
        company__in=companies, state__in=("ready", "sent", "in_doubt")
    ).order_by()
    counts = dict(rows.values_list("company").annotate(n=Count("id")))
    return {company.pk: counts.get(company.pk, 0) for company in companies}


def _last_seen(companies: Sequence[Company]) -> Mapping[int, object]:
    """Return when anything of the company answered last."""
    rows = Connection.objects.filter(company__in=companies, kind="store").order_by()
    found = dict(rows.values_list("company").annotate(at=Max("last_seen_at")))
    seen: dict[int, object] = {}
    for company in companies:
        if at := found.get(company.pk):
            with timezone.override(ZoneInfo(company.time_zone)):
                seen[company.pk] = cells.moment(at)
    return seen


GLANCE = (
    GlanceColumn("state", gettext_lazy("State"), _states, order=10),
    GlanceColumn("needs", gettext_lazy("Needs you"), _needing, order=20),
    GlanceColumn("queue", gettext_lazy("Waiting to be sent"), _waiting, order=30),
    GlanceColumn("seen", gettext_lazy("Last seen"), _last_seen, order=40),
)

urlpatterns = [path("overview/", overview_page, name="overview")]
