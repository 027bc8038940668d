"""Bridges as a job asks for them, with both connections and without their secrets."""

from collections.abc import Iterable

from django.db.models import F, Q, QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.engine.models import Bridge, Disposition, Snapshot

#: Nothing that plans or settles looks at these; should it, they are read then.
_UNSEEN = tuple(
    f"{side}__{column}"
    for side in ("store", "books")
    for column in ("secrets", "report", "webhooks", "hints")
)


@prepared
def bridges_of_store(connection_id: int) -> QuerySet[Bridge]:
    """Return the bridges of a store that are switched on."""
    return _with_sides(Bridge.objects.filter(store=connection_id, is_enabled=True))


@prepared
def bridges_of_books(connection_id: int) -> QuerySet[Bridge]:
    """Return the bridges of a set of books that are switched on."""
    return _with_sides(Bridge.objects.filter(books=connection_id, is_enabled=True))


@prepared
def lock_bridges_of_store(connection_id: int) -> QuerySet[Bridge]:
    """Return all bridges of a store; nobody changes them until the commit."""
    rows = Bridge.objects.select_for_update(of=("self",), no_key=True)
    return _with_sides(rows.filter(store=connection_id)).order_by("pk")


def look_again(connection_ids: Iterable[int]) -> None:
    """Let the items of these connections' bridges be looked at for links anew.

    Called in the transaction that changes what links depend on: items and their codes
    on either side, or what a person said of them.
    """
    ids = list(connection_ids)
    rows = Bridge.objects.filter(Q(store__in=ids) | Q(books__in=ids))
    rows.update(items_changed=F("items_changed") + 1)


def plan_unposted(bridge: Bridge) -> None:
    """Plan again what waits, is held or left out: it may be booked now, or not."""
    open_ones = Disposition.objects.filter(
        bridge=bridge,
        source_kind="order",
        is_current=True,
        outcome__in=["planned", "held", "waiting", "excluded"],
    ).values("source_id")
    Snapshot.objects.filter(
        connection=bridge.store, feed="orders", external_id__in=open_ones
    ).update(is_plan_due=True)


def _with_sides(rows: QuerySet[Bridge]) -> QuerySet[Bridge]:
    return rows.select_related("company", "store", "books").defer(*_UNSEEN)
