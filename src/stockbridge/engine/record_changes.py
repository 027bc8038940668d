"""Changes of linked records on their way into the books, one at a time for each.

What the books were told is kept with the link. A change names it and what the store
says now; once it is posted, that is what both agree on. Until then no other change of
this record is made: one that has not left yet is replaced. `carried` tells customers
from items.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.accounting import (
    BooksRef,
    CustomerChange,
    CustomerRecord,
    ItemChange,
    ItemRecord,
)
from stockbridge.domain.identity import digest_of
from stockbridge.domain.record_changes import Agreed
from stockbridge.engine.abilities import capabilities_of
from stockbridge.engine.carried import (
    BY_DOCUMENT,
    BY_KIND,
    CARRIED_ITEMS,
    AnyChange,
    Carried,
    ref_of,
)
from stockbridge.engine.codec import dump_document, dumped, load_document
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
from stockbridge.engine.people import is_of_erased_account
from stockbridge.engine.restore_guard import first_state
from stockbridge.engine.session import Session
from stockbridge.engine.suppression import erased_of


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """One change that should reach the books, and the store's revision it is of."""

    carried: Carried
    store_id: str
    key: str
    revision: str
    change: AnyChange


@dataclass(frozen=True, slots=True)
class Created:
    """A record that was created in the books just now, and the link to be saved."""

    link: Binding
    record: CustomerRecord | ItemRecord
    planned_at: datetime


def can_change(bridge: Bridge, carried: Carried) -> bool:
    """Return whether these books can change such a record at all."""
    return carried.document in capabilities_of(bridge.books).kinds


def links_of(bridge: Bridge, carried: Carried) -> QuerySet[Binding]:
    """Return the links along which changes may be carried.

    Of items only those that stand one for one: the name or price of a pack is not that
    of what is in it.
    """
    rows = Binding.objects.filter(
        store_connection=bridge.store_id,
        books_connection=bridge.books_id,
        kind=carried.kind,
    )
    if carried is not CARRIED_ITEMS:
        return rows
    same = Binding.objects.filter(
        store_connection=OuterRef("store_connection"),
        books_connection=OuterRef("books_connection"),
        kind=OuterRef("kind"),
    ).exclude(pk=OuterRef("pk"))
    return rows.filter(
        ~Exists(same.filter(store_id=OuterRef("store_id"))),
        ~Exists(same.filter(books_id=OuterRef("books_id"))),
        factor=1,
    )


def plan_change(
    bridge: Bridge, link: Binding, now: Snapshot, *, by_itself: bool = False
) -> ChangePlan | None:
    """Return what has to be told to the books; None: nothing, or no base is known.

    By itself only what changed since changes were switched on; else all there is.
    """
    carried, known = BY_KIND[link.kind], agreed_of(link)
    if known is None:
        return None
    change = carried.change_of(
        BooksRef(books_id=link.books_id),
        known.told,
        carried.record_of(now),
        carried.owners(options_of(bridge)),
        since=known.seen if by_itself else known.said,
    )
    if change is None:
        return None
    key = _key(bridge, link, change)
    return ChangePlan(carried, link.store_id, key, now.digest, change)


def agreed_of(link: Binding) -> Agreed[Any] | None:
    """Return what is kept with a link; None: nobody looked at it yet."""
    kept = link.agreed
    if kept is None:
        return None
    adapter = BY_KIND[link.kind].kept
    parts = (kept.get(name, kept["record"]) for name in ("record", "said", "seen"))
    return Agreed(*(adapter.validate_python(part) for part in parts))


