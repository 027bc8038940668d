"""What the counter sold to a customer of the store, asked for by a person."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from stockbridge.connectors.books.quickbooks_pos.tests.contract_files import (
    schema_if_there,
)
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.tests.builders import a_customer
from stockbridge.engine import privacy, retention
from stockbridge.engine.actions.pairs import link_customer
from stockbridge.engine.counter_receipts import (
    ask_for_receipts,
    is_asked,
    receipts_at_the_counter,
)
from stockbridge.engine.models import Snapshot
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, a_clock, a_world

pytestmark = pytest.mark.django_db(transaction=True)
SOLD = """<?xml version="1.0" encoding="windows-1252"?><?qbposxml version="3.0"?>
<QBPOSXML><QBPOSXMLMsgsRq onError="stopOnError"><SalesReceiptAddRq requestID="1">
<SalesReceiptAdd><Comments>{said}</Comments><CustomerListID>{customer}</CustomerListID>
<SalesReceiptType>Sales</SalesReceiptType><SalesReceiptItemAdd><ListID>{item}</ListID>
<Price>{price}</Price><Qty>1</Qty><TaxCode>Non</TaxCode></SalesReceiptItemAdd>
<TenderCashAdd><TenderAmount>{price}</TenderAmount></TenderCashAdd></SalesReceiptAdd>
</SalesReceiptAddRq></QBPOSXMLMsgsRq></QBPOSXML>"""


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def world() -> Iterator[QuickBooksWorld]:
    """Give a world in which Ada bought online, and is linked to whom that made."""
    with a_world(PointOfSale(a_clock(), schema_if_there())) as opened:
        opened.shop.add_customer(a_customer())
        opened.shop.place(an_order())
        opened.clock.advance(hours=2)
        opened.rest(rounds=3)
        link_customer(opened.bridge, "5", ada_in_the_books(opened), opened.act)
        yield opened


def till(world: QuickBooksWorld) -> PointOfSale:
    assert isinstance(world.office, PointOfSale)
    return world.office


def ada_in_the_books(world: QuickBooksWorld) -> str:
    (row,) = till(world).company.records.customers.all()
    return str(row["ListID"])


def sell(
    world: QuickBooksWorld, price: str, customer: str = "", said: str = ""
) -> None:
    office = till(world)
    answer = office.process(
        SOLD.format(
            item=office.item("PEN")["ListID"],
            customer=customer or ada_in_the_books(world),
            said=said or "Come again",
            price=price,
        ).encode("windows-1252")
    )
    assert b'statusCode="0"' in answer


def ada(world: QuickBooksWorld) -> Snapshot:
    return Snapshot.objects.get(
        connection=world.bridge.store, feed="customers", external_id="5"
    )


def ask(world: QuickBooksWorld) -> None:
    ask_for_receipts(world.bridge, ada(world), ada_in_the_books(world))


def known(world: QuickBooksWorld) -> list[str]:
    rows = receipts_at_the_counter(world.bridge, ada_in_the_books(world))
    return sorted(f"{row.amount:.2f}" for row in rows)


def test_only_what_the_counter_sold_is_read_and_only_when_asked(
    world: QuickBooksWorld,
) -> None:
    sell(world, "7.00")
    world.rest()
    unasked = known(world)

    ask(world)
    world.rest()

    assert unasked == []
    assert known(world) == ["7.00"]  # not the order's own receipt of 16.50
    assert not is_asked(world.bridge, ada_in_the_books(world))


def test_many_receipts_come_page_by_page_and_again_once(world: QuickBooksWorld) -> None:
    for number in range(130):
        sell(world, f"{number + 1}.00")
    ask(world)
    world.rest(rounds=3)

    ask(world)
    world.rest(rounds=3)

    assert len(known(world)) == 130


def test_a_receipt_that_was_taken_back_is_gone_at_the_next_reading(
    world: QuickBooksWorld,
) -> None:
    sell(world, "7.00")
    ask(world)
    world.rest()

    for row in till(world).company.records.receipts.all():
        if row["Total"] == "7.00":
            row["HistoryDocStatus"] = "Reversed"
    ask(world)
    world.rest()

    assert known(world) == []


def test_a_customer_whom_point_of_sale_lost_stops_nothing(
    world: QuickBooksWorld,
) -> None:
    sell(world, "7.00")
    ask_for_receipts(world.bridge, ada(world), "-123456")
    ask(world)

    world.rest()

    assert known(world) == ["7.00"]
    assert not is_asked(world.bridge, "-123456")


def test_an_erased_persons_receipts_go_and_are_not_asked_for_again(
    world: QuickBooksWorld,
) -> None:
    sell(world, "7.00")
    ask(world)
    world.rest()
    told = privacy.export_person(world.company, "ada@example.com")

    privacy.erase_person(world.company, "ada@example.com", now=world.clock(), by="Ada")

    assert len(told["counter_receipts"]) == 1
    assert not Snapshot.objects.filter(feed="receipts").exists()
    with pytest.raises(InvalidInputError):
        ask(world)


def test_receipts_are_kept_no_longer_than_persons(world: QuickBooksWorld) -> None:
    sell(world, "7.00")
    ask(world)
    world.rest()
    days = timedelta(days=world.company.retention_days)

    early = retention.sweep_company(world.company, world.clock() + days / 2)
    late = retention.sweep_company(world.company, world.clock() + days * 2)

    assert (early.receipts, late.receipts) == (0, 1)
    assert known(world) == []
