"""What became of queued rows: the run ends when the last of them has."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from stockbridge.domain.delivery import State
from stockbridge.domain.planning import Outcome
from stockbridge.engine.models import (
    Delivery,
    DeliverySource,
    Disposition,
    Run,
    RunRow,
)
from stockbridge.engine.runs.steps import (
    BY_ITSELF,
    CREATE,
    DONE,
    FAILED,
    HOLD,
    OPEN,
    QUEUED,
    SKIP,
    SKIPPED,
    RunWork,
    count_done,
    keep,
)

Ending = tuple[str, str]  # outcome, message
PREVIEW_LASTS = timedelta(hours=24)
_CHUNK = 500


def follow(work: RunWork) -> None:
    """Look what became of queued rows; end the run when none is left."""
    take_endings(work)
    finish_if_done(work)


def take_endings(work: RunWork) -> None:
    """Note what became of queued rows, and how far the run is."""
    after = 0
    while True:
        with work.session.fenced():
            if not work.is_wanted(Run.State.RUNNING):
                return
            queued = RunRow.objects.filter(run=work.run, outcome=QUEUED, pk__gt=after)
            rows = list(queued.order_by("pk")[:_CHUNK])
            ending = _endings(work, rows)
            keep([row for row in rows if _end(row, ending)])
            count_done(work)
        if len(rows) < _CHUNK:
            return
        after = rows[-1].pk


def finish_if_done(work: RunWork) -> None:
    """End the run when no approved row is left to act on or to wait for."""
    left = RunRow.objects.filter(run=work.run, is_approved=True, outcome__in=OPEN)
    if not left.exists():
        finish(work)


def finish(work: RunWork) -> None:
    """Close the run; rows that changed since the preview ask for another look."""
    now = work.session.now()
    with work.session.fenced():
        if not work.is_wanted(Run.State.RUNNING):
            return
        back = RunRow.objects.filter(
            run=work.run, is_approved=False, outcome="", details__changed=True
        ).exclude(action__in=[SKIP, HOLD])
        fields: dict[str, Any] = {"summary": summary_of(work.run)}
        is_asked = BY_ITSELF not in work.run.parameters  # else it begins another
        if is_asked and back.exists():
            fields |= preview_fields(now)
            fields["message"] = "Some rows changed since the preview; look again."
        else:
            fields |= {"state": Run.State.DONE, "finished_at": now, "message": ""}
        Run.objects.filter(pk=work.run.pk).update(**fields)


def preview_fields(now: datetime) -> dict[str, Any]:
    """Return what a run that waits for approval looks like."""
    return {"state": Run.State.PREVIEW, "expires_at": now + PREVIEW_LASTS}


def summary_of(run: Run) -> dict[str, Any]:
    """Count rows by what became of them; add up money by account, stock by item."""
    outcomes: Counter[str] = Counter()
    actions: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    money: dict[tuple[str, str], Decimal] = {}
    stock: dict[str, Decimal] = {}
    rows = RunRow.objects.filter(run=run).values_list(
        "action", "outcome", "is_approved", "reason", "message", "details"
    )
    for action, outcome, is_approved, reason, message, details in rows.iterator():
        actions[action] += 1
        became = outcome or ("waiting" if is_approved else _unasked(action))
        if became == DONE:
            became = "created" if action == CREATE else "changed"
        outcomes[became] += 1
        if became in ("skipped", "failed", "refused", "held"):
            reasons[message or reason] += 1
        if action in (SKIP, HOLD) or outcome in (SKIPPED, FAILED):
            continue
        for one in details.get("money", []):
            key = (one["account"], one["currency"])
            money[key] = money.get(key, Decimal(0)) + Decimal(one["amount"])
        for name, units in details.get("stock", {}).items():
            stock[name] = stock.get(name, Decimal(0)) + Decimal(units)
    counts = {name: outcomes[name] for name in _NAMES}
    return {
        "processed": sum(outcomes.values()) - outcomes["unasked"],
        **counts,
        "would": dict(actions),
        "reasons": dict(reasons.most_common(100)),
        "money": [
            {"account": account, "currency": currency, "amount": str(amount)}
            for (account, currency), amount in sorted(money.items())
        ],
        "stock": {name: str(units) for name, units in sorted(stock.items())},
    }


_NAMES = ("created", "changed", "skipped", "held", "failed", "refused", "queued")


def _unasked(action: str) -> str:
    return {SKIP: "skipped", HOLD: "held"}.get(action, "unasked")


def _end(row: RunRow, ending: Callable[[RunRow], Ending | None]) -> bool:
    found = ending(row)
    if found is not None:
        row.outcome, row.message = found
    return found is not None


def _endings(
    work: RunWork, rows: Sequence[RunRow]
) -> Callable[[RunRow], Ending | None]:
    orders = [row for row in rows if "keys" not in row.details]
    by_order = _orders(work, [row.subject_id for row in orders])
    blocked = _blocked(work, [one for one, end in by_order.items() if end is None])
    keys = [key for row in rows for key in row.details.get("keys", [])]
    by_key = _deliveries(keys)

    def ending(row: RunRow) -> Ending | None:
        if "keys" not in row.details:
            return by_order.get(row.subject_id) or blocked.get(row.subject_id)
        found = [by_key.get(key) for key in row.details["keys"]]
        return _together([one for one in found if one is not None], len(found))

    return ending


def _orders(work: RunWork, ids: Sequence[str]) -> dict[str, Ending | None]:
    rows = Disposition.objects.filter(
        bridge=work.bridge, source_kind="order", source_id__in=ids, is_current=True
    ).values_list("source_id", "outcome", "reason")
    return {one: _ending_of_order(outcome, reason) for one, outcome, reason in rows}


def _blocked(work: RunWork, order_ids: Sequence[str]) -> dict[str, Ending]:
    """Return the orders whose customer, or item, waits for a person."""
    stuck = [State.HELD.value, State.FAILED.value]
    sources = DeliverySource.objects.filter(
        bridge=work.bridge,
        order_id__in=order_ids,
        is_live=True,
        delivery__needs__needed__state__in=stuck,
    )
    needed = "delivery__needs__needed"
    rows = sources.values_list("order_id", f"{needed}__title", f"{needed}__error")
    return {
        order_id: (FAILED, f"{title} waits: {error or 'it needs you.'}")
        for order_id, title, error in rows.order_by("-pk")
    }


def _ending_of_order(outcome: str, reason: str) -> Ending | None:
    if outcome == Outcome.PLANNED.value:
        return None
    if outcome == Outcome.POSTED.value:
        return DONE, ""
    if outcome in (Outcome.HELD.value, Disposition.Outcome.UNREADABLE):
        return FAILED, reason or "It needs you."
    return SKIPPED, reason


def _deliveries(keys: Sequence[str]) -> dict[str, tuple[str, str]]:
    rows = Delivery.objects.filter(key__in=keys).order_by("id")
    return {
        row.key: (row.state, row.error) for row in rows.only("key", "state", "error")
    }


def _together(found: Sequence[tuple[str, str]], count: int) -> Ending | None:
    states = [state for state, _ in found]
    for state, error in found:
        if state in (State.HELD.value, State.FAILED.value):
            return FAILED, error or "It needs you."
    if State.CANCELLED.value in states:
        return SKIPPED, "It was cancelled."
    if len(found) == count and set(states) <= {State.POSTED.value}:
        return DONE, ""
    if not found:  # the orders that need this record were sent back to the preview
        return SKIPPED, "It was not needed after all."
    return None
