"""A table as a screen declares it, and what an address asks of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.permissions import Permission
from stockbridge.web.tables.columns import Column
from stockbridge.web.tables.filters import Filter, Rows, search
from stockbridge.web.text import Text

NOTHING_YET = _("Nothing here yet.")
SEARCH = _("Search")
PAGE_SIZES = (25, 50, 100, 250)


@dataclass(frozen=True, slots=True)
class BulkAction:
    """A button that posts the selected rows to `url`.

    `url` is the name of an address of the company, or an address ("/c/…").
    """

    key: str
    label: Text
    url: str
    permission: Permission
    icon: str = ""
    confirm: Text = ""  # asked before; "" where a preview follows anyway
    is_dangerous: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """What is said where there is nothing yet, and the next thing to do."""

    sentence: Text = NOTHING_YET
    icon: str = "inbox"
    action: Text = ""
    url: str = ""  # the name of an address of the company, or an address


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what it shows, by what it is searched, what can be done."""

    key: str
    caption: Text
    columns: tuple[Column, ...]
    sort: str = ""
    search: tuple[str, ...] = ()
    search_hint: Text = SEARCH
    filters: tuple[Filter, ...] = ()
    actions: tuple[BulkAction, ...] = ()
    empty: Empty = Empty()
    page_size: int = 50
    #: Adds to the rows of a page, all at once, what the query cannot give.
    prepare: Callable[[Sequence[Any]], Sequence[Any]] = tuple

    def column(self, key: str) -> Column | None:
        """Return the column of that key."""
        return next((c for c in self.columns if c.key == key), None)

    def form(self, query: QueryDict) -> forms.Form:
        """Return the filters' form, filled in from the address."""
        fields: dict[str, forms.Field] = {}
        if self.search:
            fields["q"] = forms.CharField(
                label=self.search_hint,
                required=False,
                max_length=200,
                widget=forms.TextInput(attrs={"type": "search"}),
            )
        for one in self.filters:
            fields |= one.fields()
        form = forms.Form(query, auto_id=f"{self.key}-%s")
        form.fields.update(fields)
        return form

    def narrow(self, rows: Rows, query: QueryDict) -> Rows:
        """Return the rows that the address asks for, in no special order.

        None at all where a filter was given something it does not understand.
        """
        form = self.form(query)
        if not form.is_valid():
            return rows.none()
        given: Mapping[str, Any] = form.cleaned_data
        if given.get("q"):
            rows = search(rows, self.search, given["q"])
        for one in self.filters:
            rows = one.narrow(rows, given)
        return rows

    def sorting(self, query: QueryDict) -> tuple[str, ...]:
        """Return the order: what the address asks for, else the table's own.

        The id comes last, so that no row is on two pages.
        """
        asked = self.sort_key(query)
        column = self.column(asked.removeprefix("-"))
        minus = "-" if asked.startswith("-") else ""
        if column is None or not column.sort:
            return ("-pk",)
        if column.sort in {"pk", "id"}:
            return (f"{minus}pk",)
        return (f"{minus}{column.sort}", f"{minus}pk")

    def sort_key(self, query: QueryDict) -> str:
        """Return the key of the sorted column, with "-" for descending."""
        asked = query.get("sort", "")
        column = self.column(asked.removeprefix("-"))
        return asked if column is not None and column.sort else self.sort

    def size(self, query: QueryDict) -> int:
        """Return how many rows a page has."""
        asked = query.get("size", "")
        sizes = {str(size): size for size in PAGE_SIZES}
        return sizes.get(asked, self.page_size)
