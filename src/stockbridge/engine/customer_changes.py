"""Changes of customers on their way into the books, one at a time for each.

What the books were told is kept with the link. A change names it and what the store
says now; once it is posted, that is what both agree on. Until then no other change of
this customer is made: one that has not left yet is replaced.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.accounting import (
    BooksRef,
    CustomerChange,
    CustomerRecord,
    DocumentKind,
)
from stockbridge.domain.billing import customer_record
from stockbridge.domain.customer_changes import (
    Agreed,
    agreed_record,
    change_of,
    title_of,
)
from stockbridge.domain.identity import digest_of
from stockbridge.engine.abilities import capabilities_of
from stockbridge.engine.codec import (
    CUSTOMER,
    CUSTOMER_RECORD,
    dump_document,
    dumped,
    load_document,
)
from stockbridge.engine.fetch import CUSTOMERS
from stockbridge.engine.ground import options_of, scope_of
from stockbridge.engine.limits import guard
from stockbridge.engine.models import (
    Binding,
    Bridge,
    Delivery,
    DeliverySource,
    Run,
    Snapshot,
)
from stockbridge.engine.models.deliveries import LIVE_VALUES
from stockbridge.engine.moves import Mover
from stockbridge.engine.options import customer_owners
from stockbridge.engine.people import is_of_erased_account
from stockbridge.engine.restore_guard import first_state
from stockbridge.engine.session import Session
from stockbridge.engine.suppression import erased_of

EFFECT = "change"
KIND = "customer"


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """One change that should reach the books, and the store's revision it is of."""

    store_id: str
    key: str
    revision: str
    change: CustomerChange


@dataclass(frozen=True, slots=True)
class Created:
    """A customer who was created in the books just now, and the link to be saved."""

    link: Binding
    record: CustomerRecord
    planned_at: datetime


def can_change(bridge: Bridge) -> bool:
    """Return whether these books can change a customer at all."""
    return DocumentKind.CUSTOMER_CHANGE in capabilities_of(bridge.books).kinds


def plan_change(
    bridge: Bridge, link: Binding, now: Snapshot, *, by_itself: bool = False
) -> ChangePlan | None:
    """Return what has to be told to the books; None: nothing, or no base is known.

    By itself only what changed since changes were switched on; else all there is.
    """
    known = agreed_of(link)
    if known is None:
        return None
    owners = customer_owners(options_of(bridge))
    change = change_of(
        BooksRef(books_id=link.books_id),
        known.told,
        record_of(now),
        owners,
        since=known.seen if by_itself else known.said,
    )
    if change is None:
        return None
    return ChangePlan(link.store_id, _key(bridge, link, change), now.digest, change)


def record_of(row: Snapshot) -> CustomerRecord:
    """Return what the store says of a customer, as the books are told."""
    return customer_record(CUSTOMER.validate_python(row.data))


def agreed_of(link: Binding) -> Agreed | None:
    """Return what is kept with a link; None: nobody looked at it yet."""
    kept = link.agreed
    if kept is None:
        return None
    parts = (kept.get(name, kept["record"]) for name in ("record", "said", "seen"))
    return Agreed(*(CUSTOMER_RECORD.validate_python(part) for part in parts))


def agreed(record: CustomerRecord) -> dict[str, Any]:
    """Return what is kept where both agree on all of it."""
    return kept_as(Agreed(record, record, record))


def agree_on_created(made: Sequence[Created]) -> None:
    """Note, before links are saved, that the books were told the created record.

    What the store said after that was planned is left to the next look. What it said
    before counts as said, even where an order said something else. Nothing is noted of
    somebody who was erased meanwhile.
    """
    if not made:
        return
    erased = erased_of(made[0].link.company_id)
    for store, ones in _by_store(made).items():
        rows = _seen(store, [one.link.store_id for one in ones])
        seen = {row.external_id: row for row in rows}
        for one in ones:
            told, row = one.record, seen.get(one.link.store_id)
            if erased.since(told.email) is not None:
                continue
            if row is None or row.seen_at > one.planned_at:
                one.link.agreed = agreed(told)
                continue
            said = agreed_record(told, record_of(row))
            one.link.agreed = kept_as(Agreed(told, said, said))
            one.link.looked = row.digest


def _by_store(made: Sequence[Created]) -> dict[int, list[Created]]:
    found: dict[int, list[Created]] = {}
    for one in made:
        found.setdefault(one.link.store_connection_id, []).append(one)
    return found


def kept_as(known: Agreed, chain: str = "") -> dict[str, Any]:
    """Return what is kept of what is known; `chain` names the last change."""
    return {
        "record": dumped(CUSTOMER_RECORD, known.told),
        "said": dumped(CUSTOMER_RECORD, known.said),
        "seen": dumped(CUSTOMER_RECORD, known.seen),
        "chain": chain,
    }


def agree_from_now_on(store: int, books: int, store_ids: Collection[str]) -> None:
    """Note what the store says of customers who were linked just now.

    Part of the transaction that linked them. Who was not read yet is noted at the
    first look (`customer_look`).
    """
    links = _new_links(store, books, store_ids)
    if not links:
        return
    seen = {row.external_id: row for row in _seen(store, store_ids)}
    known = [link for link in links if link.store_id in seen]
    for link in known:
        row = seen[link.store_id]
        link.agreed = agreed(record_of(row))
        link.looked = row.digest
    update_rows(known, ["agreed", "looked"])


@prepared
def _new_links(store: int, books: int, store_ids: Collection[str]) -> QuerySet[Binding]:
    return Binding.objects.filter(
        store_connection=store,
        books_connection=books,
        kind=KIND,
        store_id__in=store_ids,
        agreed__isnull=True,
    )


