"""The screens of orders, items, stock, queue and runs with 100,000 rows behind each.

    python -m benchmarks.record_pages [ROWS]

Prints milliseconds on the server beside a floor: 50 rows of the first page read bare,
by the same index, in the same process. STOCKBRIDGE_DATABASE chooses the database, an
empty one or one that was filled here before; without it a SQLite file that is thrown
away. On a busy machine the second figure says more: the processor time of this process,
which on SQLite is all of it.
"""

from collections.abc import Iterator
from functools import partial

from benchmarks.timing import Took, best_ms, run_alone

REPEATS = 3
LIMIT_MS = 150
PAGES = {
    "orders": "orders/",
    "orders, in the middle": "orders/?page=1000",
    "orders, a month": "orders/?placed_from=2026-01-01&placed_to=2026-01-31",
    "orders, status": "orders/?status=completed",
    "orders, needs you (few)": "orders/?became=held",
    "orders, imported (most)": "orders/?became=posted",
    "orders, by number": "orders/?q=99999",
    "orders, by name": "orders/?q=ember",
    "orders, no hit": "orders/?q=nothing-such",
    "imported orders": "orders/imported/",
    "imported orders, in the middle": "orders/imported/?page=900",
    "imported orders, by number": "orders/imported/?q=99999",
    "one order": "orders/of/{bridge}/500/",
    "items in the store": "items/",
    "items in the store, in the middle": "items/?page=1000",
    "items, not linked": "items/?linked=no",
    "items, linked": "items/?linked=yes",
    "items, no SKU": "items/?trouble=empty",
    "items, SKU twice": "items/?trouble=doubled",
    "items, SKU of the product": "items/?trouble=inherited",
    "items, stock not tracked": "items/?trouble=untracked",
    "items, backorders": "items/?trouble=backorders",
    "items, by name": "items/?q=kettle",
    "items in the books": "items/books/",
    "items in the books, not linked": "items/books/?linked=no",
    "SKUs to mend": "items/skus/",
    "one item": "items/of/{bridge}/500/",
    "link an item": "items/link/{bridge}/500/?find=kettle",
    "stock": "stock/",
    "stock, in the middle": "stock/?page=1000",
    "stock, to be written": "stock/?show=due",
    "stock, held": "stock/?show=held",
    "stock, refused": "stock/?show=refused",
    "stock, by name": "stock/?q=kettle",
    "customers": "customers/",
    "customers, not linked": "customers/?linked=no",
    "customers, by e-mail": "customers/?q=p99999",
    "queue": "queue/",
    "queue, all": "queue/?show=all",
    "queue, all, in the middle": "queue/?show=all&page=1000",
    "queue, previous": "queue/?show=previous",
    "queue, needs you": "queue/?show=needs_you",
    "queue, by number": "queue/?show=all&q=99999",
    "needs you": "needs-you/",
    "runs": "runs/",
    "one run": "runs/{run}/",
    "one run, in the middle": "runs/{run}/?page=1000",
    "one run, to be created": "runs/{run}/?action=create",
    "one run, left out": "runs/{run}/?action=skip",
    "store = books": "store-books/",
    "pull": "pull/",
    "push": "push/",
}


def floor_ms() -> Took:
    """Return what 50 rows of the orders take, read bare."""
    from stockbridge.engine.models import Snapshot

    shop = Snapshot.objects.filter(connection__kind="store", feed="orders")
    bare = shop.filter(connection=shop[0].connection_id).order_by("-at").defer("data")
    return best_ms(lambda: list(bare[:50]), repeats=REPEATS)


def pages_ms(known: dict[str, object]) -> Iterator[tuple[str, Took]]:
    """Yield each page's name and what it takes; `known` is what addresses need."""
    from django.test import Client

    from stockbridge.companies.models import User
    from stockbridge.engine import statistics
    from stockbridge.engine.tests.rows import NOW

    statistics.refresh(NOW)  # as upkeep does every hour
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(email="owner@example.com"))
    for name, address in PAGES.items():
        url = "/c/crowd/" + address.format(**known)
        if client.get(url).status_code != 200:
            raise RuntimeError(f"{url} does not answer.")
        yield name, best_ms(partial(client.get, url), repeats=REPEATS)


def main(rows: int) -> int:
    """Measure, print, and return how many pages were slower than the limit."""
    from django.core.management import call_command

    from benchmarks import crowd

    call_command("migrate", verbosity=0)
    known = crowd.filled() or crowd.fill(rows)
    floor = floor_ms()
    print(f"{rows:,} rows; floor {floor.wall:.1f} ms, {floor.work:.1f} ms of processor")
    slow = 0
    for name, took in pages_ms(known):
        slow += min(took) > LIMIT_MS
        mark = "  TOO SLOW" if min(took) > LIMIT_MS else ""
        ratio = took.work / floor.work
        print(f"{took.wall:7.1f} ms {took.work:7.1f} ms {ratio:6.1f} x  {name}{mark}")
    return slow


if __name__ == "__main__":
    run_alone(main)
