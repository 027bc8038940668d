"""Back office: money received and given back."""

from django.http import HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.ledger import open_books
from stockbridge.backoffice.models import Payment
from stockbridge.companies.permissions import Permission
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.backoffice.acting import book
from stockbridge.web.backoffice.order_forms import PaymentForm
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.screens.backoffice_documents import document_address
from stockbridge.web.tables import Column, DateFilter, Table, TextFilter, show_table

MENU = (
    MenuItem(
        Section.BACK_OFFICE,
        _("Payments"),
        "backoffice_payments",
        permission=Permission.BACK_OFFICE,
        order=55,
        icon="cash",
    ),
)


def _document(payment: Payment) -> str:
    return document_address(payment.document)


PAYMENTS = Table(
    key="backoffice-payments",
    caption=_("Payments"),
    columns=(
        Column("document", _("Document"), value="document.number", link=_document),
        Column(
            "date",
            _("Date"),
            value="business_date",
            sort="business_date",
            format=cells.day,
        ),
        Column("order", _("Order"), value="order.number"),
        Column("partner", _("Partner"), value="partner.name"),
        Column("method", _("Method"), sort="method"),
        Column("account", _("Account"), value="account"),
        Column("transaction_id", _("Transaction"), is_hidden=True),
        Column("amount", _("Amount"), sort="amount", align="end", format=cells.money),
    ),
    sort="-date",
    search=(
        "document__number__istartswith",
        "order__reference__icontains",
        "partner__name__icontains",
        "transaction_id__icontains",
    ),
    search_hint=_("Search by document, store's number, partner or transaction"),
    filters=(
        TextFilter("method", _("Method"), "method__icontains"),
        DateFilter("date", _("Date"), field="business_date", holds_dates=True),
    ),
)


@screen(Permission.BACK_OFFICE)
def payments(request: CompanyRequest) -> HttpResponseBase:
    """List the payments."""
    rows = request.company.payments.select_related(
        "document__company", "order", "partner", "account"
    )
    return show_table(request, PAYMENTS, rows, "web/backoffice/payments.html")


@screen(Permission.BACK_OFFICE)
def payment_add(request: CompanyRequest) -> HttpResponse:
    """Book money received on account, or paid to a vendor."""
    open_books(request.company)
    given = request.POST if request.method == "POST" else None
    form = PaymentForm(request.company, given)
    context = {
        "heading": gettext("Book a payment"),
        "back": "backoffice_payments",
        "back_label": gettext("Payments"),
    }
    return book(request, form, form.draft, "form.html", context)


urlpatterns = [
    path("back-office/payments/", payments, name="backoffice_payments"),
    path("back-office/payments/add/", payment_add, name="backoffice_payment_add"),
]
