"""Calls about posting rules: read, and put in their order."""

from ninja import Router
from pydantic import Field

from stockbridge.companies.permissions import Permission
from stockbridge.engine.actions.posting_rules import (
    RULES_MAX,
    RuleDraft,
    drafts_of,
    set_rules,
)
from stockbridge.web.api.access import ApiRequest, act_of
from stockbridge.web.api.calls import In, Uid, operation
from stockbridge.web.api.finding import bridge_of

router = Router(tags=["Bridges"])


class RulesIn(In):
    """All rules; the first that fits an order counts."""

    rules: list[RuleDraft] = Field(max_length=RULES_MAX)


@operation(router, "GET /bridges/{uid}/rules", Permission.VIEW, list[RuleDraft])
def show_rules(request: ApiRequest, uid: Uid) -> list[RuleDraft]:
    """Return the posting rules, the first to be tried first."""
    return drafts_of(bridge_of(request, uid))


@operation(router, "PUT /bridges/{uid}/rules", Permission.CONFIGURE, list[RuleDraft])
def put_rules(request: ApiRequest, uid: Uid, wish: RulesIn) -> list[RuleDraft]:
    """Keep these rules instead of all before; orders that wait are planned anew."""
    bridge = bridge_of(request, uid)
    set_rules(bridge, wish.rules, act_of(request))
    return drafts_of(bridge)
