"""Items' quantities changed in a store that takes as long as the one that was measured.

A real store takes about a second for a write call of a hundred rows (OBSERVED.md); the
floor makes the same calls and nothing else, against the same store.
"""

from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.stock_writes import bare_calls, push, ready
from benchmarks.store_process import store_process


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield the wall against the bare calls."""
    items, latency = (250, 0.1) if quick else (5_000, 1.0)
    with store_process(products=items, latency=latency) as store:
        bridge = ready(store, items)
        run = push(bridge)
        bare_s = bare_calls(store, bridge, items)
    yield Figure(
        "stock push, wall",
        run["wall_s"],
        "s",
        target=1.3 * bare_s,
        floor=bare_s,
        floor_is="the same calls, bare, as slow as the store that was measured",
        facts={
            "items": items,
            "written": run["written"],
            "our_cpu_s": round(run["cpu_s"], 1),
            "target_ratio": 1.3,
        },
    )
