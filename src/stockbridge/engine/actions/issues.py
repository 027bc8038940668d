"""Answering what needs a person: put a change aside, or allow what a limit holds."""

from collections.abc import Iterable

from django.db import transaction

from stockbridge.domain.errors import ActionNeededError
from stockbridge.engine import ticks
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.hand import plan_again, session_of
from stockbridge.engine.desk.company import TWIN
from stockbridge.engine.effects import acknowledge_zeroing
from stockbridge.engine.limits import release
from stockbridge.engine.models import Bridge, DeliverySource, Disposition, Issue
from stockbridge.engine.price_answers import allow_prices
from stockbridge.engine.runs.halting import allow_rows
from stockbridge.engine.sales_once import CODE as SALES_TWICE
from stockbridge.engine.settings_needed import CODE as SETTING_NEEDED

LIMIT = "limit_"
#: Two connections lead to one company: answered by its own choices only.
ONE_COMPANY = frozenset({TWIN, SALES_TWICE})


def settle_issue(issue: Issue, act: Act) -> None:
    """Put aside what the issue asks: a person has seen to it elsewhere.

    A change of a booked order stays as the books have it. Raises ActionNeededError
    where the issue has another answer.
    """
    if issue.resolved_at is not None:
        return
    if issue.code.startswith(LIMIT):
        raise ActionNeededError(
            "A safety limit asks.", remedy="Allow the listed rows, or cancel them."
        )
    if issue.code == SETTING_NEEDED:
        raise ActionNeededError(
            "Documents wait for this setting.",
            remedy="Choose it on the connection's settings, or cancel the documents "
            "in the queue.",
        )
    if issue.code in ONE_COMPANY:
        raise ActionNeededError(
            "One company would be booked into twice.", remedy=issue.remedy
        )
    if issue.subject_kind == "document" and issue.code.startswith("refused_"):
        raise ActionNeededError(
            "The document waits in the queue.", remedy="Try it again, or cancel it."
        )
    with transaction.atomic():
        if "mark" in issue.details:
            _put_aside(issue)
        Issue.objects.filter(pk=issue.pk, resolved_at=None).update(
            resolved_at=act.now, resolved_by=act.by[:150]
        )
        act.note(issue.connection or issue.company, f"Settled by hand: {issue.title}")
    issue.refresh_from_db()


def allow_limit(issue: Issue, act: Act, rows: Iterable[str] | None = None) -> int:
    """Allow what a safety limit holds, and only that; return how much.

    `rows` names items, deliveries or rows of a run, as `listed` returns them; None
    means all that the issue lists. What is not allowed stays as it is.
    """
    known = listed(issue)
    chosen = known if rows is None else [one for one in rows if one in set(known)]
    if not issue.code.startswith(LIMIT) or issue.bridge is None:
        raise ActionNeededError("No safety limit asks here.", remedy="See its advice.")
    with transaction.atomic():
        count = _allow(issue, issue.bridge, chosen, act)
        left = [one for one in known if one not in set(chosen)]
        if "rows" in issue.details:
            left = []  # what was not allowed was left out of the run
        done = {"resolved_at": act.now, "resolved_by": act.by[:150]}
        name = _name(issue)
        shorter = {**issue.details, name: _as_listed(name, left)}
        fields = {"details": shorter, "waiting_count": len(left)} if left else done
        Issue.objects.filter(pk=issue.pk).update(**fields)
        act.note(issue.bridge.store, f"Allowed by hand ({count}): {issue.title}")
    ticks.wake([issue.bridge.store_id, issue.bridge.books_id])
    issue.refresh_from_db()
    return count


def listed(issue: Issue) -> list[str]:
    """Return what a safety limit holds, as text."""
    return [str(one) for one in issue.details.get(_name(issue), [])]


def _name(issue: Issue) -> str:
    for name in ("rows", "deliveries", "items", "prices"):
        if name in issue.details:
            return name
    return "rows"


def _as_listed(name: str, texts: list[str]) -> list[str] | list[int]:
    return texts if name in ("items", "prices") else [int(one) for one in texts]


def _allow(issue: Issue, bridge: Bridge, chosen: list[str], act: Act) -> int:
    if "rows" in issue.details:
        return allow_rows(issue, [int(one) for one in chosen], now=act.now)
    if "deliveries" in issue.details:
        session = session_of(bridge.books, act)
        return release(session, bridge, [int(one) for one in chosen])
    if "prices" in issue.details:
        return allow_prices(bridge, chosen)
    return acknowledge_zeroing(bridge, chosen, now=act.now)


def _put_aside(issue: Issue) -> None:
    order_id = str(issue.details.get("order_id", ""))
    assert issue.bridge is not None
    if not DeliverySource.objects.filter(
        bridge=issue.bridge, order_id=order_id, effect="sale", is_live=True
    ).exists():
        raise ActionNeededError(
            "The order is not in the books, so there is nothing to leave as it is.",
            remedy="Mend what is missing, or mark the order as booked elsewhere.",
        )
    row = Disposition.objects.select_for_update().get(
        bridge=issue.bridge,
        source_kind="order",
        source_id=order_id,
        is_current=True,
    )
    row.settled = list(dict.fromkeys([*row.settled, issue.details["mark"]]))
    row.save(update_fields=["settled"])
    plan_again(issue.bridge, [order_id])
