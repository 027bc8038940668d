"""Whether an imported order says in the books what the store says, by points."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from stockbridge.domain.accounting import DocumentKind, SaleDocument
from stockbridge.domain.commerce import LineKind, Order
from stockbridge.domain.delivery import State
from stockbridge.engine.codec import ORDER, load_document
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.ground import item_matches, options_of
from stockbridge.engine.models import Bridge, Delivery, DeliverySource, Snapshot

SHOWN_MAX = 5


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was compared."""

    name: str
    in_store: str
    in_books: str
    is_same: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """One imported order, compared."""

    order_id: str
    number: str
    books_number: str
    points: tuple[Point, ...]

    @property
    def is_same(self) -> bool:
        """Whether all points agree."""
        return all(point.is_same for point in self.points)


def proofs(bridge: Bridge) -> list[Proof]:
    """Return the newest imported orders, each compared."""
    rows = DeliverySource.objects.filter(
        bridge=bridge,
        kind="order",
        is_live=True,
        delivery__kind=DocumentKind.SALE.value,
        delivery__state=State.POSTED.value,
    ).select_related("delivery")
    found = []
    for row in rows.order_by("-delivery__posted_at")[:SHOWN_MAX]:
        snapshot = Snapshot.objects.filter(
            connection=bridge.store_id, feed=ORDERS, external_id=row.order_id
        ).first()
        if snapshot is None or not snapshot.data or not row.delivery.document:
            continue  # erased: nothing is left to compare
        order = ORDER.validate_python(snapshot.data)
        sale = load_document(row.delivery.kind, row.delivery.document)
        if isinstance(sale, SaleDocument):
            found.append(_proof(bridge, order, sale, row.delivery))
    return found


def _proof(
    bridge: Bridge, order: Order, sale: SaleDocument, delivery: Delivery
) -> Proof:
    points = (
        _items(bridge, order, sale),
        _point("Total", str(order.total), str(sale.total)),
        _point("Tax", str(order.total_tax), str(sale.total_tax)),
        _customer(bridge, order, sale),
        _date(bridge, order, sale),
        _location(bridge, sale),
    )
    return Proof(
        order.external_id,
        order.number,
        delivery.books_number or delivery.reference,
        points,
    )


def _items(bridge: Bridge, order: Order, sale: SaleDocument) -> Point:
    """Compare units by item: one pack in the store may be six pieces in the books."""
    matches = item_matches(bridge, {line.item_id for line in order.item_lines})
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    for line in order.item_lines:
        for match in matches.get(line.item_id, ()):
            wanted[match.ref.books_id] += line.quantity * match.factor
    booked: dict[str, Decimal] = defaultdict(Decimal)
    for part in sale.lines:
        if part.kind is LineKind.ITEM and part.item and part.item.books_id:
            booked[part.item.books_id] += part.units
    pieces = sum((line.quantity for line in order.item_lines), Decimal(0))
    units = sum((part.units for part in sale.lines), Decimal(0))
    is_same = not wanted or wanted == booked
    return Point(
        "Items and quantities",
        f"{len(order.item_lines)} lines, {pieces.normalize():f} pieces",
        f"{len(booked) or len(sale.lines)} items, {units.normalize():f} pieces",
        is_same,
    )


def _customer(bridge: Bridge, order: Order, sale: SaleDocument) -> Point:
    who = order.customer
    name = f"{who.first_name} {who.last_name}".strip() or who.email or "a guest"
    ref = sale.customer
    if ref is None:
        return Point("Customer", name, "nobody", is_same=False)
    row = None
    if ref.books_id:
        row = Snapshot.objects.filter(
            connection=bridge.books_id, feed="customers", external_id=ref.books_id
        ).first()
    shown = row.name if row else "created with the order"
    return Point("Customer", name, shown, is_same=True)


def _date(bridge: Bridge, order: Order, sale: SaleDocument) -> Point:
    zone = ZoneInfo(bridge.company.time_zone)
    moments = {
        "placed": order.placed_at,
        "paid": order.paid_at,
        "shipped": order.completed_at,
    }
    chosen = moments[options_of(bridge).date_choice.value] or order.placed_at
    day = chosen.astimezone(zone).date()
    # A closed period may have moved it to the first open day, never to before.
    return Point(
        "Date",
        day.isoformat(),
        sale.business_date.isoformat(),
        sale.business_date >= day,
    )


def _location(bridge: Bridge, sale: SaleDocument) -> Point:
    wanted = options_of(bridge).location
    return Point(
        "Location",
        wanted or "by default",
        sale.location_id or "by default",
        sale.location_id == wanted,
    )


def _point(name: str, in_store: str, in_books: str) -> Point:
    return Point(name, in_store, in_books, in_store == in_books)
