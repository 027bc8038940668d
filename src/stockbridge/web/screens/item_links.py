"""Linking an item of the store to items of the books by hand, with factors."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import SyncError
from stockbridge.domain.identity import match_key
from stockbridge.engine.actions.pairs import Part, link_item, unlink_item
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import Bridge, ItemCode, Snapshot
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.acting import back, say_error
from stockbridge.web.addresses import item_address
from stockbridge.web.screens.bridge_options import find_bridge
from stockbridge.web.screens.connection_setup import act_of
from stockbridge.web.screens.item_detail import find_item

SHOWN = 12


@screen(Permission.EDIT_ITEMS)
def item_link(request: CompanyRequest, uid: str, item: str) -> HttpResponse:
    """Search the books for the counterpart, and link what was chosen."""
    bridge = find_bridge(request, uid)
    snapshot = find_item(bridge, item)
    refusal = ""
    if request.method == "POST":
        try:
            link_item(bridge, item, _parts(request), act_of(request))
        except SyncError as error:
            refusal = f"{error.message} {error.remedy}".strip()
        else:
            text = _("Linked. Orders that waited for it go on by themselves.")
            messages.success(request, text)
            return back(request, item_address(bridge, item))
    text = request.GET.get("find", request.POST.get("find", ""))
    is_asked = "find" in request.GET or "find" in request.POST
    context = {
        "bridge": bridge,
        "snapshot": snapshot,
        "find": text,
        "found": search(bridge, text) if is_asked else guesses(bridge, snapshot),
        "is_guess": not is_asked,
        "refusal": refusal,
        "next": request.GET.get("next", request.POST.get("next", "")),
        "cancel": item_address(bridge, item),
    }
    is_part = request.htmx and not request.htmx.boosted
    template = "web/item_link_part.html" if is_part else "web/item_link.html"
    return render(request, template, context, status=422 if refusal else 200)


@screen(Permission.EDIT_ITEMS)
@require_POST
def item_unlink(request: CompanyRequest, uid: str, item: str) -> HttpResponse:
    """Forget what an item is linked to."""
    bridge = find_bridge(request, uid)
    try:
        unlink_item(bridge, item, act_of(request))
    except SyncError as error:
        say_error(request, error)
    else:
        messages.success(
            request, _("No longer linked. It is not linked by itself again.")
        )
    return back(request, item_address(bridge, item))


def search(bridge: Bridge, text: str) -> list[Snapshot]:
    """Return items of the books by SKU, lookup code, UPC or words of the name."""
    text = text.strip()
    rows = _items(bridge)
    if not text:
        return list(rows.order_by("name")[:SHOWN])
    by_code = ItemCode.objects.filter(
        connection=bridge.books_id, code__startswith=match_key(text)
    )
    ids = list(by_code.values_list("external_id", flat=True)[:SHOWN])
    named = Q()
    for word in text.split()[:6]:
        named &= Q(name__icontains=word)
    found = list(rows.filter(external_id__in=ids).order_by("key"))
    more = rows.filter(named).exclude(external_id__in=ids).order_by("name")
    return [*found, *more[: SHOWN - len(found)]]


def guesses(bridge: Bridge, snapshot: Snapshot) -> list[Snapshot]:
    """Return what it may be: by its code, else by the words of its name."""
    if snapshot.key and (found := search(bridge, snapshot.key)):
        return found
    words = [word for word in snapshot.name.split() if len(word) > 2][:4]
    named = Q()
    for word in words:
        named |= Q(name__icontains=word)
    return list(_items(bridge).filter(named).order_by("name")[:SHOWN])


def _items(bridge: Bridge) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(
        connection=bridge.books_id, feed=ITEMS, deleted_at=None
    ).exclude(status="inactive")


def _parts(request: CompanyRequest) -> list[Part]:
    return [
        Part(one, request.POST.get(f"factor-{one}", "1").strip() or "1")
        for one in request.POST.getlist("part")
    ]


urlpatterns = [
    path("items/link/<slug:uid>/<path:item>/", item_link, name="item_link"),
    path("items/unlink/<slug:uid>/<path:item>/", item_unlink, name="item_unlink"),
]
