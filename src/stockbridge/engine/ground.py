"""Loading what planning must know: one bridge, many orders, few queries."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.domain.accounting import (
    AmendmentDocument,
    BooksRef,
    DocumentKind,
    FulfillmentDocument,
    ItemRecord,
    SaleDocument,
)
from stockbridge.domain.billing import BillingPolicy, KnownCustomers
from stockbridge.domain.commerce import Order
from stockbridge.domain.delivery import LIVE, State
from stockbridge.domain.identity import Scope, Source
from stockbridge.domain.planning import AMENDMENT, FULFILLMENT, REFUND, SALE, Booked
from stockbridge.domain.policy import Ground, ItemMatch, MissingItem, ShippingPlace
from stockbridge.domain.posting_rules import PostingRule
from stockbridge.domain.shared_records import item_record
from stockbridge.engine.abilities import capabilities_of
from stockbridge.engine.attribute_rules import rules_of
from stockbridge.engine.codec import STORE_ITEM, load_document
from stockbridge.engine.customer_candidates import customer_candidates
from stockbridge.engine.departments import mapped_departments
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.initial import initial_quantities
from stockbridge.engine.mapping_kinds import ACCOUNT, ITEM, PAYMENT, SHIPPING
from stockbridge.engine.models import (
    Binding,
    Bridge,
    Delivery,
    DeliverySource,
    Installation,
    Mapping,
    Snapshot,
)
from stockbridge.engine.options import BridgeOptions, posting_policy


@dataclass(frozen=True, slots=True)
class Outbox:
    """What the outbox has of one order: live effects, and the next generations."""

    booked: tuple[Booked, ...]
    generations: dict[tuple[str, Source], int]


def options_of(bridge: Bridge) -> BridgeOptions:
    """Return the bridge's options; what is not set has its default."""
    return BridgeOptions.model_validate(bridge.options)


def scope_of(bridge: Bridge) -> Scope:
    """Return where this bridge's keys are made."""
    return Scope(
        installation=Installation.current().uid,
        bridge=bridge.uid,
        books=bridge.books.uid,
        store=bridge.store.uid,
        undone=_undone(bridge),
    )


def _undone(bridge: Bridge) -> dict[str, int]:
    """Return which shared records were taken back, and how often.

    Their reversals are named after them: installation/books/kind/name/1/reversal/1.
    """
    posted = [
        key
        for key, state in _shared_reversals(bridge.books_id)
        if state == State.POSTED.value
    ]
    return dict(Counter(key.rsplit("/", 3)[0] for key in posted))


@prepared
def _shared_reversals(books_id: int) -> QuerySet[Delivery, tuple[str, str]]:
    """Return keys and states; asking for a state would read all of that state."""
    return Delivery.objects.filter(
        connection=books_id, bridge=None, kind=DocumentKind.REVERSAL.value
    ).values_list("key", "state")


def load_ground(
    bridge: Bridge,
    orders: Sequence[Order],
    *,
    now: datetime,
    rules: Sequence[PostingRule] = (),
) -> Ground:
    """Return what planning these orders must know, orders' own state aside.

    With `rules` that create items, what could be created is there, too.
    """
    options = options_of(bridge)
    company = bridge.company
    zone = ZoneInfo(company.time_zone)
    items = item_matches(bridge, {li.item_id for o in orders for li in o.item_lines})
    new_items: dict[str, ItemRecord] = {}
    ways = {options.missing_item, *(rule.missing_item for rule in rules)}
    if MissingItem.CREATE in ways:
        new_items = _creatable(bridge, orders, items)
    return Ground(
        scope=scope_of(bridge),
        policy=posting_policy(options, capabilities_of(bridge.books)),
        zone=zone,
        today=now.astimezone(zone).date(),
        closed_until=company.closed_until,
        items=items,
        new_items=new_items,
        accounts=_payment_accounts(bridge),
        shipping=_shipping_places(bridge),
        currency=str(bridge.books.facts.get("currency", "")),
    )


def item_matches(
    bridge: Bridge, store_ids: set[str]
) -> dict[str, tuple[ItemMatch, ...]]:
    """Return the books' items of these store items, with their factors."""
    found: dict[str, list[ItemMatch]] = defaultdict(list)
    for row in _bindings(bridge.store_id, bridge.books_id, "item", store_ids - {""}):
        match = ItemMatch(BooksRef(books_id=row.books_id), Decimal(row.factor))
        found[row.store_id].append(match)
    return {store_id: tuple(matches) for store_id, matches in found.items()}


@prepared
def _bindings(
    store_id: int, books_id: int, kind: str, store_ids: Collection[str]
) -> QuerySet[Binding]:
    return Binding.objects.filter(
        store_connection=store_id,
        books_connection=books_id,
        kind=kind,
        store_id__in=store_ids,
    ).order_by("id")


def billing_policy(options: BridgeOptions) -> BillingPolicy:
    """Return how customers are found and made, rules aside."""
    return BillingPolicy(
        options.customers,
        options.shared_customer,
        may_create=options.allow_customers,
        matching=options.customer_matching,
    )


