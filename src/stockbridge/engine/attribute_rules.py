"""Which field of the books feeds which attribute of the store, as a person chose."""

from stockbridge.domain.attributes import (
    DEFAULT_NAMES,
    AttributeRule,
    Unmapped,
    value_key,
)
from stockbridge.engine.models import Bridge, Mapping

#: Kinds of `Mapping`: a field and its attribute; a value and the store's.
FIELD, VALUE = "attribute", "attribute_value"


def value_name(field: str, value: str) -> str:
    """Return under which name the choice for a value is kept."""
    return f"{field}:{value_key(value)}"


def rules_of(bridge: Bridge) -> tuple[AttributeRule, ...]:
    """Return which field feeds which attribute: the usual two first, then by field."""
    names: dict[str, dict[str, str]] = {}
    values: dict[str, dict[str, str]] = {}
    rows = Mapping.objects.filter(bridge=bridge, kind__in=[FIELD, VALUE])
    for kind, key, value in rows.values_list("kind", "store_key", "value"):
        if kind == FIELD:
            names[key] = value
        else:
            field, _, mapped_from = key.partition(":")
            values.setdefault(field, {})[mapped_from] = value.get("value", "")
    fields = [*DEFAULT_NAMES, *sorted(set(names) - set(DEFAULT_NAMES))]
    return tuple(
        AttributeRule(
            field,
            names.get(field, {"name": DEFAULT_NAMES.get(field, "")}).get("name", ""),
            Unmapped(names.get(field, {}).get("unmapped", Unmapped.AS_IS)),
            values.get(field, {}),
        )
        for field in fields
    )
