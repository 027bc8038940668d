"""Back office: every posted document, what it did, and how it is taken back."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.models import DocumentKind, JournalLine, PostedDocument
from stockbridge.companies.permissions import Permission
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.backoffice.acting import page
from stockbridge.web.backoffice.order_forms import ReverseForm
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.tables import ChoiceFilter, Column, DateFilter, Table, show_table

MENU = (
    MenuItem(
        Section.BACK_OFFICE,
        _("Documents"),
        "backoffice_documents",
        permission=Permission.BACK_OFFICE,
        order=90,
        icon="file-text",
    ),
)


def document_address(document: PostedDocument) -> str:
    """Return the page of one document."""
    parts = {"company": document.company.slug, "document": document.pk}
    return reverse("backoffice_document", kwargs=parts)


def _kind(document: PostedDocument) -> str:
    if document.reverses_id is not None:
        return gettext("Reversal: %(kind)s") % {"kind": document.get_kind_display()}
    return document.get_kind_display()


DOCUMENTS = Table(
    key="backoffice-documents",
    caption=_("Posted documents"),
    columns=(
        Column("number", _("Document"), link=document_address),
        Column("kind", _("Kind"), value=_kind),
        Column(
            "date",
            _("Date"),
            value="business_date",
            sort="business_date",
            format=cells.day,
        ),
        Column("reference", _("Store's number"), sort="reference"),
        Column("partner", _("Partner"), value="partner.name"),
        Column("total", _("Total"), align="end", format=cells.money),
        Column("memo", _("Note"), is_hidden=True),
        Column(
            "posted", _("Booked"), value="posted_at", sort="pk", format=cells.moment
        ),
    ),
    sort="-posted",
    search=("number__istartswith", "reference__icontains", "partner__name__icontains"),
    search_hint=_("Search by number, store's number or partner"),
    filters=(
        ChoiceFilter("kind", _("Kind"), choices=DocumentKind.choices),
        DateFilter("date", _("Date"), field="business_date", holds_dates=True),
    ),
)


@screen(Permission.BACK_OFFICE)
def documents(request: CompanyRequest) -> HttpResponseBase:
    """List the documents."""
    rows = request.company.posted_documents.select_related("company", "partner")
    return show_table(request, DOCUMENTS, rows, "web/backoffice/documents.html")


@screen(Permission.BACK_OFFICE)
def document(request: CompanyRequest, document: int) -> HttpResponse:
    """Show what a document did; a POST takes it back."""
    rows = request.company.posted_documents.select_related(
        "partner", "order", "reverses", "reversed_by", "part_of"
    )
    found = get_object_or_404(rows, pk=document)
    given = request.POST if request.method == "POST" else None
    form = ReverseForm(request.company, given)
    if given is not None:
        made = form.act(lambda: form.draft(found))
        if made is not None:
            texts = {"number": found.number}
            messages.success(request, gettext("%(number)s was taken back.") % texts)
            return redirect(document_address(made))
    context = {
        "form": form,
        "document": found,
        "kind": _kind(found),
        "is_reversible": _is_reversible(found),
        "lines": found.lines.select_related("item", "location"),
        "movements": found.movements.select_related("item", "location").order_by("id"),
        "entry_lines": JournalLine.objects.filter(entry__document=found)
        .select_related("entry", "account")
        .order_by("entry_id", "position"),
        "payments": found.payments.select_related("account"),
        "parts": found.parts.select_related("company"),
    }
    return page(request, "document.html", context, form)


def _is_reversible(found: PostedDocument) -> bool:
    return (
        found.reverses_id is None
        and not hasattr(found, "reversed_by")
        and found.kind != DocumentKind.AMENDMENT
    )


urlpatterns = [
    path("back-office/documents/", documents, name="backoffice_documents"),
    path("back-office/documents/<int:document>/", document, name="backoffice_document"),
]
