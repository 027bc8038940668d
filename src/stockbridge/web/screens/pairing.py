"""Pairing by one click: the store makes the keys; by hand where that cannot work."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import SyncError
from stockbridge.engine.actions import pairing as actions
from stockbridge.engine.actions.bridges import join
from stockbridge.engine.actions.connections import (
    Act,
    embedded_books,
    test_connection,
)
from stockbridge.engine.models import Bridge, Connection
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.screens.connection_setup import act_of
from stockbridge.web.screens.connections import find_connection


@screen(Permission.CONFIGURE)
def pairing(request: CompanyRequest, uid: str) -> HttpResponse:
    """Explain what will happen, and lead to the store; or to the keys by hand."""
    row = find_connection(request, uid)
    act = act_of(request)
    back = reverse("paired", kwargs={"company": request.company.slug, "uid": uid})
    context = {"connection": row, "address": "", "refusal": None}
    if request.method == "POST":
        try:
            context["address"] = actions.start_pairing(
                row, request.build_absolute_uri(back), act
            )
        except SyncError as error:
            context["refusal"] = error
    elif reason := actions.why_not(row):
        context["refusal"] = {
            "message": reason,
            "remedy": _("Make the keys by hand: it takes two minutes."),
        }
    return render(request, "web/pairing.html", context)


@screen(Permission.CONFIGURE)
def paired(request: CompanyRequest, uid: str) -> HttpResponse:
    """Come back from the store: test the keys that it sent, go on to the options."""
    row, act = find_connection(request, uid), act_of(request)
    slug = request.company.slug
    if request.GET.get("success") != "1" or not row.secrets:
        messages.warning(
            request,
            _("The store sent no keys. You can try again, or enter keys by hand."),
        )
        return redirect("connection_edit", company=slug, uid=uid)
    checked = test_connection(row, act)
    if not checked.report.is_usable:
        return redirect("connection", company=slug, uid=uid)
    messages.success(
        request,
        _(
            "%(name)s made keys for us and answers well. Nothing flows yet: look at "
            "the options first."
        )
        % {"name": row.name},
    )
    return redirect("bridge", company=slug, uid=_joined(row, act).uid)


def _joined(row: Connection, act: Act) -> Bridge:
    """Return what the store is joined to; the back office where nothing is yet."""
    known = Bridge.objects.filter(store=row).first()
    if known is not None:
        return known
    books = Connection.objects.filter(company=row.company, kind="books").first()
    return join(row, books or embedded_books(row.company, act), act)


urlpatterns = [
    path("connections/<slug:uid>/pair/", pairing, name="pairing"),
    path("connections/<slug:uid>/paired/", paired, name="paired"),
]
