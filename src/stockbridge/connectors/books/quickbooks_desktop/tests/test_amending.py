"""A sales order that follows its order while it is open, or is held."""

from dataclasses import replace

from lxml import etree

from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    a_line,
    a_post,
    usd,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.open_order import (
    AMEND,
    FILL,
    Shop,
)
from stockbridge.domain.accounting import (
    BooksRef,
)
from stockbridge.domain.commerce import Address, LineKind
from stockbridge.ports import (
    LookUpOutcome,
    PostOutcome,
    PostResult,
    Prepare,
    Prepared,
    Write,
)

YORK = Address("Ada", "Example", "", "9 Low Lane", "", "York", "", "YO1")


def test_more_of_an_item_is_promised_and_taxed_on_the_same_order() -> None:
    shop = Shop()
    post_line = shop.lines["12"]

    result = shop.amended(shop.of(shop.mugs("3"), shop.post))

    assert (result.total, result.total_tax) == (usd("37.40"), usd("2.40"))
    assert result.books_id == shop.order_id
    assert shop.promised == "3"
    assert shop.world.on_hand(shop.mug) == "10"
    assert len(list(shop.world.company.state.of("SalesOrder"))) == 1
    assert shop.lines["12"] == post_line  # what stays is the same line


def test_a_line_that_is_gone_leaves_the_order_and_one_that_came_joins_it() -> None:
    shop = Shop()
    fee = replace(shop.post, source_id="14", kind=LineKind.FEE, name="Wrapping")

    result = shop.amended(shop.of(shop.mugs("2"), fee))

    assert set(shop.lines) == {"11", "14"}
    assert result.total == usd("26.60")


def test_an_order_that_changes_back_is_as_it_was() -> None:
    shop = Shop()
    more = shop.of(shop.mugs("3"), shop.post)
    shop.amended(more)
    back = shop.change(shop.sale, more)

    result = shop.world.write(a_post(back, "amendment:2:abcd1234/1001/1"))

    assert result is not None
    assert result.total == shop.sale.total
    assert shop.promised == "2"


def test_tax_that_no_item_computes_any_more_becomes_a_line() -> None:
    shop = Shop()
    odd = a_line(item=shop.mug, units="2", total="20.00", tax="1.37")

    result = shop.amended(shop.of(odd, shop.post))

    assert (result.total, result.total_tax) == (usd("26.37"), usd("1.37"))
    assert shop.order.text("SalesTaxTotal") == "0.00"


def test_only_the_address_changes_and_no_line_of_the_old_one_stays() -> None:
    shop = Shop()
    lines = shop.lines

    shop.amended(shop.of(shop.mugs("2"), shop.post, to=YORK))

    assert shop.order.text("ShipAddress/City") == "York"
    assert shop.order.text("ShipAddress/Addr3") == ""
    assert shop.lines == lines


def test_an_amended_order_is_invoiced_as_it_is_by_now() -> None:
    shop = Shop()
    more = shop.of(shop.mugs("3"), shop.post)
    shop.amended(more)
    filling = replace(shop.filling(), billed=more)

    result = shop.world.write(a_post(filling, FILL))

    assert result is not None
    assert result.total == more.total
    assert (shop.world.on_hand(shop.mug), shop.promised) == ("7", "0")


def test_an_order_that_somebody_changed_keeps_what_was_typed() -> None:
    shop = Shop()
    row = shop.order.ret.find("SalesOrderLineRet")
    row.find("Quantity").text = "5"

    shop.refuses("was changed in QuickBooks", shop.a_mug_more())


def test_a_line_that_somebody_added_is_not_dropped() -> None:
    shop = Shop()
    row = etree.SubElement(shop.order.ret, "SalesOrderLineRet")
    ref = etree.SubElement(row, "ItemRef")
    etree.SubElement(ref, "ListID").text = shop.mug
    etree.SubElement(row, "Amount").text = "0.00"

    shop.refuses("was changed in QuickBooks", shop.a_mug_more())


