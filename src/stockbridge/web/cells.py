"""How values look in tables and pages: amounts, times, marks of state."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from stockbridge.domain.money import Money, minor_digits
from stockbridge.web.text import Text


def money(value: Money | Decimal | int | str) -> str:
    """Return "1,234.50 USD" for Money, "1,234.50" for a Decimal."""
    if isinstance(value, Money):
        places = minor_digits(value.currency)
        return f"{_in_coins(value.amount, places):,} {value.currency}"
    return f"{_in_coins(Decimal(value), 2):,}"


def _in_coins(amount: Decimal, places: int) -> Decimal:
    """Return the amount with the decimals of a price; finer ones only if they count.

    Our columns keep six.
    """
    exponent = amount.normalize().as_tuple().exponent
    finer = -exponent if isinstance(exponent, int) else 0
    return round(amount, max(places, finer))


def number(value: Decimal | int | str) -> str:
    """Return a quantity without needless zeros: "12", "0.5"."""
    return f"{Decimal(value).normalize():,f}"


def moment(value: datetime) -> SafeString:
    """Return date and time in the company's time zone, exact time on hover."""
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}" title="{}" class="text-nowrap">{}</time>',
        local.isoformat(),
        local.isoformat(sep=" ", timespec="seconds"),
        formats.date_format(local, "DATETIME_FORMAT"),
    )


_WORKER = re.compile(r"(?:\w+@)?([\w.-]+)/\S+")  # web@till-2/417/c7#139, till-2/demo/9f


def who(name: str) -> str:
    """Return a person as written, and of a worker the machine it ran on."""
    found = _WORKER.fullmatch(name)
    return found[1] if found else name


def day(value: date) -> SafeString:
    """Return a date."""
    return format_html(
        '<time datetime="{}" class="text-nowrap">{}</time>',
        value.isoformat(),
        formats.date_format(value, "DATE_FORMAT"),
    )


def yes_no(value: object) -> str:
    """Return yes or no."""
    return _("Yes") if value else _("No")


def badge(text: Text, colour: str = "secondary") -> SafeString:
    """Return a mark of state; the colour only repeats what the text says.

    Colours: green (well), blue (under way), yellow (waits for a person), red (wrong),
    secondary (over, or of no weight).
    """
    return format_html('<span class="badge bg-{}-lt">{}</span>', colour, text)


def badges(
    labels: Mapping[Any, Text], colours: Mapping[Any, str]
) -> Callable[[str], SafeString]:
    """Return a column format that marks each value by its label and colour."""

    def mark(value: str) -> SafeString:
        return badge(labels.get(value, value), colours.get(value, "secondary"))

    return mark
