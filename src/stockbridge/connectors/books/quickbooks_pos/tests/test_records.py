"""Customers and items: what is written of them, what is read, what is held."""

from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_pos.settings import (
    CustomerSign,
    MatchKey,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import DEPARTMENT
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    DAY,
    NOON,
    Counter,
    a_request,
    money,
    settings,
)
from stockbridge.domain.accounting import (
    BooksRef,
    CustomerRecord,
    DocumentKind,
    ItemChange,
    ItemField,
    ItemRecord,
    ReversalDocument,
)
from stockbridge.domain.commerce import Address
from stockbridge.domain.errors import InvalidInputError, MappingError
from stockbridge.ports import PageRead, PostOutcome, Read, ReadFeed


def items_read(counter: Counter) -> PageRead:
    (page,) = counter.ask(Read("read", ReadFeed.ITEMS, "", 100, NOON))
    assert isinstance(page, PageRead)
    return page


def test_a_customer_without_a_last_name_still_has_one() -> None:
    counter = Counter()

    counter.write(CustomerRecord("", email="ada@example.com"), "customer/ada/1")

    (row,) = counter.company.records.customers.all()
    assert row["LastName"] == "ada@example.com"


def test_names_are_cut_to_their_fields_and_written_in_known_letters() -> None:
    counter = Counter()
    ada = CustomerRecord(
        "x",
        first_name="Zoë\n",
        last_name="Łukasiewicz-Featherstonehaugh-Example",
        billing=Address(line1="1 Long Street " * 9, country="US", postcode="1" * 20),
        shipping=Address(first_name="Zoë", line1="2 Short Street", city="Łódź"),
    )

    result = counter.write(ada, "customer/ada/1")

    (row,) = counter.company.records.customers.all()
    assert result.outcome is PostOutcome.POSTED
    assert row["LastName"] == "Lukasiewicz-Featherstonehaugh-"
    assert row["FirstName"] == "Zoë"
    assert row["BillAddress"][0]["PostalCode"] == "1" * 13
    assert row["ShipAddress"][0]["City"] == "Lódz"


def test_by_choice_our_sign_on_a_customer_begins_the_notes() -> None:
    counter = Counter(settings=settings(customer_sign=CustomerSign.NOTES))
    ada = CustomerRecord("Ada", last_name="Example")

    counter.write(ada, "customer/ada/1")

    (row,) = counter.company.records.customers.all()
    assert row["Notes"] == a_request(ada, "customer/ada/1").marker
    assert "CustomerID" not in row


def test_a_new_item_has_its_first_quantity_at_its_store() -> None:
    counter = Counter()
    jug = ItemRecord(
        "Jug",
        sku="JUG-1",
        price=money("4.00"),
        initial_quantity=Decimal(7),
        location_id="2",
    )

    made = counter.write(jug, "item/jug/1")

    assert made.outcome is PostOutcome.POSTED, made.error
    assert counter.on_hand(made.books_id, 2) == 7
    row = counter.company.records.items.rows[made.books_id]
    assert (row["Price1"], row["IsWebItem"]) == ("4.00", "True")


@pytest.mark.parametrize("department", ["kitchen", "KIT", DEPARTMENT])
def test_a_department_is_found_by_name_code_or_id(department: str) -> None:
    counter = Counter(settings=settings(default_department=""))
    jug = ItemRecord("Jug", sku="JUG-1", department=department)

    made = counter.write(jug, "item/jug/1")

    row = counter.company.records.items.rows[made.books_id]
    assert row["DepartmentListID"] == DEPARTMENT


def test_an_item_without_a_known_department_is_held() -> None:
    counter = Counter(settings=settings(default_department=""))
    jug = ItemRecord("Jug", sku="JUG-1", department="Garden")

    with pytest.raises(MappingError, match="Garden") as held:
        counter.translator.check_document(a_request(jug))

    assert "Department" in held.value.remedy


@pytest.mark.parametrize("sku", ["", "A" * 21, "東京-1"])
def test_a_code_that_cannot_be_stored_exactly_is_held_not_cut(sku: str) -> None:
    counter = Counter()

    with pytest.raises(InvalidInputError) as held:
        counter.translator.check_document(a_request(ItemRecord("Jug", sku=sku)))

    assert held.value.field == "sku"


def test_a_name_that_is_cut_is_kept_whole_in_the_second_description() -> None:
    counter = Counter()
    name = "A jug with a rather long name, in blue"

    made = counter.write(ItemRecord(name, sku="JUG-1"), "item/jug/1")

    row = counter.company.records.items.rows[made.books_id]
    assert (row["Desc1"], row["Desc2"]) == ("A jug with a rather long name,", name)


def test_an_update_changes_what_it_names_and_leaves_the_rest() -> None:
    counter = Counter(settings=settings(price_level=3))
    mug = counter.item(UPC="085470001234", Price1="10.00")

    counter.write(
        ItemChange(
            BooksRef(mug),
            ItemRecord("Mug", "MUG-1"),
            ItemRecord("Mug", "MUG-1", price=money("9.00")),
            (ItemField.PRICE,),
            (ItemField.PRICE,),
        ),
        "item/mug/2",
    )

    row = counter.company.records.items.rows[mug]
    assert (row["Price1"], row["Price3"]) == ("10.00", "9.00")
    assert row["UPC"] == "085470001234"