def test_words_that_somebody_added_stay() -> None:
    shop = Shop()
    row = etree.SubElement(shop.order.ret, "SalesOrderLineRet")
    etree.SubElement(row, "TxnLineID").text = "77-1"
    etree.SubElement(row, "Desc").text = "Wrap it well"

    shop.amended(shop.of(shop.mugs("3"), shop.post))

    words = [row.findtext("Desc") for row in shop.order.ret.iter("SalesOrderLineRet")]
    assert "Wrap it well" in words


def test_an_address_that_somebody_typed_stays_unless_the_store_changes_it_too() -> None:
    shop = Shop()
    shop.order.ret.find("ShipAddress/City").text = "Bath"

    moved = shop.of(shop.mugs("2"), shop.post, to=YORK)
    shop.refuses("address", shop.change(moved))
    shop.amended(shop.of(shop.mugs("3"), shop.post))

    assert shop.order.text("ShipAddress/City") == "Bath"


def test_what_somebody_typed_already_as_the_store_says_it_is_taken() -> None:
    shop = Shop()
    more = shop.of(shop.mugs("3"), shop.post)
    shop.amended(more)

    again = shop.world.write(a_post(shop.change(more), AMEND, attempt=2))

    assert again is not None
    assert again.total == more.total
    assert shop.promised == "3"


def test_a_change_read_before_somebody_typed_is_refused_and_read_again() -> None:
    shop = Shop()
    post = a_post(shop.a_mug_more(), AMEND)
    write = shop.world.prepared(post)
    shop.order.ret.find("EditSequence").text = "1"

    body = shop.world.books.translator.encode([write], batch_id="B1")
    (result,) = shop.world.books.translator.decode(
        [write], shop.world.company.process(body)
    )

    assert isinstance(result, PostResult)
    assert result.outcome is PostOutcome.RETRY
    assert shop.promised == "2"


def test_a_lost_change_is_found_by_what_the_order_says() -> None:
    shop = Shop()
    post = a_post(shop.a_mug_more(), AMEND)
    missing = shop.world.look_up(post)
    shop.world.write(post)

    found = shop.world.look_up(post)

    assert missing.outcome is LookUpOutcome.MISSING
    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert found.result.total == usd("37.40")


def test_a_lost_change_of_the_address_is_not_taken_for_done() -> None:
    shop = Shop()
    moved = shop.of(shop.mugs("2"), shop.post, to=YORK)

    missing = shop.world.look_up(a_post(shop.change(moved), AMEND))

    assert missing.outcome is LookUpOutcome.MISSING


def test_only_a_sales_order_takes_on_what_changed() -> None:
    shop = Shop()
    receipt = replace(shop.a_mug_more(), sale=BooksRef("SalesReceipt:1A2-1700000000"))

    shop.world.refuses(receipt, "Only an open sales order")


def test_a_change_with_fees_waits_for_their_item() -> None:
    shop = Shop(fee_item="")
    fee = replace(shop.post, source_id="14", kind=LineKind.FEE, name="Wrapping")

    shop.world.refuses(shop.change(shop.of(shop.mugs("2"), fee)), "item for fees")


def test_a_change_is_written_only_after_it_was_read() -> None:
    shop = Shop()
    post = a_post(shop.a_mug_more(), AMEND)

    assert shop.world.books.translator.needs_preparation(post)
    (told,) = shop.world.books.ask([Prepare("p", post)])
    assert isinstance(told, Prepared)
    body = shop.world.books.translator.encode(
        [Write("w", post, told.basis)], batch_id="B1"
    )
    sequence = shop.order.text("EditSequence")
    assert f"<EditSequence>{sequence}</EditSequence>".encode() in body


def test_an_order_whose_tax_somebody_changed_is_not_changed() -> None:
    shop = Shop()
    shop.order.ret.find("SalesTaxTotal").text = "1.50"

    shop.refuses("was changed in QuickBooks", shop.a_mug_more())
