"""What is asked about a partner."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.models import Partner
from stockbridge.backoffice.partners import change_partner, create_partner, merge
from stockbridge.companies.models import Company
from stockbridge.domain.errors import ActionNeededError
from stockbridge.web.backoffice.acting import CompanyForm, FormData, partner_named

_PARTS = {
    "line1": _("Street"),
    "line2": _("Street, second line"),
    "city": _("City"),
    "state": _("State"),
    "postcode": _("Postcode"),
    "country": _("Country"),
}
_KINDS = {"billing": _("Billing"), "shipping": _("Shipping")}


class PartnerForm(CompanyForm):
    """A partner as it is edited."""

    name = forms.CharField(label=_("Name"), max_length=255)
    is_customer = forms.BooleanField(label=_("Customer"), required=False)
    is_vendor = forms.BooleanField(label=_("Vendor"), required=False)
    first_name = forms.CharField(label=_("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=_("Last name"), max_length=150, required=False)
    business_name = forms.CharField(label=_("Company"), max_length=255, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=60, required=False)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_active = forms.BooleanField(label=_("Active"), required=False)

    def __init__(
        self,
        company: Company,
        data: FormData = None,
        *,
        partner: Partner | None = None,
    ) -> None:
        self.partner = partner
        super().__init__(company, data, initial=_initial(partner))
        for kind, title in _KINDS.items():
            for part, label in _PARTS.items():
                self.fields[f"{kind}_{part}"] = forms.CharField(
                    label=f"{title}: {label}", max_length=200, required=False
                )

    def save(self) -> Partner | None:
        """Create or change the partner; None when something refuses."""
        if not self.is_valid():
            return None
        given = dict(self.cleaned_data)
        for kind in _KINDS:
            parts = {part: given.pop(f"{kind}_{part}") for part in _PARTS}
            known = getattr(self.partner, kind) if self.partner else {}
            kept = {name: text for name, text in known.items() if name not in _PARTS}
            given[kind] = kept | {part: text for part, text in parts.items() if text}
        try:
            if self.partner is None:
                return create_partner(self.company, given, at=timezone.now())
            return change_partner(self.partner, given, at=timezone.now())
        except ActionNeededError as error:
            self.refuse(error)
            return None


class MergeForm(CompanyForm):
    """Which partner stands for this one from now on."""

    into = forms.CharField(
        label=_("Merge into"), max_length=254, help_text=_("Its number or e-mail")
    )

    def merge(self, partner: Partner) -> Partner | None:
        """Merge; return the partner that remains, None when something refuses."""
        if not self.is_valid():
            return None
        try:
            into = partner_named(self.company, self.cleaned_data["into"])
            assert into is not None
            merge(partner, into, at=timezone.now())
        except forms.ValidationError as error:
            self.add_error("into", error)
            return None
        except ActionNeededError as error:
            self.refuse(error)
            return None
        return into


def _initial(partner: Partner | None) -> dict[str, Any]:
    if partner is None:
        return {"is_customer": True, "is_active": True}
    names = (
        "name",
        "is_customer",
        "is_vendor",
        "first_name",
        "last_name",
        "business_name",
        "email",
        "phone",
        "note",
        "is_active",
    )
    return {name: getattr(partner, name) for name in names} | {
        f"{kind}_{part}": getattr(partner, kind).get(part, "")
        for kind in _KINDS
        for part in _PARTS
    }
