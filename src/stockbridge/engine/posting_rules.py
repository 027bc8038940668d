"""The posting rules of a bridge, as they are kept: in their order, one row each."""

from collections.abc import Sequence

from django.db.models import QuerySet
from pydantic import TypeAdapter

from stockbridge.companies.prepared import prepared
from stockbridge.domain.commerce import Order
from stockbridge.domain.posting_rules import PostingRule
from stockbridge.engine.fetch import CUSTOMERS
from stockbridge.engine.models import Bridge, Mapping, Snapshot

KIND = "posting_rule"
_RULE: TypeAdapter[PostingRule] = TypeAdapter(PostingRule)


def rules_of(bridge: Bridge) -> tuple[PostingRule, ...]:
    """Return the rules, the first to be tried first."""
    return tuple(as_rule(value) for value in kept_rules(bridge.pk))


def as_rule(value: dict[str, object]) -> PostingRule:
    """Return a rule as it is kept, as the domain has it."""
    return _RULE.validate_python(value)


@prepared
def kept_rules(bridge_id: int) -> QuerySet[Mapping, dict[str, object]]:
    """Return the rules as they are kept, in their order."""
    rows = Mapping.objects.filter(bridge=bridge_id, kind=KIND).order_by("store_key")
    return rows.values_list("value", flat=True)


def roles_of(bridge: Bridge, orders: Sequence[Order]) -> dict[str, str]:
    """Return, by order, the role of who bought, as far as the store told it."""
    ids = {order.customer.external_id for order in orders} - {""}
    rows = Snapshot.objects.filter(
        connection=bridge.store_id, feed=CUSTOMERS, external_id__in=ids
    ).values_list("external_id", "data__role")
    known = {external_id: role or "" for external_id, role in rows}
    return {
        order.external_id: order.customer.role
        or known.get(order.customer.external_id, "")
        for order in orders
    }
