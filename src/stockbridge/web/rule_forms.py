"""A posting rule as people read it and fill it in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from stockbridge.domain.accounting import SaleForm
from stockbridge.domain.policy import When
from stockbridge.domain.posting_rules import Act
from stockbridge.engine.actions.posting_rules import RuleDraft
from stockbridge.web.model_forms import Choices
from stockbridge.web.option_words import CHOICES
from stockbridge.web.text import Text

ACTS: dict[Act, Text] = {
    Act.POST: _("Book it"),
    Act.HOLD: _("Wait for me"),
    Act.LEAVE_OUT: _("Leave it out"),
}
FORMS: dict[SaleForm, Text] = {
    SaleForm.SALES_RECEIPT: _("Sales receipt"),
    SaleForm.INVOICE: _("Invoice, then a payment"),
}
_FIELDS = {"prefix": "number_prefix"}  # a form has a prefix of its own
_WORDS = ("countries", "payment_methods", "statuses", "roles")


def _words(label: Text, hint: Text) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=2_000
    )


class RuleForm(forms.Form):
    """One rule; words are told apart by commas."""

    name = forms.CharField(label=_("Name"), max_length=80)
    countries = _words(
        _("Countries"), _("Where it goes: DE, AT; or US-CA. Empty: any.")
    )
    payment_methods = _words(
        _("Payment methods"), _("The store's own words, as cod, bacs. Empty: any.")
    )
    statuses = _words(_("Statuses"), _("The store's own words. Empty: any."))
    roles = _words(
        _("Roles of the customer"),
        _("The store's own words, as wholesale; guest has no account. Empty: any."),
    )
    act = forms.ChoiceField(label=_("Then"), choices=list(ACTS.items()))
    form = forms.ChoiceField(label=_("Document"), required=False)
    when = forms.ChoiceField(label=_("Once it is"), required=False)
    number_prefix = forms.CharField(
        label=_("Prefix of the number"), required=False, max_length=12
    )
    account_id = forms.ChoiceField(label=_("Money goes to"), required=False)
    class_id = forms.ChoiceField(label=_("Class"), required=False)

    def __init__(
        self,
        lists: Mapping[str, Choices],
        data: QueryDict | None,
        initial: dict[str, Any] | None,
    ) -> None:
        super().__init__(data, initial=initial, auto_id="rule-%s")
        whens = list(CHOICES["when"].items())
        offered = {**lists, "when": whens}
        for name in ("form", "when", "account_id", "class_id"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("As without the rule")), *offered.get(name, [])]
            if not offered.get(name):
                del self.fields[name]

    def draft(self) -> RuleDraft | None:
        """Return the rule; None where something does not fit: it is said beside it."""
        if not self.is_valid():
            return None
        given: dict[str, Any] = {k: v for k, v in self.cleaned_data.items() if v}
        given["prefix"] = given.pop("number_prefix", "")
        for name in _WORDS:
            words = str(given.get(name, "")).split(",")
            given[name] = tuple(word.strip() for word in words if word.strip())
        try:
            return RuleDraft.model_validate(given)
        except ValidationError as error:
            for one in error.errors(include_url=False):
                message = str(one["msg"]).removeprefix("Value error, ")
                place = str(one["loc"][0])
                self.add_error(_FIELDS.get(place, place), message)
            return None


def initial_of(draft: RuleDraft) -> dict[str, Any]:
    """Return a rule as the form shows it."""
    said = draft.model_dump(mode="json")
    words = {name: ", ".join(said[name]) for name in _WORDS}
    return {**said, **words, "number_prefix": draft.prefix}


def conditions(draft: RuleDraft) -> str:
    """Return in a line which orders a rule fits."""
    labels = {name: RuleForm.base_fields[name].label for name in _WORDS}
    parts = [
        f"{labels[name]}: {', '.join(getattr(draft, name))}"
        for name in _WORDS
        if getattr(draft, name)
    ]
    return " · ".join(parts) or _t("Every order")


def changes(draft: RuleDraft, lists: Mapping[str, Choices]) -> str:
    """Return in a line what a rule changes."""
    if draft.act is not Act.POST:
        return str(ACTS[draft.act])
    parts = [str(FORMS.get(draft.form, draft.form))] if draft.form else []
    if draft.when:
        words = dict(CHOICES["when"])
        parts.append(_t("once it is %(when)s") % {"when": words[When(draft.when)]})
    if draft.prefix:
        parts.append(_t("number %(prefix)s…") % {"prefix": draft.prefix})
    for name in ("account_id", "class_id"):
        chosen = getattr(draft, name)
        if chosen:
            parts.append(str(dict(lists.get(name, [])).get(chosen, chosen)))
    return " · ".join(parts) or _t("As without the rule")
