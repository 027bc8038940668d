"""The form's field for a connector's setting, by what it is chosen from."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic.fields import FieldInfo

from stockbridge.engine.actions.setting_choices import SettingChoice
from stockbridge.ports.choosing import Place
from stockbridge.web.choice_fields import (
    NONE,
    SELECT_MAX,
    ListedField,
    NamedField,
    PairsField,
    PairsInput,
    with_held,
)
from stockbridge.web.model_forms import field_of
from stockbridge.web.text import Text

#: The headings of a long form, each with the lists whose settings stand below it.
SECTIONS: tuple[tuple[Text, frozenset[str]], ...] = (
    (_("Items and customers"), frozenset({"items", "other_charges", "customers"})),
    (_("Accounts and payments"), frozenset({"accounts", "payment_methods"})),
    (_("Tax"), frozenset({"tax_items", "tax_codes", "tax_categories"})),
    (
        _("What documents and new records carry"),
        frozenset(
            {"locations", "price_levels", "departments"}
            | {"classes", "templates", "terms", "sales_reps"}
        ),
    ),
)
_PAIR_WORDS = {
    Place.LEFT: {"chosen_label": _("Tax item"), "typed_label": _("Percent")},
    Place.RIGHT: {
        "chosen_label": _("In QuickBooks"),
        "typed_label": _("The store's word"),
    },
}


def choice_field(
    info: FieldInfo, one: SettingChoice, *, address: str, system: Text
) -> forms.Field:
    """Return the field of a setting that names something of the books.

    Before anything was read it is typed, as any other.
    """
    if not one.offer.is_read:
        return field_of(info)
    known = _known(info)
    if one.how.place is not Place.WHOLE:
        is_left = one.how.place is Place.LEFT
        held = with_held(one.offer, one.held, system)
        words = _PAIR_WORDS[one.how.place]
        widget = PairsInput(held, is_left=is_left, words=words)
        return PairsField(one.offer, widget, **known)
    if isinstance(known["initial"], list):
        return forms.MultipleChoiceField(
            choices=with_held(one.offer, one.held, system),
            widget=forms.CheckboxSelectMultiple,
            **known,
        )
    if _is_short(one):
        choices = with_held(one.offer, one.held, system)
        known["required"] = not may_be_empty(info)
        none = [] if known["required"] else [NONE]
        return ListedField(one.offer, choices=[*none, *choices], **known)
    held_id = one.held[0] if one.held else ""
    return NamedField(one.offer, held_id, address, system, **known)


def may_be_empty(info: FieldInfo) -> bool:
    """Return whether nothing at all can be chosen."""
    bound = next((m.min_length for m in info.metadata if hasattr(m, "min_length")), 0)
    return info.annotation is str and not bound


def section_of(one: SettingChoice) -> Text:
    """Return the heading above a setting."""
    for title, lists in SECTIONS:
        if lists & set(one.how.lists):
            return title
    return ""


def _is_short(one: SettingChoice) -> bool:
    is_all = one.offer.is_complete and not one.how.is_open
    return is_all and len(one.offer.find(limit=SELECT_MAX + 1)) <= SELECT_MAX


def _known(info: FieldInfo) -> dict[str, Any]:
    plain = field_of(info)
    return {
        "label": plain.label,
        "help_text": plain.help_text,
        "required": False,
        "initial": info.get_default(call_default_factory=True, validated_data={}),
    }
