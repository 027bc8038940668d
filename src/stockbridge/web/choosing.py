"""Which connection a screen is about: the one in the address, else the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.models import Company
from stockbridge.engine.models import Bridge
from stockbridge.web.access import CompanyRequest
from stockbridge.web.tables.filters import Rows

NAME = "connection"


@dataclass(frozen=True, slots=True)
class ConnectionFilter:
    """Chooses the connection; shown where a company has several.

    The view narrows the rows to it: here it only stays in the address.
    """

    bridges: Sequence[Bridge]
    bridge: Bridge
    key: str = NAME

    def fields(self) -> dict[str, forms.Field]:
        """Return a select box, or nothing where there is no choice."""
        if len(self.bridges) < 2:
            return {}
        choices = [(one.uid, str(one)) for one in self.bridges]
        field = forms.ChoiceField(
            label=_("Connection"),
            choices=choices,
            required=False,
            initial=self.bridge.uid,
        )
        return {self.key: field}

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Return the rows as they are."""
        return rows


def bridges_of(company: Company) -> list[Bridge]:
    """Return the company's connections, those that are switched on first."""
    rows = Bridge.objects.filter(company=company).order_by("-is_enabled", "id")
    return list(rows.select_related("company", "store__company", "books__company"))


def chosen_bridge(request: CompanyRequest) -> Bridge | None:
    """Return the connection that the address or the form names, else the first.

    None where nothing is joined yet; Http404 for one that is not the company's.
    """
    wanted = request.GET.get(NAME) or request.POST.get(NAME)
    if not wanted:
        wanted = QueryDict(request.POST.get("query", "")).get(NAME, "")
    found = bridges_of(request.company)
    if not wanted:
        return next(iter(found), None)
    for one in found:
        if one.uid == wanted:
            return one
    raise Http404


def nothing_joined(request: CompanyRequest, heading: object) -> HttpResponse:
    """Answer where no store is joined with books: say what to do next."""
    return render(request, "web/nothing_joined.html", {"heading": heading})
