"""Back office: CSV files in, looked at first, and out."""

import hashlib

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

from stockbridge.backoffice.csv_cells import Report
from stockbridge.backoffice.csv_files import (
    Content,
    columns,
    export,
    load,
    preview,
    required,
)
from stockbridge.backoffice.csv_text import FILE_BYTES_MAX
from stockbridge.backoffice.ledger import open_books
from stockbridge.companies.permissions import Permission
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.backoffice.acting import page
from stockbridge.web.tables.export import csv_file

_TITLES = {
    Content.ITEMS: (_("Items"), "backoffice_items"),
    Content.PARTNERS: (_("Partners"), "backoffice_partners"),
    Content.STOCK: (_("Stock in the back office"), "backoffice_stock"),
    Content.ORDERS: (_("Customer orders"), "backoffice_orders"),
    Content.JOURNAL: (_("Journal"), "backoffice_journal"),
}


class FileForm(forms.Form):
    """A CSV file, and the sign of the one that was looked at."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_(
            "The first line names the columns. Nothing changes before you say."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    looked_at = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def data_of_file(self) -> bytes:
        """Return the file's bytes; no more than the limit and one."""
        content: bytes = self.cleaned_data["file"].read(FILE_BYTES_MAX + 1)
        return content


@screen(Permission.BACK_OFFICE)
def file_in(request: CompanyRequest, content: str) -> HttpResponse:
    """Look at a file; once looked at, the same file can be taken in."""
    kind = _content(content)
    open_books(request.company)
    is_post = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if is_post else FileForm()
    report: Report | None = None
    digest = ""
    if is_post and form.is_valid():
        data = form.data_of_file()
        digest = hashlib.sha256(data).hexdigest()
        was_seen = form.cleaned_data["looked_at"] == digest
        act = load if was_seen else preview
        report = act(request.company, kind, data, at=timezone.now())
        if was_seen and report.is_good:
            messages.success(request, _done(report))
            answer = redirect(_TITLES[kind][1], company=request.company.slug)
            # A part of a page cannot be sent elsewhere, the page itself can.
            return HttpResponseClientRedirect(answer.url) if request.htmx else answer
    context = {
        "form": form,
        "report": report,
        "digest": digest if report and report.is_good else "",
        "title": _TITLES[kind][0],
        "content": kind.value,
        "back": _TITLES[kind][1],
        "columns": columns(kind),
        "required": required(kind),
    }
    shown = page(request, "file.html", context, form)
    if report is not None and not report.is_good:
        shown.status_code = 422
    return shown


@screen(Permission.BACK_OFFICE)
def file_out(request: CompanyRequest, content: str) -> StreamingHttpResponse:
    """Give everything out as a CSV file."""
    kind = _content(content)
    name = f"{request.company.slug}-{kind.value}"
    return csv_file(name, export(request.company, kind))


def _content(name: str) -> Content:
    try:
        return Content(name)
    except ValueError as error:
        raise Http404 from error


def _done(report: Report) -> str:
    return gettext(
        "%(rows)s rows read: %(created)s created, %(updated)s changed, "
        "%(unchanged)s as they were."
    ) % {
        "rows": report.rows,
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
    }


urlpatterns = [
    path("back-office/files/<slug:content>/in/", file_in, name="backoffice_file_in"),
    path("back-office/files/<slug:content>/out/", file_out, name="backoffice_file_out"),
]
