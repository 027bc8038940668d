"""A table as its page sees it: rows as cells, headings as links, pages as addresses."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from stockbridge.companies.models import Company, Membership
from stockbridge.web.access import PersonRequest
from stockbridge.web.tables.columns import Align, Column
from stockbridge.web.tables.export import csv_response
from stockbridge.web.tables.filters import Rows
from stockbridge.web.tables.paging import Page, page_number, page_of
from stockbridge.web.tables.table import PAGE_SIZES, BulkAction, Table
from stockbridge.web.text import Text

#: Parts of the address that say where we are in the list, not which list it is.
PLACE = frozenset({"page", "export", "columns"})


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of one column."""

    key: str
    label: Text
    align: Align
    aria_sort: str  # "ascending", "descending", "none"; "" cannot be sorted
    address: str  # sorts by this column, or turns the order round


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell."""

    label: Text
    align: Align
    html: SafeString


@dataclass(frozen=True, slots=True)
class Row:
    """One row."""

    id: Any
    name: str  # what "Select …" says
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """One bulk action that this person may do."""

    action: BulkAction
    address: str


@dataclass(frozen=True, slots=True)
class TableView:
    """All that `web/table.html` draws."""

    table: Table
    form: forms.Form
    page: Page
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    buttons: tuple[Button, ...]
    shown: frozenset[str]  # keys of the columns on the page
    path: str
    query: str  # the list without the place in it
    sort: str
    empty_address: str
    is_filtered: bool

    @property
    def state(self) -> tuple[tuple[str, str], ...]:
        """What names the list, as pairs for the hidden fields of a form."""
        kept = QueryDict(self.query)
        return tuple((n, v) for n, vs in kept.lists() for v in vs if n != "size")

    @property
    def sizes(self) -> tuple[int, ...]:
        """The page sizes on offer."""
        return PAGE_SIZES

    @property
    def count_text(self) -> str:
        """The number of all rows, as far as it was counted."""
        plus = "+" if self.page.is_count_capped else ""
        return f"{self.page.count:,}{plus}"

    @property
    def status(self) -> str:
        """Which rows are shown, said aloud after each change."""
        if not self.rows:
            return _("No rows")
        return _("%(first)s to %(last)s of %(count)s") % {
            "first": f"{self.page.first:,}",
            "last": f"{self.page.last:,}",
            "count": self.count_text,
        }

    @property
    def previous(self) -> str:
        """The address of the page before; "" on the first."""
        return self._at(self.page.number - 1) if self.page.number > 1 else ""

    @property
    def next(self) -> str:
        """The address of the next page; "" on the last."""
        return self._at(self.page.number + 1) if self.page.has_more else ""

    @property
    def export(self) -> str:
        """The address of the CSV file."""
        return f"?{_with(self.query, export='csv')}"

    def _at(self, number: int) -> str:
        return f"?{_with(self.query, page=str(number))}"


def show_table(
    request: PersonRequest,
    table: Table,
    rows: Rows,
    template: str,
    context: dict[str, Any] | None = None,
) -> HttpResponseBase:
    """Answer with the page, with the rows alone (htmx), or with the CSV file."""
    if request.GET.get("export") == "csv":
        narrowed = table.narrow(rows, request.GET)
        return csv_response(table, narrowed.order_by(*table.sorting(request.GET)))
    view = table_view(request, table, rows)
    part = request.htmx and not request.htmx.history_restore_request
    wanted = part and request.htmx.target == f"{table.key}-rows"
    response = render(
        request,
        "web/table_rows.html" if wanted else template,
        {**(context or {}), "table": view, "is_part": wanted},
    )
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def table_view(request: PersonRequest, table: Table, rows: Rows) -> TableView:
    """Return the table as it is to be drawn; for pages with more than one table."""
    query = request.GET
    narrowed = table.narrow(rows, query)
    number = page_number(query.get("page", "1"))
    page = page_of(narrowed, table.sorting(query), table.size(query), number)
    columns = _columns(request, table)
    kept = _kept(query)
    form = table.form(query)
    return TableView(
        table=table,
        form=form,
        page=page,
        headings=tuple(_heading(table, column, query) for column in columns),
        rows=tuple(_row(row, columns) for row in table.prepare(page.rows)),
        buttons=_buttons(request, table),
        shown=frozenset(column.key for column in columns),
        path=request.path,
        query=kept.urlencode(),
        sort=table.sort_key(query),
        empty_address=_address(table.empty.url, _company(request)),
        is_filtered=any(query.get(name) for name in form.fields),
    )


def _columns(request: PersonRequest, table: Table) -> tuple[Column, ...]:
    """Return the columns that this person wants, kept for the session."""
    kept_as = f"columns:{table.key}"
    if "columns" in request.GET:
        known = {column.key for column in table.columns}
        request.session[kept_as] = [
            key for key in request.GET.getlist("columns") if key in known
        ]
    wanted = request.session.get(kept_as) or [
        column.key for column in table.columns if not column.is_hidden
    ]
    return tuple(column for column in table.columns if column.key in wanted)


def _heading(table: Table, column: Column, query: QueryDict) -> Heading:
    current = table.sort_key(query)
    if not column.sort:
        return Heading(column.key, column.label, column.align, "", "")
    is_current = current.removeprefix("-") == column.key
    is_down = is_current and current.startswith("-")
    state = ("descending" if is_down else "ascending") if is_current else "none"
    turned = column.key if is_down or not is_current else f"-{column.key}"
    address = f"?{_with(_kept(query).urlencode(), sort=turned)}"
    return Heading(column.key, column.label, column.align, state, address)


def _row(row: Model, columns: tuple[Column, ...]) -> Row:
    cells = tuple(Cell(c.label, c.align, c.html(row)) for c in columns)
    return Row(row.pk, str(row), cells)


def _buttons(request: PersonRequest, table: Table) -> tuple[Button, ...]:
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None:
        return ()  # outside a company nobody acts on many rows
    return tuple(
        Button(action, _address(action.url, membership.company))
        for action in table.actions
        if membership.may(action.permission)
    )


def _company(request: PersonRequest) -> Company | None:
    return getattr(request, "company", None)


def _address(url: str, company: Company | None) -> str:
    if not url or url.startswith("/"):
        return url
    if company is None:
        return reverse(url)
    return reverse(url, kwargs={"company": company.slug})


def _kept(query: QueryDict) -> QueryDict:
    """Return what names the list: filters and order, without the place in it."""
    kept = query.copy()
    for name in list(kept):
        if name in PLACE or not any(kept.getlist(name)):
            del kept[name]
    return kept


def _with(query: str, **parts: str) -> str:
    changed = QueryDict(query, mutable=True)
    for name, value in parts.items():
        changed[name] = value
    return changed.urlencode()
