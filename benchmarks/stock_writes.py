"""Every item's quantity changed: how many calls, how long, beside the bare calls.

The floor makes the same write calls with httpx2 and nothing else, one after the other
on one connection, in the same run. The store answers as fast as it can, which shows
our own share; `stock_pace` shows the wall beside a store as slow as a real one.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import httpx2

from benchmarks import worlds
from benchmarks.figures import Figure
from benchmarks.store_process import StoreProcess, store_process
from stockbridge.engine import leases, links
from stockbridge.engine.feeds import order_reader
from stockbridge.engine.jobs import session_of
from stockbridge.engine.models import Bridge, Connection, StockTarget
from stockbridge.engine.stock import StockRun
from stockbridge.engine.ticks import Deadline

ROWS_A_CALL = 100  # WooCommerce takes no more
FIRST, SECOND = 500, 501  # on hand; the store begins with 0 to 200


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield wall against bare calls, calls, share of reading, calls when unchanged."""
    items = 250 if quick else 50_000
    with store_process(products=items) as store:
        bridge = ready(store, items)
        store.forget_requests()
        run = push(bridge)
        calls = _calls(store)
        bare_s = bare_calls(store, bridge, items)
        needed = -(-items // ROWS_A_CALL)
        facts: dict[str, object] = {"items": items, "written": run["written"]}
        yield Figure(
            "stock push, wall, the store at full speed",
            run["wall_s"],
            "s",
            floor=bare_s,
            floor_is="the same calls, bare",
            facts={**facts, "our_cpu_s": round(run["cpu_s"], 1)},
        )
        yield Figure(
            "stock push, write calls",
            calls["POST"],
            "calls",
            target=needed,
            floor=needed,
            floor_is=f"{ROWS_A_CALL} rows a call, the API's limit",
            facts=facts,
        )
        share = 100 * run["reading_s"] / run["wall_s"]
        yield Figure("stock push, reading orders", share, "% of wall", target=5.0)
        store.forget_requests()
        push(bridge)
        writes = float(_calls(store)["POST"])
        yield Figure("stock push, nothing changed", writes, "calls", target=0.0)


def ready(store: StoreProcess, items: int) -> Bridge:
    """Return a bridge whose targets all have another quantity than the store."""
    bridge = worlds.join(store.access)
    worlds.fill_books(bridge.company, store.sold_skus(), on_hand=FIRST)
    while StockTarget.objects.filter(bridge=bridge).count() < items:
        worlds.do_jobs(bridge.store_id)
        worlds.do_jobs(bridge.books_id)
    worlds.choose(bridge, stock_enabled=True)
    return Bridge.objects.select_related("company", "store", "books").get(pk=bridge.pk)


def push(bridge: Bridge) -> dict[str, float]:
    """Push all that is due, job after job; return what it took."""
    found = {"wall_s": 0.0, "cpu_s": 0.0, "reading_s": 0.0, "written": 0.0}
    is_over = False
    while not is_over:
        connection = Connection.objects.select_related("company").get(
            pk=bridge.store_id
        )
        began, began_cpu = time.perf_counter(), time.thread_time()
        lease = leases.take(connection, leases.new_holder("bench"))
        assert lease is not None
        deadline = Deadline(worlds.JOB_S, is_stopping=lambda: False)
        session = session_of(connection, lease, deadline)
        with links.calling():
            store = links.open_store(connection, lease)
            reader = _timed(order_reader(session, store), found)
            run = StockRun(session, bridge, store, reader)
            is_over = run.work()
        leases.give_back(lease)
        found["wall_s"] += time.perf_counter() - began
        found["cpu_s"] += time.thread_time() - began_cpu
        found["written"] += run.written
    return found


def _timed(
    read: Callable[[], datetime], spent: dict[str, float]
) -> Callable[[], datetime]:
    def timed() -> datetime:
        began = time.perf_counter()
        found = read()
        spent["reading_s"] += time.perf_counter() - began
        return found

    return timed


def _calls(store: StoreProcess) -> Counter[str]:
    return Counter(row["method"] for row in store.requests())


def bare_calls(store: StoreProcess, bridge: Bridge, items: int) -> float:
    """Write other quantities in as many calls, and nothing else; return seconds.

    Afterwards the store shows again what we wrote.
    """
    ids = list(
        StockTarget.objects.filter(bridge=bridge)
        .order_by("product_id", "id")
        .values_list("item_id", flat=True)
    )
    began = time.perf_counter()
    _write_bare(store, ids, SECOND)
    took = time.perf_counter() - began
    _write_bare(store, ids, FIRST)
    return took


def _write_bare(store: StoreProcess, ids: list[str], quantity: int) -> None:
    access = store.access
    address = f"{access.address}/wp-json/wc/v3/products/batch"
    keys = (access.consumer_key, access.consumer_secret)
    with httpx2.Client(auth=keys, timeout=60) as client:
        for start in range(0, len(ids), ROWS_A_CALL):
            rows: list[dict[str, Any]] = [
                {"id": int(one), "stock_quantity": quantity}
                for one in ids[start : start + ROWS_A_CALL]
            ]
            answer = client.post(address, json={"update": rows})
            answer.raise_for_status()
            answer.json()
