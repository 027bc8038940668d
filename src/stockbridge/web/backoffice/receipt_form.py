"""Goods that came in from a vendor."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.drafts import ReceiptDraft, ReceiptLineDraft
from stockbridge.companies.models import Company
from stockbridge.web.backoffice.acting import (
    AmountField,
    FormData,
    FormRow,
    ItemField,
    RowsForm,
    item_named,
    location_choices,
    partner_named,
)

ROWS = 8


class ReceiptForm(RowsForm):
    """What came in, row by row."""

    vendor = forms.CharField(
        label=_("Vendor"),
        max_length=254,
        required=False,
        help_text=_("Its number or e-mail"),
    )
    location = forms.ChoiceField(label=_("Location"))
    reference = forms.CharField(
        label=_("Vendor's number"), max_length=100, required=False
    )

    def __init__(
        self, company: Company, data: FormData = None, *, initial: FormData = None
    ) -> None:
        super().__init__(company, data, initial=initial)
        place = self.fields["location"]
        assert isinstance(place, forms.ChoiceField)
        place.choices = location_choices(company)
        for row in range(1, ROWS + 1):
            texts = {"row": row}
            self.fields[f"item_{row}"] = ItemField(
                label=_("Row %(row)s: item") % texts, required=False, help_text=""
            )
            self.fields[f"quantity_{row}"] = AmountField(
                _("Row %(row)s: quantity") % texts, min_value=0, required=False
            )
            self.fields[f"amount_{row}"] = AmountField(
                _("Row %(row)s: cost of all") % texts, min_value=0, required=False
            )

    def rows(self) -> list[FormRow]:
        """Return the fields row by row, for the page."""
        return [
            FormRow(
                (self[f"item_{row}"], self[f"quantity_{row}"], self[f"amount_{row}"])
            )
            for row in range(1, ROWS + 1)
        ]

    def clean_vendor(self) -> object:
        """Return the vendor, or None."""
        return partner_named(self.company, self.cleaned_data["vendor"])

    def clean(self) -> dict[str, Any]:
        """Find the items; a row has an item and a quantity, or neither."""
        given = self.cleaned_data
        filled = 0
        for row in range(1, ROWS + 1):
            code = given.get(f"item_{row}") or ""
            quantity = given.get(f"quantity_{row}")
            if bool(code) != bool(quantity):
                name = f"quantity_{row}" if code else f"item_{row}"
                self.add_error(name, gettext("A row has an item and a quantity."))
            elif code:
                filled += 1
                try:
                    given[f"found_{row}"] = item_named(self.company, code)
                except forms.ValidationError as error:
                    self.add_error(f"item_{row}", error)
        if not filled and not self.errors:
            self.add_error("item_1", gettext("Nothing was received."))
        return given

    def draft(self) -> ReceiptDraft:
        """Return what is to be posted."""
        given = self.cleaned_data
        lines = tuple(
            ReceiptLineDraft(
                given[f"found_{row}"].pk,
                given[f"quantity_{row}"],
                self.money(given[f"amount_{row}"] or 0 * given[f"quantity_{row}"]),
            )
            for row in range(1, ROWS + 1)
            if f"found_{row}" in given
        )
        return ReceiptDraft(
            self.header(reference=given["reference"]),
            lines,
            given["vendor"].pk if given["vendor"] else None,
            int(given["location"]),
        )
