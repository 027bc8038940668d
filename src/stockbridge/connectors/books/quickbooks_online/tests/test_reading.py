"""Feeds: nothing is missed, also where the change feed does not reach."""

from datetime import timedelta
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_online import lists, queries
from stockbridge.connectors.books.quickbooks_online.cursors import place_of
from stockbridge.connectors.books.quickbooks_online.simulator.furnishing import seed
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    DAY,
    a_line,
    a_mug,
    a_sale,
    ada,
    posted,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import SignedIn
from stockbridge.connectors.simulation import SettableClock
from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.errors import DefectError
from stockbridge.ports import Books, StoredDocument


def later(connected: SignedIn, **span: float) -> None:
    clock = connected.simulator.options.clock
    assert isinstance(clock, SettableClock)
    clock.advance(timedelta(**span).total_seconds())


def walked(books: Books, feed: str, *, limit: int) -> tuple[list[str], str]:
    """Read a feed from the start to its end; return the ids and the cursor."""
    cursor, ids = "", list[str]()
    while True:
        page = getattr(books, feed)(cursor, limit=limit)
        ids += [str(one.external_id) for one in page.records]
        cursor = page.cursor
        if page.is_last:
            return ids, cursor


def edit(connected: SignedIn, kind: str, record_id: str, **fields: object) -> None:
    current = connected.simulator.company.get(kind, record_id)
    sent = {"Id": record_id, "SyncToken": current["SyncToken"], "sparse": True}
    connected.simulator.write(kind, {**sent, **fields}, "update")


def levels(books: Books, cursor: str) -> tuple[set[str], str]:
    page = books.changed_stock(cursor, limit=1000)
    return {level.item_id for level in page.records}, page.cursor


def test_every_item_is_read_once_page_by_page(connected: SignedIn) -> None:
    seed(connected.simulator.company, products=25, customers=3)
    kept = {one["Id"] for one in connected.records("Item")}

    ids, _ = walked(connected.books(), "changed_items", limit=10)

    assert sorted(ids) == sorted(kept)


def test_a_customer_added_while_we_read_hides_no_other(connected: SignedIn) -> None:
    """Lists come by name: without an order of our own the rest would slip."""
    seed(connected.simulator.company, products=0, customers=12)
    books = connected.books()
    known = {one["Id"] for one in connected.records("Customer")}
    first = books.changed_customers("", limit=5)
    connected.simulator.write("Customer", {"DisplayName": "Aaa comes first"})

    ids = {one.external_id for one in first.records}
    cursor, is_last = first.cursor, first.is_last
    while not is_last:
        page = books.changed_customers(cursor, limit=5)
        ids |= {one.external_id for one in page.records}
        cursor, is_last = page.cursor, page.is_last

    assert known <= ids


def test_inactive_items_are_read_and_say_so(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)
    edit(connected, "Item", item, Active=False)

    page = books.changed_items("", limit=100)

    assert {i.external_id: i.is_active for i in page.records}[item] is False


def test_after_the_walk_only_what_changed_comes(connected: SignedIn) -> None:
    seed(connected.simulator.company, products=5, customers=0)
    later(connected, minutes=10)
    books = connected.books()
    ids, cursor = walked(books, "changed_items", limit=100)
    later(connected, minutes=10)
    nothing = books.changed_items(cursor, limit=100)
    edit(connected, "Item", ids[-1], Description="new")

    page = books.changed_items(nothing.cursor, limit=100)

    assert nothing.records == ()
    assert [one.external_id for one in page.records] == [ids[-1]]


def test_changes_overlap_so_that_a_late_one_is_not_missed(
    connected: SignedIn,
) -> None:
    books = connected.books()
    posted(books, ada(), "customer/ada/1")
    _, cursor = walked(books, "changed_customers", limit=100)

    page = books.changed_customers(cursor, limit=100)

    assert "ada@example.com" in {one.email for one in page.records}


