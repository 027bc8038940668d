"""What every page knows: the company, what this person may do, the menu."""

from typing import Any

from django.http import HttpRequest

from stockbridge.companies.models import Company, Membership
from stockbridge.companies.permissions import Permission
from stockbridge.web.menu import menu


class May:
    """Answers `{% if may.import_orders %}` in templates."""

    def __init__(self, membership: Membership | None) -> None:
        self._membership = membership

    def __getitem__(self, permission: str) -> bool:
        known = Permission(permission)  # a misspelt name raises, it does not hide
        return self._membership is not None and self._membership.may(known)


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the context of all pages; the menu is built only if it is drawn."""
    membership: Membership | None = getattr(request, "membership", None)
    known: dict[str, Any] = {"may": May(membership), "company": None}
    if membership is not None:
        known["company"] = membership.company
        known["membership"] = membership
        known["menu"] = lambda: menu(membership, request.path)
    known["my_companies"] = lambda: _companies(request)
    return known


def _companies(request: HttpRequest) -> list[Company]:
    """Return the companies that the switcher offers, at most 20."""
    user = request.user
    if not user.is_authenticated:
        return []
    visible = Company.objects.all()
    if not user.is_superuser:
        visible = visible.filter(memberships__user=user)
    return list(visible[:20])
