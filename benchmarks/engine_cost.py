"""The engine's own cost per order, fetch to settled: in bulk, and one by one.

CPU of the working thread alone; the store is another process. The floor is the bare
cost of as many database writes, in the same transactions, through the driver: they are
noted while other orders of the same kind are booked, as noting costs something, too.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from benchmarks import worlds
from benchmarks.bare_writes import copy_database, noted, replay
from benchmarks.figures import Figure
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
    before = folder / "before.sqlite3"
    shoppers.buy(orders)
    copy_database(before)
    look_now(bridge)
    with noted() as notebook:
        _bring_to_rest(bridge)
    bare = replay(notebook.statements, before)
    shoppers.buy(orders)
    look_now(bridge)
    done = Delivery.objects.count()
    parts = _bring_to_rest(bridge)
    made = Delivery.objects.count() - done
    posted = Delivery.objects.filter(state="posted").count() - done
    return Figure(
        name="engine cost in bulk",
        value=sum(parts.values()) * 1000 / orders,
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
            **{f"{key}_ms": round(s * 1000 / orders, 2) for key, s in parts.items()},
        },
    )


def _bring_to_rest(bridge: Bridge) -> dict[str, float]:
    """Do jobs until nothing is left; return seconds of CPU by side."""
    spent = {"store_job": 0.0, "books_job": 0.0}
    while True:
        spent["store_job"] += _cpu_s(lambda: worlds.do_jobs(bridge.store_id))
        spent["books_job"] += _cpu_s(lambda: worlds.do_jobs(bridge.books_id))
        if not Delivery.objects.filter(state="ready").exists():
            return spent


def _singly(bridge: Bridge, shoppers: Shoppers, folder: Path, count: int) -> Figure:
    """Measure orders that come one at a time, each told of by a notice."""
    before = folder / "single.sqlite3"
    copy_database(before)
    with noted() as notebook:
        for order_id in shoppers.buy(count):
            _book(bridge, order_id)
    costs = [_book(bridge, order_id) for order_id in shoppers.buy(count)]
    bare = replay(notebook.statements, before)
    return Figure(
        name="engine cost singly",
        value=median(costs),
        unit="ms of CPU per order",
        target=SINGLE_MS,
        floor=bare * 1000 / count,
        floor_is=FLOOR_IS,
        facts={
            "orders": count,
            "writes_per_order": round(len(notebook.statements) / count, 1),
            "reads_per_order": round(notebook.reads / count, 1),
            "transactions_per_order": round(notebook.transactions / count, 1),
        },
    )


def _book(bridge: Bridge, order_id: int) -> float:
    """Book one order of which a notice tells; return the milliseconds of CPU."""
    hint(bridge.store, [Hint("orders", (str(order_id),))])
    return sum(_bring_to_rest(bridge).values()) * 1000


def _cpu_s(act: Callable[[], object]) -> float:
    began = time.thread_time()
    act()
    return time.thread_time() - began
