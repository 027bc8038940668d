"""Every screen with 100,000 rows behind it: the slowest and the median one.

The pages are those of `record_pages`; run that file by itself to see each of them.
"""

from collections.abc import Iterator
from statistics import median

from benchmarks import crowd, record_pages
from benchmarks.figures import Figure

FLOOR_IS = "50 rows of the orders read bare, by the same index"


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield the slowest page and the median one, in milliseconds on the server."""
    rows = 2_000 if quick else 100_000
    known = crowd.fill(rows)
    times = {name: min(took) for name, took in record_pages.pages_ms(known)}
    floor = min(record_pages.floor_ms())
    slowest = max(times, key=lambda name: times[name])
    facts: dict[str, object] = {"rows": rows, "pages": len(times)}
    yield Figure(
        "slowest screen",
        times[slowest],
        "ms",
        target=record_pages.LIMIT_MS,
        floor=floor,
        floor_is=FLOOR_IS,
        facts={**facts, "which": slowest},
    )
    yield Figure(
        "median screen",
        median(times.values()),
        "ms",
        target=record_pages.LIMIT_MS,
        floor=floor,
        floor_is=FLOOR_IS,
        facts=facts,
    )