def agreed(carried: Carried, record: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return what is kept where both agree on all of it."""
    return kept_as(carried, Agreed(record, record, record))


def agree_on_created(made: Sequence[Created]) -> None:
    """Note, before links are saved, that the books were told the created record.

    What the store said after that was planned is left to the next look. What it said
    before counts as said, even where an order said something else. Nothing is noted of
    somebody who was erased meanwhile.
    """
    for (store, kind), ones in _by_store(made).items():
        carried = BY_KIND[kind]
        rows = _seen(store, carried.feed, [one.link.store_id for one in ones])
        seen = {row.external_id: row for row in rows}
        for one in ones:
            told, row = carried.told(one.record), seen.get(one.link.store_id)
            if _is_gone(one):
                continue
            if row is None or row.seen_at > one.planned_at:
                one.link.agreed = agreed(carried, told)
                continue
            said = carried.form.agreed_record(told, carried.record_of(row))
            one.link.agreed = kept_as(carried, Agreed(told, said, said))
            one.link.looked = row.digest


def _is_gone(one: Created) -> bool:
    """Return whether a person was erased meanwhile."""
    if not isinstance(one.record, CustomerRecord):
        return False
    erased = erased_of(one.link.company_id)
    return erased.since(one.record.email) is not None


def _by_store(made: Sequence[Created]) -> dict[tuple[int, str], list[Created]]:
    found: dict[tuple[int, str], list[Created]] = {}
    for one in made:
        where = (one.link.store_connection_id, one.link.kind)
        found.setdefault(where, []).append(one)
    return found


def kept_as(carried: Carried, known: Agreed[Any], chain: str = "") -> dict[str, Any]:
    """Return what is kept of what is known; `chain` names the last change."""
    return {
        "record": dumped(carried.kept, known.told),
        "said": dumped(carried.kept, known.said),
        "seen": dumped(carried.kept, known.seen),
        "chain": chain,
    }


def agree_from_now_on(
    bridge: Bridge, carried: Carried, store_ids: Collection[str]
) -> None:
    """Note what the store says of records that were linked just now.

    Part of the transaction that linked them. What was not read yet is noted at the
    first look (`record_look`).
    """
    store = bridge.store_id
    links = _new_links(store, bridge.books_id, carried.kind, store_ids)
    if not links:
        return
    seen = {row.external_id: row for row in _seen(store, carried.feed, store_ids)}
    known = [link for link in links if link.store_id in seen]
    for link in known:
        row = seen[link.store_id]
        link.agreed = agreed(carried, carried.record_of(row))
        link.looked = row.digest
    update_rows(known, ["agreed", "looked"])


@prepared
def _new_links(
    store: int, books: int, kind: str, store_ids: Collection[str]
) -> QuerySet[Binding]:
    return Binding.objects.filter(
        store_connection=store,
        books_connection=books,
        kind=kind,
        store_id__in=store_ids,
        agreed__isnull=True,
    )


@prepared
def _seen(store: int, feed: str, store_ids: Collection[str]) -> QuerySet[Snapshot]:
    rows = Snapshot.objects.filter(
        connection=store, feed=feed, external_id__in=store_ids, deleted_at=None
    )
    return rows.exclude(data=None).only("external_id", "digest", "data", "seen_at")


def sources(
    bridge: Bridge, carried: Carried, store_id: str
) -> QuerySet[DeliverySource]:
    """Return the changes of one record, the oldest first."""
    rows = DeliverySource.objects.filter(
        bridge=bridge,
        kind=carried.kind,
        source_id=store_id,
        effect=carried.effect,
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
                kind=plan.carried.kind,
                source_id=plan.store_id,
                effect=plan.carried.effect,
                revision=plan.revision,
            )
            for plan, row in zip(wanted, made, strict=True)
        ]
    )
    guard(session, bridge, made, was_allowed=was_allowed)


def after_changes(posted: Sequence[Delivery]) -> None:
    """Note that both sides agree on what was posted; in the answer's transaction."""
    for row in posted:
        carried = BY_DOCUMENT.get(row.kind)
        if carried is None:
            continue
        change = _change(row)
        is_gone = _is_erased(row, change)
        for source in row.sources.select_related("bridge"):
            for link, known in _agreed_links(source, change):
                said = kept_as(
                    carried, known.posted(carried.form, change), _chain(link, change)
                )
                link.agreed = None if is_gone else said
                if _has_newer(source, carried):
                    link.looked = ""  # it does not know yet what the books were told
                update_rows([link], ["agreed", "looked"])
        row.sources.update(is_live=False)


def _has_newer(source: DeliverySource, carried: Carried) -> bool:
    """Return whether another change took the place of a dropped one."""
    live = sources(source.bridge, carried, source.source_id).filter(is_live=True)
    return bool(live.exclude(pk=source.pk).exists())


def _is_erased(row: Delivery, change: AnyChange) -> bool:
    """Return whether somebody was erased while their change was on its way."""
    if not isinstance(change, CustomerChange):
        return False
    erased = erased_of(row.company_id)
    if not erased.marks:
        return False
    emails = (change.before.email, change.after.email)
    is_known = any(erased.since(email) is not None for email in emails)
    return is_known or row.sources.filter(is_of_erased_account()).exists()


def after_drops(dropped: Sequence[Delivery]) -> None:
    """Note that a person does not want these changes; in the drop's transaction."""
    for row in dropped:
        carried = BY_DOCUMENT.get(row.kind)
        if carried is None:
            continue
        change = _change(row)
        for source in row.sources.select_related("bridge"):
            for link, known in _agreed_links(source, change):
                left = known.dropped(carried.form, change)
                link.agreed = kept_as(carried, left, _chain_of(link))
                update_rows([link], ["agreed"])


def has_link(row: Delivery) -> bool:
    """Return whether a change's record is still linked to what it changes."""
    change = _change(row)
    return any(
        _links(source, change).exists()
        for source in row.sources.select_related("bridge")
    )


def _agreed_links(
    source: DeliverySource, change: AnyChange
) -> list[tuple[Binding, Agreed[Any]]]:
    found = [(link, agreed_of(link)) for link in _links(source, change)]
    return [(link, known) for link, known in found if known is not None]


def _links(source: DeliverySource, change: AnyChange) -> QuerySet[Binding]:
    return Binding.objects.filter(
        store_connection=source.bridge.store_id,
        books_connection=source.bridge.books_id,
        kind=source.kind,
        store_id=source.source_id,
        books_id=ref_of(change).books_id,
    )


def _delivery(session: Session, bridge: Bridge, plan: ChangePlan, run: Run) -> Delivery:
    carried, change = plan.carried, plan.change
    now, kind = session.now(), carried.document
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
        title=carried.form.title(change.after.name, change.fields)[:300],
        run=run,
        created_at=now,
        changed_at=now,
    )


def _key(bridge: Bridge, link: Binding, change: AnyChange) -> str:
    """Return the key: the change before it is a part, so that A, B, A, B are three."""
    scope = scope_of(bridge)
    identity = f"id:{scope.store}:{link.store_id}:{_chain(link, change)}"
    return scope.record_key(BY_KIND[link.kind].effect, identity)


def _chain(link: Binding, change: AnyChange) -> str:
    after = dumped(BY_KIND[link.kind].kept, change.after)
    return digest_of([_chain_of(link), link.books_id, after])


def _chain_of(link: Binding) -> str:
    """Return the last change; a link made anew begins a chain of its own."""
    return str((link.agreed or {}).get("chain", "") or link.pk)


def _change(row: Delivery) -> AnyChange:
    document = load_document(row.kind, row.document)
    assert isinstance(document, CustomerChange | ItemChange)
    return document
