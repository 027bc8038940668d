"""Calls about attributes: which field feeds which, values, and the styles."""

from ninja import Router

from stockbridge.companies.permissions import Permission
from stockbridge.domain.attributes import AttributeRule
from stockbridge.engine.actions.attributes import (
    FieldDraft,
    item_fields,
    map_values,
    set_field,
)
from stockbridge.engine.attribute_rules import rules_of
from stockbridge.engine.models import Bridge
from stockbridge.engine.style_preview import outlook
from stockbridge.web.api.access import ApiRequest, act_of
from stockbridge.web.api.calls import ExternalId, Uid, operation
from stockbridge.web.api.finding import bridge_of
from stockbridge.web.api.shapes.attributes import (
    AttributesOut,
    FieldIn,
    FieldOut,
    ValuesIn,
    attributes_out,
    field_out,
)

router = Router(tags=["Bridges"])
SEE, SET_UP = Permission.VIEW, Permission.CONFIGURE


@operation(router, "GET /bridges/{uid}/attributes", SEE, AttributesOut)
def show_attributes(request: ApiRequest, uid: Uid) -> AttributesOut:
    """Return fields, values with their items, and the first styles; reads all items."""
    bridge = bridge_of(request, uid)
    return attributes_out(_fields(request, bridge), outlook(bridge))


@operation(router, "PUT /bridges/{uid}/attributes/{key}", SET_UP, list[FieldOut])
def put_attribute(
    request: ApiRequest, uid: Uid, key: ExternalId, choice: FieldIn
) -> list[FieldOut]:
    """Choose which attribute of the store a field of the books feeds."""
    bridge = bridge_of(request, uid)
    set_field(bridge, FieldDraft(key, choice.name, choice.unmapped), act_of(request))
    return _fields(request, bridge)


@operation(
    router, "PUT /bridges/{uid}/attributes/{key}/values", SET_UP, None, status=204
)
def put_attribute_values(
    request: ApiRequest, uid: Uid, key: ExternalId, choice: ValuesIn
) -> None:
    """Choose what values of a field become in the store, all or none."""
    map_values(bridge_of(request, uid), key, choice.values, act_of(request))


def _fields(request: ApiRequest, bridge: Bridge) -> list[FieldOut]:
    rules = {rule.field: rule for rule in rules_of(bridge)}
    return [
        field_out(rules.get(field, AttributeRule(field)), title)
        for field, title in item_fields(bridge, act_of(request))
    ]
