"""Linked records in an import: what changed in the store, shown and then sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from stockbridge.engine.carried import Carried
from stockbridge.engine.models import Binding, Bridge, RunRow, Snapshot
from stockbridge.engine.record_changes import (
    ChangePlan,
    can_change,
    links_of,
    plan_change,
    queue_changes,
)
from stockbridge.engine.record_look import on_their_way, replace_waiting
from stockbridge.engine.runs.halting import is_allowed
from stockbridge.engine.runs.steps import QUEUED, SKIP, RunWork, sent_back

ON_ITS_WAY = "A change is on its way: import again once it is in the books."


def planned_changes(
    bridge: Bridge, carried: Carried, snapshots: Sequence[Snapshot]
) -> dict[str, ChangePlan]:
    """Return what the store changed of those that are linked, by their ids there.

    Without those of which a change is on its way: one at a time for each.
    """
    if not can_change(bridge, carried):
        return {}
    seen = {one.external_id: one for one in snapshots}
    found: dict[str, ChangePlan] = {}
    moving = on_their_way(bridge, carried, list(seen))
    for link in _links(bridge, carried, list(seen)):
        plan = plan_change(bridge, link, seen[link.store_id])
        if plan is not None and link.store_id not in moving:
            found.setdefault(link.store_id, plan)
    return found


def shown(plan: ChangePlan) -> list[dict[str, str]]:
    """Return each field, before and after, in a line."""
    change, said_of = plan.change, plan.carried.form.said_of
    return [
        {
            "field": field.value,
            "before": _line(said_of(change.before, field)),
            "after": _line(said_of(change.after, field)),
        }
        for field in change.fields
        if said_of(change.before, field) != said_of(change.after, field)
    ]


def queue(
    work: RunWork,
    carried: Carried,
    rows: Sequence[RunRow],
    plans: Mapping[str, ChangePlan],
) -> None:
    """Queue the changes of these rows; part of the slice's transaction.

    One whose record's last change left meanwhile is looked at again.
    """
    ids = [row.subject_id for row in rows if row.subject_id in plans]
    room = {
        link.store_id
        for link in _links(work.bridge, carried, ids)
        if replace_waiting(work.session, work.bridge, link)
    }
    for row in rows:
        if row.subject_id not in room:
            sent_back(row, RunRow(action=SKIP, reason=ON_ITS_WAY))
    rows = [row for row in rows if row.subject_id in room]
    for is_free in (False, True):
        chosen = [row for row in rows if is_allowed(row) is is_free]
        wanted = [plans[row.subject_id] for row in chosen]
        queue_changes(work.session, work.bridge, wanted, work.run, was_allowed=is_free)
    for row in rows:
        row.outcome, row.message = QUEUED, "Waits to be sent."
        keys: Any = [plans[row.subject_id].key]
        row.details = {**row.details, "keys": keys}


def _links(bridge: Bridge, carried: Carried, store_ids: Sequence[str]) -> list[Binding]:
    rows = links_of(bridge, carried).filter(store_id__in=store_ids)
    return list(rows.order_by("id"))


def _line(parts: Sequence[str]) -> str:
    return " ".join(part for part in parts if part)
