"""An order's way through the engine's desk into a QuickBooks Desktop company file."""

import os

import pytest

from stockbridge.connectors.books.quickbooks_desktop.simulator import Company
from stockbridge.connectors.books.quickbooks_desktop.tests.contract_desk import (
    a_company,
    settings_for,
)
from stockbridge.connectors.books.quickbooks_desktop.translator import translator_of
from stockbridge.engine.desk.tests.caller import Caller, DiedError, a_caller_of
from stockbridge.engine.models import Binding, Connection, Delivery
from stockbridge.engine.tests.worlds import World, a_world, an_order

KINDS = ("SalesReceipt", "Invoice", "SalesOrder", "ReceivePayment", "Customer")

pytestmark = pytest.mark.django_db(transaction=True)


def a_visit_to_come(**settings: object) -> tuple[World, Caller[Company], Company]:
    """Return a world whose books are a company file, and an order to be written."""
    world, company = a_world(), a_company()
    given = settings_for(company, **settings)
    Connection.objects.filter(pk=world.bridge.books_id).update(
        connector="quickbooks_desktop", settings=given.model_dump(mode="json")
    )
    for row in Binding.objects.filter(books_connection=world.bridge.books_id):
        stock(company, row.books_id, row.books_id)
    world.shop.place(an_order(number="1042"))
    world.clock.advance(minutes=6)
    world.store_job()
    translator = translator_of(given, {})
    caller = a_caller_of(world.books_connection, company, translator)
    return world, caller, company


def stock(company: Company, item_id: str, name: str) -> None:
    """Let the company file have an item that is counted, under a given id."""
    made = company.state.records.pop(company.add("ItemInventory", f"Item {name}"))
    made.id = made.ret.find("ListID").text = item_id
    company.state.records[item_id] = made


def test_an_order_arrives_as_one_sales_receipt_of_its_customer() -> None:
    world, caller, company = a_visit_to_come()

    caller.visit()

    (sale,) = company.state.of("SalesReceipt")
    assert sale.text("RefNumber") == "1042"
    assert world.outcome("727") == "posted"


#: A part of the steps in every run of the tests; all of them: `make faults`.
EVERY = int(os.environ.get("STOCKBRIDGE_DIE_EVERY", "5"))


def test_a_visit_that_dies_at_any_step_books_nothing_twice_and_loses_nothing() -> None:
    document = "invoice"  # the most steps: its payment is prepared before it leaves
    steps = len(a_whole_visit(document)[0].steps)
    ends = []

    for place in range(1, steps + 1, EVERY):
        caller, company = a_whole_visit(document, dies_at=place)
        states = Delivery.objects.filter(connection=caller.connection)
        written = [one.kind for one in company.state.of(*KINDS)]
        ends.append((sorted(written), {row.state for row in states}))

    assert steps > 10
    assert ends == [ends[0]] * len(ends)
    assert ends[0][1] == {"posted"}


def test_a_sale_that_a_restored_backup_has_lost_is_written_again_once() -> None:
    _, caller, company = a_visit_to_come()
    backups = [company.backup()]

    def restore(step: str) -> None:
        if not list(company.state.of("SalesReceipt")):
            backups.append(company.backup())
        elif step == "answered":
            company.restore(backups[-1])
            raise DiedError

    caller.at_step = restore
    with pytest.raises(DiedError):
        caller.visit()
    caller.at_step = lambda _: None
    caller.rest()

    rows = Delivery.objects.filter(connection=caller.connection)
    assert {row.state for row in rows} == {"posted"}
    assert len(list(company.state.of("SalesReceipt"))) == 1


def a_whole_visit(
    document: str, *, dies_at: int = 0
) -> tuple[Caller[Company], Company]:
    _, caller, company = a_visit_to_come(document=document)

    def die(_step: str) -> None:
        if len(caller.steps) == dies_at:
            raise DiedError

    caller.at_step = die
    try:
        caller.visit()
    except DiedError:
        caller.at_step = lambda _: None
        company.begin_session()
        caller.rest()
    return caller, company
