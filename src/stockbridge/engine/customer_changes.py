"""Changes of customers on their way into the books, one at a time for each.

What both sides agreed on is kept with the link. A change names it and what the store
says now; once it is posted, that is what both agree on. Until then no other change of
this customer is made: one that has not left yet is replaced.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
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
from stockbridge.domain.customer_changes import agreed_record, change_of, title_of
from stockbridge.domain.delivery import State
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
from stockbridge.engine.ground import customer_record, options_of, scope_of
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
from stockbridge.engine.restore_guard import first_state
from stockbridge.engine.session import Session

EFFECT = "change"
KIND = "customer"


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """One change that should reach the books, and the store's revision it is of."""

    store_id: str
    key: str
    revision: str
    change: CustomerChange


def can_change(bridge: Bridge) -> bool:
    """Return whether these books can change a customer at all."""
    return DocumentKind.CUSTOMER_CHANGE in capabilities_of(bridge.books).kinds


def plan_change(
    bridge: Bridge, link: Binding, now: CustomerRecord, revision: str
) -> ChangePlan | None:
    """Return what has to be told to the books; None: nothing, or no base is known."""
    base = base_of(bridge, link)
    if base is None:
        return None
    owners = customer_owners(options_of(bridge))
    change = change_of(BooksRef(books_id=link.books_id), base, now, owners)
    if change is None:
        return None
    return ChangePlan(link.store_id, _key(bridge, link, change), revision, change)


def base_of(bridge: Bridge, link: Binding) -> CustomerRecord | None:
    """Return what both agreed on; what a person dropped counts as agreed, too."""
    if link.agreed is None:
        return None
    base: CustomerRecord = CUSTOMER_RECORD.validate_python(link.agreed["record"])
    last = sources(bridge, link.store_id).select_related("delivery").last()
    if last is None or last.delivery.state != State.CANCELLED.value:
        return base
    dropped = _change(last.delivery)
    return agreed_record(base, dropped.after) if dropped.before == base else base


def agreed(record: CustomerRecord, chain: str = "") -> dict[str, Any]:
    """Return what is kept of what both agree on; `chain` names the last change."""
    return {"record": dumped(CUSTOMER_RECORD, record), "chain": chain}


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
        link.agreed = agreed(customer_record(CUSTOMER.validate_python(row.data)))
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
    return rows.exclude(data=None).only("external_id", "digest", "data")


def sources(bridge: Bridge, store_id: str) -> Any:  # noqa: ANN401 – a queryset
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
        for source in row.sources.select_related("bridge"):
            _agree(source.bridge, source.source_id, change)
        row.sources.update(is_live=False)


def _agree(bridge: Bridge, store_id: str, change: CustomerChange) -> None:
    links = Binding.objects.filter(
        store_connection=bridge.store_id,
        books_connection=bridge.books_id,
        kind=KIND,
        store_id=store_id,
        books_id=change.customer.books_id,
    )
    for link in links.exclude(agreed=None):
        said = agreed_record(change.before, change.after)
        link.agreed = agreed(said, _chain(link, change))
        update_rows([link], ["agreed"])


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
    before = str((link.agreed or {}).get("chain", ""))
    return digest_of([before, link.books_id, dumped(CUSTOMER_RECORD, change.after)])


def _change(row: Delivery) -> CustomerChange:
    document = load_document(row.kind, row.document)
    assert isinstance(document, CustomerChange)
    return document
