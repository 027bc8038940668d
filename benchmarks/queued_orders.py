"""Orders that are planned and wait for books that call us: no store has to run."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from stockbridge.domain.commerce import (
    Address,
    Customer,
    LineKind,
    Order,
    OrderLine,
    OrderStatus,
    TaxLine,
    TaxShare,
)
from stockbridge.domain.money import Money, total_of
from stockbridge.engine import leases
from stockbridge.engine.clock import utc_now
from stockbridge.engine.feeds import ORDERS
from stockbridge.engine.fetch import keep
from stockbridge.engine.jobs import session_of
from stockbridge.engine.models import Binding, Bridge, Connection, Cursor
from stockbridge.engine.plan import has_due, plan_due
from stockbridge.engine.tests.rows import a_company, a_connection
from stockbridge.engine.ticks import Deadline

_CHUNK = 500
NO_ITEM = "80000FFF-1234567890"  # an id that the books do not know


def fill_queue(
    slug: str,
    settings: Mapping[str, str],
    ids: Sequence[str],
    *,
    orders: int,
    refused_every: int = 0,
) -> Connection:
    """Return books with so many orders ready to be written, each of a new customer.

    Each so manieth is for an item that the books do not have any more.
    """
    company = a_company("Bench")
    books = a_connection(company, kind="books", connector=slug, settings=dict(settings))
    chosen = [order_of(n, n, len(ids)) for n in range(orders)]
    if refused_every:
        chosen[::refused_every] = [
            _unsold(one, len(ids)) for one in chosen[::refused_every]
        ]
    queue_orders(books, ids, chosen)
    return books


def queue_orders(
    books: Connection, ids: Sequence[str], orders: Sequence[Order]
) -> None:
    """Join a store to these books, its items to these, and plan its orders."""
    company = books.company
    store = a_connection(company)
    unlimited = {"created_max": 10**6, "posted_max": 10**6}
    bridge = Bridge.objects.create(
        company=company,
        store=store,
        books=books,
        is_enabled=True,
        activated_at=utc_now(),
        options={"orders_enabled": True, **unlimited},
    )
    _link(bridge, [*ids, NO_ITEM])
    _plan(bridge, orders)


def _link(bridge: Bridge, ids: Sequence[str]) -> None:
    Binding.objects.bulk_create(
        (
            Binding(
                company=bridge.company,
                store_connection=bridge.store,
                books_connection=bridge.books,
                kind="item",
                store_id=str(n),
                books_id=books_id,
                matched_by="sku",
            )
            for n, books_id in enumerate(ids)
        ),
        batch_size=_CHUNK,
    )


def _plan(bridge: Bridge, orders: Sequence[Order]) -> None:
    lease = leases.take(bridge.store, leases.new_holder("bench"), seconds=7200)
    assert lease is not None
    session = session_of(bridge.store, lease, Deadline(7200, is_stopping=lambda: False))
    for start in range(0, len(orders), _CHUNK):
        with session.fenced():
            keep(session, ORDERS, orders[start : start + _CHUNK])
    now = utc_now()
    Cursor.objects.create(connection=bridge.store, feed="orders", caught_up_at=now)
    while has_due(bridge.store):
        plan_due(session)
    leases.give_back(lease)


def order_of(number: int, shopper: int, items: int) -> Order:
    """Return an order of one of many shoppers; the same for the same numbers."""
    chance = random.Random(number)
    placed = utc_now() - timedelta(hours=1)
    chosen = chance.sample(range(items), chance.randint(1, 3))
    lines = tuple(
        _line(str(number * 10 + place), str(item), chance.randint(1, 3))
        for place, item in enumerate(chosen)
    )
    tax = total_of([line.tax for line in lines], "USD")
    net = total_of([line.total for line in lines], "USD")
    return Order(
        external_id=str(number + 1),
        number=str(10_000 + number),
        status=OrderStatus.PROCESSING,
        store_status="processing",
        placed_at=placed,
        currency="USD",
        lines=lines,
        tax_lines=(
            TaxLine("1", "Sales tax", Decimal(8), tax, Money(Decimal(0), "USD")),
        ),
        total=net + tax,
        total_tax=tax,
        customer=_customer(shopper),
        paid_at=placed,
        changed_at=placed,
        payment_method="card",
        payment_title="Credit card",
    )


def _unsold(order: Order, item: int) -> Order:
    """Return the order for this item in place of its first one."""
    first, *others = order.lines
    return replace(
        order, lines=(replace(first, item_id=str(item), product_id=str(item)), *others)
    )


def _line(line_id: str, item: str, quantity: int) -> OrderLine:
    total = Money(Decimal(10) * quantity, "USD")
    tax = Money(Decimal("0.80") * quantity, "USD")
    return OrderLine(
        external_id=line_id,
        kind=LineKind.ITEM,
        name=f"Thing {item}",
        quantity=Decimal(quantity),
        subtotal=total,
        total=total,
        tax=tax,
        taxes=(TaxShare("1", tax),),
        item_id=item,
        product_id=item,
        sku=f"SKU-{int(item):06}",
    )


def _customer(number: int) -> Customer:
    first, last = "Shopper", f"Number {number}"
    address = Address(
        first_name=first,
        last_name=last,
        line1=f"{number} Main St",
        city="Springfield",
        country="US",
    )
    return Customer(
        external_id=str(number + 1),
        email=f"shopper{number}@example.com",
        first_name=first,
        last_name=last,
        billing=address,
        shipping=address,
    )
