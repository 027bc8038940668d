"""The filters of a table: fields of a form, and what they do to a queryset.

Each is typed: what does not parse is said beside its field, and then no row is shown,
rather than too many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any, Protocol

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stockbridge.web.text import Text

Rows = QuerySet[Any]
Choices = Sequence[tuple[Any, Any]]


class Filter(Protocol):
    """What a table asks of a filter."""

    @property
    def key(self) -> str:
        """The name in the address."""

    def fields(self) -> dict[str, forms.Field]:
        """Return the fields by their names in the address."""

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Return the rows that fit what was given; nothing given: all."""


def yes_no_field(label: Text) -> forms.ChoiceField:
    """Return a select box of all, yes, no."""
    choices = [("", _("All")), ("yes", _("Yes")), ("no", _("No"))]
    return forms.ChoiceField(label=label, choices=choices, required=False)


@dataclass(frozen=True, slots=True)
class ChoiceFilter:
    """One of several values; `field` is the key if it is not said."""

    key: str
    label: Text
    choices: Choices
    field: str = ""

    def fields(self) -> dict[str, forms.Field]:
        """Return a select box with "All" in front."""
        choices = [("", _("All")), *self.choices]
        return {
            self.key: forms.ChoiceField(
                label=self.label, choices=choices, required=False
            )
        }

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep the rows of the chosen value."""
        value = given.get(self.key)
        return rows.filter(**{self.field or self.key: value}) if value else rows


@dataclass(frozen=True, slots=True)
class YesNoFilter:
    """Whether a condition holds; `field` is a boolean field or `x__isnull`."""

    key: str
    label: Text
    field: str = ""
    is_inverted: bool = False  # "linked" by `binding__isnull`

    def fields(self) -> dict[str, forms.Field]:
        """Return a select box of all, yes, no."""
        return {self.key: yes_no_field(self.label)}

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep the rows where it holds, or where it does not."""
        value = given.get(self.key)
        if not value:
            return rows
        return rows.filter(
            **{self.field or self.key: (value == "yes") is not self.is_inverted}
        )


@dataclass(frozen=True, slots=True)
class TextFilter:
    """Text by a look-up of Django's, such as `sku__istartswith`."""

    key: str
    label: Text
    lookup: str

    def fields(self) -> dict[str, forms.Field]:
        """Return a text box."""
        return {
            self.key: forms.CharField(label=self.label, required=False, max_length=200)
        }

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep the rows that match the text."""
        value = given.get(self.key)
        return rows.filter(**{self.lookup: value}) if value else rows


@dataclass(frozen=True, slots=True)
class NumberFilter:
    """From and to, both included."""

    key: str
    label: Text
    field: str = ""

    def fields(self) -> dict[str, forms.Field]:
        """Return two number boxes."""
        return {
            f"{self.key}_from": forms.DecimalField(
                label=_("%(label)s from") % {"label": self.label}, required=False
            ),
            f"{self.key}_to": forms.DecimalField(
                label=_("%(label)s to") % {"label": self.label}, required=False
            ),
        }

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep the rows within the bounds."""
        least, most = given.get(f"{self.key}_from"), given.get(f"{self.key}_to")
        field = self.field or self.key
        if least is not None:
            rows = rows.filter(**{f"{field}__gte": least})
        if most is not None:
            rows = rows.filter(**{f"{field}__lte": most})
        return rows


@dataclass(frozen=True, slots=True)
class DateFilter:
    """From and to, both days included, in the company's time zone."""

    key: str
    label: Text
    field: str = ""
    holds_dates: bool = False  # the field is a DateField, not a DateTimeField

    def fields(self) -> dict[str, forms.Field]:
        """Return two date boxes."""
        return {
            f"{self.key}_from": _day(_("%(label)s from") % {"label": self.label}),
            f"{self.key}_to": _day(_("%(label)s to") % {"label": self.label}),
        }

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep the rows of these days."""
        first, last = given.get(f"{self.key}_from"), given.get(f"{self.key}_to")
        field = self.field or self.key
        if first:
            rows = rows.filter(**{f"{field}__gte": self._bound(first)})
        if last:
            after = self._bound(last + timedelta(days=1))
            rows = rows.filter(**{f"{field}__lt": after})
        return rows

    def _bound(self, day: date) -> date:
        if self.holds_dates:
            return day
        return timezone.make_aware(datetime.combine(day, time.min))


def _day(label: Text) -> forms.DateField:
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=picker)


def search(rows: Rows, lookups: Sequence[str], text: str) -> Rows:
    """Return the rows in which each word is found by one of the look-ups."""
    for word in text.split()[:10]:
        either = [Q(**{lookup: word}) for lookup in lookups]
        rows = rows.filter(reduce(or_, either, Q()))
    return rows
