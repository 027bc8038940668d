"""Checklists that check themselves, and troubleshooting."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.checklists import Check, Checklist, checklists, tick
from stockbridge.engine.models import Bridge
from stockbridge.engine.order_proof import proofs
from stockbridge.engine.signs import Sign
from stockbridge.engine.troubleshooting import cases
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.places import address_at
from stockbridge.web.screens.bridge_options import find_bridge
from stockbridge.web.screens.connection_setup import act_of
from stockbridge.web.screens.connections import stored_moment

MENU = (
    MenuItem(Section.SETUP, _("Checklists"), "checklists", order=30, icon="checklist"),
    MenuItem(
        Section.SETUP,
        _("Troubleshooting"),
        "troubleshooting",
        order=40,
        icon="help-circle",
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a checklist, with where to do it."""

    check: Check
    address: str
    ticked_at: object


@screen(Permission.VIEW)
def checklists_page(request: CompanyRequest) -> HttpResponse:
    """Show both lists as they stand now."""
    bridges = bridges_of(request)
    bridge = chosen_bridge(request, bridges)
    context: dict[str, object] = {"bridges": bridges, "bridge": bridge}
    if bridge is not None:
        context["lists"] = [
            {"list": one, "lines": _lines(bridge, one)} for one in checklists(bridge)
        ]
        context["proofs"] = proofs(bridge)
    template = "web/checklists.html"
    if request.htmx and request.htmx.target == "checklists":
        template = "web/checklists_part.html"
    return render(request, template, context)


@screen(Permission.CONFIGURE)
@require_POST
def checklist_tick(request: CompanyRequest, uid: str, key: str) -> HttpResponse:
    """Tick what only a person can know, or take it back."""
    bridge = find_bridge(request, uid)
    try:
        tick(bridge, key, act_of(request), is_ticked="ticked" in request.POST)
    except InvalidInputError as error:
        messages.error(request, error.message)
    address = reverse("checklists", kwargs={"company": request.company.slug})
    return redirect(f"{address}?connection={uid}#check-{key}")


@screen(Permission.VIEW)
def troubleshooting(request: CompanyRequest) -> HttpResponse:
    """Show what is recognised right now, and what each case comes from."""
    bridges = bridges_of(request)
    bridge = chosen_bridge(request, bridges)
    context: dict[str, object] = {"bridges": bridges, "bridge": bridge}
    if bridge is not None:
        context["cases"] = [
            {"case": case, "signs": [_sign(bridge, one) for one in case.signs]}
            for case in cases(bridge, request.membership, timezone.now())
        ]
    return render(request, "web/troubleshooting.html", context)


def bridges_of(request: CompanyRequest) -> list[Bridge]:
    """Return what is joined in the company."""
    rows = Bridge.objects.filter(company=request.company)
    return list(rows.select_related("company", "store__company", "books__company"))


def chosen_bridge(request: CompanyRequest, bridges: list[Bridge]) -> Bridge | None:
    """Return the one that the address names, or the first."""
    if wanted := request.GET.get("connection", ""):
        return find_bridge(request, wanted)
    return bridges[0] if bridges else None


def _lines(bridge: Bridge, checklist: Checklist) -> list[Line]:
    return [
        Line(one, address_at(bridge, one.place), stored_moment(one.ticked_at))
        for one in checklist.checks
    ]


def _sign(bridge: Bridge, sign: Sign) -> dict[str, str]:
    return {
        "message": sign.message,
        "remedy": sign.remedy,
        "address": address_at(bridge, sign.place),
    }


urlpatterns = [
    path("checklists/", checklists_page, name="checklists"),
    path("checklists/<slug:uid>/<slug:key>/", checklist_tick, name="checklist_tick"),
    path("troubleshooting/", troubleshooting, name="troubleshooting"),
]
