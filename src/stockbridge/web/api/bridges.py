"""Calls about bridges: joined, options, switched, checklists, mappings."""

from typing import Any

from ninja import Router

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.actions import bridges as actions
from stockbridge.engine.actions import sales
from stockbridge.engine.actions.mappings import (
    MappingDraft,
    delete_mapping,
    set_mapping,
)
from stockbridge.engine.checklists import checklists, tick
from stockbridge.engine.models import Bridge, Connection, Mapping
from stockbridge.engine.options import BridgeOptions
from stockbridge.web.api.access import ApiRequest, act_of, company_of, not_found
from stockbridge.web.api.calls import ExternalId, RowId, Uid, operation
from stockbridge.web.api.finding import bridge_of
from stockbridge.web.api.shapes.bridges import (
    BridgeIn,
    BridgeOut,
    ChecklistOut,
    MappingIn,
    MappingOut,
    OptionsIn,
    OptionsOut,
    SalesIn,
    TickIn,
    bridge_out,
    checklist_out,
    mapping_out,
)

router = Router(tags=["Bridges"])
SEE, SET_UP = Permission.VIEW, Permission.CONFIGURE


@operation(router, "GET /bridges", SEE, list[BridgeOut])
def list_bridges(request: ApiRequest) -> list[BridgeOut]:
    """Return what is joined in the company."""
    rows = Bridge.objects.filter(company=company_of(request))
    return [bridge_out(row) for row in rows.select_related("store", "books")]


@operation(router, "GET /bridge-options", SEE, dict[str, Any])
def describe_options(request: ApiRequest) -> dict[str, Any]:
    """Return all options of a bridge as JSON Schema, with help and defaults."""
    return BridgeOptions.model_json_schema()


@operation(router, "POST /bridges", SET_UP, BridgeOut, status=201)
def add_bridge(request: ApiRequest, sides: BridgeIn) -> BridgeOut:
    """Join a store and books; nothing flows before it is switched on."""
    store = _side(request, "store", sides.store)
    books = _side(request, "books", sides.books)
    act, are_separate = act_of(request), sides.are_separate
    return bridge_out(actions.join(store, books, act, are_separate=are_separate))


@operation(router, "GET /bridges/{uid}", SEE, BridgeOut)
def get_bridge(request: ApiRequest, uid: Uid) -> BridgeOut:
    """Return a bridge with all its options."""
    return bridge_out(bridge_of(request, uid))


@operation(router, "PATCH /bridges/{uid}/options", SET_UP, OptionsOut)
def change_options(request: ApiRequest, uid: Uid, changes: OptionsIn) -> OptionsOut:
    """Save options, all at once or none; in force at the next step."""
    saved = actions.save_options(
        bridge_of(request, uid), changes.options, act_of(request)
    )
    return OptionsOut(
        options=saved.options.model_dump(mode="json"),
        is_under_way=saved.is_under_way,
        warnings=list(saved.warnings),
    )


@operation(router, "POST /bridges/{uid}/enable", SET_UP, BridgeOut)
def enable_bridge(request: ApiRequest, uid: Uid) -> BridgeOut:
    """Switch it on: from now on new data flows as the options say."""
    row = bridge_of(request, uid)
    actions.enable(row, act_of(request))
    return bridge_out(row)


@operation(router, "POST /bridges/{uid}/disable", SET_UP, BridgeOut)
def disable_bridge(request: ApiRequest, uid: Uid) -> BridgeOut:
    """Stop it at its next step."""
    row = bridge_of(request, uid)
    actions.disable(row, act_of(request))
    return bridge_out(row)


@operation(router, "POST /bridges/{uid}/sales", SET_UP, BridgeOut)
def choose_sales(request: ApiRequest, uid: Uid, choice: SalesIn) -> BridgeOut:
    """Let one of two books of one company take the sales of the store."""
    row = bridge_of(request, uid)
    sales.choose_sales(row, choice.takes, act_of(request))
    return bridge_out(row)


@operation(router, "POST /bridges/{uid}/look", Permission.SYNC_STOCK, BridgeOut)
def look_now(request: ApiRequest, uid: Uid) -> BridgeOut:
    """Let a worker look at both sides now."""
    row = bridge_of(request, uid)
    actions.run_now(row, act_of(request).now)
    return bridge_out(row)


@operation(router, "GET /bridges/{uid}/checklists", SEE, list[ChecklistOut])
def list_checklists(request: ApiRequest, uid: Uid) -> list[ChecklistOut]:
    """Return both checklists as they stand now."""
    return [checklist_out(one) for one in checklists(bridge_of(request, uid))]


@operation(router, "PUT /bridges/{uid}/checklists/{key}", SET_UP, list[ChecklistOut])
def tick_checklist(
    request: ApiRequest, uid: Uid, key: ExternalId, ticked: TickIn
) -> list[ChecklistOut]:
    """Tick what only a person can know, or take it back."""
    row = bridge_of(request, uid)
    tick(row, key, act_of(request), is_ticked=ticked.is_ticked)
    return [checklist_out(one) for one in checklists(row)]


@operation(router, "GET /bridges/{uid}/mappings", SEE, list[MappingOut])
def list_mappings(request: ApiRequest, uid: Uid) -> list[MappingOut]:
    """Return what was chosen: where payment methods, ways to ship, categories go."""
    rows = Mapping.objects.filter(bridge=bridge_of(request, uid)).order_by("pk")
    return [mapping_out(row) for row in rows]


@operation(router, "PUT /bridges/{uid}/mappings", SET_UP, MappingOut)
def put_mapping(request: ApiRequest, uid: Uid, choice: MappingIn) -> MappingOut:
    """Keep a choice; orders that have not left are planned anew."""
    draft = MappingDraft(choice.kind, choice.store_key, choice.value, choice.label)
    return mapping_out(set_mapping(bridge_of(request, uid), draft, act_of(request)))


@operation(
    router, "DELETE /bridges/{uid}/mappings/{int:mapping_id}", SET_UP, None, status=204
)
def remove_mapping(request: ApiRequest, uid: Uid, mapping_id: RowId) -> None:
    """Forget a choice: the default counts again."""
    bridge = bridge_of(request, uid)
    row = Mapping.objects.filter(bridge=bridge, pk=mapping_id).first()
    if row is None:
        raise not_found()
    row.bridge = bridge
    delete_mapping(row, act_of(request))


def _side(request: ApiRequest, kind: str, uid: str) -> Connection:
    rows = Connection.objects.filter(company=company_of(request), kind=kind)
    row = rows.filter(uid=uid).first()
    if row is None:
        raise InvalidInputError(f"There is no such {kind}.", field=kind)
    return row
