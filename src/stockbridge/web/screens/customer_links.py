"""One customer of the store: who that is in the books, linked by hand if need be."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.domain.counter_receipts import ReceiptKind
from stockbridge.domain.customer_matching import CustomerKey
from stockbridge.domain.errors import SyncError
from stockbridge.engine.actions.pairs import link_customer, unlink_customer
from stockbridge.engine.codec import CUSTOMER
from stockbridge.engine.counter_receipts import (
    ask_for_receipts,
    is_asked,
    receipts_at_the_counter,
    tells_receipts,
)
from stockbridge.engine.customer_candidates import customer_candidates
from stockbridge.engine.fetch import CUSTOMERS, ORDERS
from stockbridge.engine.models import Bridge, Snapshot
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.acting import back, say_error
from stockbridge.web.addresses import order_address
from stockbridge.web.screens.bridge_options import find_bridge
from stockbridge.web.screens.connection_setup import act_of
from stockbridge.web.screens.customers import customer_rows

SHOWN, ORDERS_SHOWN, RECEIPTS_SHOWN = 12, 10, 50
RECEIPT_WORDS = {
    ReceiptKind.SALE.value: gettext_lazy("Sale"),
    ReceiptKind.RETURN.value: gettext_lazy("Return"),
    ReceiptKind.OTHER.value: gettext_lazy("Other"),
}


@screen(Permission.VIEW, post=Permission.IMPORT_CUSTOMERS)
def customer_link(request: CompanyRequest, uid: str, customer: str) -> HttpResponse:
    """Show one customer; link whom the person chose."""
    bridge = find_bridge(request, uid)
    snapshot = _find(bridge, customer)
    if request.method == "POST":
        try:
            books_id = request.POST.get("books_id", "")
            link_customer(bridge, customer, books_id, act_of(request))
        except SyncError as error:
            say_error(request, error)
        else:
            text = _("Linked: new orders are billed to that customer.")
            messages.success(request, text)
        return back(request, _address(bridge, customer))
    (row,) = customer_rows(bridge, [snapshot])
    text = request.GET.get("find", "")
    context = {
        "bridge": bridge,
        "row": row,
        "find": text,
        "found": _search(bridge, text) if text else _guesses(bridge, snapshot),
        "orders": _orders(bridge, customer),
        **_at_the_counter(bridge, row.books_id),
    }
    return render(request, "web/customer.html", context)


@screen(Permission.IMPORT_CUSTOMERS)
@require_POST
def customer_unlink(request: CompanyRequest, uid: str, customer: str) -> HttpResponse:
    """Forget who a customer is in the books."""
    bridge = find_bridge(request, uid)
    unlink_customer(bridge, customer, act_of(request))
    messages.success(request, _("No longer linked."))
    return back(request, _address(bridge, customer))


@screen(Permission.IMPORT_CUSTOMERS)
@require_POST
def customer_receipts(request: CompanyRequest, uid: str, customer: str) -> HttpResponse:
    """Ask the books what the counter sold to a linked customer."""
    bridge = find_bridge(request, uid)
    (row,) = customer_rows(bridge, [_find(bridge, customer)])
    try:
        ask_for_receipts(bridge, row.snapshot, row.books_id)
    except SyncError as error:
        say_error(request, error)
    else:
        text = _("Asked: the receipts are here after the next visit of QuickBooks.")
        messages.success(request, text)
    return back(request, _address(bridge, customer))


def _at_the_counter(bridge: Bridge, books_id: str) -> dict[str, object]:
    """Return what the counter sold to a customer, as far as it was read."""
    if not books_id or not tells_receipts(bridge):
        return {"tells_receipts": False}
    rows = receipts_at_the_counter(bridge, books_id)
    return {
        "tells_receipts": True,
        "receipts": [
            {"row": one, "kind": RECEIPT_WORDS.get(one.status, "")}
            for one in rows.defer("data")[:RECEIPTS_SHOWN]
        ],
        "is_asked": is_asked(bridge, books_id),
    }


def _find(bridge: Bridge, customer: str) -> Snapshot:
    found = Snapshot.objects.filter(
        connection=bridge.store_id, feed=CUSTOMERS, external_id=customer
    ).first()
    if found is None:
        raise Http404
    return found


def _address(bridge: Bridge, customer: str) -> str:
    parts = {"company": bridge.company.slug, "uid": bridge.uid, "customer": customer}
    return reverse("customer_link", kwargs=parts)


def _people(bridge: Bridge) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(
        connection=bridge.books_id, feed=CUSTOMERS, deleted_at=None
    )


def _search(bridge: Bridge, text: str) -> list[Snapshot]:
    rows = _people(bridge)
    for word in text.split()[:6]:
        rows = rows.filter(Q(name__icontains=word) | Q(key__istartswith=word))
    return list(rows.order_by("name")[:SHOWN])


def _guesses(bridge: Bridge, snapshot: Snapshot) -> list[Snapshot]:
    """Return who has the name, e-mail address or phone number of a store's customer."""
    same = Q(name=snapshot.name)
    if snapshot.data:
        one = CUSTOMER.validate_python(snapshot.data)
        keys = (CustomerKey.EMAIL, CustomerKey.NAME, CustomerKey.PHONE)
        (found,) = customer_candidates(bridge.books_id, [one], keys)
        same |= Q(external_id__in=[each.external_id for each in found])
    return list(_people(bridge).filter(same).order_by("name")[:SHOWN])


def _orders(bridge: Bridge, customer: str) -> list[dict[str, object]]:
    rows = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ORDERS, group_id=customer, deleted_at=None
    ).defer("data")
    return [
        {"row": row, "address": order_address(bridge, row.external_id)}
        for row in rows.order_by("-at")[:ORDERS_SHOWN]
    ]


urlpatterns = [
    path(
        "customers/of/<slug:uid>/<path:customer>/", customer_link, name="customer_link"
    ),
    path(
        "customers/receipts/<slug:uid>/<path:customer>/",
        customer_receipts,
        name="customer_receipts",
    ),
    path(
        "customers/unlink/<slug:uid>/<path:customer>/",
        customer_unlink,
        name="customer_unlink",
    ),
]
