"""The first read of a large store: memory, time, and being killed on the way.

A child process reads; it is killed (SIGKILL) three times at moments that it does not
choose, and started again. The floor reads the same lists bare, page by page, with the
same number of rows a call.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx2

from benchmarks import worlds
from benchmarks.figures import Figure
from benchmarks.store_process import StoreProcess, store_process
from stockbridge.engine.models import Bridge, Connection, Cursor, Snapshot

MEMORY_MB = 250.0
ROWS_A_CALL = 100
KILLS = 3
FEEDS = ("items", "orders", "walked_orders", "walked_items")


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield the child's largest memory, and the wall beside the bare calls."""
    rows = 1_000 if quick else int(os.environ.get("STOCKBRIDGE_ROWS", "100000"))
    with store_process(products=rows, orders=rows) as store:
        bridge = worlds.join(store.access)
        began = time.perf_counter()
        peaks, kills = _read_with_kills(bridge, rows, kills=0 if quick else KILLS)
        wall_s = time.perf_counter() - began
        kept = {
            feed: Snapshot.objects.filter(connection=bridge.store, feed=feed).count()
            for feed in ("items", "orders")
        }
        bare_s = _bare_s(store)
    facts: dict[str, object] = {"rows": rows, "kills": kills, **kept}
    if min(kept.values()) < rows:
        raise RuntimeError(f"Not all was read: {kept}")
    yield Figure("first read, memory", max(peaks), "MB", target=MEMORY_MB, facts=facts)
    yield Figure(
        "first read, wall",
        wall_s,
        "s",
        floor=bare_s,
        floor_is="both lists, bare, once; we walk both once more",
        facts=facts,
    )


def read(store_id: int) -> None:
    """Read until all is read; in the child process."""
    worlds.do_jobs(store_id)


def peak_mb() -> float:
    """Return the most memory that this program has held.

    Not `getrusage`: what a process held before it became this program, as a copy of
    its parent, counts there.
    """
    return _held_mb(os.getpid())


def _read_with_kills(
    bridge: Bridge, rows: int, *, kills: int
) -> tuple[list[float], int]:
    peaks: list[float] = []
    done = 0
    while not _is_read(bridge):
        with subprocess.Popen(
            [sys.executable, "-m", "benchmarks.reading_child", str(bridge.store_id)],
            stdout=subprocess.PIPE,
            text=True,
        ) as child:
            if done < kills:
                _wait_for(bridge, rows * (done + 1) // (kills + 1), child)
                peaks.append(_held_mb(child.pid))
                child.send_signal(signal.SIGKILL)
                done += 1
            told = child.communicate()[0]
            if child.returncode == 0:
                peaks.append(float(told.split()[-1]))
        _free_lease(bridge)
    return peaks, done


def _wait_for(bridge: Bridge, count: int, child: "subprocess.Popen[str]") -> None:
    while child.poll() is None:
        if Snapshot.objects.filter(connection=bridge.store).count() >= count:
            return
        time.sleep(0.2)


def _held_mb(pid: int) -> float:
    """Return the most memory that a living process has held."""
    with open(f"/proc/{pid}/status", encoding="ascii") as told:  # noqa: PTH123
        for line in told:
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


def _is_read(bridge: Bridge) -> bool:
    done = Cursor.objects.filter(
        connection=bridge.store, feed__in=FEEDS, caught_up_at__isnull=False
    )
    return done.count() == len(FEEDS)


def _free_lease(bridge: Bridge) -> None:
    """Let the next child begin at once: nobody waits ninety seconds here."""
    connection = Connection.objects.select_related("lease").get(pk=bridge.store_id)
    connection.lease.expires_at = None
    connection.lease.save()


def _bare_s(store: StoreProcess) -> float:
    access = store.access
    keys = (access.consumer_key, access.consumer_secret)
    began = time.perf_counter()
    with httpx2.Client(auth=keys, timeout=120) as client:
        for name in ("products", "orders"):
            _read_bare(client, f"{access.address}/wp-json/wc/v3/{name}")
    return time.perf_counter() - began


def _read_bare(client: httpx2.Client, address: str) -> None:
    offset = 0
    while True:
        bounds = {"orderby": "id", "order": "asc", "per_page": str(ROWS_A_CALL)}
        rows = client.get(address, params={**bounds, "offset": str(offset)}).json()
        if not rows:
            return
        offset += len(rows)
