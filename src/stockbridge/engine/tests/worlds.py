"""A whole small world: a shop, its books, a bridge between them, and time.

    world = a_world()
    world.shop.place(an_order())
    world.rest()
    assert world.ledger.sale_totals() == ["16.50 USD"]

The shop sells two items that the books know by SKU: 93 (MUG, linked to I1) and 94
(PEN, I2), 20 of each. Jobs run on real leases, one at a time, until all is at rest.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from stockbridge.companies.models import Company
from stockbridge.domain.commerce import Order
from stockbridge.domain.errors import RetryableError
from stockbridge.domain.tests.builders import (
    NOW,
    a_books_item,
    a_store_item,
    an_order,
)
from stockbridge.engine import leases
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.runs import RunRequest, approve_run, start_run
from stockbridge.engine.models import (
    Bridge,
    Connection,
    Delivery,
    Disposition,
    Issue,
    Run,
    RunRow,
    Snapshot,
    StockTarget,
)
from stockbridge.engine.session import Session
from stockbridge.engine.tests.ledger import Ledger
from stockbridge.engine.tests.ledger_books import LedgerBooks
from stockbridge.engine.tests.rows import a_company, a_connection
from stockbridge.engine.tests.shelf import ShelfSecrets, ShelfSettings
from stockbridge.engine.tests.shop import Shop
from stockbridge.engine.tests.shop_store import ShopStore
from stockbridge.engine.work import Done, work_on_books, work_on_store
from stockbridge.ports import Books, Connector

__all__ = ["NOW", "World", "a_world", "an_order"]


class NoSettings(BaseModel):
    """Nothing has to be said."""


@dataclass
class Clock:
    """The world's time: it stands still unless a test moves it."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def advance(self, *, minutes: float = 0, hours: float = 0) -> datetime:
        """Let time pass."""
        self.at += timedelta(minutes=minutes, hours=hours)
        return self.at


