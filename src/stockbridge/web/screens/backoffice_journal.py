"""Back office: the journal, for the accountant."""

from django.http import HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.journal import lines_between
from stockbridge.backoffice.ledger import open_books
from stockbridge.backoffice.models import JournalLine
from stockbridge.companies.permissions import Permission
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.backoffice.account_forms import EntryForm
from stockbridge.web.backoffice.acting import account_choices, book
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.screens.backoffice_documents import document_address
from stockbridge.web.tables import ChoiceFilter, Column, DateFilter, Table, show_table

MENU = (
    MenuItem(
        Section.BACK_OFFICE,
        _("Journal"),
        "backoffice_journal",
        permission=Permission.BACK_OFFICE,
        order=80,
        icon="book",
    ),
)


def _document(line: JournalLine) -> str:
    return document_address(line.entry.document)


def _side(line: JournalLine, name: str) -> str:
    amount = getattr(line, name)
    return cells.money(amount) if amount else ""


def journal_table(request: CompanyRequest) -> Table:
    """Return the table of journal lines, with the company's accounts to choose."""
    return Table(
        key="journal",
        caption=_("Journal"),
        columns=(
            Column("entry", _("Entry"), value="entry.number"),
            Column(
                "date",
                _("Date"),
                value="business_date",
                sort="business_date",
                format=cells.day,
            ),
            Column(
                "document",
                _("Document"),
                value="entry.document.number",
                link=_document,
            ),
            Column("reference", _("Store's number"), value="entry.document.reference"),
            Column("account", _("Account"), value="account"),
            Column(
                "debit",
                _("Debit"),
                align="end",
                cell=lambda line: _side(line, "debit"),
            ),
            Column(
                "credit",
                _("Credit"),
                align="end",
                cell=lambda line: _side(line, "credit"),
            ),
            Column("currency", _("Currency"), value="entry.currency", is_hidden=True),
            Column("partner", _("Partner"), value="partner.number", is_hidden=True),
            Column("memo", _("Note"), value=lambda line: line.memo or line.entry.memo),
        ),
        sort="-date",
        search=(
            "entry__number__iexact",
            "entry__document__number__istartswith",
            "entry__document__reference__icontains",
        ),
        search_hint=_("Search by entry, document or store's number"),
        filters=(
            DateFilter("date", _("Date"), field="business_date", holds_dates=True),
            ChoiceFilter(
                "account", _("Account"), choices=account_choices(request.company)
            ),
        ),
    )


@screen(Permission.BACK_OFFICE)
def journal(request: CompanyRequest) -> HttpResponseBase:
    """List the journal's lines; as a CSV file with `?export=csv`."""
    open_books(request.company)
    rows = lines_between(request.company, None, None).select_related(
        "entry__document__company"
    )
    table = journal_table(request)
    return show_table(request, table, rows, "web/backoffice/journal.html")


@screen(Permission.BACK_OFFICE)
def entry_add(request: CompanyRequest) -> HttpResponse:
    """Make a journal entry by hand."""
    open_books(request.company)
    given = request.POST if request.method == "POST" else None
    form = EntryForm(request.company, given)
    context = {
        "heading": gettext("Make a journal entry"),
        "titles": (gettext("Account"), gettext("Debit"), gettext("Credit")),
        "back": "backoffice_journal",
        "back_label": gettext("Journal"),
    }
    return book(request, form, form.draft, "rows_form.html", context)


urlpatterns = [
    path("back-office/journal/", journal, name="backoffice_journal"),
    path("back-office/journal/add/", entry_add, name="backoffice_entry_add"),
]
