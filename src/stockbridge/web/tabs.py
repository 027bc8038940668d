"""Faces of one screen, side by side: orders in the store, orders imported."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from stockbridge.engine.models import Bridge
from stockbridge.web.access import CompanyRequest
from stockbridge.web.addresses import with_connection
from stockbridge.web.text import Text


@dataclass(frozen=True, slots=True)
class Tab:
    """One face, as `web/tabs.html` draws it."""

    label: Text
    address: str
    is_current: bool


def tabs_of(
    request: CompanyRequest, faces: Sequence[tuple[str, Text]], bridge: Bridge
) -> tuple[Tab, ...]:
    """Return the tabs of these screens; the chosen connection stays chosen."""
    company = request.company.slug
    is_chosen = "connection" in request.GET
    found = []
    for name, label in faces:
        address = reverse(name, kwargs={"company": company})
        is_current = address == request.path
        shown = with_connection(address, bridge) if is_chosen else address
        found.append(Tab(label, shown, is_current))
    return tuple(found)
