"""Importing the store's customers: each once, however often it is asked.

A linked one is not created again: what changed in the store since both agreed is
shown field by field, and sent.
"""

from collections.abc import Sequence

from django.db.models import QuerySet

from stockbridge.domain.accounting import CustomerRecord
from stockbridge.domain.billing import customer_record
from stockbridge.domain.commerce import Customer
from stockbridge.domain.customer_matching import (
    CustomerKey,
    CustomerMatch,
    SeveralFit,
    match_customer,
)
from stockbridge.domain.identity import customer_identity, digest_of
from stockbridge.engine.carried import CARRIED_CUSTOMERS
from stockbridge.engine.codec import CUSTOMER
from stockbridge.engine.customer_candidates import customer_candidates
from stockbridge.engine.fetch import CUSTOMERS
from stockbridge.engine.ground import scope_of
from stockbridge.engine.models import Binding, Bridge, RunRow, Snapshot
from stockbridge.engine.record_changes import agree_from_now_on
from stockbridge.engine.record_look import on_their_way
from stockbridge.engine.records import RecordPlan
from stockbridge.engine.runs import change_rows
from stockbridge.engine.runs.halting import halts
from stockbridge.engine.runs.parameters import CustomerSelection
from stockbridge.engine.runs.record_rows import created_by, queue_rows
from stockbridge.engine.runs.steps import (
    CHANGE,
    CREATE,
    DONE,
    SKIP,
    RunWork,
    execute_each,
    preview_each,
    sent_back,
)


def preview(work: RunWork) -> bool:
    """Show whom importing would create, and whom it finds in the books already."""
    return preview_each(work, _selected(work), lambda rows: _rows(work, rows))


def execute(work: RunWork) -> bool:
    """Queue the approved customers; link those that are in the books."""
    if halts(work, created_by(work)):
        return True
    return execute_each(work, lambda rows: _act(work, rows))


def _selected(work: RunWork) -> QuerySet[Snapshot]:
    chosen = work.chosen(CustomerSelection)
    rows = Snapshot.objects.filter(
        connection=work.bridge.store, feed=CUSTOMERS, deleted_at=None
    ).exclude(data=None)
    return rows if chosen.all else rows.filter(external_id__in=chosen.customers)


def _rows(work: RunWork, snapshots: Sequence[Snapshot]) -> list[RunRow]:
    bridge = work.bridge
    people = [CUSTOMER.validate_python(one.data) for one in snapshots]
    linked = _linked(bridge, [one.external_id for one in people])
    changed = change_rows.planned_changes(bridge, CARRIED_CUSTOMERS, snapshots)
    moving = on_their_way(bridge, CARRIED_CUSTOMERS, sorted(linked))
    found = _found(bridge, people, work.chosen(CustomerSelection).match_by)
    earlier = _earlier(work, snapshots)
    rows = []
    for snapshot, person, same in zip(snapshots, people, found, strict=True):
        key = _key(bridge, person)
        action, reason, books_id = CREATE, "", ""
        plan = changed.get(person.external_id)
        if plan is not None:
            action, key, reason = CHANGE, plan.key, "It changed in the store."
        elif person.external_id in moving:
            action, reason = SKIP, change_rows.ON_ITS_WAY
        elif person.external_id in linked:
            action, reason = SKIP, "It is linked already."
        elif not (customer_record(person).name and _says_who(person)):
            action, reason = SKIP, "It has neither a name nor an e-mail address."
        elif isinstance(same, SeveralFit):
            action, reason = SKIP, f"{same.reason}: link it by hand."
        elif same is not None:
            action, reason = CHANGE, f"{same.reason} It will be linked."
            books_id = same.books_id
        elif earlier.setdefault(key, snapshot.external_id) != snapshot.external_id:
            action, reason = SKIP, "It is in the selection twice."
        rows.append(
            RunRow(
                run=work.run,
                subject_kind="customer",
                subject_id=person.external_id,
                label=f"{snapshot.name} · {person.email}"[:300],
                action=action,
                reason=reason,
                digest=digest_of([snapshot.digest, action, books_id]),
                details={
                    "key": key,
                    "books_id": books_id,
                    "email": person.email,
                    **({"changes": change_rows.shown(plan)} if plan else {}),
                },
            )
        )
    return rows


def _says_who(person: Customer) -> bool:
    return bool(person.email or person.first_name or person.last_name or person.company)


def _key(bridge: Bridge, person: Customer) -> str:
    scope = scope_of(bridge)
    identity = customer_identity(person, store=scope.store, order_id="")
    return scope.record_key("customer", identity)


def _linked(bridge: Bridge, ids: Sequence[str]) -> set[str]:
    links = Binding.objects.filter(
        store_connection=bridge.store,
        books_connection=bridge.books,
        kind="customer",
        store_id__in=ids,
    )
    return set(links.values_list("store_id", flat=True))


def _earlier(work: RunWork, snapshots: Sequence[Snapshot]) -> dict[str, str]:
    """Return whom earlier slices create already, by key."""
    rows = RunRow.objects.filter(
        run=work.run, subject_kind="customer", action=CREATE
    ).exclude(subject_id__in=[one.external_id for one in snapshots])
    return dict(rows.values_list("details__key", "subject_id"))


def _found(
    bridge: Bridge, people: Sequence[Customer], keys: Sequence[CustomerKey]
) -> list[CustomerMatch | SeveralFit | None]:
    """Return who in the books each person is, by the first key that finds anybody."""
    candidates = customer_candidates(bridge.books_id, people, keys)
    return [
        match_customer(one, known, keys)
        for one, known in zip(people, candidates, strict=True)
    ]


def _act(work: RunWork, rows: list[RunRow]) -> None:
    snapshots = {
        one.external_id: one
        for one in Snapshot.objects.filter(
            connection=work.bridge.store,
            feed=CUSTOMERS,
            external_id__in=[row.subject_id for row in rows],
        ).exclude(data=None)
    }
    fresh = {row.subject_id: row for row in _rows(work, list(snapshots.values()))}
    same = []
    for row in rows:
        now = fresh.get(row.subject_id)
        if now is None or now.digest != row.digest:
            gone = RunRow(action=SKIP, reason="It is no longer there.")
            sent_back(row, now or gone)
        else:
            same.append(row)
    for row in same:
        if row.details["books_id"]:
            _link(work.bridge, row)
    ids = [row.subject_id for row in same]
    agree_from_now_on(work.bridge, CARRIED_CUSTOMERS, ids)
    changed = [row for row in same if "changes" in row.details]
    if changed:
        own = [snapshots[row.subject_id] for row in changed]
        plans = change_rows.planned_changes(work.bridge, CARRIED_CUSTOMERS, own)
        change_rows.queue(work, CARRIED_CUSTOMERS, changed, plans)
    new = [
        row
        for row in same
        if not row.details["books_id"] and "changes" not in row.details
    ]
    records: dict[str, CustomerRecord] = {
        row.subject_id: customer_record(
            CUSTOMER.validate_python(snapshots[row.subject_id].data)
        )
        for row in new
    }
    queue_rows(
        work, new, lambda row: RecordPlan(row.details["key"], records[row.subject_id])
    )


def _link(bridge: Bridge, row: RunRow) -> None:
    Binding.objects.get_or_create(
        store_connection=bridge.store,
        books_connection=bridge.books,
        kind="customer",
        store_id=row.subject_id,
        books_id=row.details["books_id"],
        defaults={"company_id": bridge.company_id, "matched_by": "import"},
    )
    row.outcome, row.message = DONE, "Linked."
