"""What changes in QuickBooks Online is in the store as soon as Intuit tells of it."""

import http.client
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django.live_server_helper import LiveServer

from stockbridge.connectors.books.quickbooks_online.simulator.fitting import adjust
from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.engine import upkeep
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Connection, ExchangeLog, LogEntry
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.shopping import Shoppers
from stockbridge.web.demo.store_side import shown_quantities
from stockbridge.web.tests import callers
from tests.journeys.online_shop import OnlineShop, open_online_shop

pytestmark = pytest.mark.django_db(transaction=True)
fresh = callers.fresh
JOBS_MAX = 20


@dataclass(frozen=True, slots=True)
class Told:
    """A shop at rest that nobody looks at for an hour, unless something is told."""

    shop: OnlineShop
    address: str

    @property
    def sku(self) -> str:
        return str(self._item["Sku"])

    @property
    def item_id(self) -> str:
        return str(self._item["Id"])

    @property
    def on_hand(self) -> int:
        return int(self._item["QtyOnHand"])

    @property
    def shown(self) -> int:
        shown = shown_quantities(Shoppers(self.shop.store.url, 3).state())
        return int(shown[self.sku.casefold()])

    @property
    def _item(self) -> dict[str, Any]:
        items = self.shop.online.company.of("Item")
        return min(
            (one for one in items if "Sku" in one), key=lambda one: str(one["Sku"])
        )

    def sell_in_quickbooks(self, units: int) -> None:
        """Let somebody type an invoice into QuickBooks."""
        online = self.shop.online
        (guest,) = [
            one
            for one in online.company.of("Customer")
            if one["DisplayName"] == "Web guest"
        ]
        line = {
            "DetailType": "SalesItemLineDetail",
            "Amount": Decimal(units * 5),
            "SalesItemLineDetail": {
                "ItemRef": {"value": self.item_id},
                "Qty": Decimal(units),
                "UnitPrice": Decimal(5),
            },
        }
        online.write("Invoice", {"CustomerRef": {"value": guest["Id"]}, "Line": [line]})

    def work(self) -> int:
        """Do all jobs that are due; return how many there were."""
        runner = upkeep.new_runner()
        for done in range(JOBS_MAX):
            if not runner.work_once():
                return done
        raise AssertionError("It does not come to rest.")

    def post(self, body: bytes, signature: str) -> int:
        """Post to the address as anybody may; return the status."""
        headers = {"intuit-signature": signature, "Content-Type": "application/json"}
        return ask(self.address, "POST", body, headers)


def ask(
    address: str,
    method: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> int:
    parts = urlsplit(address)
    assert parts.hostname
    caller = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    with closing(caller):
        caller.request(method, parts.path, body, dict(headers or {}))
        return caller.getresponse().status


@pytest.fixture
def told(store: WooCommerceSimulator, live_server: LiveServer) -> Iterator[Told]:
    address = f"{live_server.url}/hooks/apps/quickbooks_online/"
    with open_online_shop(store) as shop:
        # Its first answer of all takes long; Intuit waits for three seconds only.
        assert ask(address, "GET") == 405
        bring_to_rest(shop.bridge)
        later = utc_now() + timedelta(hours=1)
        Connection.objects.update(due_at=later, woken=False)
        shop.online.webhooks.url = address
        yield Told(shop, address)


@pytest.mark.parametrize("form", ["cloud_events", "old_format"])
def test_the_stores_stock_follows_a_sale_in_quickbooks_before_the_next_look(
    told: Told, form: str
) -> None:
    told.shop.online.webhooks.is_new_format = form == "cloud_events"
    began = told.on_hand
    assert told.shown == began

    told.sell_in_quickbooks(2)
    untold = told.work(), told.shown
    sent = told.shop.online.webhooks.send_all()
    told.work()

    assert untold == (0, began)
    assert sent == 1
    assert [one.status for one in told.shop.online.webhooks.tried] == [200]
    assert told.shown == told.on_hand == began - 2
    assert Connection.objects.get(pk=told.shop.bridge.books_id).hints == {}


def test_an_adjustment_tells_nothing_and_is_seen_with_the_item_or_at_the_next_look(
    told: Told,
) -> None:
    began, online = told.on_hand, told.shop.online
    adjust(online, told.item_id, Decimal(7))
    sent = online.webhooks.send_all()
    told.work()
    untold = told.shown
    item = online.company.get("Item", told.item_id)
    price = {"Id": item["Id"], "SyncToken": item["SyncToken"], "UnitPrice": Decimal(6)}
    online.write("Item", {**price, "sparse": True, "Name": item["Name"]})
    online.webhooks.send_all()
    told.work()
    told_of = told.shown
    adjust(online, told.item_id, Decimal(1))
    Connection.objects.filter(pk=told.shop.bridge.books_id).update(due_at=utc_now())
    told.work()

    assert (sent, untold, told_of) == (0, began, began + 7)
    assert told.shown == began + 8


def test_of_a_delivery_about_several_companies_each_connection_hears_its_own(
    told: Told,
) -> None:
    online, books = told.shop.online, told.shop.bridge.books
    bakery = online.add_company("Example Bakery")
    for number in range(3):
        moment = utc_now()
        online.webhooks.note(bakery.realm_id, "Item", f"77{number}", "Update", moment)
    told.sell_in_quickbooks(3)
    ExchangeLog.objects.all().delete()

    online.webhooks.send_all()

    (body,) = [one.body for one in online.webhooks.tried]
    assert bakery.realm_id.encode() in body
    (heard,) = ExchangeLog.objects.filter(is_incoming=True)
    assert heard.connection == books
    assert bakery.realm_id not in str(heard.request)
    assert "770" not in str(heard.request)
    told.work()
    assert told.shown == told.on_hand


def test_what_comes_again_or_is_forged_is_answered_and_sets_nothing_off(
    told: Told,
) -> None:
    online = told.shop.online
    told.sell_in_quickbooks(1)
    online.webhooks.send_all()
    told.work()
    (delivered,) = online.webhooks.tried
    body = delivered.body
    genuine = online.webhooks.signature(body)
    Connection.objects.update(due_at=utc_now() + timedelta(hours=1), woken=False)
    before = ExchangeLog.objects.count(), LogEntry.objects.count()

    again = [told.post(body, genuine) for _ in range(3)]
    forged = [
        told.post(body + b" ", genuine),  # the signature is of the bytes as they came
        told.post(body, ""),
        told.post(body.replace(b"qbo", b"QBO"), genuine),
    ]

    assert again == [200, 200, 200]
    assert forged == [401, 401, 401]
    assert told.work() == 0
    assert (ExchangeLog.objects.count(), LogEntry.objects.count()) == before


def test_a_notice_that_found_nobody_home_comes_again_and_is_heard_then(
    told: Told,
) -> None:
    online, clock = told.shop.online, told.shop.online.webhooks.clock
    online.webhooks.url = "http://127.0.0.1:9/hooks/apps/quickbooks_online/"
    began = told.on_hand
    told.sell_in_quickbooks(2)
    online.webhooks.send_all()
    unheard = told.work(), told.shown
    online.webhooks.url = told.address

    too_early = online.webhooks.send_all()
    online.webhooks.clock = SettableClock(clock.now() + timedelta(minutes=20))
    in_time = online.webhooks.send_all()
    told.work()

    assert unheard == (0, began)
    assert (too_early, in_time) == (0, 1)
    assert [one.status for one in online.webhooks.tried] == [0, 200]
    assert told.shown == began - 2