def test_no_order_finds_a_customer_who_is_inactive(connected: SignedIn) -> None:
    books = connected.books()
    posted(books, ada(), "customer/ada/1")
    _, cursor = walked(books, "changed_customers", limit=100)
    (stored,) = [r for r in connected.records("Customer") if r.get("Notes")]
    connected.simulator.write("Customer", {**stored, "Active": False})

    page = books.changed_customers(cursor, limit=100)

    assert stored["Id"] in {one.external_id for one in page.records}
    assert "ada@example.com" not in {one.email for one in page.records}


def test_more_changes_than_the_feed_tells_are_walked(connected: SignedIn) -> None:
    books = connected.books()
    _, cursor = walked(books, "changed_customers", limit=1000)
    seed(connected.simulator.company, products=0, customers=1001)
    known = {one["Id"] for one in connected.records("Customer")}

    ids, is_last = set[str](), False
    while not is_last:
        page = books.changed_customers(cursor, limit=1000)
        ids |= {one.external_id for one in page.records}
        cursor, is_last = page.cursor, page.is_last

    assert ids == known


def test_after_thirty_days_of_silence_the_list_is_walked(connected: SignedIn) -> None:
    books = connected.books()
    ids, cursor = walked(books, "changed_items", limit=100)
    later(connected, days=31)

    page = books.changed_items(cursor, limit=100)

    assert [one.external_id for one in page.records] == ids


def test_a_record_that_cannot_be_read_blocks_only_itself(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)
    other = connected.settings["fee_item"]
    del connected.simulator.company.get("Item", other)["Name"]

    page = books.changed_items("", limit=100)

    assert item in {one.external_id for one in page.records}
    assert [one.external_id for one in page.unreadable] == [other]
    assert "Name" in page.unreadable[0].message


def test_an_items_sku_stands_where_the_setting_says(connected: SignedIn) -> None:
    item = a_mug(connected.books(item_naming="name"))

    by_sku = connected.books().changed_items("", limit=100).records
    by_name = connected.books(sku_field="name").changed_items("", limit=100).records

    assert {i.external_id: i.sku for i in by_sku}[item] == "MUG-1"
    assert {i.external_id: i.sku for i in by_name}[item] == "Mug"


@pytest.mark.parametrize("touches", [False, True])
def test_a_sale_moves_its_items_level_whether_the_feed_names_the_item_or_not(
    connected: SignedIn, *, touches: bool
) -> None:
    connected.simulator.company.habits.sales_touch_items = touches
    seed(connected.simulator.company, products=3, customers=0)
    books = connected.books()
    item = a_mug(books)
    later(connected, minutes=10)
    _, cursor = levels(books, "")
    later(connected, minutes=10)
    posted(books, a_sale(a_line(item=item)))

    moved, _ = levels(books, cursor)

    assert moved == {item}
    (level,) = books.stock([item])
    assert [level.on_hand, level.committed] == [8, 0]


def test_a_deleted_document_lets_all_levels_be_read_again(
    connected: SignedIn,
) -> None:
    """What it moved back, nobody says."""
    seed(connected.simulator.company, products=3, customers=0)
    books = connected.books()
    item = a_mug(books)
    sale = posted(books, a_sale(a_line(item=item)))
    _, cursor = levels(books, "")
    later(connected, minutes=10)
    sent = {"Id": sale.books_id.partition(":")[2], "SyncToken": "0"}
    connected.simulator.write("SalesReceipt", sent, "delete")

    moved, _ = levels(books, cursor)

    assert item in moved
    assert len(moved) == 4


def test_what_the_overlap_brings_again_is_no_news(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)
    later(connected, minutes=10)
    _, cursor = levels(books, "")
    later(connected, minutes=10)
    first = posted(books, a_sale(a_line(item=item)))
    moved, cursor = levels(books, cursor)
    again, cursor = levels(books, cursor)
    sent = {"Id": first.books_id.partition(":")[2], "SyncToken": "0"}
    connected.simulator.write("SalesReceipt", sent, "delete")
    gone, cursor = levels(books, cursor)
    still, _ = levels(books, cursor)

    assert [moved, again, gone, still] == [{item}, set(), {item}, set()]


