"""Importing customers and items: each once, with the reasons of what is skipped."""

from decimal import Decimal

import pytest

from stockbridge.domain.accounting import DocumentKind, ItemRecord
from stockbridge.domain.catalog import StoreItem
from stockbridge.domain.commerce import Customer
from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.domain.tests.builders import (
    a_books_customer,
    a_books_item,
    a_customer,
    a_line,
    a_store_item,
)
from stockbridge.engine.actions.issues import allow_limit
from stockbridge.engine.actions.runs import RunRequest, start_run
from stockbridge.engine.models import Binding, Run
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS, ITEMS = Run.Kind.IMPORT_CUSTOMERS, Run.Kind.IMPORT_ITEMS


def test_a_new_customer_is_created_and_linked() -> None:
    world = _with_customers(a_customer())

    run = world.approve(world.start(CUSTOMERS, all=True))

    assert run.state == "done"
    assert run.summary["created"] == 1
    assert [c.email for c in world.ledger.customers.values()] == ["ada@example.com"]
    assert Binding.objects.get(kind="customer").store_id == "5"


def test_a_customer_is_never_doubled_by_order_and_import() -> None:
    world = _with_customers(a_customer())
    world.ledger.cut_line = 1
    world.shop.place(an_order())
    world.rest(rounds=1)

    run = world.approve(world.start(CUSTOMERS, all=True))
    world.rest()

    run.refresh_from_db()
    assert run.state == "done"
    assert len(world.ledger.customers) == 1
    assert world.outcome("727") == "posted"


def test_a_customer_of_the_books_is_linked_by_e_mail() -> None:
    world = _with_customers(a_customer())
    world.ledger.add_customer(a_books_customer(email="ADA@example.com"))
    world.rest(rounds=1)

    run = world.start(CUSTOMERS, all=True)

    assert world.rows(run, "customer")["5"].action == "change"
    run = world.approve(run)
    assert run.summary["changed"] == 1
    assert len(world.ledger.customers) == 1
    assert Binding.objects.get(kind="customer").books_id == "C1"


@pytest.mark.parametrize(
    ("match_by", "person"),
    [
        ("name", a_customer(email="other@example.com", phone="")),
        ("phone", a_customer(email="", first_name="A.", phone="+1 (555) 0100")),
    ],
)
def test_the_duplicate_policy_decides_who_is_the_same(
    match_by: str, person: Customer
) -> None:
    world = _with_customers(person)
    world.ledger.add_customer(a_books_customer())
    world.rest(rounds=1)

    by_mail = world.start(CUSTOMERS, all=True)
    chosen = world.start(CUSTOMERS, all=True, match_by=["email", match_by])

    assert world.rows(by_mail, "customer")["5"].action == "create"
    assert world.rows(chosen, "customer")["5"].action == "change"


def test_skipped_customers_say_why() -> None:
    twin = a_customer(external_id="6")
    nobody = a_customer(external_id="7", email="", first_name="", last_name="")
    world = _with_customers(a_customer(), twin, nobody)

    run = world.start(CUSTOMERS, all=True)

    rows = world.rows(run, "customer")
    assert rows["5"].action == "create"
    assert rows["6"].reason == "It is in the selection twice."
    assert rows["7"].reason == "It has neither a name nor an e-mail address."


def test_an_item_is_created_with_its_accounts_and_first_quantity() -> None:
    world = _with_items(a_store_item(**_CUP, stock_quantity=Decimal(7)))
    accounts = {"income": "A1", "asset": "A2", "cogs": "A3"}

    run = world.approve(world.start(ITEMS, items=["777"], accounts=accounts))

    record = _records(world)[0]
    assert run.state == "done"
    assert dict(record.accounts) == accounts
    assert record.initial_quantity == 7
    assert world.target("777").desired == 7
    assert world.shown("777") == 7


def test_the_first_quantity_includes_what_unposted_orders_took() -> None:
    world = _with_items(a_store_item(**_CUP, stock_quantity=Decimal(7)))
    world.shop.place(an_order(lines=(a_line(item_id="777", sku="CUP", name="Cup"),)))
    world.rest(rounds=1)
    assert world.outcome("727") == "held"

    world.approve(world.start(ITEMS, items=["777"]))
    world.rest()

    assert _records(world)[0].initial_quantity == 7
    assert world.outcome("727") == "posted"
    assert world.shown("777") == 5
    assert world.target("777").desired == 5


