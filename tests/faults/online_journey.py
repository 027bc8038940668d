"""The journey into QuickBooks Online that is interrupted, and the judge of its end.

Four orders of three customers: fees, shipping, a coupon; one is paid later, one partly
refunded with its goods, one without, one cancelled; and somebody adjusts a quantity in
QuickBooks. The judge reads what both systems say of themselves; our own tables only to
see that nothing waits any more.
"""

import json
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from django.core.management import call_command

from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Habits,
    Options,
)
from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.connectors.stores.woocommerce.simulator.coupons import insert
from stockbridge.domain.errors import RetryableError
from stockbridge.engine.actions import bridges
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Bridge, Connection, Delivery, Issue, Lease
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.online import OnlineSide, an_american_company
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import Shop, StoreAccess
from stockbridge.web.demo.shopping import Shoppers
from tests.quickbooks.online_world import lift_quota

SEED, PRODUCTS = 11, 3
TRIES = 12
FOUND = 2  # more of the first item, by an adjustment in QuickBooks
DONE = ("posted", "superseded", "cancelled")
LONG_AGO = "2026-01-01T00:00:00+00:00"
TABLES = ("SalesReceipt", "Invoice", "Payment", "RefundReceipt", "Customer")


class Trade:
    """A store and a company in QuickBooks Online, in the process that holds them."""

    def __init__(self, document: str) -> None:
        habits = Habits(automated_tax=True)
        self.store = WooCommerceSimulator(port=0, seed=SEED)
        online = an_american_company(Options(habits=habits, limits=UNLIMITED))
        self.side = OnlineSide(online, {"document": document})
        self.is_invoiced = document == "invoice"
        self.shop: Shop

    def prepare(self) -> None:
        """Set the company up, once: the catalogue is read, nothing was bought yet."""
        call_command("migrate", verbosity=0, interactive=False)
        self.store.seed_products(PRODUCTS, seed=SEED)
        coupon = {"code": "ten", "amount": "10", "discount_type": "percent"}
        insert(self.store.state, coupon)
        self.store.start()
        store = self.store
        access = StoreAccess(store.url, store.consumer_key, store.consumer_secret)
        self.shop = setting_up.open_shop(access, now=utc_now())
        bridge = self.side.join(self.shop, self.shoppers().state())
        lift_quota(bridge.books)
        if self.is_invoiced:  # the invoice now, the payment when it is paid
            act = Act(now=utc_now(), by=setting_up.EMAIL)
            bridges.save_options(bridge, {"when": "placed"}, act)
        bring_to_rest(bridge)
        setting_up.switch_on(bridge, now=utc_now())
        bring_to_rest(bridge)
        _prepare_connection(bridge.books_id)
        self.stop()

    def start(self) -> None:
        """Let both answer, at the addresses where they were."""
        self.store.start()
        self.side.simulator.start()

    def stop(self) -> None:
        """Let both be silent; what they know stays."""
        self.store.stop()
        self.side.simulator.stop()

    def shoppers(self) -> Shoppers:
        """Return the store's people."""
        return Shoppers(self.store.url, SEED)

    def staff(self) -> str:
        """Return where QuickBooks' own people write inventory adjustments."""
        online = self.side.simulator
        return f"{online.url}/simulator/companies/{online.realm_id}/records"

    def judged(self) -> dict[str, Any]:
        """Return what both systems' own records say is wrong; empty: nothing."""
        online = self.side.simulator.company
        found_sku = next(str(row["Sku"]) for row in online.of("Item") if "Sku" in row)
        self.side.shelf.counted[found_sku.casefold()] = FOUND
        report = self.side.check(self.shoppers().state(), self.shop)
        found: dict[str, Any] = {}
        if report.problems:
            found["problems"] = report.problems
        expected = {"booked": 4, "cancelled": 1, "refunds": 2, "duplicates": 0}
        counts = {name: asdict(report)[name] for name in expected}
        if counts != expected:
            found["counts"] = counts
        names = sorted(row["DisplayName"] for row in online.of("Customer"))
        if names != ["Ada Archer", "Ben Brook", "Cleo Carver", "Web guest"]:
            found["customers"] = names
        open_ = [row["DocNumber"] for row in online.of("Invoice") if row["Balance"]]
        paid = sum((row["TotalAmt"] for row in online.of("Payment")), Decimal(0))
        billed = sum((row["TotalAmt"] for row in online.of("Invoice")), Decimal(0))
        if open_ or paid != billed:
            found["payments"] = f"open {open_}, paid {paid}, billed {billed}"
        if self.side.simulator.crashes:
            found["crashes"] = self.side.simulator.crashes
        if found:
            found["tables"] = {kind: len(list(online.of(kind))) for kind in TABLES}
        return found


