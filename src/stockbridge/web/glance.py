"""All companies at a glance: each screen may add a column to the list of companies.

    GLANCE = (GlanceColumn("held", _("Needs you"), held_by_company, order=20),)

in a screen module; the function is asked once for all companies on the page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from stockbridge.companies.models import Company
from stockbridge.web.screens import screen_modules
from stockbridge.web.text import Text


@dataclass(frozen=True, slots=True)
class GlanceColumn:
    """One column: what each company's cell says, by the company's id."""

    key: str
    label: Text
    values: Callable[[Sequence[Company]], Mapping[int, object]]  # HTML if SafeString
    order: int = 100


def glance_columns() -> tuple[GlanceColumn, ...]:
    """Return the columns of all screens, sorted."""
    found = [
        column
        for module in screen_modules()
        for column in getattr(module, "GLANCE", ())
    ]
    return tuple(sorted(found, key=lambda column: (column.order, column.key)))