def test_skipped_items_say_why() -> None:
    items = [
        a_store_item(external_id="1", product_id="1", name="New", sku="NEW"),
        a_store_item(external_id="2", product_id="2", name="Newer", sku="new"),
        a_store_item(external_id="3", product_id="3", name="Bare", sku=""),
        a_store_item(external_id="4", product_id="4", name="Mug", sku="MUG-2"),
        a_store_item(external_id="5", product_id="5", name="Coded", sku="L-7"),
        a_store_item(
            external_id="6",
            product_id="6",
            name="Barcode",
            sku="B",
            upc="4006381333931",
        ),
        a_store_item(external_id="8", product_id="8", name="Set", kind="variable"),
    ]
    world = _with_items(*items)
    world.ledger.add_item(
        a_books_item(
            external_id="I9",
            name="Pencil",
            sku="PENCIL",
            lookup_codes=("l-7",),
            upc="4006381333931",
        )
    )
    world.rest(rounds=1)
    world.set_options(match_by_lookup_code=False)

    run = world.start(ITEMS, items=["1", "2", "3", "4", "5", "6", "8", "93"])

    reasons = {key: row.reason for key, row in world.rows(run, "item").items()}
    assert reasons["1"] == ""
    assert reasons["2"] == "It is in the selection twice."
    assert reasons["3"] == "A required field is missing: SKU."
    assert reasons["4"] == "An item of the books has this name already."
    assert reasons["6"] == "An item of the books has this UPC already."
    assert reasons["8"] == "It groups variations; import those."
    assert reasons["93"] == "It is linked already."


def test_an_unknown_account_is_refused_with_its_field() -> None:
    world = _with_items()

    with pytest.raises(InvalidInputError) as caught:
        world.start(ITEMS, all=True, accounts={"income": "nowhere"})

    assert caught.value.field == "accounts.income"


def test_creating_beyond_the_limit_stops_and_asks() -> None:
    people = [
        a_customer(external_id=str(n), email=f"p{n}@example.com") for n in range(5)
    ]
    world = _with_customers(*people, created_max=3)

    run = world.approve(world.start(CUSTOMERS, all=True))

    assert run.state == "halted"
    assert world.ledger.customers == {}
    allow_limit(world.issue("limit_created"), world.act)
    world.rest()
    run.refresh_from_db()
    assert run.state == "done"
    assert len(world.ledger.customers) == 5


def test_a_refused_record_fails_its_row_with_the_reason() -> None:
    world = _with_customers(a_customer())
    world.ledger.refused[DocumentKind.CUSTOMER] = ActionNeededError("Name too long.")

    run = world.approve(world.start(CUSTOMERS, all=True))

    row = world.rows(run, "customer")["5"]
    assert run.state == "done"
    assert (row.outcome, row.message) == ("failed", "Name too long.")
    assert run.summary["reasons"] == {"Name too long.": 1}


def test_a_run_that_is_asked_to_go_at_once_needs_no_approval() -> None:
    world = _with_customers(a_customer())
    request = RunRequest(CUSTOMERS, {"all": True}, at_once=True)

    run = start_run(world.bridge, request, world.act)
    world.rest()

    run.refresh_from_db()
    assert run.state == "done"
    assert len(world.ledger.customers) == 1


def test_importing_customers_needs_its_switch() -> None:
    world = _with_customers(allow_customers=False)

    with pytest.raises(ActionNeededError, match="Importing customers"):
        world.start(CUSTOMERS, all=True)


_CUP = {"external_id": "777", "product_id": "777", "name": "Cup", "sku": "CUP"}


def _with_customers(*people: Customer, **options: object) -> World:
    world = a_world(**options)
    for one in people:
        world.shop.add_customer(one)
    world.clock.advance(hours=2)
    world.rest(rounds=2)
    return world


def _with_items(*items: StoreItem) -> World:
    world = a_world()
    for one in items:
        world.shop.add_item(one)
    world.rest(rounds=2)
    return world


def _records(world: World) -> list[ItemRecord]:
    found = [entry.document for entry in world.ledger.entries.values()]
    return [one for one in found if isinstance(one, ItemRecord)]
