"""A store that is joined to two books of one company: its sales are booked in one.

Theory of operation. Point of Sale hands its sales on to QuickBooks Desktop by itself.
Where a check finds that both are of one company, nothing leaves any more for the books
that the store was joined to later, and a person is asked which take the sales
(`engine/actions/sales.py`). What the others have booked by then is not booked again.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.domain.delivery import State
from stockbridge.domain.planning import SALE, Skip
from stockbridge.domain.same_company import in_other_books
from stockbridge.engine.issues import IssueDraft, open_issue
from stockbridge.engine.models import Bridge, Connection, Delivery, DeliverySource
from stockbridge.engine.same_company import Handing, handing, handings_of

CODE = "sales_twice"
_HERE = Bridge.Sales.HERE.value
#: In the books, or perhaps: whoever has it in one of these keeps it.
_TAKEN = [State.SENT.value, State.IN_DOUBT.value, State.POSTED.value]


@dataclass(frozen=True, slots=True)
class Partner:
    """Another bridge of the same store, to books that hand sales on or get them."""

    bridge: Bridge
    handing: Handing


def partners_of(bridge: Bridge) -> list[Partner]:
    """Return the bridges over which a sale of this one could be booked again."""
    found = []
    for other in _others(bridge):
        how = handing(bridge.books, other.books)
        if how is not None:
            found.append(Partner(other, how))
    return found


def watch_sales(books: Connection, *, now: datetime) -> None:
    """Hold what would be booked twice, after a check of these books' company."""
    for found in handings_of(books):
        if not found.is_one_company:
            continue
        for first, second in _joined_to_both(found):
            if first.sales == _HERE and second.sales == _HERE:
                _hold(second)
                second.sales = Bridge.Sales.ASKED
            for asked, other in ((first, second), (second, first)):
                if asked.sales == Bridge.Sales.ASKED:
                    _ask(asked, other, found, now)


def in_other_books_of(bridge: Bridge, order_ids: Collection[str]) -> dict[str, Skip]:
    """Return why orders are not booked here: by their id, for those that are not."""
    rows = {pk: (sales, name) for pk, sales, name in _sales_of(bridge.store_id)}
    if all(sales == _HERE for sales, _ in rows.values()):
        return {}
    mine, _ = rows.pop(bridge.pk, (_HERE, ""))
    takes_sales = mine == Bridge.Sales.ELSEWHERE.value
    if takes_sales:  # who takes them is booked here; the others are as we are
        rows = {pk: row for pk, row in rows.items() if row[0] == _HERE}
    else:
        rows = {pk: row for pk, row in rows.items() if row[0] != _HERE}
    names = {pk: name for pk, (_, name) in rows.items()}
    taken = dict(_taken(list(rows), order_ids))
    found = {}
    for order_id in order_ids:
        books = names.get(taken.get(order_id, 0)) or next(iter(names.values()), "")
        skip = in_other_books(
            books or "Another connection",
            has_the_sale=order_id in taken,
            takes_sales=takes_sales,
        )
        if skip is not None:
            found[order_id] = skip
    return found


def release_alone(company_id: int) -> list[Bridge]:
    """Return bridges that take their sales again: the other books are gone."""
    alone = []
    rows = Bridge.objects.filter(company=company_id).exclude(sales=_HERE)
    for bridge in rows.select_related("store", "books"):
        if not partners_of(bridge):
            Bridge.objects.filter(pk=bridge.pk).update(sales=_HERE)
            alone.append(bridge)
    return alone


@prepared
def _sales_of(store_id: int) -> QuerySet[Bridge, tuple[int, str, str]]:
    rows = Bridge.objects.filter(store=store_id)
    return rows.values_list("pk", "sales", "books__name")


@prepared
def _taken(
    bridge_ids: Collection[int], order_ids: Collection[str]
) -> QuerySet[DeliverySource, tuple[str, int]]:
    return DeliverySource.objects.filter(
        bridge__in=bridge_ids,
        order_id__in=order_ids,
        effect=SALE,
        is_live=True,
        delivery__state__in=_TAKEN,
    ).values_list("order_id", "bridge_id")


def _others(bridge: Bridge) -> QuerySet[Bridge]:
    rows = Bridge.objects.filter(store=bridge.store_id).exclude(pk=bridge.pk)
    return rows.select_related("store", "books").order_by("pk")


def _joined_to_both(found: Handing) -> Iterator[tuple[Bridge, Bridge]]:
    """Give the bridges of each store that is joined to both, who goes on first.

    That is the older one, but for one that is switched off: it books nothing.
    """
    rows = Bridge.objects.select_related("company", "store", "books").order_by("pk")
    takers = {row.store_id: row for row in rows.filter(books=found.taker)}
    for row in rows.filter(books=found.giver):
        other = takers.get(row.store_id)
        if other is not None:
            first, second = sorted((row, other), key=lambda x: (not x.is_enabled, x.pk))
            yield first, second


def _hold(bridge: Bridge) -> None:
    Bridge.objects.filter(pk=bridge.pk, sales=_HERE).update(sales=Bridge.Sales.ASKED)


def _ask(bridge: Bridge, other: Bridge, found: Handing, now: datetime) -> None:
    giver, taker = found.giver.name, found.taker.name
    waiting = Delivery.objects.filter(
        bridge=bridge, kind=SALE, state=State.READY.value
    ).count()
    open_issue(
        IssueDraft(
            company=bridge.company,
            bridge=bridge,
            connection=bridge.books,
            code=CODE,
            subject_kind="bridge",
            subject_id=bridge.uid,
            title=f"{bridge}: each sale would be in the company twice"[:300],
            message=f"{giver} says that it hands its sales on to {found.sign}, which "
            f"is the company of {taker}. {bridge.store.name} is joined to both. "
            f"{other.books.name} goes on; nothing is sent to {bridge.books.name} until "
            "you choose.",
            remedy=f"Choose which of both takes the sales of {bridge.store.name}.",
            details={"other": other.uid, "sign": found.sign},
            waiting_count=max(1, waiting),
        ),
        now=now,
    )
