"""A simulated QuickBooks Online that somebody has connected: for all tests here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stockbridge.connectors.books.quickbooks_online.books import QuickBooksOnlineBooks
from stockbridge.connectors.books.quickbooks_online.client import CompanyApi
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.books.quickbooks_online.signin import connect
from stockbridge.connectors.books.quickbooks_online.simulator import (
    Habits,
    Options,
    QuickBooksOnlineSimulator,
)
from stockbridge.connectors.books.quickbooks_online.simulator.fitting import (
    fitting_settings,
)
from stockbridge.connectors.tests.wires import RecordingWire
from stockbridge.domain.errors import RetryableError
from stockbridge.ports import Link, Renewal

RETURN = "https://sync.example.com/connected"


class PresentWire(RecordingWire):
    """A wire whose time is the simulator's."""

    def __init__(self, simulator: QuickBooksOnlineSimulator) -> None:
        super().__init__()
        self._simulator = simulator
        self.costs: list[int] = []

    def now(self) -> datetime:
        return self._simulator.options.clock.now()

    def before_call(self, *, timeout_s: float, cost: int = 1) -> None:
        super().before_call(timeout_s=timeout_s, cost=cost)
        self.costs.append(cost)


@dataclass(slots=True)
class KeptHere:
    """Implements `ports.SecretsKeeper` in memory."""

    secrets: dict[str, str]
    is_busy: bool = False
    kept: list[Mapping[str, str]] = field(default_factory=list)

    def __call__(self, renewal: Renewal) -> Mapping[str, str]:
        if self.is_busy:
            raise RetryableError("Another worker signs in.", code="renewing")
        self.is_busy = True
        try:
            fresh = renewal(dict(self.secrets))
        finally:
            self.is_busy = False
        self.kept.append(fresh)
        merged = {**self.secrets, **fresh}
        self.secrets = {name: text for name, text in merged.items() if text}
        return dict(self.secrets)


@dataclass(slots=True)
class SignedIn:
    """One connection to one simulated company."""

    simulator: QuickBooksOnlineSimulator
    keeper: KeptHere
    wire: PresentWire
    facts: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def link(self, **settings: object) -> Link:
        told = {"address": self.simulator.url, **self.settings, **settings}
        return Link(
            company_id="1",
            settings=QuickBooksOnlineSettings.model_validate(told),
            secrets=dict(self.keeper.secrets),
            wire=self.wire,
            save_facts=self.facts.update,
            facts=dict(self.facts),
            renew_secrets=self.keeper,
        )

    def books(self, **settings: object) -> QuickBooksOnlineBooks:
        """Return the books, opened anew as after a restart."""
        return QuickBooksOnlineBooks(self.link(**settings))

    def api(self, **settings: object) -> CompanyApi:
        return CompanyApi(self.link(**settings))

    def records(self, kind: str) -> list[dict[str, Any]]:
        return list(self.simulator.company.of(kind))

    def calls(self, path: str) -> int:
        """Return how many requests went to this path of the company."""
        rows = self.simulator.log.rows()
        return sum(1 for row in rows if row.path.endswith(f"/{path}"))


@contextmanager
def signed_in(
    options: Options | None = None, *, keeps_numbers: bool = True, fits: bool = True
) -> Iterator[SignedIn]:
    """Connect to a simulated company; `fits`: with settings that fit it."""
    given = options or Options(habits=Habits(automated_tax=True))
    with QuickBooksOnlineSimulator(given) as simulator:
        simulator.company.prefer("SalesFormsPrefs", CustomTxnNumbers=keeps_numbers)
        keeper = KeptHere(
            {
                "client_id": simulator.client_id,
                "client_secret": simulator.client_secret,
                "webhook_token": simulator.webhooks.verifier_token,
            }
        )
        found = SignedIn(simulator, keeper, PresentWire(simulator))
        code = simulator.authorise(redirect_uri=RETURN)
        connect(
            found.link(),
            code=code,
            realm_id=simulator.realm_id,
            return_address=RETURN,
        )
        if fits:
            found.settings = fitting_settings(simulator)
        yield found
