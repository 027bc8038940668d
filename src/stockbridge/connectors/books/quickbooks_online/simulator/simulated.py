"""QuickBooks Online on 127.0.0.1, with one or more companies, to be started."""

import random
import secrets
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self

from stockbridge.connectors.books.quickbooks_online.simulator.admin import Admin
from stockbridge.connectors.books.quickbooks_online.simulator.company import (
    Company,
    Habits,
    Planned,
)
from stockbridge.connectors.books.quickbooks_online.simulator.furnishing import furnish
from stockbridge.connectors.books.quickbooks_online.simulator.gateway import Gateway
from stockbridge.connectors.books.quickbooks_online.simulator.kinds import KINDS
from stockbridge.connectors.books.quickbooks_online.simulator.limits import (
    Limits,
    Turnstile,
)
from stockbridge.connectors.books.quickbooks_online.simulator.oauth import (
    Authorizer,
    Lifetimes,
)
from stockbridge.connectors.books.quickbooks_online.simulator.repeats import (
    DAY_S,
    Repeats,
)
from stockbridge.connectors.books.quickbooks_online.simulator.server import (
    OnlineOverHttp,
)
from stockbridge.connectors.books.quickbooks_online.simulator.service import Service
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json, Value
from stockbridge.connectors.books.quickbooks_online.simulator.webhooks import Webhooks
from stockbridge.connectors.books.quickbooks_online.simulator.writing import (
    Wish,
    write,
)
from stockbridge.connectors.simulated_http import Backend
from stockbridge.connectors.simulated_server import SimulatedServer
from stockbridge.connectors.simulation import (
    Clock,
    FaultSwitchboard,
    RequestLog,
    SystemClock,
)

FIRST_REALM = 9341452000000001


@dataclass(frozen=True, slots=True)
class Options:
    """How a simulated QuickBooks Online is set up."""

    port: int = 0  # 0 takes any free one
    seed: int = 1
    clock: Clock = field(default_factory=SystemClock)
    limits: Limits = field(
        default_factory=Limits
    )  # UNLIMITED for a clock that stands still
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    habits: Habits = field(default_factory=Habits)  # of the first company
    redirect_uris: tuple[str, ...] = ()
    request_ids_last_s: float = DAY_S
    request_ids_keep_refusals: bool = False
    gateway_speaks_xml: bool = False


class QuickBooksOnlineSimulator:
    """A stand-in for QuickBooks Online and its OAuth server, over HTTP on 127.0.0.1.

    Use it as a context manager. `company` is the first company's books, `faults` lets
    requests fail, `log` counts them, `webhooks` posts what changed.
    """

    def __init__(self, options: Options | None = None) -> None:
        self.options = given = options or Options()
        self.client_id = f"ABsim{secrets.token_hex(18)}"
        self.client_secret = secrets.token_hex(20)
        self.authorizer = Authorizer(
            given.clock,
            self.client_id,
            self.client_secret,
            given.lifetimes,
            given.redirect_uris,
        )
        self._random = random.Random(given.seed)
        self.webhooks = Webhooks(given.clock, shuffle=random.Random(given.seed))
        self.faults = FaultSwitchboard(given.seed)
        self.log = RequestLog()
        self.gateway = Gateway(
            given.clock,
            self.authorizer,
            Turnstile(given.clock, given.limits),
            speaks_xml=given.gateway_speaks_xml,
            address=lambda: self.url,
        )
        self._admin = Admin(self.gateway, self.webhooks, self.faults, self.log)
        self._admin.open_company = self.add_company
        self._over_http = OnlineOverHttp(self.gateway)
        self._backend = Backend(
            self._over_http, self._admin, self.faults, self.log, given.clock
        )
        self._port = given.port
        self._server: SimulatedServer | None = None
        self.company = self.add_company(habits=given.habits)

    @property
    def url(self) -> str:
        """Return the address; all hosts of Intuit are this one."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def realm_id(self) -> str:
        """Return the first company's id."""
        return self.company.realm_id

    def add_company(
        self, name: str = "Example Kitchenware", habits: Habits | None = None
    ) -> Company:
        """Open another company."""
        realm_id = str(FIRST_REALM + len(self.gateway.services))
        clock = self.options.clock
        company = Company(realm_id, clock, name, replace(habits or Habits()))
        furnish(company)
        company.listeners.append(self.webhooks.note)
        repeats = Repeats(
            clock,
            self.options.request_ids_last_s,
            self.options.request_ids_keep_refusals,
        )
        self.gateway.services[realm_id] = Service(company, repeats, self._random)
        return company

    def start(self) -> Self:
        """Listen; the port stays the same after a stop."""
        self._backend.closing.clear()
        self._server = SimulatedServer(self._port, self._backend)
        self._port = self._server.server_address[1]
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop listening and cut open connections; the state stays."""
        self._backend.closing.set()
        if self._server is not None:
            self._server.stop()
            self._server = None

    def hurry(self) -> None:
        """Let slow requests go on now, until the next start."""
        self._backend.closing.set()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def authorise(self, realm_id: str = "", redirect_uri: str = "") -> str:
        """Return an authorisation code, as if somebody had pressed Connect."""
        return self.authorizer.authorise(realm_id or self.realm_id, redirect_uri)

    def write(self, kind: str, sent: Json, operation: str = "") -> Json:
        """Let somebody write an object on QuickBooks Online's own screens."""
        with self.company.lock:
            return write(self.company, KINDS[kind], sent, Wish(operation))

    def refuse(self, kind: str, **how: Value) -> None:
        """Let the next writes of a kind be refused (see `Planned`)."""
        self.company.planned.append(Planned(kind, **how))

    @property
    def crashes(self) -> list[str]:
        """Return the simulator's own errors; there should be none."""
        return self._over_http.crashes

    def dump(self) -> Json:
        """Return the full state as JSON can hold it."""
        return self._admin.dump()
