"""Back office: customer orders, and all that is done to one."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.drafts import Draft
from stockbridge.backoffice.models import CustomerOrder, OrderStatus, PostedDocument
from stockbridge.companies.permissions import Permission
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.backoffice.acting import ActForm, FormData, RowsForm, page
from stockbridge.web.backoffice.order_forms import (
    CancelForm,
    FulfillForm,
    OrderPaymentForm,
    RefundForm,
)
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.tables import (
    ChoiceFilter,
    Column,
    DateFilter,
    Empty,
    Table,
    show_table,
)

MENU = (
    MenuItem(
        Section.BACK_OFFICE,
        _("Customer orders"),
        "backoffice_orders",
        permission=Permission.BACK_OFFICE,
        order=50,
        icon="clipboard-list",
    ),
)
COLOURS: dict[str, str] = {
    OrderStatus.OPEN: "blue",
    OrderStatus.PARTLY_FULFILLED: "blue",
    OrderStatus.FULFILLED: "green",
    OrderStatus.RETURNED: "yellow",
}


def order_address(order: CustomerOrder) -> str:
    """Return the page of one order."""
    parts = {"company": order.company.slug, "order": order.pk}
    return reverse("backoffice_order", kwargs=parts)


ORDERS = Table(
    key="backoffice-orders",
    caption=_("Customer orders"),
    columns=(
        Column("number", _("Order"), sort="seq", link=order_address),
        Column("reference", _("Store's number"), sort="reference"),
        Column(
            "date",
            _("Date"),
            value="business_date",
            sort="business_date",
            format=cells.day,
        ),
        Column("customer", _("Customer"), value="partner.name"),
        Column(
            "status",
            _("Status"),
            sort="status",
            format=cells.badges(dict(OrderStatus.choices), COLOURS),
        ),
        Column("total", _("Total"), sort="total", align="end", format=cells.money),
        Column("paid", _("Paid"), sort="paid", align="end", format=cells.money),
        Column("billed", _("Sold"), align="end", format=cells.money, is_hidden=True),
        Column("currency", _("Currency"), is_hidden=True),
    ),
    sort="-date",
    search=("number__istartswith", "reference__icontains", "partner__name__icontains"),
    search_hint=_("Search by number, store's number or customer"),
    filters=(
        ChoiceFilter("status", _("Status"), choices=OrderStatus.choices),
        DateFilter("date", _("Date"), field="business_date", holds_dates=True),
    ),
    empty=Empty(icon="clipboard-list", sentence=_("No orders have come in yet.")),
)


@screen(Permission.BACK_OFFICE)
def orders(request: CompanyRequest) -> HttpResponseBase:
    """List the orders."""
    rows = request.company.customer_orders.select_related("company", "partner")
    return show_table(request, ORDERS, rows, "web/backoffice/orders.html")


@screen(Permission.BACK_OFFICE)
def order(request: CompanyRequest, order: int) -> HttpResponse:
    """Show an order, its lines and its documents."""
    found = _find(request, order)
    context = {
        "order": found,
        "status": cells.badges(dict(OrderStatus.choices), COLOURS)(found.status),
        "lines": found.lines.select_related("item", "location"),
        "documents": found.documents.select_related("company").order_by("id"),
        "is_live": found.status not in {OrderStatus.REVERSED, OrderStatus.CANCELLED},
        "is_open": found.status in {OrderStatus.OPEN, OrderStatus.PARTLY_FULFILLED},
    }
    return page(request, "order.html", context)


@screen(Permission.BACK_OFFICE)
def fulfill(request: CompanyRequest, order: int) -> HttpResponse:
    """Hand goods over."""
    found = _find(request, order)
    form = FulfillForm(found, _given(request))
    document = form.act(form.draft) if form.is_bound else None
    return _answer(request, found, form, document, gettext("Hand over"))


@screen(Permission.BACK_OFFICE)
def pay(request: CompanyRequest, order: int) -> HttpResponse:
    """Book a payment of the customer."""
    found = _find(request, order)
    due = found.total - found.paid
    first = {"amount": f"{due.normalize():f}" if due > 0 else None}
    form = OrderPaymentForm(request.company, _given(request), initial=first)

    def draft() -> Draft:
        return form.draft(found)

    document = form.act(draft) if form.is_bound else None
    return _answer(request, found, form, document, gettext("Payment received"))


@screen(Permission.BACK_OFFICE)
def refund(request: CompanyRequest, order: int) -> HttpResponse:
    """Give money, goods or both back."""
    found = _find(request, order)
    form = RefundForm(found, _given(request))
    document = form.act(form.draft) if form.is_bound else None
    return _answer(request, found, form, document, gettext("Return or refund"))


@screen(Permission.BACK_OFFICE)
def cancel(request: CompanyRequest, order: int) -> HttpResponse:
    """Call off what is still open."""
    found = _find(request, order)
    form = CancelForm(request.company, _given(request))

    def draft() -> Draft:
        return form.draft(found)

    document = form.act(draft) if form.is_bound else None
    return _answer(request, found, form, document, gettext("Cancel what is open"))


def _find(request: CompanyRequest, pk: int) -> CustomerOrder:
    rows = request.company.customer_orders.select_related(
        "company", "partner", "location"
    )
    return get_object_or_404(rows, pk=pk)


def _given(request: CompanyRequest) -> FormData:
    return request.POST if request.method == "POST" else None


def _answer(
    request: CompanyRequest,
    found: CustomerOrder,
    form: ActForm,
    document: PostedDocument | None,
    heading: str,
) -> HttpResponse:
    if document is not None:
        texts = {"number": document.number}
        messages.success(request, gettext("Booked as %(number)s.") % texts)
        return redirect(order_address(found))
    context: dict[str, object] = {
        "form": form,
        "order": found,
        "heading": f"{heading}: {found.number}",
    }
    if isinstance(form, RowsForm):
        context["titles"] = (
            gettext("Line"),
            gettext("Amount given back"),
            gettext("Units given back"),
            gettext("Of these back on the shelf"),
        )
    return page(request, "order_act.html", context, form)


urlpatterns = [
    path("back-office/orders/", orders, name="backoffice_orders"),
    path("back-office/orders/<int:order>/", order, name="backoffice_order"),
    path("back-office/orders/<int:order>/fulfill/", fulfill, name="backoffice_fulfill"),
    path("back-office/orders/<int:order>/pay/", pay, name="backoffice_order_pay"),
    path("back-office/orders/<int:order>/refund/", refund, name="backoffice_refund"),
    path("back-office/orders/<int:order>/cancel/", cancel, name="backoffice_cancel"),
]
