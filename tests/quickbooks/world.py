"""A shop, the engine, and QuickBooks behind the Web Connector that calls the engine.

with a_world(PointOfSale(a_clock())) as world:
world.shop.place(an_order())
world.rest()
assert world.office.entries() == [...]
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.db import connections

from stockbridge.companies.models import Company
from stockbridge.connectors import registry
from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.webconnector import WebConnectorEndpoint
from stockbridge.connectors.webconnector.simulator import (
    Account,
    Hook,
    Outcome,
    SimulatedWebConnector,
    Surroundings,
)
from stockbridge.connectors.webconnector.tests.serving import served
from stockbridge.domain.errors import RetryableError
from stockbridge.domain.tests.builders import a_store_item
from stockbridge.engine import leases
from stockbridge.engine.desk import serving
from stockbridge.engine.desk.access import make_access
from stockbridge.engine.desk.counter import EngineDesk
from stockbridge.engine.links import translator_of
from stockbridge.engine.models import Bridge, Connection, Delivery
from stockbridge.engine.tests.ledger import Ledger
from stockbridge.engine.tests.rows import a_company, a_connection
from stockbridge.engine.tests.shop import Shop
from stockbridge.engine.tests.worlds import NOW, Clock, World
from stockbridge.engine.work import Done, work_on_callers_books
from stockbridge.ports import Answer, Call, Connector, Desk, DeskEndpoint
from tests.quickbooks.clock import WorldClock
from tests.quickbooks.office import CallingOffice, Office

UNSETTLED = ("ready", "sent", "in_doubt")


@dataclass(kw_only=True)
class OfficeWorld(World):
    """A shop, the engine, and one kind of QuickBooks."""

    office: Office

    def find(self, slug: str) -> Connector:
        """Return the shop's connector, or the real one of these books."""
        is_books = slug == self.office.slug
        return registry.get(slug) if is_books else super().find(slug)

    def unsettled(self) -> int:
        """Return how many documents are still on their way."""
        return Delivery.objects.filter(state__in=UNSETTLED).count()


@dataclass(kw_only=True)
class QuickBooksWorld(OfficeWorld):
    """Both sides with a Web Connector between them."""

    connector: SimulatedWebConnector
    office: CallingOffice

    def books_job(self) -> Done:
        """Do what needs no wire; RetryableError while somebody visits the desk."""
        connection = self.books_connection
        lease = leases.take(connection, leases.new_holder("probe"))
        if lease is None:
            raise RetryableError("A visit is open.")
        leases.give_back(lease)
        with self.session(connection) as session:
            return work_on_callers_books(session)

    def visit(self, hook: Hook | None = None) -> Outcome:
        """Let the Web Connector come once, twenty minutes later."""
        self.clock.advance(minutes=20)
        return self.connector.update(hook)

    def rest(self, *, rounds: int = 2) -> None:
        """Let the shop's jobs, the visits and the books' jobs take turns."""
        for _ in range(rounds):
            self.clock.advance(minutes=6)
            self._try(self.store_job)
            self.visit()
            self._try(self.books_job)
        self.clock.advance(minutes=6)
        self._try(self.store_job)

    def desk(self) -> EngineDesk:
        """Return the desk, for whoever wants to stand there without a caller."""
        connection = self.books_connection
        translator = translator_of(connection, registry.get(connection.connector))
        assert translator is not None
        return EngineDesk(connection, translator, self.clock())


@dataclass(frozen=True, slots=True)
class MountedDesk(DeskEndpoint):
    """A connection's desk as `web/hooks.py` serves it, by the simulated clock."""

    connection_id: int
    clock: SettableClock
    body_bytes_max = WebConnectorEndpoint.body_bytes_max

    def serve(self, call: Call, _desk: Desk) -> Answer:
        """Serve one call; each finds the connection as it is by then."""
        try:
            rows = Connection.objects.select_related("company", "desk")
            connection = rows.get(pk=self.connection_id)
            return serving.serve(connection, call, now=self.clock.now()).answer
        finally:
            connections.close_all()


def a_clock() -> SettableClock:
    """Return a clock that stands at the moment when our tests begin."""
    return SettableClock(NOW)


@contextmanager
def a_world(office: CallingOffice, **options: object) -> Iterator[QuickBooksWorld]:
    """Give a world at rest: all is read, items are linked, stock is in step."""
    world = built(office, **options)
    with reachable(world):
        world.rest()
        yield world


@contextmanager
def reachable(world: QuickBooksWorld) -> Iterator[None]:
    """Serve the desk on this machine, and tell the Web Connector where."""
    desk = world.desk()
    with served(MountedDesk(world.bridge.books_id, world.office.clock), desk) as where:
        world.connector.account = replace(world.connector.account, address=where)
        yield


def built(office: CallingOffice, **options: object) -> QuickBooksWorld:
    """Return a world of which nothing was read yet."""
    company = a_company()
    books, connector = connected(company, office, f"Books of {company.slug}")
    clock = WorldClock(office.clock)
    shop, bridge = another_shop(company, books, clock, **options)
    return QuickBooksWorld(
        company,
        bridge,
        clock,
        shop,
        Ledger(clock),
        office=office,
        connector=connector,
    )


def connected(
    company: Company, office: CallingOffice, name: str
) -> tuple[Connection, SimulatedWebConnector]:
    """Return a connection to these books, and the Web Connector that will call."""
    books = a_connection(
        company,
        name=name,
        kind="books",
        connector=office.slug,
        settings=office.settings(),
    )
    access, password = make_access(books)
    office.stamp(access.file_id)
    return books, SimulatedWebConnector(
        office.computer(),
        Account("", access.user_name, password),
        surroundings=Surroundings(clock=office.clock, sleep=office.clock.advance),
    )


@contextmanager
def with_other_books(
    world: QuickBooksWorld, office: CallingOffice
) -> Iterator[QuickBooksWorld]:
    """Give the same shop as it is joined to other books, too: nothing is read yet."""
    books, connector = connected(world.company, office, "Other books")
    bridge = Bridge.objects.create(
        company=world.company,
        store=world.bridge.store,
        books=books,
        is_enabled=True,
        activated_at=world.clock(),
        options=world.bridge.options,
    )
    other = replace(world, bridge=bridge, office=office, connector=connector)
    with reachable(other):
        yield other


def another_shop(
    company: Company, books: Connection, clock: Clock, **options: object
) -> tuple[Shop, Bridge]:
    """Return a shop that sells mugs and pens, with its bridge to these books."""
    shop = Shop(clock)
    for number, sku in (("93", "MUG"), ("94", "PEN")):
        item = a_store_item(
            external_id=number, product_id=number, name=sku.title(), sku=sku
        )
        shop.add_item(item)
    bridge = Bridge.objects.create(
        company=company,
        store=a_connection(company, name=f"Shop of {company.slug} {clock():%H%M%S}"),
        books=books,
        is_enabled=True,
        activated_at=clock(),
        options={"orders_enabled": True, "stock_enabled": True, **options},
    )
    return shop, bridge