@pytest.mark.parametrize(
    ("key", "sku"),
    [
        (MatchKey.ALU, "MUG"),
        (MatchKey.UPC, "085470001234"),
        (MatchKey.ITEM_NUMBER, "3188"),
    ],
)
def test_the_sku_is_the_code_that_was_chosen(key: MatchKey, sku: str) -> None:
    counter = Counter(settings=settings(match_key=key))
    mug = counter.item(UPC="085470001234", ItemNumber="3188")

    found = {item.external_id: item for item in items_read(counter).items}[mug]

    assert found.sku == sku
    assert {sku, *found.lookup_codes} == {"MUG", "085470001234", "3188"}


@pytest.mark.parametrize(
    ("key", "sku"), [(MatchKey.ALU, "JUG-1"), (MatchKey.UPC, "4006381333931")]
)
def test_a_new_item_is_read_back_under_its_sku(key: MatchKey, sku: str) -> None:
    counter = Counter(settings=settings(match_key=key))

    made = counter.write(ItemRecord("Jug", sku=sku, upc="085470001234"), "item/jug/1")

    found = {item.external_id: item for item in items_read(counter).items}
    assert found[made.books_id].sku == sku


def test_where_point_of_sale_numbers_items_the_sku_is_a_lookup_code() -> None:
    counter = Counter(settings=settings(match_key=MatchKey.ITEM_NUMBER))

    made = counter.write(ItemRecord("Jug", sku="JUG-1"), "item/jug/1")

    found = {item.external_id: item for item in items_read(counter).items}
    assert found[made.books_id].sku == made.number
    assert "JUG-1" in found[made.books_id].lookup_codes


@pytest.mark.parametrize("sku", ["JUG-1", "1" * 19, "١٢٣"])
def test_a_sku_that_cannot_be_a_upc_is_held_where_the_upc_is_the_sku(sku: str) -> None:
    counter = Counter(settings=settings(match_key=MatchKey.UPC))

    with pytest.raises(InvalidInputError) as held:
        counter.translator.check_document(a_request(ItemRecord("Jug", sku=sku)))

    assert held.value.field == "sku"


@pytest.mark.parametrize("key", [MatchKey.UPC, MatchKey.ITEM_NUMBER])
def test_an_update_leaves_an_alternate_lookup_that_is_not_the_sku(
    key: MatchKey,
) -> None:
    counter = Counter(settings=settings(match_key=key))
    mug = counter.item("TILL-7")
    before = ItemRecord("Mug", sku="4006381333931")
    after = replace(before, upc="085470001234", price=money("9.00"))
    changed = (ItemField.PRICE, ItemField.UPC)

    counter.write(
        ItemChange(BooksRef(mug), before, after, changed, changed), "item/mug/2"
    )

    row = counter.company.records.items.rows[mug]
    assert row["ALU"] == "TILL-7"
    assert row["Price1"] == "9.00"
    assert row.get("UPC", "") == ("" if key is MatchKey.UPC else "085470001234")


def test_stock_is_read_at_the_chosen_stores() -> None:
    everywhere, chosen = Counter(), Counter(settings=settings(stores=["2"]))
    for counter in (everywhere, chosen):
        counter.item(OnHandStore02="4.00", QuantityOnCustomerOrder="3.00")

    told = {
        level.location_id: (level.on_hand, level.committed, level.began_at)
        for level in items_read(everywhere).levels
    }

    assert told == {
        "1": (Decimal(10), Decimal(3), NOON),
        "2": (Decimal(4), Decimal(0), NOON),
    }
    assert {level.location_id for level in items_read(chosen).levels} == {"2"}


def test_what_customers_ordered_is_told_per_store_where_the_version_does() -> None:
    counter = Counter()
    mug = counter.item(OnHandStore02="4.00", QuantityOnCustomerOrder="3.00")
    counter.company.records.items.rows[mug]["AvailableQty"] = [
        {"StoreNumber": "2", "QuantityOnCustomerOrder": "3.00"}
    ]

    levels = {level.location_id: level for level in items_read(counter).levels}

    assert (levels["1"].available, levels["2"].available) == (Decimal(10), Decimal(1))


def test_an_item_that_cannot_be_read_blocks_only_itself() -> None:
    counter = Counter()
    bad, good = counter.item("BAD", Price1="ten"), counter.item("GOOD")

    page = items_read(counter)

    assert good in {item.external_id for item in page.items}
    assert [one.external_id for one in page.unreadable] == [bad]


def test_a_created_item_is_taken_back_by_deleting_it() -> None:
    counter = Counter()
    made = counter.write(ItemRecord("Jug", sku="JUG-1"), "item/jug/1")
    undo = ReversalDocument(BooksRef(made.books_id), DocumentKind.ITEM, DAY, "undone")

    result = counter.write(undo, "item/jug/1/reversal/1")

    assert result.outcome is PostOutcome.POSTED
    assert made.books_id not in counter.company.records.items.rows


def test_customers_are_read_with_their_names_and_addresses() -> None:
    counter = Counter()
    ada = CustomerRecord("Ada", "ada@example.com", "555", "Ada", "Example", "Mugs Ltd")
    made = counter.write(ada, "customer/ada/1")

    (page,) = counter.ask(Read("read", ReadFeed.CUSTOMERS, "", 100, NOON))

    assert isinstance(page, PageRead)
    (found,) = page.customers
    assert (found.external_id, found.name) == (made.books_id, "Ada Example")
    assert (found.email, found.phone, found.company) == (
        "ada@example.com",
        "555",
        "Mugs Ltd",
    )
