"""What a person chooses about attributes: a field's attribute, a value's value."""

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass

from django.db import transaction

from stockbridge.domain.attributes import Unmapped, value_key
from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine import links
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.attribute_rules import FIELD, VALUE, rules_of, value_name
from stockbridge.engine.attributes import ask_for_values
from stockbridge.engine.models import Bridge, Mapping

NAME_CHARS_MAX = 60
_KEY_CHARS_MAX = 200  # of a mapping's key: the field, and the value in it


@dataclass(frozen=True, slots=True)
class FieldDraft:
    """A choice: this field of the books' items feeds that attribute of the store."""

    field: str
    name: str  # "" = it does not go to the store
    unmapped: str = Unmapped.AS_IS.value


def item_fields(bridge: Bridge, act: Act) -> tuple[tuple[str, str], ...]:
    """Return the fields that these books' items have, each with its title."""
    with links.calling():
        books = links.open_books(bridge.books, None, find=act.find)
        return books.capabilities.item_fields


def set_field(bridge: Bridge, draft: FieldDraft, act: Act) -> None:
    """Keep which attribute a field feeds.

    Raises InvalidInputError for a field that these books do not have, and for a name
    that another field has already.
    """
    titles = dict(item_fields(bridge, act))
    if draft.field not in titles:
        raise InvalidInputError("The books have no such field.", field="field")
    if draft.unmapped not in list(Unmapped):
        raise InvalidInputError("Choose one of: as_is, wait.", field="unmapped")
    name = " ".join(draft.name.split())
    if len(name) > NAME_CHARS_MAX:
        raise InvalidInputError(
            f"A name has at most {NAME_CHARS_MAX} characters.", field="name"
        )
    with transaction.atomic():
        _lock(bridge)
        others = {r.name.casefold() for r in rules_of(bridge) if r.field != draft.field}
        if name and name.casefold() in others:
            raise InvalidInputError(
                f"Another field feeds {name} already.",
                field="name",
                remedy="Give one of them another name, or none.",
            )
        Mapping.objects.update_or_create(
            bridge=bridge,
            kind=FIELD,
            store_key=draft.field,
            defaults={"value": {"name": name, "unmapped": draft.unmapped}},
        )
        act.note(bridge.store, f"{titles[draft.field]} feeds {name or 'no attribute'}.")
        ask_for_values(bridge, {}, act.now)


def map_values(
    bridge: Bridge, field: str, values: Dictionary[str, str], act: Act
) -> None:
    """Keep what values of a field become in the store; "" forgets a choice.

    All are kept, or none. Raises InvalidInputError, naming the value.
    """
    if field not in dict(item_fields(bridge, act)):
        raise InvalidInputError("The books have no such field.", field="field")
    with transaction.atomic():
        _lock(bridge)
        for value, given in values.items():
            _map(bridge, field, value, " ".join(given.split()))
        act.note(bridge.store, f"{len(values)} values were mapped.")
        ask_for_values(bridge, {}, act.now)


def _map(bridge: Bridge, field: str, value: str, given: str) -> None:
    name = value_name(field, value)
    if not value_key(value) or len(name) > _KEY_CHARS_MAX:
        raise InvalidInputError("This is no value that can be mapped.", field=value)
    if len(given) > NAME_CHARS_MAX:
        raise InvalidInputError(
            f"A value has at most {NAME_CHARS_MAX} characters.", field=value
        )
    if not given:
        Mapping.objects.filter(bridge=bridge, kind=VALUE, store_key=name).delete()
        return
    Mapping.objects.update_or_create(
        bridge=bridge,
        kind=VALUE,
        store_key=name,
        defaults={"value": {"value": given}, "label": value[:_KEY_CHARS_MAX]},
    )


def _lock(bridge: Bridge) -> None:
    """Let nobody else choose for this bridge until the commit."""
    list(Bridge.objects.select_for_update(of=("self",)).filter(pk=bridge.pk))
