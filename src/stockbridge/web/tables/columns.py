"""What one column of a table shows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Model
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from stockbridge.web.text import Text

Align = Literal["start", "center", "end"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `value` is what the CSV file gets, too.

    `value` is a path of attributes ("customer.name") or a function of the row; without
    it the key is the attribute. `format` turns the value into what is shown, `link`
    makes it a link, `cell` replaces all of that by HTML of its own.
    """

    key: str
    label: Text
    value: str | Callable[[Any], Any] = ""
    sort: str = ""  # the field to sort by; "" cannot be sorted
    align: Align = "start"
    format: Callable[[Any], str] | None = None
    link: Callable[[Any], str] | None = None  # row → address; "" is no link
    cell: Callable[[Any], str] | None = None  # row → HTML (SafeString)
    is_hidden: bool = False  # until the person asks for it
    is_exported: bool = True

    def plain(self, row: Model) -> object:
        """Return the value itself; None where a part of the path is missing."""
        if callable(self.value):
            return self.value(row)
        found: Any = row
        for name in (self.value or self.key).split("."):
            if found is None:
                return None
            found = getattr(found, name)
        return found

    def html(self, row: Model) -> SafeString:
        """Return what stands in the cell."""
        if self.cell is not None:
            return conditional_escape(self.cell(row))
        value = self.plain(row)
        shown = "" if value is None else (self.format or str)(value)
        address = self.link(row) if self.link else ""
        if address:
            return format_html('<a href="{}">{}</a>', address, shown)
        return conditional_escape(shown)
