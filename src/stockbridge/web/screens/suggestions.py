"""What is suggested while a name of the books is typed: items, customers, lists."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path

from stockbridge.companies.permissions import Permission
from stockbridge.connectors import registry
from stockbridge.engine.desk.choices import RECORDS, offer_of
from stockbridge.engine.models import Connection
from stockbridge.ports import ChosenFrom, chosen_from
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.choice_fields import SUGGESTED
from stockbridge.web.choice_fields import suggestions as suggested_names
from stockbridge.web.screens.connections import find_connection

TEXT_CHARS_MAX = 100


@screen(Permission.CONFIGURE)
def suggestions(request: CompanyRequest, uid: str, name: str) -> HttpResponse:
    """Return names that contain what was typed in the field that asks."""
    row = find_connection(request, uid)
    how = _how(row, name)
    asked = next(iter(request.GET.values()), "")[:TEXT_CHARS_MAX]
    found = offer_of(row, how).find(str(asked).strip(), limit=SUGGESTED)
    context = {"suggested": suggested_names(found)}
    return render(request, "web/forms/suggestions.html", context)


def _how(row: Connection, name: str) -> ChosenFrom:
    if name in RECORDS:
        return ChosenFrom((name,))
    info = registry.get(row.connector).settings.model_fields.get(name)
    how = chosen_from(info) if info else None
    if how is None:
        raise Http404
    return how


urlpatterns = [
    path(
        "connections/<slug:uid>/suggestions/<slug:name>/",
        suggestions,
        name="suggestions",
    ),
]
