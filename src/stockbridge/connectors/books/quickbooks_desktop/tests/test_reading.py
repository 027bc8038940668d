"""Reading the company file page by page."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from stockbridge.connectors.books.quickbooks_desktop.answers import replies_of
from stockbridge.connectors.books.quickbooks_desktop.cursors import Cursor, cursor_of
from stockbridge.connectors.books.quickbooks_desktop.simulator import moneys
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    DAY,
    a_line,
    a_refund,
    a_sale,
    settings_of,
    usd,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    World,
    a_world,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.contract_files import (
    CONTRACTS,
    needs_contracts,
    samples,
)
from stockbridge.connectors.books.quickbooks_desktop.translator import (
    QuickBooksDesktopTranslator,
)
from stockbridge.domain.accounting import (
    BooksRef,
    CustomerRecord,
    DocumentKind,
    ItemRecord,
    ReversalDocument,
)
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import DefectError
from stockbridge.ports import (
    NotDone,
    PageRead,
    Read,
    ReadFeed,
)

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def customers(world: World, count: int) -> set[str]:
    return {
        world.made(CustomerRecord(f"Customer {n}"), f"customer/{n}/1")
        for n in range(count)
    }


def walked(world: World, feed: ReadFeed, cursor: str, limit: int) -> list[PageRead]:
    pages: list[PageRead] = []
    while not pages or not pages[-1].is_last:
        pages.append(world.books.read(feed, cursor, limit=limit))
        cursor = pages[-1].cursor
    return pages


def test_a_long_list_is_read_in_pages_without_missing_or_doubling_any() -> None:
    world = a_world()
    made = customers(world, 25)

    pages = walked(world, ReadFeed.CUSTOMERS, "", 7)

    read = [one.external_id for page in pages for one in page.customers]
    assert set(read) >= made
    assert len(read) == len(set(read))
    assert pages[0].remaining == len(read) - 7


def test_a_walk_whose_session_ended_begins_again_and_misses_nobody() -> None:
    world = a_world()
    made = customers(world, 20)
    first = world.books.read(ReadFeed.CUSTOMERS, "", limit=7)
    world.company.begin_session()

    again = world.books.read(ReadFeed.CUSTOMERS, first.cursor, limit=7)
    pages = walked(world, ReadFeed.CUSTOMERS, again.cursor, 7)

    assert not again.is_last
    assert not again.customers
    assert {one.external_id for page in pages for one in page.customers} >= made


def test_the_next_walk_asks_only_for_what_changed_and_some_minutes_before() -> None:
    world = a_world()
    customers(world, 3)
    last = walked(world, ReadFeed.CUSTOMERS, "", 100)[-1]
    world.company.clock.advance(3600)
    late = world.made(CustomerRecord("Late"), "customer/late/1")

    (page,) = walked(world, ReadFeed.CUSTOMERS, last.cursor, 100)

    since = datetime.fromisoformat(cursor_of(last.cursor).since)
    assert world.company.clock.now() - since > timedelta(minutes=64)
    assert late in {one.external_id for one in page.customers}
    later = walked(world, ReadFeed.CUSTOMERS, page.cursor, 100)[0]
    assert [one.external_id for one in later.customers] == [late]


def test_quantities_are_read_though_a_sale_moves_no_items_date() -> None:
    world = a_world()
    mug = world.a_mug()
    world.company.clock.advance(3600)
    spoon = world.made(ItemRecord("Spoon", "SPOON"), "item/spoon/1")
    last = walked(world, ReadFeed.ITEMS, "", 100)[-1]
    world.made(a_sale(a_line(item=mug), customer=world.ada()), "sale/1")

    pages = walked(world, ReadFeed.ITEMS, last.cursor, 100)

    levels = [level for page in pages for level in page.levels]
    assert [one.external_id for page in pages for one in page.items] == [spoon]
    assert (mug, Decimal(8)) in {(one.item_id, one.on_hand) for one in levels}


def test_an_item_tells_its_price_code_and_quantity() -> None:
    world = a_world()
    record = ItemRecord(
        "Mug", "MUG-1", price=usd("10.00"), initial_quantity=Decimal(4), upc="4006381"
    )
    mug = world.made(record, "item/mug/1")

    (page,) = walked(world, ReadFeed.ITEMS, "", 100)

    (item,) = (one for one in page.items if one.external_id == mug)
    assert (item.name, item.sku, item.upc) == ("MUG-1", "MUG-1", "4006381")
    assert item.price == usd("10.00")
    assert item.is_tracked
    assert item.version


def test_what_cannot_be_sold_is_no_item() -> None:
    (page,) = walked(a_world(), ReadFeed.ITEMS, "", 100)

    assert {item.name for item in page.items} == {"Unstocked"}


def test_a_record_that_cannot_be_read_blocks_only_itself() -> None:
    world = a_world()
    mug = world.a_mug()
    (spoiled,) = (one for one in world.company.state.of("ItemInventory"))
    spoon = world.made(ItemRecord("Spoon", "SPOON"), "item/spoon/1")
    spoiled.ret.find("SalesPrice").text = ""
    spoiled.ret.find("Name").text = ""
    spoiled.ret.find("FullName").text = ""
    world.company._validate = None

    (page,) = walked(world, ReadFeed.ITEMS, "", 100)

    assert spoon in {item.external_id for item in page.items}
    assert [one.external_id for one in page.unreadable] == [mug]


def test_quantities_are_told_by_site_where_there_are_sites() -> None:
    world = a_world(uses_sites=True)
    shop = world.company.add("InventorySite", "Shop", IsDefaultSite="true")
    mug = world.made(ItemRecord("Mug", "MUG-1"), "item/mug/1")
    stocked = world.company.state.records[mug]
    stocked.moves = ((mug, shop, Decimal(7)),)

    pages = walked(world, ReadFeed.ITEMS, "", 100)
    (setup,) = walked(world, ReadFeed.SETUP, "", 100)

    levels = [level for page in pages for level in page.levels]
    told = [(one.item_id, one.location_id, one.on_hand) for one in levels]
    assert told == [(mug, shop, Decimal(7))]
    assert [(place.external_id, place.name) for place in setup.locations] == [
        (shop, "Shop")
    ]


def test_set_up_offers_accounts_tax_items_and_price_levels() -> None:
    world = a_world()
    level = world.company.add(
        "PriceLevel", "Wholesale", PriceLevelType="FixedPercentage"
    )

    (page,) = walked(world, ReadFeed.SETUP, "", 100)

    assert "Sales" in {account.name for account in page.accounts}
    assert page.choices["price_levels"] == ((level, "Wholesale"),)
    assert ("Tax", "Taxable") in page.choices["tax_codes"]
    assert [words for _, words in page.choices["tax_items"]] == ["State (8.0 %)"]
    assert page.choices["classes"] == ()


def test_the_statement_has_each_document_with_its_tax_and_its_sale() -> None:
    world = a_world()
    shipping = a_line(source="s", kind=LineKind.SHIPPING, total="5.00", tax="0.40")
    sale = a_sale(
        a_line(item=world.a_mug()),
        a_line(source="s", kind=LineKind.SHIPPING, item="", total="5.00", tax="0.40"),
        customer=world.ada(),
    )
    sold = world.made(sale, "sale/1")
    back = world.made(a_refund(sold), "refund/1")

    pages = walked(world, ReadFeed.DOCUMENTS, f"{DAY}/{DAY}", 100)

    rows = {row.kind: row for page in pages for row in page.documents}
    assert rows[DocumentKind.SALE].total == sale.total
    assert rows[DocumentKind.SALE].total_tax == sale.total_tax
    assert rows[DocumentKind.SALE].shipping == shipping.total
    assert rows[DocumentKind.SALE].business_date == DAY
    assert rows[DocumentKind.REFUND].sale_id == sold
    assert rows[DocumentKind.REFUND].books_id == back


def test_a_voided_sale_is_in_the_statement_as_none() -> None:
    world = a_world()
    sold = world.made(a_sale(a_line(item=world.a_mug()), customer=world.ada()), "s/1")
    world.made(ReversalDocument(BooksRef(sold), DocumentKind.SALE, DAY, ""), "r/1")

    pages = walked(world, ReadFeed.DOCUMENTS, f"{DAY}/{DAY}", 100)

    assert [row.is_live for page in pages for row in page.documents] == [False]


def test_a_deleted_sale_is_named_and_one_outside_of_the_days_is_not() -> None:
    world = a_world()
    line, ada = a_line(item=world.a_mug()), world.ada()
    gone = world.made(a_sale(line, customer=ada), "sale/1")
    world.made(a_sale(line, customer=ada, reference="1043"), "sale/2")
    moneys.delete(world.company.state, *gone.split(":"))

    pages = walked(world, ReadFeed.DOCUMENTS, "2026-01-01/2026-01-31", 100)

    assert [row for page in pages for row in page.documents] == []
    assert [name for page in pages for name in page.gone] == [gone]


def test_a_deleted_refund_is_named_as_its_own_id_names_it() -> None:
    world = a_world()
    sale = a_sale(a_line(item=world.a_mug()), customer=world.ada())
    back = world.made(a_refund(world.made(sale, "sale/1")), "refund/1")
    name = world.books.translator.document_name(back)
    moneys.delete(world.company.state, *name.split(":"))

    pages = walked(world, ReadFeed.DOCUMENTS, "", 100)

    assert [one for page in pages for one in page.gone] == [name]
    assert back.startswith(f"{name}+ARRefundCreditCard:")


def test_quickbooks_forgets_after_ninety_days_what_was_deleted() -> None:
    world = a_world()
    sale = a_sale(a_line(item=world.a_mug()), customer=world.ada())
    gone = world.made(sale, "sale/1")
    moneys.delete(world.company.state, *gone.split(":"))
    world.company.clock.advance(91 * 24 * 3600)

    pages = walked(world, ReadFeed.DOCUMENTS, "", 100)

    assert [name for page in pages for name in page.gone] == []


def test_documents_of_the_last_weeks_are_read_where_no_days_are_named() -> None:
    read = Read("r", ReadFeed.DOCUMENTS, "", 10, NOW)
    translator = QuickBooksDesktopTranslator(settings_of(), {})

    body = translator.encode([read], batch_id="")

    text = etree.fromstring(body).findtext(".//FromTxnDate")
    assert date.fromisoformat(text) == date(2026, 10, 27)


@pytest.mark.parametrize("cursor", ["{", '{"unknown": 1}'])
def test_a_cursor_of_somebody_else_is_a_defect(cursor: str) -> None:
    with pytest.raises(DefectError, match="no cursor"):
        cursor_of(cursor)


def test_a_time_without_its_zone_moves_no_cursor() -> None:
    cursor = Cursor().having_seen(["2026-11-20T10:00:00", "2026-11-19T10:00:00-05:00"])

    assert cursor.newest == "2026-11-19T10:00:00-05:00"


def test_a_cursor_survives_being_text() -> None:
    cursor = Cursor(phase=1, iterator="{x}", since="2026-01-01T00:00:00+00:00")

    assert cursor_of(cursor.dumped()) == cursor


# ── Intuit's own samples ─────────────────────────────────────────────────────


@needs_contracts
@pytest.mark.parametrize(
    "path", [one for one in samples() if b"MsgsRs" in one.read_bytes()], ids=str
)
def test_intuits_answers_can_be_read(path: Path) -> None:
    replies = replies_of(path.read_bytes())

    assert replies.by_id
    assert all(isinstance(one.status.code, int) for one in replies.by_id.values())


def sample_page(name: str, feed: ReadFeed) -> PageRead:
    body = (CONTRACTS / "samples" / "qbxml-gem" / name).read_bytes()
    (number,) = replies_of(body).by_id
    translator = QuickBooksDesktopTranslator(settings_of(), {})
    (page,) = translator.decode([Read(number, feed, "", 10, NOW)], body)
    assert not isinstance(page, NotDone)
    assert isinstance(page, PageRead)
    return page


@needs_contracts
def test_a_recorded_customer_is_read() -> None:
    page = sample_page("customer_query_rs.xml", ReadFeed.CUSTOMERS)

    root = etree.parse(
        str(CONTRACTS / "samples" / "qbxml-gem" / "customer_query_rs.xml")
    )
    ids = [one.findtext("ListID") for one in root.iter("CustomerRet")]
    assert [one.external_id for one in page.customers] == ids
    assert not page.unreadable


@needs_contracts
def test_a_recorded_sales_receipt_is_read_with_its_total() -> None:
    page = sample_page("sales_receipt_add_rs.xml", ReadFeed.DOCUMENTS)

    (row,) = page.documents
    assert row.books_id == "SalesReceipt:141CA5-1231522949"
    assert (row.reference, row.total) == ("16466", usd("150.00"))
    assert row.business_date == date(2009, 1, 9)
