"""Forms made from pydantic models: a connector's settings and keys, options.

Title, help, choices and bounds of a field are the model's own; what the model refuses
is said beside the field that it is about.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import annotated_types
from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from stockbridge.ports import is_asked_for, words_of
from stockbridge.web.text import Text

Choices = list[tuple[str, Text]]
TEXT_CHARS_MAX = 2_000


def field_of(info: FieldInfo, *, choices: Choices | None = None) -> forms.Field:
    """Return the form's field for one field of a model.

    With `choices`, a text becomes one of them, a list some of them.
    """
    kind = _plain(info.annotation)
    known: dict[str, Any] = {
        "label": info.title or "",
        "help_text": info.description or "",
        "required": info.is_required(),
        "initial": _default(info),
    }
    if kind is bool:
        return forms.BooleanField(**{**known, "required": False})
    if get_origin(kind) is list:
        return _several(known, choices)
    chosen = choices if choices is not None else _own_choices(info, kind)
    if chosen:
        return forms.ChoiceField(choices=chosen, **known)
    if kind in {int, Decimal}:
        return _number(kind, info, known)
    if kind is datetime:
        return forms.DateTimeField(widget=_moment(), **known)
    return forms.CharField(max_length=_bound(info, "max_length"), **known)


def secret_field(info: FieldInfo, *, is_kept: bool) -> forms.Field:
    """Return a field for a key: written once, never shown again."""
    help_text = info.description or ""
    if is_kept:
        help_text = _("%(help)s Kept encrypted; leave it empty to keep it.") % {
            "help": help_text
        }
    hint = _("kept") if is_kept else ""
    return forms.CharField(
        label=info.title or "",
        help_text=help_text,
        required=info.is_required() and not is_kept,
        max_length=TEXT_CHARS_MAX,
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": hint}
        ),
    )


def secrets_of_people(model: type[BaseModel]) -> Iterable[tuple[str, FieldInfo]]:
    """Return the keys that a person enters; all others are ours to make."""
    return [(n, i) for n, i in model.model_fields.items() if is_asked_for(i)]


def shown_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a model's values as the form's fields want them."""
    return {
        name: value.value if isinstance(value, Enum) else value
        for name, value in values.items()
    }


def labels(texts: Mapping[Any, Text]) -> Choices:
    """Return choices by their labels."""
    return [(getattr(key, "value", key), label) for key, label in texts.items()]


def _plain(annotation: object) -> object:
    """Return the type without "or none"."""
    if get_origin(annotation) in {Union, UnionType}:
        return next(one for one in get_args(annotation) if one is not NoneType)
    return annotation


def _default(info: FieldInfo) -> object:
    if info.is_required():
        return None
    return info.get_default(call_default_factory=True, validated_data={})


def _own_choices(info: FieldInfo, kind: object) -> Choices:
    values: list[str] = []
    if get_origin(kind) is Literal:
        values = [str(one) for one in get_args(kind)]
    elif isinstance(kind, type) and issubclass(kind, Enum):
        values = [str(one.value) for one in kind]
    words = words_of(info)
    return [(one, words.get(one, one)) for one in values]


def _several(known: dict[str, Any], choices: Choices | None) -> forms.Field:
    known["required"] = False
    if choices is None:
        return WordsField(**known)
    return forms.MultipleChoiceField(
        choices=choices, widget=forms.CheckboxSelectMultiple, **known
    )


def _number(kind: type, info: FieldInfo, known: dict[str, Any]) -> forms.Field:
    bounds = {"min_value": _bound(info, "ge"), "max_value": _bound(info, "le")}
    known["required"] = True  # an empty number is no number
    if kind is int:
        return forms.IntegerField(**bounds, **known)
    return forms.DecimalField(**bounds, **known, max_digits=12, decimal_places=4)


def _bound(info: FieldInfo, name: str) -> Any:  # noqa: ANN401
    kinds = {
        "ge": annotated_types.Ge,
        "le": annotated_types.Le,
        "max_length": annotated_types.MaxLen,
    }
    for one in info.metadata:
        if isinstance(one, kinds[name]):
            return getattr(one, name)
    return TEXT_CHARS_MAX if name == "max_length" else None


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(
        format="%Y-%m-%dT%H:%M:%S", attrs={"type": "datetime-local", "step": "1"}
    )


class WordsField(forms.CharField):
    """Several words, separated by commas."""

    def prepare_value(self, value: object) -> object:
        """Return the words as a line."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: object) -> list[str]:
        """Return the words."""
        text = str(super().clean(value) or "")
        return list(dict.fromkeys(w.strip() for w in text.split(",") if w.strip()))
