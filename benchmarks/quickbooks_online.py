"""A full queue into QuickBooks Online: how many calls for thirty orders.

1,000 orders of as many customers, half of whom QuickBooks knows already, as sales
receipts and as invoices with their payments. Intuit lets an app send a company 40
batches a minute, so calls are what it takes. Look-ups are counted, too. The floor is a
batch for each thirty documents, by whoever had to ask nothing.
"""

import math
import time
from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.figures import Figure
from benchmarks.queued_orders import order_of, queue_orders
from benchmarks.worlds import do_jobs
from stockbridge.companies.models import Company
from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Habits,
    Options,
    QuickBooksOnlineSimulator,
)
from stockbridge.connectors.books.quickbooks_online.simulator.furnishing import seed
from stockbridge.connectors.simulation import LoggedRequest
from stockbridge.engine.models import Connection, Delivery
from stockbridge.web.demo import online

TOGETHER = 30  # documents in a batch; DESIGN counts calls for so many orders
BATCHES_MAX = {"sales_receipt": 3.0, "invoice": 4.0}
_WORDS = {"sales_receipt": "sales receipts", "invoice": "invoices and payments"}
_UNPACED = {"limit_per_minute": "600000", "limit_burst": "60000"}


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield the calls for thirty orders, for both kinds of document."""
    orders, items = (60, 20) if quick else (1_000, 300)
    for document in BATCHES_MAX:
        options = Options(habits=Habits(automated_tax=True), limits=UNLIMITED)
        with online.an_american_company(options) as simulator:
            seed(simulator.company, products=items, customers=0)
            books = _queued(simulator, document, orders)
            simulator.log.clear()
            began = time.perf_counter()
            do_jobs(books.pk)
            seconds = time.perf_counter() - began
            yield _figure(document, orders, simulator, books, seconds)


def _queued(
    simulator: QuickBooksOnlineSimulator, document: str, orders: int
) -> Connection:
    """Return a connection that has read all, with so many orders to be written."""
    planned = [order_of(n, n, 20) for n in range(orders)]
    for order in planned[::2]:
        customer = order.customer
        assert customer is not None
        mail = {"Address": customer.email}
        known = {"DisplayName": f"Known {customer.email}", "PrimaryEmailAddr": mail}
        simulator.write("Customer", known)
    company = Company.objects.create(
        name="Bench", slug=f"bench-{document}", allows_private_addresses=True
    )
    books = online.connect(company, simulator, document=document)
    books.facts = {**books.facts, **_UNPACED}
    books.save(update_fields=["facts"])
    do_jobs(books.pk)
    ids = [str(row["Id"]) for row in simulator.company.of("Item") if row.get("Sku")]
    queue_orders(books, ids, planned)
    return books


def _figure(
    document: str,
    orders: int,
    simulator: QuickBooksOnlineSimulator,
    books: Connection,
    seconds: float,
) -> Figure:
    calls = _by_path(simulator.log.rows())
    written = Delivery.objects.filter(connection=books)
    posted = Counter(written.filter(state="posted").values_list("kind", flat=True))
    if sum(posted.values()) != written.count() or posted["sale"] != orders:
        raise RuntimeError(f"Not all was booked: {posted}.")
    share = TOGETHER / orders
    least = math.ceil(sum(posted.values()) / TOGETHER)
    return Figure(
        f"QuickBooks Online, {_WORDS[document]}: batch calls for 30 orders",
        calls["batch"] * share,
        "calls",
        target=BATCHES_MAX[document],
        floor=least * share,
        floor_is="a batch for each thirty documents",
        facts={
            "orders": orders,
            "posted": dict(posted),
            "calls": dict(calls),
            "calls_for_30": round(sum(calls.values()) * share, 2),
            "seconds": round(seconds, 1),
        },
    )


def _by_path(calls: Sequence[LoggedRequest]) -> Counter[str]:
    """Count the calls by the last part of their path."""
    return Counter(call.path.rsplit("/", 1)[-1] for call in calls)