def known_customers(
    bridge: Bridge, orders: Sequence[Order]
) -> dict[str, KnownCustomers]:
    """Return what the books know of each order's buyer, by the order's id."""
    bound = _bound_customers(bridge, orders)
    keys = options_of(bridge).customer_matching.keys
    people = [order.customer for order in orders]
    found = customer_candidates(bridge.books_id, people, keys)
    return {
        order.external_id: KnownCustomers(
            linked_id=bound.get(order.customer.external_id, ""), candidates=candidates
        )
        for order, candidates in zip(orders, found, strict=True)
    }


def load_outbox(bridge: Bridge, order_ids: Sequence[str]) -> dict[str, Outbox]:
    """Return what the outbox has of these orders; rows are locked meanwhile."""
    rows = _locked_sources(bridge.pk, order_ids)
    booked: dict[str, list[Booked]] = defaultdict(list)
    generations: dict[str, dict[tuple[str, Source], int]] = defaultdict(dict)
    for row in rows:
        source = Source(row.kind, row.source_id)
        delivery = row.delivery
        known = generations[row.order_id]
        next_generation = delivery.generation
        if State(delivery.state) in LIVE and row.is_live:
            booked[row.order_id].append(_booked(row, delivery, source))
        elif delivery.was_refused or delivery.books_id:
            next_generation += 1  # proven: refused, or posted and reversed since
        key = (row.effect, source)
        known[key] = max(known.get(key, 1), next_generation)
    return {
        order_id: Outbox(tuple(booked[order_id]), generations[order_id])
        for order_id in order_ids
    }


@prepared
def _locked_sources(
    bridge_id: int, order_ids: Collection[str]
) -> QuerySet[DeliverySource]:
    return (
        DeliverySource.objects.filter(bridge=bridge_id, order_id__in=order_ids)
        .select_related("delivery")
        .select_for_update(of=("self", "delivery"))
        .order_by("id")
    )


def _booked(row: DeliverySource, delivery: Delivery, source: Source) -> Booked:
    return Booked(
        effect=row.effect,
        source=source,
        key=delivery.key,
        state=State(delivery.state),
        digest=delivery.digest,
        books_id=delivery.books_id,
        generation=delivery.generation,
        document=_form(row, delivery),
        business_date=delivery.business_date,
        filled=_filled(row, delivery),
        sale_key=_refunded(row, delivery),
    )


def _refunded(row: DeliverySource, delivery: Delivery) -> str:
    """Return the key of the sale, or the bill, that a refund is of."""
    if row.effect != REFUND or delivery.document is None:
        return ""
    return str(delivery.document["sale"]["key"])


def _filled(row: DeliverySource, delivery: Delivery) -> FulfillmentDocument | None:
    """Return what a part, or what took the rest, handed over; None for a whole."""
    if row.effect != FULFILLMENT or delivery.document is None:
        return None
    if not delivery.document.get("lines"):
        return None
    loaded = load_document(delivery.kind, delivery.document)
    return loaded if isinstance(loaded, FulfillmentDocument) else None


def _form(row: DeliverySource, delivery: Delivery) -> SaleDocument | None:
    """Return the form in which a sale, or an amendment of it, was booked."""
    if delivery.document is None:
        return None
    if row.effect != SALE and not row.effect.startswith(f"{AMENDMENT}:"):
        return None
    loaded = load_document(delivery.kind, delivery.document)
    form = loaded.document if isinstance(loaded, AmendmentDocument) else loaded
    return form if isinstance(form, SaleDocument) else None


def _bound_customers(bridge: Bridge, orders: Sequence[Order]) -> dict[str, str]:
    ids = {o.customer.external_id for o in orders} - {""}
    rows = _bindings(bridge.store_id, bridge.books_id, "customer", ids)
    return {row.store_id: row.books_id for row in rows}


def _creatable(
    bridge: Bridge,
    orders: Sequence[Order],
    known: dict[str, tuple[ItemMatch, ...]],
) -> dict[str, ItemRecord]:
    wanted = {li.item_id for o in orders for li in o.item_lines} - set(known) - {""}
    if not wanted:
        return {}
    rows = Snapshot.objects.filter(
        connection=bridge.store, feed=ITEMS, external_id__in=wanted, deleted_at=None
    )
    quantities = initial_quantities(bridge, wanted)
    departments = mapped_departments(bridge)
    rules, found = rules_of(bridge), {}
    for row in rows:
        if row.data is None:
            continue
        item = STORE_ITEM.validate_python(row.data)
        found[row.external_id] = item_record(
            item,
            rules,
            quantity=quantities.get(row.external_id),
            departments=departments,
        )
    return found


def _payment_accounts(bridge: Bridge) -> dict[str, str]:
    rows = _mapped(bridge.pk, PAYMENT)
    return {row.store_key: str(row.value.get(ACCOUNT, "")) for row in rows}


def _shipping_places(bridge: Bridge) -> dict[str, ShippingPlace]:
    return {
        row.store_key: ShippingPlace(
            BooksRef(str(row.value[ITEM])) if row.value.get(ITEM) else None,
            str(row.value.get(ACCOUNT, "")),
        )
        for row in _mapped(bridge.pk, SHIPPING)
    }


@prepared
def _mapped(bridge_id: int, kind: str) -> QuerySet[Mapping]:
    return Mapping.objects.filter(bridge=bridge_id, kind=kind)
