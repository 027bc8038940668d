"""What a person chooses to pull into the books or push to the store."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from stockbridge.web.text import Text


def _day(label: Text, help_text: Text = "") -> forms.DateField:
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(
        label=label, required=False, widget=picker, help_text=help_text
    )


class HistoryForm(forms.Form):
    """Orders of the past, by date and status."""

    first = _day(_("Placed from"))
    last = _day(_("Placed to"))
    status = forms.ChoiceField(label=_("Status"), required=False)

    def __init__(
        self, statuses: list[tuple[str, str]], data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, auto_id="orders-%s")
        field = self.fields["status"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All")), *statuses]

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins."""
        given: dict[str, Any] = super().clean() or {}
        first: date | None = given.get("first")
        last: date | None = given.get("last")
        if first and last and last < first:
            self.add_error("last", _("This day is before the first one."))
        return given

    @property
    def parameters(self) -> dict[str, Any]:
        """The choice as an import keeps it."""
        given = self.cleaned_data
        found = {name: given[name] for name in ("first", "last", "status")}
        found = {name: value for name, value in found.items() if value}
        days = {n: v.isoformat() for n, v in found.items() if isinstance(v, date)}
        return {**found, **days} or {"all": True}


class LinkForm(forms.Form):
    """Orders that may be in the books already, by the day they were placed."""

    first = _day(_("Placed from"))
    last = _day(_("Placed to"))

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id="links-%s")
        for field in self.fields.values():
            field.required = True

    @property
    def parameters(self) -> dict[str, Any]:
        """The choice as a run keeps it."""
        return {name: day.isoformat() for name, day in self.cleaned_data.items()}


class MarkedForm(forms.Form):
    """Which items of the books go to the store."""

    marked_only = forms.BooleanField(
        label=_("Only what is sold online, as the options say"),
        required=False,
        initial=True,
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="items-%s")