def place_orders(shoppers: Shoppers, *, is_invoiced: bool) -> None:
    """Place the four orders, the first one's number being the lowest.

    An invoice that is cancelled must not be paid: what becomes of the money then is a
    person's to say.
    """
    skus = shoppers.skus()
    first, second, third = skus[:3]
    ada, ben, cleo = ("Ada", "Archer"), ("Ben", "Brook"), ("Cleo", "Carver")
    _order(
        shoppers,
        ada,
        items=[[first, 2], [second, 1]],
        shipping="4.95",
        fees=[["Gift wrap", "3.50"], ["Loyalty", "-1.25"]],
    )
    _order(shoppers, ada, items=[[third, 3]], status="completed", coupons=["ten"])
    _order(shoppers, ben, items=[[first, 1]], status="on-hold", shipping="10.00")
    status = "on-hold" if is_invoiced else "processing"
    _order(shoppers, cleo, items=[[second, 2]], status=status)


def _order(shoppers: Shoppers, who: tuple[str, str], **basket: object) -> None:
    name, surname = who
    address = {
        "first_name": name,
        "last_name": surname,
        "email": f"{name}@example.com".lower(),
        "address_1": "7 Main St",
        "city": "New York",
        "state": "NY",
        "postcode": "10002",
        "country": "US",
    }
    shoppers.placed.append(shoppers.order({"address": address, **basket}))


def travel(address: str, staff: str, changed: Path) -> None:
    """Go the whole way; `changed` notes that everybody changed their minds."""
    bridge = Bridge.objects.select_related("store", "books", "company").get()
    rest(bridge)
    if not changed.exists():
        _change_minds(Shoppers(address, SEED), staff)
        changed.touch()
    rest(bridge)


def arrive(address: str, staff: str, changed: Path) -> dict[str, Any]:
    """Go on after whatever happened; return what still waits."""
    # Nobody waits here for the dead worker's lease to run out.
    Lease.objects.update(expires_at=None)
    travel(address, staff, changed)
    open_rows = Delivery.objects.exclude(state__in=DONE)
    found: dict[str, Any] = {}
    if open_rows.exists():
        found["unsettled"] = [f"{r.kind} {r.state} {r.error}" for r in open_rows]
    issues = Issue.objects.filter(resolved_at=None)
    if issues.exists():
        found["issues"] = [f"{one.code}: {one.title}" for one in issues]
    return found


def rest(bridge: Bridge) -> None:
    """Come to rest, however often the line is cut meanwhile."""
    for _ in range(TRIES):
        try:
            bring_to_rest(bridge, visit=lambda: _let_time_pass(bridge))
        except RetryableError:
            continue
        if not Delivery.objects.filter(state__in=["sent", "in_doubt"]).exists():
            return
    raise RuntimeError("The journey does not come to rest.")


def _let_time_pass(bridge: Bridge) -> None:
    """Let it be later: nobody waits here for two minutes, or for a refused quota.

    The simulated company has done by then whatever it was sent.
    """
    Delivery.objects.update(not_before=None)
    row = Connection.objects.get(pk=bridge.books_id)
    row.facts.pop("renewing", None)  # a dead worker's claim, good for a minute
    for name in ("unanswered", "lost"):  # when a write left whose answer is missing
        if row.facts.get(name):
            row.facts[name] = LONG_AGO
    row.save(update_fields=["facts"])


def _change_minds(shoppers: Shoppers, staff: str) -> None:
    state = shoppers.state()
    orders = sorted(state["orders"].values(), key=lambda order: int(order["id"]))
    paid_back, goodwill, unpaid, unwanted = (int(order["id"]) for order in orders)
    line = next(one for one in orders[0]["lines"] if one["kind"] == "line_item")
    goods = {"quantities": {str(line["id"]): 1}, "restock": True, "reason": "Too big"}
    shoppers.refund(paid_back, goods)
    shoppers.refund(goodwill, {"amount": "1.00", "restock": False})
    shoppers.set_status(unpaid, "processing")
    shoppers.set_status(unwanted, "cancelled")
    _adjust(staff)


def _adjust(staff: str) -> None:
    """Let somebody find two more of the first item on QuickBooks' own screens."""
    root = staff.rsplit("/companies/", 1)[0]
    company = next(iter(_ask(f"{root}/state")["companies"].values()))
    items = [row for row in company["records"]["Item"].values() if row.get("Sku")]
    accounts = company["records"]["Account"].values()
    shrinkage = next(r["Id"] for r in accounts if r["Name"] == "Inventory Shrinkage")
    detail = {"ItemRef": {"value": items[0]["Id"]}, "QtyDiff": FOUND}
    line = {
        "DetailType": "ItemAdjustmentLineDetail",
        "ItemAdjustmentLineDetail": detail,
    }
    sent = {"AdjustAccountRef": {"value": shrinkage}, "Line": [line]}
    _ask(f"{staff}/InventoryAdjustment", sent)


def _ask(address: str, sent: object = None) -> dict[str, Any]:
    body = None if sent is None else json.dumps(sent).encode()
    with urlopen(Request(address, data=body), timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def _prepare_connection(books_id: int) -> None:
    """Let the access token end, so that it is renewed; no call is too many."""
    row = Connection.objects.get(pk=books_id)
    row.secrets = {**row.secrets, "access_until": LONG_AGO}
    row.save(update_fields=["secrets"])
    lift_quota(row)
