"""Posting rules in the words of the trade: which orders, and what becomes of them."""

from collections.abc import Mapping

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from stockbridge.domain.accounting import SaleForm
from stockbridge.domain.policy import CustomerChoice, MissingItem
from stockbridge.domain.posting_rules import Act
from stockbridge.engine.actions.posting_rules import RuleDraft
from stockbridge.web.option_words import CHOICES
from stockbridge.web.text import Text

ACTS: dict[Act, Text] = {
    Act.POST: _("Book it"),
    Act.HOLD: _("Wait for me"),
    Act.LEAVE_OUT: _("Leave it out"),
}
FORMS: Mapping[str, Text] = {
    SaleForm.SALES_RECEIPT: _("Sales receipt"),
    SaleForm.INVOICE: _("Invoice, then a payment"),
    SaleForm.SALES_ORDER: _("Sales order"),
    SaleForm.CUSTOMER_ORDER: _("Customer order"),
}
#: The conditions, each told apart by commas.
CONDITIONS: dict[str, Text] = {
    "countries": _("Countries"),
    "payment_methods": _("Payment methods"),
    "statuses": _("Statuses"),
    "roles": _("Roles of the customer"),
}
#: What a rule chooses, or a trial compares.
LABELS: dict[str, Text] = {
    "form": _("Document"),
    "when": _("Once it is"),
    "prefix": _("Prefix of the number"),
    "account_id": _("Money goes to"),
    "tax_code": _("Tax code"),
    "class_id": _("Class"),
    "department_id": _("Location"),
    "terms_id": _("Terms"),
    "customers": _("Who is billed"),
    "shared_customer": _("Customer for all"),
    "missing_item": _("If an item is not found"),
    "fallback_item": _("Fallback item"),
}
Names = Mapping[str, Mapping[str, str]]  # field → id → name
_NAMED = ("account_id", "tax_code", "class_id", "department_id", "terms_id")


def form_words(value: str) -> str:
    """Return what a form of sale is called; what is none, as it is."""
    return str(FORMS.get(value, value))


def conditions(draft: RuleDraft) -> str:
    """Return in a line which orders a rule fits."""
    parts = [
        f"{label}: {', '.join(getattr(draft, name))}"
        for name, label in CONDITIONS.items()
        if getattr(draft, name)
    ]
    return " · ".join(parts) or _t("Every order")


def changes(draft: RuleDraft, names: Names) -> str:
    """Return in a line what a rule changes; what has no name is shown as its id."""
    if draft.act is not Act.POST:
        return str(ACTS[draft.act])
    parts = [form_words(draft.form)] if draft.form else []
    if draft.when:
        words = CHOICES["when"][draft.when]
        parts.append(_t("once it is %(when)s") % {"when": words})
    if draft.prefix:
        parts.append(_t("number %(prefix)s…") % {"prefix": draft.prefix})
    for field in _NAMED:
        if chosen := getattr(draft, field):
            label, name = LABELS[field], _name(names, field, chosen)
            parts.append(name if field == "account_id" else f"{label}: {name}")
    parts += [*_customer(draft, names), *_missing(draft, names)]
    return " · ".join(parts) or _t("As without the rule")


def _customer(draft: RuleDraft, names: Names) -> list[str]:
    words = [str(CHOICES["customers"][draft.customers])] if draft.customers else []
    is_used = draft.customers not in {
        CustomerChoice.MATCH_OR_CREATE,
        CustomerChoice.MATCH_OR_HOLD,
    }
    if draft.shared_customer and is_used:
        words.append(_name(names, "shared_customer", draft.shared_customer))
    return [": ".join(words)] if words else []


def _missing(draft: RuleDraft, names: Names) -> list[str]:
    words = [str(LABELS["missing_item"])] if draft.missing_item else []
    if draft.missing_item:
        words.append(str(CHOICES["missing_item"][draft.missing_item]))
    is_used = draft.missing_item in {None, MissingItem.FALLBACK}
    if draft.fallback_item and is_used:
        words.append(_name(names, "fallback_item", draft.fallback_item))
    return [": ".join(words)] if words else []


def _name(names: Names, field: str, chosen: str) -> str:
    return str(names.get(field, {}).get(chosen, chosen))