@prepared
def _seen(store: int, store_ids: Collection[str]) -> QuerySet[Snapshot]:
    rows = Snapshot.objects.filter(
        connection=store, feed=CUSTOMERS, external_id__in=store_ids, deleted_at=None
    )
    return rows.exclude(data=None).only("external_id", "digest", "data", "seen_at")


def sources(bridge: Bridge, store_id: str) -> QuerySet[DeliverySource]:
    """Return the changes of one customer, the oldest first."""
    rows = DeliverySource.objects.filter(
        bridge=bridge, kind=KIND, source_id=store_id, effect=EFFECT
    )
    return rows.order_by("id")


def queue_changes(
    session: Session,
    bridge: Bridge,
    plans: Sequence[ChangePlan],
    run: Run,
    *,
    was_allowed: bool = False,
) -> None:
    """Make the deliveries that are not there yet; part of the caller's transaction."""
    keys = [plan.key for plan in plans]
    known = Delivery.objects.filter(key__in=keys, state__in=LIVE_VALUES)
    there = set(known.values_list("key", flat=True))
    wanted = [plan for plan in plans if plan.key not in there]
    made = [_delivery(session, bridge, plan, run) for plan in wanted]
    Delivery.objects.bulk_create(made)
    Mover(session).born(made)
    DeliverySource.objects.bulk_create(
        [
            DeliverySource(
                delivery=row,
                bridge=bridge,
                kind=KIND,
                source_id=plan.store_id,
                effect=EFFECT,
                revision=plan.revision,
            )
            for plan, row in zip(wanted, made, strict=True)
        ]
    )
    guard(session, bridge, made, was_allowed=was_allowed)


def after_changes(posted: Sequence[Delivery]) -> None:
    """Note that both sides agree on what was posted; in the answer's transaction."""
    for row in posted:
        if row.kind != DocumentKind.CUSTOMER_CHANGE.value:
            continue
        change = _change(row)
        is_gone = _is_erased(row, change)
        for source in row.sources.select_related("bridge"):
            for link, known in _agreed_links(source, change):
                said = kept_as(known.posted(change), _chain(link, change))
                link.agreed = None if is_gone else said
                if _has_newer(source):
                    link.looked = ""  # it does not know yet what the books were told
                update_rows([link], ["agreed", "looked"])
        row.sources.update(is_live=False)


def _has_newer(source: DeliverySource) -> bool:
    """Return whether another change took the place of a dropped one."""
    live = sources(source.bridge, source.source_id).filter(is_live=True)
    return bool(live.exclude(pk=source.pk).exists())


def _is_erased(row: Delivery, change: CustomerChange) -> bool:
    """Return whether somebody was erased while their change was on its way."""
    erased = erased_of(row.company_id)
    if not erased.marks:
        return False
    emails = (change.before.email, change.after.email)
    is_known = any(erased.since(email) is not None for email in emails)
    return is_known or row.sources.filter(is_of_erased_account()).exists()


def after_drops(dropped: Sequence[Delivery]) -> None:
    """Note that a person does not want these changes; in the drop's transaction."""
    for row in dropped:
        if row.kind != DocumentKind.CUSTOMER_CHANGE.value:
            continue
        change = _change(row)
        for source in row.sources.select_related("bridge"):
            for link, known in _agreed_links(source, change):
                link.agreed = kept_as(known.dropped(change), _chain_of(link))
                update_rows([link], ["agreed"])


def has_link(row: Delivery) -> bool:
    """Return whether a change's customer is still linked to whom it changes."""
    change = _change(row)
    return any(
        _links(source, change).exists()
        for source in row.sources.select_related("bridge")
    )


def _agreed_links(
    source: DeliverySource, change: CustomerChange
) -> list[tuple[Binding, Agreed]]:
    found = [(link, agreed_of(link)) for link in _links(source, change)]
    return [(link, known) for link, known in found if known is not None]


def _links(source: DeliverySource, change: CustomerChange) -> QuerySet[Binding]:
    return Binding.objects.filter(
        store_connection=source.bridge.store_id,
        books_connection=source.bridge.books_id,
        kind=KIND,
        store_id=source.source_id,
        books_id=change.customer.books_id,
    )


def _delivery(session: Session, bridge: Bridge, plan: ChangePlan, run: Run) -> Delivery:
    now, kind = session.now(), DocumentKind.CUSTOMER_CHANGE
    document = dump_document(kind, plan.change)
    return Delivery(
        company_id=bridge.company_id,
        connection_id=bridge.books_id,
        bridge=bridge,
        kind=kind.value,
        key=plan.key,
        generation=int(plan.key.rsplit("/", 1)[1]),
        state=first_state(now).value,
        document=document,
        digest=digest_of([kind.value, document]),
        title=title_of(plan.change)[:300],
        run=run,
        created_at=now,
        changed_at=now,
    )


def _key(bridge: Bridge, link: Binding, change: CustomerChange) -> str:
    """Return the key: the change before it is a part, so that A, B, A, B are three."""
    scope = scope_of(bridge)
    identity = f"id:{scope.store}:{link.store_id}:{_chain(link, change)}"
    return scope.record_key(EFFECT, identity)


def _chain(link: Binding, change: CustomerChange) -> str:
    after = dumped(CUSTOMER_RECORD, change.after)
    return digest_of([_chain_of(link), link.books_id, after])


def _chain_of(link: Binding) -> str:
    """Return the last change; a link made anew begins a chain of its own."""
    return str((link.agreed or {}).get("chain", "") or link.pk)


def _change(row: Delivery) -> CustomerChange:
    document = load_document(row.kind, row.document)
    assert isinstance(document, CustomerChange)
    return document
