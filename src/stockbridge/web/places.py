"""Where to act: the engine names a place, the screen that it means is found here."""

from django.urls import NoReverseMatch, reverse

from stockbridge.companies.models import Company
from stockbridge.engine.models import Bridge

#: Places of a company: the screen's name, and what its address asks for.
SCREENS: dict[str, tuple[str, str]] = {
    "logs": ("logs", ""),
    "users": ("users", ""),
    "store_items": ("store_items", ""),
    "unmatched_items": ("store_items", "?linked=no"),
    "stock": ("stock", ""),
    "prices": ("prices", ""),
    "customers": ("customers", ""),
    "store_orders": ("store_orders", ""),
    "imported_orders": ("imported_orders", ""),
    "accounts": ("backoffice_accounts", ""),
    "issues": ("issues", ""),
    "runs": ("runs", ""),
    "queue": ("queue", ""),
}


def address_of(company: Company, place: str, uid: str = "") -> str:
    """Return the address of a place; "" where there is no such screen."""
    if place in {"connection", "connection_edit", "sign_in", "bridge"}:
        return _reverse(place, company=company.slug, uid=uid)
    if place == "installation":
        return reverse("installation")
    name, query = SCREENS.get(place, ("", ""))
    address = _reverse(name, company=company.slug) if name else ""
    return f"{address}{query}" if address else ""


def address_at(bridge: Bridge, place: str) -> str:
    """Return the address of a place that is seen from one bridge."""
    if place == "store":
        return address_of(bridge.company, "connection", bridge.store.uid)
    if place == "books":
        return address_of(bridge.company, "connection", bridge.books.uid)
    if place == "options":
        return address_of(bridge.company, "bridge", bridge.uid)
    return address_of(bridge.company, place)


def _reverse(name: str, **parts: str) -> str:
    try:
        return reverse(name, kwargs=parts)
    except NoReverseMatch:
        return ""
