"""The demonstration's books where they are QuickBooks, behind its Web Connector."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from stockbridge.connectors import registry
from stockbridge.connectors.books.quickbooks_desktop.simulator import (
    Company as DesktopCompany,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator import (
    command as desktop_command,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator import (
    with_file_open,
)
from stockbridge.connectors.books.quickbooks_pos.simulator import command as pos_command
from stockbridge.connectors.books.quickbooks_pos.simulator.records import move_stock
from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import Start
from stockbridge.connectors.simulation import SystemClock
from stockbridge.connectors.webconnector.simulator import (
    Account,
    Computer,
    Ending,
    SimulatedWebConnector,
    with_desktop,
    with_point_of_sale,
)
from stockbridge.connectors.webconnector.simulator.catalogue import ShopItem
from stockbridge.connectors.webconnector.simulator.timing import RealTime
from stockbridge.engine.actions import desk
from stockbridge.engine.actions.connections import (
    Act,
    ConnectionDraft,
    create_connection,
)
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Bridge
from stockbridge.engine.webhooks import hook_path
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.company_records import (
    CompanyRecords,
    DesktopRecords,
    PosRecords,
)
from stockbridge.web.demo.quickbooks_checker import Shelf, check
from stockbridge.web.demo.report import Report
from stockbridge.web.demo.server import OwnServer, Server
from stockbridge.web.demo.setting_up import Shop
from stockbridge.web.demo.shop_items import shop_items

NAME = "Harbour Hardware"
ARRIVED = 12  # units of some items, counted in QuickBooks
ARRIVED_ITEMS = 5


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of QuickBooks: its connector, a company, and what is done in it."""

    slug: str
    title: str
    computer: Computer
    records: CompanyRecords
    settings: Mapping[str, str]
    count_in: Callable[[str, Decimal], None]  # SKU, units
    sign: Callable[[str], None]  # what adding the .qwc file leaves in the company


def point_of_sale(items: tuple[ShopItem, ...]) -> Kind:
    """Return a Point of Sale company with these items."""
    start = Start(name=NAME, clock=SystemClock())
    company = pos_command.a_stocked_company(items, start)

    def count_in(sku: str, units: Decimal) -> None:
        row = next(r for r in company.records.items.all() if r.get("ALU") == sku)
        move_stock(row, "1", units)
        row["TimeModified"] = company.now()

    return Kind(
        slug="quickbooks_pos",
        title="QuickBooks Point of Sale",
        computer=with_point_of_sale(company),
        records=PosRecords(company),
        settings=pos_command.fitting_settings(),
        count_in=count_in,
        sign=lambda _file_id: None,
    )


def desktop(items: tuple[ShopItem, ...]) -> Kind:
    """Return a Desktop company file with these items."""
    company = desktop_command.a_stocked_company(
        items, DesktopCompany(clock=RealTime(), name=NAME)
    )

    def count_in(sku: str, units: Decimal) -> None:
        item_id = company.id_of("ItemInventory", sku)
        desktop_command.change_quantity(company, item_id, units)

    return Kind(
        slug="quickbooks_desktop",
        title="QuickBooks Desktop",
        computer=with_desktop(with_file_open(company)),
        records=DesktopRecords(company),
        settings=desktop_command.fitting_settings(company),
        count_in=count_in,
        sign=lambda file_id: desktop_command.stamp(company, file_id),
    )


KINDS = {"pos": point_of_sale, "desktop": desktop}


@dataclass
class QuickBooksSide:
    """A QuickBooks company whose Web Connector calls our own server."""

    make: Callable[[tuple[ShopItem, ...]], Kind]
    say: Callable[[str], None]
    serve: Callable[[], Server] = OwnServer
    visits: int = 0
    envelopes: int = 0
    _server: Server | None = None
    _kind: Kind = field(init=False)
    _connector: SimulatedWebConnector = field(init=False)
    _path: str = ""
    _items: tuple[ShopItem, ...] = ()
    _shelf: Shelf = field(init=False)

    def join(self, shop: Shop, state: dict[str, Any]) -> Bridge:
        """Let a company with the store's items call us, and join it to the store."""
        self._items = shop_items(state)
        began = {item.sku.casefold(): item.quantity for item in self._items}
        self._shelf = Shelf(began)
        self._kind = self.make(self._items)
        act = Act(now=utc_now(), by=setting_up.EMAIL)
        books = create_connection(
            shop.company,
            registry.get(self._kind.slug),
            ConnectionDraft(self._kind.title, self._kind.settings),
            act,
        )
        access, password = desk.new_password(books, act)
        self._kind.sign(access.file_id)
        self._path = hook_path(books)
        self._server = self.serve()
        self._server.wait()
        address = f"{self._server.address}{self._path}"
        account = Account(address, access.user_name, password)
        self._connector = SimulatedWebConnector(self._kind.computer, account)
        self.visit()
        books.refresh_from_db()
        return setting_up.join(shop, books, now=utc_now())

    def visit(self) -> None:
        """Press Update Selected in the Web Connector."""
        outcome = self._connector.update()
        self.visits += 1
        self.envelopes += outcome.envelopes
        if outcome.ending not in (Ending.FINISHED, Ending.NOTHING):
            self.say(f"The Web Connector says: {outcome.code} {outcome.shown}".strip())

    def receive_goods(self, _shop: Shop) -> None:
        """Let somebody count goods into QuickBooks: the store has to follow."""
        for item in self._items[:ARRIVED_ITEMS]:
            self._kind.count_in(item.sku, Decimal(ARRIVED))
            self._shelf.counted[item.sku.casefold()] += ARRIVED

    def check(self, state: dict[str, Any], _shop: Shop) -> Report:
        """Judge by the store's state and the company's own records."""
        return check(state, self._kind.records, self._shelf)

    def figures(self) -> dict[str, int]:
        """Return how often QuickBooks was asked."""
        return {"visits": self.visits, "envelopes": self.envelopes}

    def move_to(self, port: int) -> None:
        """Let the Web Connector call the server that stays, from now on."""
        self.close()
        account = self._connector.account
        address = f"http://127.0.0.1:{port}{self._path}"
        moved = Account(address, account.user, account.password)
        self._connector = SimulatedWebConnector(self._kind.computer, moved)

    def close(self) -> None:
        """Stop the server that was there for QuickBooks."""
        if self._server is not None:
            self._server.close()
            self._server = None
