"""The engine's own cost per order, fetch to settled: in bulk, and one by one.

CPU of the working thread alone; the store is another process. What its connector
spends, and the back office on booking, is told beside it. The floor is the bare cost
of as many database writes of the engine, in the same transactions, through the driver:
they are noted while other orders of the same kind are booked, as noting costs, too.
"""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks import worlds
from benchmarks.bare_writes import copy_database, noted, replay
from benchmarks.figures import Figure
from benchmarks.shares import BOOKS, ENGINE, STORE, Shares
from benchmarks.shoppers import Shoppers, make_known
from benchmarks.store_process import StoreProcess, store_process
from stockbridge.engine.models import Bridge, Delivery
from stockbridge.engine.ticks import hint
from stockbridge.ports import Hint
from stockbridge.web.demo.resting import look_now

BULK_MS, SINGLE_MS = 5.0, 20.0
FLOOR_IS = "the same writes, bare through the driver"


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield the cost in bulk and the cost singly, in milliseconds of CPU."""
    bulk, singles = (20, 3) if quick else (1_000, 60)
    with store_process(products=40) as store, tempfile.TemporaryDirectory() as name:
        bridge = _ready(store, known=2 * (bulk + 2 * singles))
        shoppers = Shoppers(store, store.sold_skus())
        yield _in_bulk(bridge, shoppers, Path(name), bulk)
        yield _singly(bridge, shoppers, Path(name), singles)


def _ready(store: StoreProcess, *, known: int) -> Bridge:
    """Return a bridge whose items are linked and whose orders have been read."""
    bridge = worlds.join(store.access)
    worlds.fill_books(bridge.company, store.sold_skus(), on_hand=10_000)
    make_known(bridge.company, known)
    for _ in range(2):
        worlds.do_jobs(bridge.store_id)
        worlds.do_jobs(bridge.books_id)
    worlds.choose(bridge, orders_enabled=True)
    worlds.do_jobs(bridge.store_id)
    return bridge


def _in_bulk(bridge: Bridge, shoppers: Shoppers, folder: Path, orders: int) -> Figure:
    """Measure orders that come all at once; note the writes of as many others."""
    before, shares = folder / "before.sqlite3", Shares()
    shoppers.buy(orders)
    copy_database(before)
    look_now(bridge)
    with noted(lambda: shares.now == ENGINE) as notebook:
        _bring_to_rest(bridge, shares)
    bare = replay(notebook.statements, before)
    shoppers.buy(orders)
    look_now(bridge)
    done, shares = Delivery.objects.count(), Shares()
    _bring_to_rest(bridge, shares)
    made = Delivery.objects.count() - done
    posted = Delivery.objects.filter(state="posted").count() - done
    return Figure(
        name="engine cost in bulk",
        value=shares.spent[ENGINE] * 1000 / orders,
        unit="ms of CPU per order",
        target=BULK_MS,
        floor=bare * 1000 / orders,
        floor_is=FLOOR_IS,
        facts={
            "orders": orders,
            "documents": made,
            "posted": posted,
            "writes": len(notebook.statements),
            "reads": notebook.reads,
            "transactions": notebook.transactions,
            "store_ms": round(shares.spent[STORE] * 1000 / orders, 2),
            "books_ms": round(shares.spent[BOOKS] * 1000 / orders, 2),
        },
    )


def _bring_to_rest(bridge: Bridge, shares: Shares) -> None:
    """Do jobs until nothing is left."""
    with shares.of(ENGINE):
        while True:
            worlds.do_jobs(bridge.store_id, find=shares.find)
            worlds.do_jobs(bridge.books_id, find=shares.find)
            if not Delivery.objects.filter(state="ready").exists():
                return


def _singly(bridge: Bridge, shoppers: Shoppers, folder: Path, count: int) -> Figure:
    """Measure orders that come one at a time, each told of by a notice."""
    before, shares = folder / "single.sqlite3", Shares()
    copy_database(before)
    with noted(lambda: shares.now == ENGINE) as notebook:
        for order_id in shoppers.buy(count):
            _book(bridge, order_id, shares)
    costs = [_book(bridge, order_id, Shares()) for order_id in shoppers.buy(count)]
    bare = replay(notebook.statements, before)
    return Figure(
        name="engine cost singly",
        value=_median_ms(costs, ENGINE),
        unit="ms of CPU per order",
        target=SINGLE_MS,
        floor=bare * 1000 / count,
        floor_is=FLOOR_IS,
        facts={
            "orders": count,
            "writes_per_order": round(len(notebook.statements) / count, 1),
            "reads_per_order": round(notebook.reads / count, 1),
            "transactions_per_order": round(notebook.transactions / count, 1),
            "store_ms": round(_median_ms(costs, STORE), 2),
            "books_ms": round(_median_ms(costs, BOOKS), 2),
        },
    )


def _book(bridge: Bridge, order_id: int, shares: Shares) -> Shares:
    """Book one order of which a notice tells; return whose time it took."""
    hint(bridge.store, [Hint("orders", (str(order_id),))])
    _bring_to_rest(bridge, shares)
    return shares


def _median_ms(costs: Sequence[Shares], whose: str) -> float:
    return 1000 * median(shares.spent[whose] for shares in costs)
