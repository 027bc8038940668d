"""The parts of the page of mappings: what the store uses, and a choice for each."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from stockbridge.engine.desk.choices import Offer
from stockbridge.engine.mapping_kinds import (
    PAYMENT,
    MappingKind,
    mapping_kinds,
    mapping_offer,
)
from stockbridge.engine.models import Bridge
from stockbridge.engine.seen import Seen, SeenKeys
from stockbridge.web.choice_fields import SELECT_MAX, NamedField, gone
from stockbridge.web.connection_forms import suggestions_address
from stockbridge.web.mapping_words import Words, words_of
from stockbridge.web.model_forms import Choices


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of the store as its line on the page shows it."""

    seen: Seen
    place: str  # names the line on the page
    control: SafeString
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of mapping with all its lines."""

    kind: MappingKind
    words: Words
    rows: list[Row]

    @property
    def unmapped(self) -> int:
        """How many go where the default says."""
        return sum(not row.seen.is_mapped for row in self.rows)


@dataclass(frozen=True, slots=True)
class Shown:
    """How the page is shown to somebody."""

    accounts: Choices = field(default_factory=list)
    money: Choices = field(default_factory=list)  # accounts for received money
    refused: Mapping[tuple[str, str], str] = field(default_factory=dict)  # kind, key
    is_caller: bool = False
    may_change: bool = False


@dataclass(frozen=True, slots=True)
class Picker:
    """How one kind is chosen: from a list, or by name where there are too many."""

    bridge: Bridge
    kind: MappingKind
    choices: Choices | None  # None: too many
    offer: Offer | None  # None: accounts
    accounts: Choices = field(default_factory=list)  # all that have a name

    def field(self, held: str) -> forms.Field:
        """Return the field of one line."""
        system = self.bridge.books.name
        if self.choices is None and self.offer is not None:
            address = suggestions_address(self.bridge.books, self.kind.setting)
            return NamedField(self.offer, held, address, system, required=False)
        offered = self.choices or []
        if held and held not in {one for one, _name in offered}:
            offered = [(held, self._name(held) or gone(held, system)), *offered]
        choices = [("", _("By default")), *offered]
        return forms.ChoiceField(choices=choices, required=False)

    def _name(self, held: str) -> str:
        """Return what a choice that is no longer offered is called, "" if unknown."""
        if self.offer is None:
            return next((str(name) for one, name in self.accounts if one == held), "")
        known = self.offer.known([held])
        return known[held].name if held in known else ""

    def id_of(self, typed: str, held: str) -> str:
        """Return the id that was chosen or typed; ValidationError for what is none."""
        asked = self.field(held)
        return asked.clean(typed) if isinstance(asked, NamedField) else typed


def picker_of(bridge: Bridge, kind: MappingKind, shown: Shown) -> Picker:
    """Return how a kind is chosen at a connection."""
    offer = mapping_offer(bridge, kind)
    if offer is None:
        fitting = shown.money if kind.kind == PAYMENT else shown.accounts
        return Picker(bridge, kind, fitting, None, shown.accounts)
    found = offer.find(limit=SELECT_MAX + 1)
    choices: Choices = [(one.id, one.name) for one in found]
    return Picker(bridge, kind, choices if len(found) <= SELECT_MAX else None, offer)


def sections_of(bridge: Bridge, seen: SeenKeys, shown: Shown) -> list[Section]:
    """Return the parts of the page."""
    found = []
    for kind in mapping_kinds(bridge).values():
        words = words_of(kind, bridge.books.name, is_caller=shown.is_caller)
        picker = picker_of(bridge, kind, shown)
        rows = []
        for number, one in enumerate(seen.of_kind[kind.kind]):
            place = f"{kind.kind}-{number}"
            refusal = shown.refused.get((kind.kind, one.key), "")
            label = _("%(what)s for %(name)s") % {
                "what": words.chosen,
                "name": one.label,
            }
            attrs = {"id": place, "aria-label": label}
            if refusal:
                attrs["aria-describedby"] = f"refusal-{place}"
            if not shown.may_change:
                attrs["disabled"] = "disabled"
            control = _control(picker.field(one.chosen), one.chosen, attrs)
            rows.append(Row(one, place, control, refusal))
        found.append(Section(kind, words, rows))
    return found


def _control(asked: forms.Field, held: str, attrs: dict[str, str]) -> SafeString:
    is_list = isinstance(asked, forms.ChoiceField)
    own = {"class": "form-select" if is_list else "form-control"}
    if not is_list:
        own["placeholder"] = _("By default")
    found: SafeString = asked.widget.render(
        "choice", asked.prepare_value(held), own | attrs
    )
    return found
