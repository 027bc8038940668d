"""Connections: the stores and books of a company, and which are joined."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.connectors import registry
from stockbridge.engine import webhooks
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge, Connection
from stockbridge.engine.sign_in_ends import ends_soon
from stockbridge.ports import HANDS_ON_TO
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.connection_words import (
    KIND_LABELS,
    SEVERITY_ICONS,
    STATUS_COLOURS,
    STATUS_LABELS,
    at_work,
    company_file,
    connector_of,
    next_look,
    status_badge,
    system,
    worked_by,
)
from stockbridge.web.delays import delays_of
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.tables import ChoiceFilter, Column, Empty, Table, show_table


def broken(company: Company) -> int:
    """Return how many connections need a person."""
    return company.connections.filter(
        status__in=(Connection.Status.NEEDS_SIGN_IN, Connection.Status.FAILING)
    ).count()


MENU = (
    MenuItem(
        Section.SETUP,
        _("Connections"),
        "connections",
        order=10,
        icon="plug-connected",
        badge=broken,
    ),
)


def connection_address(connection: Connection) -> str:
    """Return the connection's page."""
    slug = connection.company.slug
    return reverse("connection", kwargs={"company": slug, "uid": connection.uid})


CONNECTIONS = Table(
    key="connections",
    caption=_("Stores and books"),
    columns=(
        Column("name", _("Name"), sort="name", link=connection_address),
        Column(
            "kind",
            _("Kind"),
            sort="kind",
            value=lambda row: KIND_LABELS.get(row.kind, row.kind),
        ),
        Column("system", _("System"), value=system),
        Column("status", _("State"), sort="status", format=status_badge),
        Column(
            "seen",
            _("Last seen"),
            value="last_seen_at",
            sort="last_seen_at",
            format=cells.moment,
        ),
        Column(
            "due",
            _("Next look"),
            value=lambda row: next_look(row, timezone.now()),
        ),
        Column(
            "machine",
            _("Works on it"),
            value=lambda row: worked_by(row, timezone.now()),
        ),
        Column("failures", _("Failures"), sort="failures", align="end"),
        Column("error", _("Last error"), value="last_error", is_hidden=True),
    ),
    sort="name",
    search=("name__icontains", "connector__icontains"),
    search_hint=_("Search by name"),
    filters=(
        ChoiceFilter("status", _("State"), choices=list(STATUS_LABELS.items())),
        ChoiceFilter("kind", _("Kind"), choices=list(KIND_LABELS.items())),
    ),
    empty=Empty(
        _("No store is connected yet."),
        icon="building-store",
        action=_("Connect a store"),
        url="connection_add",
    ),
)


@screen(Permission.VIEW)
def connections(request: CompanyRequest) -> HttpResponseBase:
    """List stores and books, and what joins them."""
    rows = Connection.objects.filter(company=request.company)
    context = {
        "bridges": bridge_cards(request.company),
        "can_join": can_join(request.company),
    }
    return show_table(
        request,
        CONNECTIONS,
        rows.select_related("company", "lease"),
        "web/connections.html",
        context,
    )


def bridge_cards(company: Company) -> list[dict[str, Any]]:
    """Return what the cards of joined stores and books say."""
    rows = Bridge.objects.filter(company=company).select_related("store", "books")
    rows = rows.annotate(
        held=Count("issue", filter=Q(issue__resolved_at=None), distinct=True)
    )
    return [{"bridge": row, "options": options_of(row)} for row in rows]


def can_join(company: Company) -> bool:
    """Return whether there is a store that could be joined to some books."""
    kinds = Connection.objects.filter(company=company).values_list("kind", flat=True)
    return {"store", "books"} <= set(kinds)


@screen(Permission.VIEW)
def connection(request: CompanyRequest, uid: str) -> HttpResponse:
    """Show how one connection stands, and what can be done."""
    row = find_connection(request, uid)
    return render(request, "web/connection.html", page_context(row, timezone.now()))


def find_connection(request: CompanyRequest, uid: str) -> Connection:
    """Return the company's connection; Http404 for any other."""
    rows = Connection.objects.select_related("company", "lease")
    row = rows.filter(company=request.company, uid=uid).first()
    if row is None:
        raise Http404
    return row


def page_context(row: Connection, now: datetime) -> dict[str, Any]:
    """Return what the connection's page shows."""
    return {
        "connection": row,
        "system": system(row),
        "kind": KIND_LABELS.get(row.kind, row.kind),
        "status": status_badge(row.status),
        "colour": STATUS_COLOURS.get(row.status, "secondary"),
        "lease": at_work(row, now),
        "worked_by": worked_by(row, now),
        "next_look": next_look(row, now),
        "findings": marked(row.report.get("findings", [])),
        "checked_at": stored_moment(row.report.get("at", "")),
        "bridges": joined(row),
        "notices": notices(row),
        "address": row.settings.get("address", ""),
        "cursors": row.cursors.order_by("feed"),
        "is_store": row.kind == "store",
        "sign_in": sign_in_facts(row, now),
        "delays": delays_of(row),
        "company_file": company_file(row),
        "handed_to": row.facts.get(HANDS_ON_TO, ""),
        "has_desk": registry.get(row.connector).translator is not None,
        "books_choices": row.company.connections.filter(kind="books"),
    }


def sign_in_facts(row: Connection, now: datetime) -> dict[str, Any] | None:
    """Return how a connection is signed in; None where keys are all it needs."""
    connector = connector_of(row)
    if connector is None or connector.sign_in is None:
        return None
    standing = connector.sign_in.standing(row.secrets)
    return {
        "service": connector.sign_in.service,
        "is_signed_in": standing.is_signed_in,
        "ends_at": standing.ends_at,
        "ends_soon": ends_soon(standing.ends_at, now),
        "company": row.facts.get("company") or standing.account_id,
    }


def joined(row: Connection) -> QuerySet[Bridge]:
    """Return what the connection is joined to."""
    return Bridge.objects.filter(Q(store=row) | Q(books=row)).select_related(
        "store", "books"
    )


def marked(findings: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the findings with their icons and colours."""
    colours = {"ok": "green", "warning": "yellow", "error": "red"}
    return [
        {
            **one,
            "icon": SEVERITY_ICONS.get(one.get("severity", ""), "point"),
            "colour": colours.get(one.get("severity", ""), "secondary"),
        }
        for one in findings
    ]


def notices(row: Connection) -> dict[str, Any]:
    """Return how the store's notices to us stand."""
    kept = row.webhooks
    return {
        "mode": kept.get("mode", ""),
        "is_working": kept.get("is_working", False),
        "is_heard": kept.get("is_heard", True),
        "reason": kept.get("reason", ""),
        "remedy": kept.get("remedy", ""),
        "findings": marked(kept.get("findings", [])),
        "at": stored_moment(kept.get("at", "")),
        "unreachable": webhooks.why_unreachable(row) if row.kind == "store" else "",
    }


def stored_moment(text: str) -> datetime | None:
    """Return a moment that was kept as text."""
    return datetime.fromisoformat(text) if text else None


urlpatterns = [
    path("connections/", connections, name="connections"),
    path("connections/<slug:uid>/", connection, name="connection"),
]
