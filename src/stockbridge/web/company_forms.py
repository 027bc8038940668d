"""What is asked about a company."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.models import Company
from stockbridge.companies.starting import time_zones

CURRENCIES = (
    *("AED", "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD"),
    *("HUF", "ILS", "INR", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP", "PLN"),
    *("RON", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "USD", "VND", "ZAR"),
)
RETENTION_DAYS_MIN, RETENTION_DAYS_MAX = 7, 3650


class TimeZoneField(forms.ChoiceField):
    """A choice of time zones."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Time zone"),
            choices=lambda: [(name, name.replace("_", " ")) for name in time_zones()],
            initial="UTC",
            help_text=_("Days begin and end by it, in the books and in reports."),
        )


class CurrencyField(forms.CharField):
    """A three-letter currency code; the usual ones are suggested."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Currency"),
            min_length=3,
            max_length=3,
            initial="USD",
            widget=forms.TextInput(attrs={"list": "currencies", "autocomplete": "off"}),
            help_text=_("The currency of the books, as three letters: USD, EUR, GBP."),
        )

    def clean(self, value: object) -> str:
        """Return the code in capital letters."""
        code = str(super().clean(value)).upper()
        if not (code.isascii() and code.isalpha()):
            raise forms.ValidationError(_("A currency code has three letters."))
        return code


class NewCompanyForm(forms.Form):
    """A company to be made."""

    name = forms.CharField(label=_("Name of the company"), max_length=200)
    time_zone = TimeZoneField()
    currency = CurrencyField()

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        if not self.is_bound:  # the page chooses the browser's own, till a person does
            self.fields["time_zone"].widget.attrs["data-own-zone"] = ""


class CompanyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A company's settings."""

    time_zone = TimeZoneField()
    currency = CurrencyField()
    closed_until = forms.DateField(
        label=_("Books are closed until"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Nothing is booked on this day or before it. Empty: all is open."),
    )
    retention_days = forms.IntegerField(
        label=_("Keep what was exchanged with stores and books for (days)"),
        min_value=RETENTION_DAYS_MIN,
        max_value=RETENTION_DAYS_MAX,
        help_text=_("What proves a booking is kept longer, without personal data."),
    )

    class Meta:
        """What of the company can be changed here."""

        model = Company
        fields = (
            "name",
            "time_zone",
            "currency",
            "closed_until",
            "retention_days",
            "allows_private_addresses",
        )
        labels = {
            "name": _("Name of the company"),
            "allows_private_addresses": _("Stores may lie in a private network"),
        }
        help_texts = {
            "allows_private_addresses": _(
                "Off: addresses such as 192.168.1.5 or localhost are refused, so that "
                "nobody reaches into this network through us. Only an administrator of "
                "the installation can change it."
            )
        }

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        instance: Company,
        is_installation_admin: bool,
    ) -> None:
        super().__init__(data, instance=instance)
        # A disabled field keeps its value, whatever is posted.
        self.fields["allows_private_addresses"].disabled = not is_installation_admin
