"""Back office: goods received from vendors."""

from django.http import HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.ledger import open_books
from stockbridge.backoffice.models import DocumentKind
from stockbridge.companies.permissions import Permission
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.backoffice.acting import book
from stockbridge.web.backoffice.receipt_form import ReceiptForm
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.screens.backoffice_documents import document_address
from stockbridge.web.tables import Column, DateFilter, Empty, Table, show_table

MENU = (
    MenuItem(
        Section.BACK_OFFICE,
        _("Goods received"),
        "backoffice_receipts",
        permission=Permission.BACK_OFFICE,
        order=35,
        icon="truck",
    ),
)
RECEIPTS = Table(
    key="backoffice-receipts",
    caption=_("Goods received"),
    columns=(
        Column("number", _("Document"), link=document_address),
        Column(
            "date",
            _("Date"),
            value="business_date",
            sort="business_date",
            format=cells.day,
        ),
        Column("vendor", _("Vendor"), value="partner.name"),
        Column("reference", _("Vendor's number"), sort="reference"),
        Column("total", _("Total"), align="end", format=cells.money),
    ),
    sort="-date",
    search=("number__istartswith", "reference__icontains", "partner__name__icontains"),
    filters=(DateFilter("date", _("Date"), field="business_date", holds_dates=True),),
    empty=Empty(
        icon="truck",
        sentence=_("No goods have been received yet."),
        action=_("Receive goods"),
        url="backoffice_receipt_add",
    ),
)


@screen(Permission.BACK_OFFICE)
def receipts(request: CompanyRequest) -> HttpResponseBase:
    """List goods received."""
    rows = request.company.posted_documents.filter(
        kind=DocumentKind.GOODS_RECEIPT
    ).select_related("company", "partner")
    return show_table(request, RECEIPTS, rows, "web/backoffice/receipts.html")


@screen(Permission.BACK_OFFICE)
def receipt_add(request: CompanyRequest) -> HttpResponse:
    """Receive goods."""
    open_books(request.company)
    given = request.POST if request.method == "POST" else None
    form = ReceiptForm(request.company, given)
    context = {
        "heading": gettext("Receive goods"),
        "titles": (gettext("Item"), gettext("Quantity"), gettext("Cost of all")),
        "back": "backoffice_receipts",
        "back_label": gettext("Goods received"),
    }
    return book(request, form, form.draft, "rows_form.html", context)


urlpatterns = [
    path("back-office/goods-received/", receipts, name="backoffice_receipts"),
    path("back-office/goods-received/add/", receipt_add, name="backoffice_receipt_add"),
]
