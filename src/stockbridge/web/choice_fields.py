"""Fields for settings that name something of the books: chosen by name, kept as id.

A short list is a select; a long one is a text with suggestions, which works without
script, too: the first ones are on the page, and a name or an id can be typed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stockbridge.engine.actions.setting_choices import unfit
from stockbridge.engine.desk.choices import Choice, Offer
from stockbridge.web.model_forms import Choices
from stockbridge.web.text import Text

NONE: tuple[str, Text] = ("", "–")
SELECT_MAX = 100  # what is longer is searched
SUGGESTED = 30
LATER: Text = gettext_lazy(
    "What is new in QuickBooks is there after the next visit of the Web Connector."
)


def gone(words: str, system: Text) -> str:
    """Return how something is shown that was chosen once and is not there any more."""
    return _("%(words)s (no longer in %(system)s)") % {"words": words, "system": system}


def with_held(offer: Offer, held: Sequence[str], system: Text) -> Choices:
    """Return all choices, with what is chosen now, whether or not it still fits."""
    offered: Choices = [(c.id, c.name) for c in offer.find(limit=SELECT_MAX)]
    known = offer.known(held)
    ids = {choice_id for choice_id, _name in offered}
    for one in held:
        choice = known.get(one)
        if choice is None:
            is_gone = offer.is_complete and not offer.how.is_open
            offered.append((one, gone(one, system) if is_gone else one))
        elif choice.id not in ids:
            why = f" ({choice.why_not})" if choice.why_not else ""
            offered.append((choice.id, f"{choice.name}{why}"))
    return offered


class ListedField(forms.ChoiceField):
    """One of a short list."""

    def __init__(self, offer: Offer, **known: Any) -> None:
        self.offer = offer
        super().__init__(**known)

    def prepare_value(self, value: object) -> object:
        """Return the id of what is kept under another name."""
        found = self.offer.known([str(value)]) if value else {}
        return found[str(value)].id if found else value


class SuggestInput(forms.TextInput):
    """A text with suggestions below it, which follow what is typed."""

    template_name = "web/forms/suggest.html"

    def __init__(self, suggested: Sequence[str], address: str) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"})
        self.suggested, self.address = suggested, address

    def get_context(
        self,
        name: str,
        value: object,
        attrs: dict[str, Any] | None,
    ) -> dict[str, Any]:
        """Add the suggestions and where more of them come from."""
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"suggested": self.suggested, "address": self.address}
        return context


class NamedField(forms.CharField):
    """The name of one of many, or its id; cleaned to the id."""

    def __init__(
        self,
        offer: Offer,
        held: str,
        address: str,
        system: Text,
        **known: Any,
    ) -> None:
        self.offer, self.held, self.system = offer, held, system
        words = suggestions(offer.find(limit=SUGGESTED))
        known["widget"] = SuggestInput(words, address)
        super().__init__(**known)
        is_gone = held and offer.is_complete and not offer.how.is_open
        if is_gone and not offer.known([held]):
            marked = gone(held, system)
            self.help_text = f"{self.help_text} {_('Chosen now')}: {marked}."

    def prepare_value(self, value: object) -> object:
        """Return the name of an id."""
        if not value:
            return value
        found = self.offer.known([str(value)]).get(str(value))
        return _unique(found, self.offer) if found else value

    def clean(self, value: object) -> str:
        """Return the id of what was typed, or refuse."""
        typed = str(super().clean(value) or "").strip()
        if typed in {"", self.held}:
            return typed
        found = self._found(typed)
        if len(found) > 1:
            raise forms.ValidationError(
                _("Several are called so: choose one of the suggestions.")
            )
        if not found:
            return self._unknown(typed)
        if found[0].why_not and found[0].id != self.held:
            raise forms.ValidationError(unfit(found[0]))
        return found[0].id

    def _found(self, typed: str) -> list[Choice]:
        named, bracket, rest = typed.rpartition(" [")
        asked = rest.removesuffix("]") if bracket else typed
        by_id = self.offer.known([typed]) or (named and self.offer.known([asked]))
        if by_id:
            return list(by_id.values())[:1]
        if exact := self.offer.named(typed):
            return exact
        short = typed.rpartition(" (")[0]
        return [one for one in self.offer.named(short) if one.name == typed]

    def _unknown(self, typed: str) -> str:
        if self.offer.how.is_open or not self.offer.is_complete:
            return typed
        said = _("%(system)s has nothing called “%(typed)s”. Choose a suggestion.")
        words = said % {"system": self.system, "typed": typed}
        raise forms.ValidationError(f"{words} {LATER}")


def suggestions(choices: Sequence[Choice]) -> list[str]:
    """Return the names to suggest; namesakes with their ids."""
    names = [choice.name for choice in choices]
    return [
        f"{one.name} [{one.id}]" if names.count(one.name) > 1 else one.name
        for one in choices
    ]


def _unique(choice: Choice, offer: Offer) -> str:
    others = [one for one in offer.named(choice.name) if one.id != choice.id]
    return f"{choice.name} [{choice.id}]" if others else choice.name


class PairsInput(forms.Widget):
    """Rows of two: one is chosen from a list, the other is typed."""

    template_name = "web/forms/pairs.html"
    use_fieldset = True
    SPARE = 2  # empty rows

    def __init__(
        self, choices: Choices, *, is_left: bool, words: Mapping[str, Text]
    ) -> None:
        super().__init__()
        self.choices, self.is_left, self.words = choices, is_left, words

    def get_context(
        self,
        name: str,
        value: object,
        attrs: dict[str, Any] | None,
    ) -> dict[str, Any]:
        """Add the rows: those that are kept, and some empty ones."""
        context = super().get_context(name, value, attrs)
        rows = [*split(str(value or "")), *[("", "")] * self.SPARE]
        chosen = [(a, b) if self.is_left else (b, a) for a, b in rows]
        context["widget"] |= {
            "rows": chosen,
            "choices": [NONE, *self.choices],
            **self.words,
            "is_left": self.is_left,
        }
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:  # noqa: ANN401
        """Return the rows as `a=b; c=d`, half empty ones included."""
        if name in data:
            return str(data[name])
        chosen, typed = data.getlist(f"{name}-chosen"), data.getlist(f"{name}-typed")
        rows = zip(chosen, typed, strict=False)
        pairs = [(a.strip(), b.strip()) for a, b in rows if a.strip() or b.strip()]
        return "; ".join(f"{a}={b}" if self.is_left else f"{b}={a}" for a, b in pairs)

    def id_for_label(self, id_: str, index: str = "0") -> str:
        """Return the first row's select."""
        return f"{id_}_{index}" if id_ else ""


class PairsField(forms.CharField):
    """Pairs, as `a=b; c=d`; a figure that is not typed is that of the list."""

    def __init__(self, offer: Offer, widget: PairsInput, **known: Any) -> None:
        self.offer, self.is_left = offer, widget.is_left
        super().__init__(widget=widget, **known)

    def clean(self, value: object) -> str:
        """Return the pairs; half a pair is refused."""
        whole = [self._whole(a, b) for a, b in split(str(super().clean(value) or ""))]
        return "; ".join(f"{a}={b}" for a, b in whole)

    def _whole(self, left: str, right: str) -> tuple[str, str]:
        if self.is_left and left and not right:
            right = self.offer.figures.get(left, "")
        if not left or not right:
            raise forms.ValidationError(_("Fill in both halves of each row."))
        return left, right


def split(text: str) -> list[tuple[str, str]]:
    """Return the pairs of `a=b; c=d`."""
    parts = [part.partition("=") for part in text.split(";") if part.strip()]
    return [(left.strip(), right.strip()) for left, _, right in parts]
