"""Trying again what needed a person: orders, documents, quantities."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction

from stockbridge.companies.models import Company
from stockbridge.engine import ticks
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.deliveries import retry_deliveries
from stockbridge.engine.actions.hand import Acted, Refused, plan_again
from stockbridge.engine.actions.issues import LIMIT
from stockbridge.engine.models import Bridge, Issue, StockTarget
from stockbridge.engine.price_answers import send_again
from stockbridge.engine.settings_needed import CODE as SETTING_NEEDED
from stockbridge.engine.settings_needed import waiting_ids

LIMIT_ASKS = "A safety limit asks: allow its rows, or cancel them."
NOTHING_TO_TRY = "It goes on by itself once its cause is mended."


def retry_issues(company: Company, issues: Iterable[Issue], act: Act) -> Acted:
    """Look again at what these issues are about: what was mended then counts.

    Orders are planned anew, documents sent again, quantities and prices written.
    """
    acted = Acted(0)
    documents: list[int] = []
    orders: dict[Bridge, set[str]] = defaultdict(set)
    items: dict[tuple[str, Bridge], set[str]] = defaultdict(set)
    for issue in issues:
        order_id = str(issue.details.get("order_id", ""))
        if issue.subject_kind == "order":
            order_id = issue.subject_id
        if issue.code.startswith(LIMIT):
            acted += Acted(0, (Refused(str(issue.pk), LIMIT_ASKS),))
        elif found := _documents_of(issue):
            documents += found
        elif order_id and issue.bridge is not None:
            orders[issue.bridge].add(order_id)
        elif issue.code in _AGAIN and issue.bridge is not None:
            items[issue.code, issue.bridge].add(issue.subject_id)
        else:
            acted += Acted(0, (Refused(str(issue.pk), NOTHING_TO_TRY),))
    if documents:
        acted += retry_deliveries(company, documents, act)
    for bridge, order_ids in orders.items():
        plan_again(bridge, order_ids)
        acted += Acted(len(order_ids))
    for (code, bridge), item_ids in items.items():
        acted += _AGAIN[code](bridge, item_ids)
    return acted


def _documents_of(issue: Issue) -> list[int]:
    """Return the held documents that the issue is about."""
    if issue.code == SETTING_NEEDED and issue.connection is not None:
        return waiting_ids(issue.connection, [issue.subject_id])
    if issue.subject_kind == "document" and issue.code.startswith("refused_"):
        return [int(issue.subject_id)]
    return []


def _ask_prices_again(bridge: Bridge, item_ids: set[str]) -> Acted:
    """Let the store be asked once more to take these prices."""
    count = send_again(bridge, item_ids)
    ticks.wake([bridge.store_id])
    return Acted(count)


def _write_again(bridge: Bridge, item_ids: set[str]) -> Acted:
    """Let the store be asked once more to take these quantities."""
    with transaction.atomic():
        rows = StockTarget.objects.filter(bridge=bridge, item_id__in=item_ids)
        count = rows.exclude(error="").update(is_held=False, error="", is_stale=True)
    ticks.wake([bridge.store_id])
    return Acted(count)


#: What the store refused, by the code of its issue.
_AGAIN = {"stock_refused": _write_again, "price_refused": _ask_prices_again}
