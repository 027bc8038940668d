"""A shop, the engine, and QuickBooks Online, which the engine calls over HTTP.

with a_world(Online(a_clock())) as world:
world.shop.place(an_order())
world.rest()
assert world.office.entries() == [...]
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from stockbridge.connectors import registry
from stockbridge.connectors.books.quickbooks_online import signin
from stockbridge.engine import links
from stockbridge.engine.models import Connection
from stockbridge.engine.tests.ledger import Ledger
from stockbridge.engine.tests.rows import a_company, a_connection
from stockbridge.engine.work import Done, work_on_books
from tests.quickbooks.clock import WorldClock
from tests.quickbooks.online import Online
from tests.quickbooks.world import OfficeWorld, another_shop

_RETURN = "https://sync.example.com/connected"


@dataclass(kw_only=True)
class OnlineWorld(OfficeWorld):
    """Both sides, and the real connector between them."""

    def books_job(self) -> Done:
        """Do one job of the books."""
        with self.session(self.books_connection) as session, links.calling():
            books = links.open_books(session.connection, None, now=self.clock)
            return work_on_books(session, books)

    def rest(self, *, rounds: int = 2) -> None:
        """Let the jobs of both sides take turns, twenty minutes apart."""
        for _ in range(rounds):
            self.clock.advance(minutes=6)
            self._try(self.store_job)
            self.clock.advance(minutes=20)
            self._try(self.books_job)
        self.clock.advance(minutes=6)
        self._try(self.store_job)

    def connect(self) -> None:
        """Let the owner press Connect, and allow it at Intuit."""
        connect(self.books_connection, self.online)

    @property
    def online(self) -> Online:
        """The office, which is QuickBooks Online."""
        assert isinstance(self.office, Online)
        return self.office


@contextmanager
def a_world(office: Online, **options: object) -> Iterator[OnlineWorld]:
    """Give a world at rest: all is read, items are linked, stock is in step."""
    with office.simulator:
        world = built(office, **options)
        world.rest()
        yield world
        assert office.simulator.crashes == []


def built(office: Online, **options: object) -> OnlineWorld:
    """Return a world of which nothing was read yet; the owner has signed in."""
    company = a_company()
    books = a_connection(
        company,
        name=f"Books of {company.slug}",
        kind="books",
        connector=office.slug,
        settings=office.settings(),
    )
    company.allows_private_addresses = True
    company.save(update_fields=["allows_private_addresses"])
    books.secrets = {
        "client_id": office.simulator.client_id,
        "client_secret": office.simulator.client_secret,
    }
    books.save(update_fields=["secrets"])
    lift_quota(books)
    connect(books, office)
    books.refresh_from_db()
    clock = WorldClock(office.clock)
    shop, bridge = another_shop(company, books, clock, **options)
    return OnlineWorld(company, bridge, clock, shop, Ledger(clock), office=office)


def lift_quota(books: Connection) -> None:
    """Let calls be made at any speed: what waits for Intuit's quota only waits.

    And where the clock stands still, it would wait for ever.
    """
    quota = {"limit_per_minute": "600000", "limit_burst": "60000"}
    books.facts = {**books.facts, **quota}
    books.save(update_fields=["facts"])


def connect(books: Connection, office: Online) -> None:
    """Sign in, as the owner of the company does."""
    simulator = office.simulator
    with links.calling():
        link = links.link(books, None, registry.get(office.slug), now=office.clock.now)
        signin.connect(
            link,
            code=simulator.authorise(redirect_uri=_RETURN),
            realm_id=simulator.realm_id,
            return_address=_RETURN,
        )