@dataclass
class World:
    """Both sides, what joins them, and the hands that turn the wheel."""

    company: Company
    bridge: Bridge
    clock: Clock
    shop: Shop
    ledger: Ledger
    steps_max: int | None = None  # a job is over after so many looks at the clock
    by: str = "worker"
    open_books: Callable[[], Books] | None = None  # None: the ledger's

    @property
    def books(self) -> Books:
        """The books, open."""
        return self.open_books() if self.open_books else LedgerBooks(self.ledger)

    @property
    def store_connection(self) -> Connection:
        """The shop, as the engine knows it."""
        return Connection.objects.select_related("company").get(pk=self.bridge.store_id)

    @property
    def books_connection(self) -> Connection:
        """The books, as the engine knows them."""
        return Connection.objects.select_related("company").get(pk=self.bridge.books_id)

    # ── turning the wheel ────────────────────────────────────────────────────

    @contextmanager
    def session(self, connection: Connection) -> Iterator[Session]:
        """Open a job's session on a real lease."""
        lease = leases.take(connection, leases.new_holder("test"))
        assert lease is not None, "somebody else works here"
        try:
            yield Session(
                connection=connection,
                fence=lease.fence,
                fenced=lambda: leases.fenced(lease),
                now=self.clock,
                is_over=self._is_over(),
                by=self.by,
            )
        finally:
            leases.give_back(lease)

    def store_job(self) -> Done:
        """Do one job of the store."""
        with self.session(self.store_connection) as session:
            return work_on_store(session, ShopStore(self.shop))

    def books_job(self) -> Done:
        """Do one job of the books."""
        with self.session(self.books_connection) as session:
            return work_on_books(session, self.books)

    def rest(self, *, rounds: int = 4) -> None:
        """Let both jobs take turns, minutes apart, as long as anything happens."""
        for _ in range(rounds):
            self.clock.advance(minutes=6)
            self._try(self.store_job)
            self.clock.advance(minutes=1)
            self._try(self.books_job)

    @staticmethod
    def _try(job: Callable[[], Done]) -> None:
        try:
            job()
        except RetryableError:
            return  # the runner comes again, and so do we

    def _is_over(self) -> Callable[[], bool]:
        if self.steps_max is None:
            return lambda: False
        left = iter(range(self.steps_max))
        return lambda: next(left, None) is None

    # ── what people do ───────────────────────────────────────────────────────

    @property
    def act(self) -> Act:
        """What a person does now, as Ada."""
        return Act(now=self.clock(), by="Ada", find=self.find)

    def find(self, slug: str) -> Connector:
        """Return the connector of one of both sides."""
        connectors = {
            "woocommerce": Connector(
                "woocommerce",
                "Shop",
                "store",
                ShelfSettings,
                ShelfSecrets,
                open_store=lambda link: ShopStore(self.shop),
            ),
            "embedded": Connector(
                "embedded",
                "Books",
                "books",
                NoSettings,
                NoSettings,
                open_books=lambda link: self.books,
            ),
        }
        return connectors[slug]

    def start(self, kind: str, **parameters: object) -> Run:
        """Start a run and let its preview be made."""
        request = RunRequest(kind, parameters)
        run = start_run(self.bridge, request, self.act)
        self.clock.advance(minutes=1)
        self.store_job()
        run.refresh_from_db()
        return run

    def approve(self, run: Run, *rows: int) -> Run:
        """Approve a preview, or these rows, and let all come to rest."""
        approve_run(run, self.act, rows or None)
        self.rest(rounds=2)
        run.refresh_from_db()
        return run

    def rows(self, run: Run, kind: str = "order") -> dict[str, RunRow]:
        """Return the lines of a run, by subject."""
        found = RunRow.objects.filter(run=run, subject_kind=kind)
        return {row.subject_id: row for row in found}

    def issue(self, code: str) -> Issue:
        """Return the one open issue with this code."""
        return Issue.objects.get(code=code, resolved_at=None)

    def set_options(self, **changes: object) -> None:
        """Change options as they are kept."""
        self.bridge.options = {**self.bridge.options, **changes}
        self.bridge.save(update_fields=["options"])

    # ── what a test looks at ─────────────────────────────────────────────────

    def disposition(self, source_id: str, kind: str = "order") -> Disposition:
        """Return the one current disposition of a source."""
        return Disposition.objects.get(
            bridge=self.bridge,
            source_kind=kind,
            source_id=source_id,
            is_current=True,
        )

    def outcome(self, source_id: str, kind: str = "order") -> str:
        """Return what became of a source."""
        return self.disposition(source_id, kind).outcome

    def deliveries(self, **wanted: object) -> list[Delivery]:
        """Return deliveries, oldest first."""
        return list(Delivery.objects.filter(**wanted).order_by("id"))

    def states(self) -> list[str]:
        """Return each live document's kind and state, oldest first."""
        gone = ["superseded", "cancelled"]
        rows = Delivery.objects.exclude(state__in=gone).order_by("id")
        return [f"{row.kind} {row.state}" for row in rows]

    def issues(self) -> list[Issue]:
        """Return what is open."""
        return list(Issue.objects.filter(resolved_at=None).order_by("id"))

    def issue_codes(self) -> list[str]:
        """Return the codes of what is open."""
        return sorted(issue.code for issue in self.issues())

    def snapshot(self, order_id: str) -> Snapshot:
        """Return an order as it was last seen."""
        return Snapshot.objects.get(
            connection=self.bridge.store, feed="orders", external_id=order_id
        )

    def target(self, item_id: str) -> StockTarget:
        """Return what an item should show."""
        return StockTarget.objects.get(bridge=self.bridge, item_id=item_id)

    def shown(self, item_id: str) -> Decimal:
        """Return what the shop shows."""
        return self.shop.on_shelf(item_id)


def a_world(**options: object) -> World:
    """Return a world at rest: both sides read, items linked, stock in step.

    Options default to importing by itself and syncing stock.
    """
    world = a_new_world(**options)
    world.ledger.add_item(a_books_item(), 20)
    world.ledger.add_item(a_books_item(external_id="I2", name="Pen", sku="PEN"), 20)
    world.rest(rounds=2)
    return world


def a_new_world(**options: object) -> World:
    """Return a world of which nothing was read yet; its books are empty."""
    clock = Clock()
    company = a_company()
    store = a_connection(company, name=f"Shop of {company.slug}")
    books = a_connection(
        company,
        name=f"Books of {company.slug}",
        kind="books",
        connector="embedded",
        settings={},
    )
    bridge = Bridge.objects.create(
        company=company,
        store=store,
        books=books,
        is_enabled=True,
        activated_at=clock(),
        options={"orders_enabled": True, "stock_enabled": True, **options},
    )
    world = World(company, bridge, clock, Shop(clock), Ledger(clock))
    for number, sku in (("93", "MUG"), ("94", "PEN")):
        item = a_store_item(
            external_id=number, product_id=number, name=sku.title(), sku=sku
        )
        world.shop.add_item(item)
    return world


def placed(world: World, order: Order | None = None, **changes: Any) -> Order:
    """Let somebody buy two mugs, and return the order."""
    return world.shop.place(order or an_order(**changes))
