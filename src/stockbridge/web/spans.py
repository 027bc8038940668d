"""Which days a report is about: the fields, the spans chosen most, the address."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stockbridge.engine.models import Bridge
from stockbridge.engine.statement import Span
from stockbridge.web.access import CompanyRequest
from stockbridge.web.text import Text


class SpanForm(forms.Form):
    """The days of a report, both included."""

    first = forms.DateField(
        label=_("From"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    last = forms.DateField(
        label=_("To"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins."""
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("This day is before the first one."))
        return given

    @property
    def span(self) -> Span:
        """The days."""
        return Span(self.cleaned_data["first"], self.cleaned_data["last"])


def span_form(request: CompanyRequest, usual: Span) -> SpanForm:
    """Return the form as the address fills it; `usual` where it says nothing."""
    return SpanForm(
        {
            "first": request.GET.get("first") or usual.first.isoformat(),
            "last": request.GET.get("last") or usual.last.isoformat(),
        }
    )


def days_query(bridge: Bridge, form: SpanForm) -> str:
    """Return the part of an address that names the connection and the days."""
    span = form.span
    return f"connection={bridge.uid}&first={span.first}&last={span.last}"


def today_of(request: CompanyRequest) -> date:
    """Return today in the company's time zone."""
    return timezone.now().astimezone(ZoneInfo(request.company.time_zone)).date()


def last_days(today: date, count: int) -> Span:
    """Return the last days, today included."""
    return Span(today - timedelta(days=count - 1), today)


def last_month(today: date) -> Span:
    """Return the whole month before this one."""
    last = today.replace(day=1) - timedelta(days=1)
    return Span(last.replace(day=1), last)


def last_quarter(today: date) -> Span:
    """Return the whole quarter before this one."""
    first_month = 3 * ((today.month - 1) // 3) + 1
    last = today.replace(month=first_month, day=1) - timedelta(days=1)
    return Span(last.replace(month=last.month - 2, day=1), last)


def short_spans(today: date) -> list[tuple[Text, date, date]]:
    """Return the spans that are compared most."""
    month, before = Span(today.replace(day=1), today), last_month(today)
    return [
        (_("Today"), today, today),
        (_("7 days"), last_days(today, 7).first, today),
        (_("This month"), month.first, today),
        (_("Last month"), before.first, before.last),
    ]


def tax_spans(today: date) -> list[tuple[Text, date, date]]:
    """Return the spans for which tax is reported most."""
    month, quarter = last_month(today), last_quarter(today)
    year = today.replace(month=1, day=1)
    before = year - timedelta(days=1)
    return [
        (_("This month"), today.replace(day=1), today),
        (_("Last month"), month.first, month.last),
        (_("Last quarter"), quarter.first, quarter.last),
        (_("This year"), year, today),
        (_("Last year"), before.replace(month=1, day=1), before),
    ]
