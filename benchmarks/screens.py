"""Every screen with 100,000 rows behind it: the slowest and the median one.

The pages are those of `record_pages`; run that file by itself to see each of them.
"""

from collections.abc import Callable, Iterator
from statistics import median

from django.test import Client

from benchmarks import record_pages
from benchmarks.figures import Figure
from stockbridge.companies.models import User
from stockbridge.engine import statistics
from stockbridge.engine.models import Snapshot

FLOOR_IS = "50 rows of the orders read bare, by the same index"


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield the slowest page and the median one, in milliseconds on the server."""
    rows = 2_000 if quick else 100_000
    known = record_pages.fill(rows)
    statistics.refresh(record_pages.NOW)  # as upkeep does every hour
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(email="owner@example.com"))
    times = {
        name: _best_ms(client, "/c/crowd/" + address.format(**known))
        for name, address in record_pages.PAGES.items()
    }
    floor = _floor_ms()
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


def _best_ms(client: Client, url: str) -> float:
    if client.get(url).status_code != 200:
        raise RuntimeError(f"{url} does not answer.")
    act: Callable[[], object] = lambda: client.get(url).content  # noqa: E731
    return min(record_pages.best_ms(act))


def _floor_ms() -> float:
    shop = Snapshot.objects.filter(connection__kind="store", feed="orders")
    bare = shop.filter(connection=shop[0].connection_id).order_by("-at").defer("data")
    return min(record_pages.best_ms(lambda: list(bare[:50])))
