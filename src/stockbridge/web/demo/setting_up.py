"""Setting up the demonstration's company, as a person would on the screens."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from stockbridge.backoffice.drafts import Header, ReceiptDraft, ReceiptLineDraft
from stockbridge.backoffice.models import Item
from stockbridge.backoffice.posting import post
from stockbridge.companies.models import Company, Membership, User
from stockbridge.companies.permissions import Role
from stockbridge.connectors import registry
from stockbridge.domain.money import Money
from stockbridge.engine.actions import bridges, connections
from stockbridge.engine.actions.connections import Act, ConnectionDraft
from stockbridge.engine.actions.runs import RunRequest, start_run
from stockbridge.engine.models import Bridge, Connection, Run

EMAIL, NAME = "owner@example.com", "Demo owner"


@dataclass(frozen=True, slots=True)
class StoreAccess:
    """Where the simulated store is, and the keys to it."""

    address: str
    consumer_key: str
    consumer_secret: str


@dataclass(frozen=True, slots=True)
class Shop:
    """A company with a store and an owner; no books yet."""

    company: Company
    store: Connection
    password: str


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What was set up, and how to sign in."""

    company: Company
    bridge: Bridge
    password: str


def set_up(access: StoreAccess, *, now: datetime) -> Demonstration:
    """Make a company with an owner, connect both sides, and join them."""
    shop = open_shop(access, now=now)
    bridge = join_back_office(shop, now=now)
    return Demonstration(shop.company, bridge, shop.password)


def open_shop(access: StoreAccess, *, now: datetime) -> Shop:
    """Make a company with an owner, and connect its store."""
    password = secrets.token_urlsafe(9)
    owner = User.objects.create_superuser(EMAIL, password, display_name=NAME)
    company = Company.objects.create(
        name="Harbour Hardware (demo)",
        slug="demo",
        time_zone="America/New_York",
        allows_private_addresses=True,  # the simulated store is on this machine
    )
    Membership.objects.create(company=company, user=owner, role=Role.ADMINISTRATOR)
    act = Act(now=now, by=NAME)
    store = connections.create_connection(
        company,
        registry.get("woocommerce"),
        ConnectionDraft(
            "Demo store",
            {"address": access.address, "allow_insecure_http": True},
            {
                "consumer_key": access.consumer_key,
                "consumer_secret": access.consumer_secret,
            },
        ),
        act,
    )
    connections.test_connection(store, act)
    return Shop(company, store, password)


def join_back_office(shop: Shop, *, now: datetime) -> Bridge:
    """Join the store to the back office in this very process."""
    act = Act(now=now, by=EMAIL)
    books = connections.embedded_books(shop.company, act)
    return join(shop, books, now=now)


def join(shop: Shop, books: Connection, *, now: datetime) -> Bridge:
    """Join the store to these books, and switch the connection on."""
    act = Act(now=now, by=EMAIL)
    bridge = bridges.join(shop.store, books, act)
    bridges.enable(bridge, act)
    return bridge


def switch_on(bridge: Bridge, *, now: datetime) -> None:
    """Let orders come in and stock go back by themselves."""
    changes = {
        "orders_enabled": True,
        "orders_interval_min": 1,
        "stock_enabled": True,
        "stock_interval_min": 1,
    }
    bridges.save_options(bridge, changes, Act(now=now, by=NAME))


def import_items(bridge: Bridge, *, now: datetime) -> None:
    """Take the store's items into the back office, with their quantities."""
    request = RunRequest(Run.Kind.IMPORT_ITEMS, {"all": True}, at_once=True)
    start_run(bridge, request, Act(now=now, by=NAME))


def receive_goods(company: Company, *, now: datetime) -> None:
    """Let goods arrive in the back office: the store has to follow."""
    items = Item.objects.filter(company=company, is_active=True, kind="tracked")
    lines = tuple(
        ReceiptLineDraft(item.pk, Decimal(12), Money(Decimal("60.00"), item.currency))
        for item in items.order_by("sku")[:5]
    )
    day = now.astimezone(ZoneInfo(company.time_zone)).date()
    draft = ReceiptDraft(Header("demo/receipt/1", day, reference="PO 1001"), lines)
    post(company, draft, at=now)
