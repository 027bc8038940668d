"""Stock: found, lost, counted, carried."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.drafts import AdjustmentDraft, CountDraft, TransferDraft
from stockbridge.backoffice.models import Item, Location
from stockbridge.companies.models import Company
from stockbridge.web.backoffice.acting import (
    ActForm,
    AmountField,
    CompanyForm,
    FormData,
    ItemField,
    item_named,
    location_choices,
)


class LocationForm(CompanyForm):
    """A place that holds stock."""

    name = forms.CharField(label=_("Name"), max_length=100)
    code = forms.CharField(label=_("Code"), max_length=20, required=False)
    is_default = forms.BooleanField(
        label=_("Serves orders"),
        required=False,
        help_text=_("Orders are served from here unless they say otherwise."),
    )
    is_active = forms.BooleanField(label=_("Active"), required=False, initial=True)

    def __init__(
        self,
        company: Company,
        data: FormData = None,
        *,
        location: Location | None = None,
    ) -> None:
        self.location = location or Location(company=company)
        names = ("name", "code", "is_default", "is_active")
        initial = {name: getattr(self.location, name) for name in names}
        super().__init__(company, data, initial=initial)

    def clean(self) -> dict[str, Any]:
        """Refuse a name that is taken, and to be without a place for orders."""
        given = self.cleaned_data
        others = self.company.locations.exclude(pk=self.location.pk)
        if others.filter(name__iexact=given.get("name", "")).exists():
            self.add_error("name", gettext("There is a location of this name."))
        serves = given.get("is_default")
        if serves and not given.get("is_active"):
            self.add_error("is_active", gettext("Orders are served from here."))
        if self.location.is_default and not serves:
            self.add_error(
                "is_default", gettext("Let another location serve orders instead.")
            )
        stocked = self.location.pk and self.location.levels.exclude(
            on_hand=0, committed=0
        )
        if stocked and stocked.exists() and not given.get("is_active"):
            self.add_error("is_active", gettext("There is still stock here."))
        return given

    def save(self) -> Location | None:
        """Create or change the location; None when something refuses."""
        if not self.is_valid():
            return None
        for name, value in self.cleaned_data.items():
            setattr(self.location, name, value)
        if self.location.is_default:
            others = self.company.locations.exclude(pk=self.location.pk)
            others.update(is_default=False)
        self.location.save()
        return self.location


class AdjustForm(ActForm):
    """A quantity on hand that changes, with a reason."""

    item = ItemField()
    location = forms.ChoiceField(label=_("Location"))
    counted = AmountField(_("Counted"), required=False)
    delta = AmountField(
        _("Or: more or less by"), required=False, help_text=_("-2 for two lost")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)
    is_opening = forms.BooleanField(
        label=_("Opening quantity"),
        required=False,
        help_text=_("It was there before these books began."),
    )

    def __init__(
        self, company: Company, data: FormData = None, *, initial: FormData = None
    ) -> None:
        super().__init__(company, data, initial=initial)
        _offer_locations(self, "location")

    def clean_item(self) -> Item:
        """Return the item."""
        return item_named(self.company, self.cleaned_data["item"])

    def clean(self) -> dict[str, Any]:
        """Want one of both quantities."""
        given = self.cleaned_data
        if (given.get("counted") is None) == (given.get("delta") is None):
            self.add_error("counted", gettext("Fill in one of both quantities."))
        return given

    def draft(self) -> AdjustmentDraft:
        """Return what is to be posted."""
        given = self.cleaned_data
        count = CountDraft(
            given["item"].pk,
            int(given["location"]),
            delta=given["delta"],
            counted=given["counted"],
        )
        return AdjustmentDraft(
            self.header(), (count,), given["reason"], is_opening=given["is_opening"]
        )


class TransferForm(ActForm):
    """Units carried from one location to another."""

    item = ItemField()
    quantity = AmountField(_("Quantity"), min_value=0)
    from_location = forms.ChoiceField(label=_("From"))
    to_location = forms.ChoiceField(label=_("To"))
    memo = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(
        self, company: Company, data: FormData = None, *, initial: FormData = None
    ) -> None:
        super().__init__(company, data, initial=initial)
        _offer_locations(self, "from_location", "to_location")

    def clean_item(self) -> Item:
        """Return the item."""
        return item_named(self.company, self.cleaned_data["item"])

    def draft(self) -> TransferDraft:
        """Return what is to be posted."""
        given = self.cleaned_data
        return TransferDraft(
            self.header(memo=given["memo"]),
            int(given["from_location"]),
            int(given["to_location"]),
            ((given["item"].pk, given["quantity"]),),
        )


def _offer_locations(form: CompanyForm, *names: str) -> None:
    for name in names:
        field = form.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = location_choices(form.company)
