"""Where the money of a shop lies in QuickBooks Online, read back from there."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from stockbridge.connectors.books.quickbooks_online.tests.online_desk import account_ref
from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.domain.account_movements import Cause, Movement
from stockbridge.domain.money import zero
from stockbridge.engine.clock import utc_now
from stockbridge.engine.statement import BridgeStatement, Span, statement_of
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.shopping import Shoppers
from tests.journeys.online_shop import OnlineShop, open_online_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(store: WooCommerceSimulator) -> Iterator[OnlineShop]:
    with open_online_shop(store) as opened:
        yield opened


def stated(shop: OnlineShop) -> BridgeStatement:
    today = utc_now().date()
    days = Span(today - timedelta(days=2), today + timedelta(days=1))
    return statement_of(shop.bridge, days, now=utc_now())


def accounts(shop: OnlineShop) -> dict[str, Movement]:
    found = stated(shop).accounts
    assert found is not None
    names = found.names
    return {names.get(m.account_id, ""): m for m in found.movements.movements}


def edit(shop: OnlineShop, kind: str, record: dict[str, Any], **fields: Any) -> None:
    sent = {"Id": record["Id"], "SyncToken": record["SyncToken"], "sparse": True}
    shop.online.write(kind, {**sent, **fields}, "update")


@pytest.mark.parametrize("document", ["sales_receipt", "invoice"])
def test_the_accounts_of_a_day_add_up_to_its_orders_less_its_refunds(
    shop: OnlineShop, document: str
) -> None:
    shop.choose("books", document=document)
    people = Shoppers(shop.store.url, 5)
    people.place(8)
    bring_to_rest(shop.bridge)
    people.change_minds()
    bring_to_rest(shop.bridge)

    found = stated(shop)

    assert found.accounts is not None
    named = [line for m in found.accounts.movements.movements for line in m.named]
    assert [line.cause for line in named if line.cause is not Cause.WAITING] == []
    booked = {c: b for c, (_, b) in found.accounts.movements.totals().items()}
    sold = {code: both[1].net for code, both in found.statement.totals.items()}
    (code,) = sold
    owed = sum(
        (one["Balance"] for one in shop.online.company.of("Invoice")), Decimal(0)
    )
    assert booked[code].amount == sold[code].amount - owed
    assert booked[code] != zero(code)


def test_a_receipt_whose_account_is_changed_by_hand_is_named_on_both(
    shop: OnlineShop,
) -> None:
    number = shop.buy()
    bring_to_rest(shop.bridge)
    (receipt,) = shop.online.company.of("SalesReceipt")
    waiting = account_ref(shop.online, "Undeposited Funds")
    edit(shop, "SalesReceipt", receipt, DepositToAccountRef=waiting)

    found = accounts(shop)

    total = receipt["TotalAmt"]
    assert stated(shop).is_even  # of the order itself nothing changed
    assert found["Checking"].difference.amount == total
    assert found["Undeposited Funds"].difference.amount == -total
    for one in found.values():
        assert [(x.number, x.cause) for x in one.named] == [
            (number, Cause.OTHER_ACCOUNT)
        ]


def test_a_receipt_that_is_voided_by_hand_is_missing_on_its_account(
    shop: OnlineShop,
) -> None:
    shop.buy()
    bring_to_rest(shop.bridge)
    (receipt,) = shop.online.company.of("SalesReceipt")
    total = receipt["TotalAmt"]
    sent = {"Id": receipt["Id"], "SyncToken": receipt["SyncToken"]}
    shop.online.write("SalesReceipt", sent, "void")

    one = accounts(shop)["Checking"]

    assert one.difference.amount == total
    assert [line.cause for line in one.named] == [Cause.GONE]


def test_a_payout_to_the_bank_is_seen_to_clear_the_account(shop: OnlineShop) -> None:
    waiting = account_ref(shop.online, "Undeposited Funds")
    shop.choose("books", deposit_account=waiting["value"])
    shop.buy()
    bring_to_rest(shop.bridge)
    (receipt,) = shop.online.company.of("SalesReceipt")
    link = {"TxnId": receipt["Id"], "TxnType": "SalesReceipt"}
    shop.online.write(
        "Deposit",
        {
            "DepositToAccountRef": account_ref(shop.online, "Checking"),
            "TxnDate": receipt["TxnDate"],
            "Line": [{"Amount": receipt["TotalAmt"], "LinkedTxn": [link]}],
        },
    )

    one = accounts(shop)["Undeposited Funds"]

    assert one.booked.net.amount == receipt["TotalAmt"]
    assert one.booked.net + one.besides.net == zero(one.currency)
    assert not one.difference
