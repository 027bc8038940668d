"""A posting rule as people fill it in."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from stockbridge.engine.actions.posting_rules import RuleDraft
from stockbridge.engine.models import Bridge
from stockbridge.engine.rule_choices import RECORDS
from stockbridge.web.choice_fields import NamedField, gone
from stockbridge.web.connection_forms import suggestions_address
from stockbridge.web.model_forms import Choices
from stockbridge.web.rule_lists import RuleLists
from stockbridge.web.rule_words import ACTS, CONDITIONS, LABELS
from stockbridge.web.text import Text

_FIELDS = {"prefix": "number_prefix"}  # a form has a prefix of its own
_HINTS: dict[str, Text] = {
    "countries": _("Where it goes: DE, AT; or US-CA. Empty: any."),
    "payment_methods": _("The store's own words, as cod, bacs. Empty: any."),
    "statuses": _("The store's own words. Empty: any."),
    "roles": _(
        "The store's own words, as wholesale; guest has no account. Empty: any."
    ),
    "tax_code": _(
        "The order's tax is booked under it, where that gives the billed tax to the "
        "cent; else the order waits."
    ),
    "terms_id": _("Of invoices."),
    "shared_customer": _("Where guests or all share one. Empty: the options' one."),
    "fallback_item": _("Stands for unknown items, if so chosen. Empty: the options'."),
}
#: The selects, in their order on the page.
_CHOSEN = (
    *("form", "when", "account_id", "tax_code", "class_id", "department_id"),
    *("terms_id", "customers", "missing_item"),
)


class RuleForm(forms.Form):
    """One rule; words are told apart by commas."""

    name = forms.CharField(label=_("Name"), max_length=80)

    def __init__(
        self,
        bridge: Bridge,
        lists: RuleLists,
        data: QueryDict | None,
        initial: dict[str, Any],
    ) -> None:
        super().__init__(data, initial=initial, auto_id="rule-%s")
        for name, label in CONDITIONS.items():
            self.fields[name] = forms.CharField(
                label=label, help_text=_HINTS[name], required=False, max_length=2_000
            )
        self.fields["act"] = forms.ChoiceField(
            label=_("Then"), choices=list(ACTS.items())
        )
        for name in _CHOSEN:
            held = str(initial.get(name) or "")
            self._offer(name, lists.choices.get(name, []), held, lists.books)
            if name == "when":
                self.fields["number_prefix"] = forms.CharField(
                    label=LABELS["prefix"], required=False, max_length=12
                )
            if name in _BESIDE:
                beside = _BESIDE[name]
                held = str(initial.get(beside) or "")
                self.fields[beside] = _record(bridge, lists, beside, held)

    def _offer(self, name: str, offered: Choices, held: str, books: str) -> None:
        """Add a select, unless there is nothing to choose from."""
        if not offered and not held:
            return
        kept: Choices = []
        if held and held not in {key for key, _words in offered}:
            kept = [(held, gone(held, books))]
        none = ("", _("As without the rule"))
        self.fields[name] = forms.ChoiceField(
            label=LABELS[name],
            help_text=_HINTS.get(name, ""),
            required=False,
            choices=[none, *offered, *kept],
        )

    def draft(self) -> RuleDraft | None:
        """Return the rule; None where something does not fit: it is said beside it."""
        if not self.is_valid():
            return None
        given: dict[str, Any] = {k: v for k, v in self.cleaned_data.items() if v}
        given["prefix"] = given.pop("number_prefix", "")
        for name in CONDITIONS:
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


_BESIDE = {"customers": "shared_customer", "missing_item": "fallback_item"}


def _record(bridge: Bridge, lists: RuleLists, name: str, held: str) -> NamedField:
    return NamedField(
        lists.offers[name],
        held,
        suggestions_address(bridge.books, RECORDS[name]),
        lists.books,
        label=LABELS[name],
        help_text=_HINTS[name],
        required=False,
    )


def initial_of(draft: RuleDraft) -> dict[str, Any]:
    """Return a rule as the form shows it."""
    said = draft.model_dump(mode="json")
    words = {name: ", ".join(said[name]) for name in CONDITIONS}
    return {**said, **words, "number_prefix": draft.prefix}
