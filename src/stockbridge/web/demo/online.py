"""The demonstration's books where they are QuickBooks Online, which we call."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from stockbridge.companies.models import Company
from stockbridge.connectors import registry
from stockbridge.connectors.books.quickbooks_online import signin
from stockbridge.connectors.books.quickbooks_online.simulator import (
    Habits,
    Options,
    QuickBooksOnlineSimulator,
)
from stockbridge.connectors.books.quickbooks_online.simulator.fitting import (
    a_stocked_item,
    adjust,
    fitting_settings,
)
from stockbridge.engine import links
from stockbridge.engine.actions import connections
from stockbridge.engine.actions.connections import Act, ConnectionDraft
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Bridge, Connection
from stockbridge.engine.webhooks import hook_path
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.online_records import OnlineRecords
from stockbridge.web.demo.quickbooks_checker import Shelf, check
from stockbridge.web.demo.report import Report
from stockbridge.web.demo.setting_up import Shop
from stockbridge.web.demo.shop_items import shop_items

SLUG, TITLE = "quickbooks_online", "QuickBooks Online"
ARRIVED = 12  # units of some items, by an adjustment in QuickBooks
ARRIVED_ITEMS = 5
_RETURN = "https://sync.example.com/connected"  # nobody is led there: see `sign_in`


def an_american_company(options: Options | None = None) -> QuickBooksOnlineSimulator:
    """Return a company with automated sales tax that keeps our numbers, not started."""
    given = options or Options(habits=Habits(automated_tax=True))
    simulator = QuickBooksOnlineSimulator(given)
    simulator.company.prefer("SalesFormsPrefs", CustomTxnNumbers=True)
    return simulator


def connect(
    company: Company, simulator: QuickBooksOnlineSimulator, **settings: str
) -> Connection:
    """Add the connection, sign in as its owner does, and test it."""
    act = Act(now=utc_now(), by=setting_up.EMAIL)
    fitting = fitting_settings(simulator)
    draft = ConnectionDraft(
        TITLE,
        {"address": simulator.url, **fitting, **settings},
        {
            "client_id": simulator.client_id,
            "client_secret": simulator.client_secret,
            "webhook_token": simulator.webhooks.verifier_token,
        },
    )
    books = connections.create_connection(company, registry.get(SLUG), draft, act)
    sign_in(books, simulator)
    books.refresh_from_db()
    report = connections.test_connection(books, act).report
    if not report.is_usable:
        raise RuntimeError("The simulated QuickBooks Online cannot be used.")
    books.refresh_from_db()
    return books


def sign_in(books: Connection, simulator: QuickBooksOnlineSimulator) -> None:
    """Press Connect on Intuit's page, and come back with the code."""
    with links.calling():
        signin.connect(
            links.link(books, None, registry.get(SLUG)),
            code=simulator.authorise(redirect_uri=_RETURN),
            realm_id=simulator.realm_id,
            return_address=_RETURN,
        )


@dataclass
class OnlineSide:
    """A company in QuickBooks Online, signed in to by itself."""

    simulator: QuickBooksOnlineSimulator = field(default_factory=an_american_company)
    settings: dict[str, str] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)  # an item's Id by its SKU
    shelf: Shelf = field(init=False)
    _path: str = ""

    def join(self, shop: Shop, state: dict[str, Any]) -> Bridge:
        """Open a company with the store's items, sign in, and join it to the store."""
        self.simulator.start()
        began = {}
        for item in shop_items(state):
            price = {"UnitPrice": item.price, "Description": item.name}
            self._ids[item.sku] = a_stocked_item(
                self.simulator, item.sku, item.quantity, price
            )
            began[item.sku.casefold()] = item.quantity
        self.shelf = Shelf(began)
        books = connect(shop.company, self.simulator, **self.settings)
        self._path = hook_path(books)
        return setting_up.join(shop, books, now=utc_now())

    def visit(self) -> None:
        """Let QuickBooks say what changed, where it was told our address."""
        self.simulator.webhooks.send_all()

    def receive_goods(self, _shop: Shop) -> None:
        """Let somebody adjust quantities in QuickBooks: the store has to follow."""
        for sku in list(self._ids)[:ARRIVED_ITEMS]:
            adjust(self.simulator, self._ids[sku], Decimal(ARRIVED))
            self.shelf.counted[sku.casefold()] += ARRIVED

    def check(self, state: dict[str, Any], _shop: Shop) -> Report:
        """Judge by the store's state and the company's own records."""
        return check(state, OnlineRecords(self.simulator.company), self.shelf)

    def figures(self) -> dict[str, int]:
        """Return how often QuickBooks was called, and how often with a batch."""
        paths = [row.path for row in self.simulator.log.rows()]
        batches = sum(path.endswith("/batch") for path in paths)
        return {"quickbooks_calls": len(paths), "batch_calls": batches}

    def move_to(self, port: int) -> None:
        """Let QuickBooks' notices go to the server that stays."""
        self.simulator.webhooks.url = f"http://127.0.0.1:{port}{self._path}"

    def close(self) -> None:
        """Stop the company."""
        self.simulator.stop()
