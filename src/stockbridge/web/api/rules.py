"""Calls about posting rules: read, and put in their order."""

from ninja import Router
from pydantic import Field

from stockbridge.companies.permissions import Permission
from stockbridge.engine.actions.posting_rules import (
    RULES_MAX,
    RuleDraft,
    drafts_of,
    set_rules,
    try_rules,
)
from stockbridge.engine.trials import LAST, LAST_MAX
from stockbridge.web.api.access import ApiRequest, act_of
from stockbridge.web.api.calls import In, Uid, operation
from stockbridge.web.api.finding import bridge_of
from stockbridge.web.api.shapes.trials import TrialOut, trial_out

router = Router(tags=["Bridges"])


class RulesIn(In):
    """All rules; the first that fits an order counts."""

    rules: list[RuleDraft] = Field(max_length=RULES_MAX)


class RulesTryIn(RulesIn):
    """Rules that are not saved, and on how many of the last orders to try them."""

    last: int = Field(LAST, ge=1, le=LAST_MAX)


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


@operation(router, "POST /bridges/{uid}/rules/try", Permission.CONFIGURE, TrialOut)
def try_on_past_orders(request: ApiRequest, uid: Uid, wish: RulesTryIn) -> TrialOut:
    """Return what these rules would make of the last orders; nothing is changed."""
    bridge = bridge_of(request, uid)
    trial = try_rules(bridge, wish.rules, act_of(request), last=wish.last)
    return trial_out(trial)