def test_all_levels_are_read_again_every_few_hours(connected: SignedIn) -> None:
    seed(connected.simulator.company, products=3, customers=0)
    later(connected, minutes=10)
    books = connected.books()
    _, cursor = levels(books, "")

    later(connected, hours=5)
    soon, cursor = levels(books, cursor)
    later(connected, hours=2)
    due, _ = levels(books, cursor)

    assert (len(soon), len(due)) == (0, 3)


def test_kinds_that_the_change_feed_does_not_know_are_remembered(
    connected: SignedIn,
) -> None:
    """The simulated company has no bills; the feed refuses the whole question."""
    books = connected.books()
    _, cursor = levels(books, "")
    later(connected, minutes=10)
    levels(books, cursor)
    before = connected.simulator.log.count(path="/cdc")
    levels(connected.books(), cursor)

    assert "Bill" in connected.facts["without_changes"]
    assert connected.simulator.log.count(path="/cdc") == before + 1


def test_levels_that_were_asked_for_come_in_one_call(connected: SignedIn) -> None:
    seed(connected.simulator.company, products=40, customers=0)
    ids = [one["Id"] for one in connected.records("Item")]
    books = connected.books()
    connected.simulator.log.clear()

    found = books.stock(ids)

    assert len(found) == 40
    assert connected.simulator.log.count() == 1


def test_the_statement_tells_sales_and_refunds_of_its_days_page_by_page(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books, units="20")
    for number in range(5):
        sale = a_sale(a_line(item=item), reference=str(number))
        posted(books, sale, f"sale/{number}/1")

    rows: list[StoredDocument] = []
    cursor, is_last = "", False
    while not is_last:
        page = books.documents(DAY, DAY, cursor=cursor, limit=2)
        rows += page.records
        cursor, is_last = page.cursor, page.is_last
    before = DAY - timedelta(days=1)

    assert [row.reference for row in rows] == ["0", "1", "2", "3", "4"]
    assert {row.kind for row in rows} == {DocumentKind.SALE}
    assert {row.total.amount for row in rows} == {Decimal("21.60")}
    assert books.documents(before, before, cursor="", limit=9).records == ()


def test_the_lists_that_settings_are_chosen_from_have_their_names(
    connected: SignedIn,
) -> None:
    connected.simulator.write("Class", {"Name": "Web"})
    books = connected.books()

    choices = books.choices()

    assert "Web" in {name for _, name in choices["classes"]}
    assert "Visa" in {name for _, name in choices["payment_methods"]}
    assert {"TAX", "NON"}.isdisjoint(code for code, _ in choices["tax_codes"])
    assert "Checking" in {one.name for one in books.accounts()}


def test_a_list_that_the_company_does_not_have_holds_no_other_up(
    connected: SignedIn,
) -> None:
    unknown = {**lists.NAMED, "terms": "NothingOfTheKind"}

    choices = lists.choices(connected.api(), unknown)

    assert "terms" not in choices
    assert choices["payment_methods"]


@pytest.mark.parametrize("name", ["O'Hara & Sons", "50% off", "back\\slash", "ünïcode"])
def test_a_name_with_quotes_is_found_again(connected: SignedIn, name: str) -> None:
    made = connected.simulator.write("Customer", {"DisplayName": name})
    api = connected.api()

    condition = queries.among("DisplayName", [name])
    rows = queries.page(api, "Customer", [condition], start=1, limit=10)

    assert [row["Id"] for row in rows] == [made["Id"]]


def test_a_cursor_of_something_else_is_a_defect() -> None:
    for cursor in ("4711", "[1]", '{"page": 3}'):
        with pytest.raises(DefectError):
            place_of(cursor)


def test_one_place_holds_the_stock_of_the_whole_company(connected: SignedIn) -> None:
    (place,) = connected.books().locations()

    assert (place.external_id, place.name) == ("main", "Example Kitchenware")
