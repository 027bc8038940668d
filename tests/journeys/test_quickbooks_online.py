"""A shop's orders on their way into QuickBooks Online, through the whole engine."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_online.simulator.fitting import adjust
from stockbridge.connectors.simulation import Fault, FaultKind
from stockbridge.connectors.stores.woocommerce.simulator import (
    WooCommerceSimulator,
)
from stockbridge.domain.accounting import SaleForm
from stockbridge.domain.errors import RetryableError
from stockbridge.domain.policy import When
from stockbridge.engine.actions import connections
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.posting_rules import RuleDraft, set_rules
from stockbridge.engine.clock import utc_now
from stockbridge.engine.desk.lists import LISTS
from stockbridge.engine.models import Delivery, Issue
from stockbridge.engine.statement import Span, statement_of
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.shopping import Shoppers
from stockbridge.web.demo.store_side import rows_of, shown_quantities
from tests.journeys.online_shop import OnlineShop, open_online_shop

pytestmark = pytest.mark.django_db(transaction=True)
ACT = Act(now=utc_now(), by="ada@example.com")


@pytest.fixture
def shop(store: WooCommerceSimulator) -> Iterator[OnlineShop]:
    with open_online_shop(store) as opened:
        yield opened


def receipts(shop: OnlineShop) -> list[dict[str, object]]:
    return list(shop.online.company.of("SalesReceipt"))


def test_an_order_becomes_a_sales_receipt_and_the_stock_goes_back(
    shop: OnlineShop,
) -> None:
    number = shop.buy(2)

    bring_to_rest(shop.bridge)

    (receipt,) = receipts(shop)
    assert receipt["DocNumber"] == number
    assert not Issue.objects.filter(resolved_at=None).exists()
    item = min(
        (one for one in shop.online.company.of("Item") if "Sku" in one),
        key=lambda one: str(one["Sku"]),
    )
    shown = shown_quantities(Shoppers(shop.store.url, 3).state())
    assert Decimal(shown[str(item["Sku"]).casefold()]) == item["QtyOnHand"]


def test_lists_are_there_to_choose_from_as_soon_as_it_is_connected(
    shop: OnlineShop,
) -> None:
    shop.bridge.books.refresh_from_db()

    lists = shop.bridge.books.facts[LISTS]
    assert "Checking" in {name for _, name, _, _ in lists["accounts"]}
    assert lists["payment_methods"]


def test_an_answer_that_got_lost_books_nothing_twice(shop: OnlineShop) -> None:
    number = shop.buy()
    lost = Fault(FaultKind.ANSWER_LOST, "POST", "salesreceipt|batch", times=4)
    shop.online.faults.add(lost)

    for _ in range(3):
        with suppress(RetryableError):  # as a runner does: later again
            bring_to_rest(shop.bridge)
    bring_to_rest(shop.bridge)

    assert [one["DocNumber"] for one in receipts(shop)] == [number]
    sales = Delivery.objects.filter(kind="sale")
    assert [one.state for one in sales] == ["posted"]


def test_orders_become_invoices_where_the_settings_say_so(shop: OnlineShop) -> None:
    books = shop.bridge.books
    books.settings = {**books.settings, "document": "invoice"}
    books.save(update_fields=["settings"])

    shop.buy()
    bring_to_rest(shop.bridge)

    (invoice,) = shop.online.company.of("Invoice")
    assert invoice["Balance"] == Decimal(0)
    assert receipts(shop) == []


def test_a_rule_chooses_document_account_and_class_of_one_order_among_others(
    shop: OnlineShop,
) -> None:
    accounts = shop.online.company.of("Account")
    savings = next(one for one in accounts if one["Name"] == "Undeposited Funds")
    shop.online.write("Class", {"Name": "Dealers"})
    shop.online.company.prefer("AccountingInfoPrefs", ClassTrackingPerTxn=True)
    (dealers,) = shop.online.company.of("Class")
    connections.test_connection(shop.bridge.books, ACT)
    rules = [
        RuleDraft(
            name="On terms",
            statuses=("processing",),
            form=SaleForm.INVOICE,
            when=When.PLACED,
            prefix="T-",
            account_id=str(savings["Id"]),
            class_id=str(dealers["Id"]),
        )
    ]
    set_rules(shop.bridge, rules, ACT)

    receipt = shop.buy()
    invoice = shop.buy(status="processing")
    bring_to_rest(shop.bridge)
    shop.store.sales.change_status(int(invoice), "completed")
    bring_to_rest(shop.bridge)

    assert [one["DocNumber"] for one in receipts(shop)] == [receipt]
    (sold,) = shop.online.company.of("Invoice")
    assert sold["DocNumber"] == f"T-{invoice}"
    assert sold["Balance"] == Decimal(0)
    assert sold["ClassRef"]["value"] == dealers["Id"]
    (paid,) = shop.online.company.of("Payment")
    assert paid["DepositToAccountRef"]["value"] == savings["Id"]
    assert not Issue.objects.filter(resolved_at=None).exists()


def test_store_equals_books_after_a_day_of_orders_fees_coupons_and_refunds(
    shop: OnlineShop,
) -> None:
    people = Shoppers(shop.store.url, 5)
    people.place(12)
    bring_to_rest(shop.bridge)
    people.change_minds()
    for order in rows_of(people.state()["orders"]):
        if order["status"] in {"on-hold", "pending"}:  # unpaid, it is not booked yet
            people.set_status(order["id"], "processing")
    bring_to_rest(shop.bridge)

    today = utc_now().date()
    days = Span(today - timedelta(days=2), today + timedelta(days=1))
    found = statement_of(shop.bridge, days, now=utc_now())

    assert found.is_even
    assert len(list(shop.online.company.of("SalesReceipt"))) > 5
    assert list(shop.online.company.of("RefundReceipt"))
    assert not Issue.objects.filter(resolved_at=None).exists()


def test_a_new_item_takes_the_stores_quantity_once_and_is_sold_the_same_day(
    shop: OnlineShop,
) -> None:
    sku = sorted(shown_quantities(Shoppers(shop.store.url, 3).state()))[0]
    began = shown_quantities(Shoppers(shop.store.url, 3).state())[sku]
    item = next(
        row
        for row in shop.online.company.of("Item")
        if str(row.get("Sku", "")).casefold() == sku
    )
    assert item["QtyOnHand"] == began

    shop.buy(2)
    bring_to_rest(shop.bridge)
    adjust(shop.online, item["Id"], Decimal(7))
    bring_to_rest(shop.bridge)
    setting_up.import_items(shop.bridge, now=utc_now())
    bring_to_rest(shop.bridge)

    assert item["QtyOnHand"] == began - 2 + 7
    assert shown_quantities(Shoppers(shop.store.url, 3).state())[sku] == began + 5
    # A sale dated before the item's own start is refused with 6270.
    refused = Delivery.objects.exclude(state="posted").values_list("error", flat=True)
    assert list(refused) == []
