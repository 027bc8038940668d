"""Linking by hand: this store item is that books item, this customer that one."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.db import transaction

from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.hand import plan_again, session_of
from stockbridge.engine.carried import CARRIED_CUSTOMERS
from stockbridge.engine.fetch import CUSTOMERS, ITEMS
from stockbridge.engine.matching import allow_linking, forbid_linking, link_by_hand
from stockbridge.engine.matching import unlink as forget_links
from stockbridge.engine.models import Binding, Bridge, Disposition, Snapshot
from stockbridge.engine.record_changes import agree_from_now_on
from stockbridge.engine.record_look import NO_LONGER_LINKED, drop_changes_of

FACTOR_MAX, FACTOR_STEP = Decimal(100_000), Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Part:
    """One books item that a store item stands for, so many units of it."""

    books_id: str
    factor: str = "1"


def link_item(
    bridge: Bridge, store_id: str, parts: Sequence[Part], act: Act
) -> list[Binding]:
    """Let a store item stand for these books items, and for nothing else.

    Orders that waited for it go on by themselves. Raises InvalidInputError.
    """
    item = _known(bridge.store_id, ITEMS, store_id, "store_id")
    if not parts:
        raise InvalidInputError("Choose an item of the books.", field="books_id")
    for part in parts:
        _known(bridge.books_id, ITEMS, part.books_id, "books_id")
    factors = [_factor(part.factor) for part in parts]
    with transaction.atomic():
        _drop_item_changes(bridge, store_id, act)
        allow_linking(bridge, store_id)  # bridges before targets, as planning does
        forget_links(bridge, store_id)
        made = [
            link_by_hand(bridge, store_id, part.books_id, factor=str(factor))
            for part, factor in zip(parts, factors, strict=True)
        ]
        act.note(bridge.store, f"{item.key or item.name} was linked by hand.")
    return made


def unlink_item(bridge: Bridge, store_id: str, act: Act) -> int:
    """Forget the links of a store item; it is not linked by itself again."""
    item = _known(bridge.store_id, ITEMS, store_id, "store_id")
    with transaction.atomic():
        _drop_item_changes(bridge, store_id, act)
        count = forget_links(bridge, store_id)
        forbid_linking(bridge, store_id)
        act.note(bridge.store, f"{item.key or item.name} is no longer linked.")
    return count


def link_customer(bridge: Bridge, store_id: str, books_id: str, act: Act) -> Binding:
    """Bill this customer's orders to that customer of the books, from now on."""
    person = _known(bridge.store_id, CUSTOMERS, store_id, "store_id")
    _known(bridge.books_id, CUSTOMERS, books_id, "books_id")
    with transaction.atomic():
        unlink_customer(bridge, store_id, act)
        made = Binding.objects.create(
            company_id=bridge.company_id,
            store_connection_id=bridge.store_id,
            books_connection_id=bridge.books_id,
            kind="customer",
            store_id=store_id,
            books_id=books_id,
            matched_by="hand",
        )
        agree_from_now_on(bridge, CARRIED_CUSTOMERS, [store_id])
        act.note(bridge.store, f"{person.key or person.name} was linked by hand.")
        _plan_held_orders(bridge)
    return made


def unlink_customer(bridge: Bridge, store_id: str, act: Act) -> int:
    """Forget who a store's customer is in the books; a change that waits is dropped."""
    links = Binding.objects.filter(
        store_connection=bridge.store_id,
        books_connection=bridge.books_id,
        kind="customer",
        store_id=store_id,
    )
    with transaction.atomic():
        session = session_of(bridge.books, act)
        drop_changes_of(session, links, NO_LONGER_LINKED)
        count, _ = links.delete()
    if count:
        act.note(bridge.store, f"Customer {store_id} is no longer linked.")
    return count


def _drop_item_changes(bridge: Bridge, store_id: str, act: Act) -> None:
    links = Binding.objects.filter(
        store_connection_id=bridge.store_id,
        books_connection_id=bridge.books_id,
        kind="item",
        store_id=store_id,
    )
    drop_changes_of(session_of(bridge.books, act), links, NO_LONGER_LINKED)


def _known(connection: int, feed: str, external_id: str, field: str) -> Snapshot:
    found = Snapshot.objects.filter(
        connection=connection, feed=feed, external_id=external_id, deleted_at=None
    ).first()
    if found is None:
        raise InvalidInputError(
            "There is no such record, or it has not been read yet.",
            field=field,
            remedy="Refresh, then choose again.",
        )
    return found


def _factor(text: str) -> Decimal:
    try:
        factor = Decimal(text)
    except InvalidOperation as error:
        raise InvalidInputError(
            f"{text} is no number.", field="factor", remedy="As 6 for a pack of six."
        ) from error
    is_count = factor.is_finite() and 0 < factor <= FACTOR_MAX
    if not is_count or factor != factor.quantize(FACTOR_STEP):
        raise InvalidInputError(
            "The number of units must be above zero, with at most four decimals.",
            field="factor",
        )
    return factor


def _plan_held_orders(bridge: Bridge) -> None:
    held = Disposition.objects.filter(
        bridge=bridge, is_current=True, code__startswith="customer_"
    )
    plan_again(bridge, held.values_list("order_id", flat=True))
