"""A sales order that follows its order while it is open, or is held."""

from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import FEE_ITEM
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    Counter,
    a_line,
    a_request,
    money,
)
from stockbridge.connectors.books.quickbooks_pos.tests.open_order import (
    AMEND,
    FILL,
    Shop,
)
from stockbridge.domain.accounting import (
    AmendmentDocument,
    BooksRef,
    DocumentKind,
)
from stockbridge.domain.commerce import Address, LineKind
from stockbridge.domain.errors import InvalidInputError
from stockbridge.ports import LookUpOutcome

YORK = Address("Ada", "Example", "", "9 Low Lane", "", "York", "", "YO1")


def test_more_of_an_item_is_promised_and_taxed_on_the_same_order() -> None:
    shop = Shop()
    before = shop.line_ids()

    result = shop.amended(shop.of(shop.mugs(3), shop.post()))

    assert (result.total, result.total_tax) == (money("37.40"), money("2.40"))
    assert result.books_id == shop.order_id
    assert shop.promised == "3.00"
    assert shop.counter.on_hand(shop.mug) == 10
    assert len(shop.counter.company.records.orders.rows) == 1
    assert len(before & shop.line_ids()) == 1  # what stays is the same line


def test_a_line_that_is_gone_leaves_the_order_and_one_that_came_joins_it() -> None:
    shop = Shop()
    wrap = a_line(kind=LineKind.FEE, name="Wrapping", total="2.00", source_id="14")

    result = shop.amended(shop.of(shop.mugs(2), wrap))

    assert result.total == money("23.60")
    items = {line["ListID"] for line in shop.order["SalesOrderItemRet"]}
    assert items == {shop.mug, FEE_ITEM}


def test_the_orders_own_charge_and_discount_follow_and_end() -> None:
    shop = Shop(shipping_item="")
    off = a_line(kind=LineKind.FEE, name="Club", total="-4.00", source_id="15")

    dearer = shop.of(shop.mugs(2), shop.post("7.00"), off)
    shop.amended(dearer)
    assert (shop.place["Shipping"], shop.order["Discount"]) == ("7.00", "4.00")
    back = AmendmentDocument(BooksRef(shop.order_id), shop.of(shop.mugs(2)), dearer)
    result = shop.counter.write(back, "amendment:2:abcd1234/12/1")

    assert result.total == money("21.60")
    assert shop.place["City"] == "Leeds"


def test_only_the_address_changes_and_no_line_of_the_old_one_stays() -> None:
    shop = Shop()
    lines = shop.line_ids()

    shop.amended(shop.of(shop.mugs(2), shop.post(), to=YORK))

    assert (shop.place["City"], shop.place["Street2"]) == ("York", "")
    assert shop.line_ids() == lines


def test_an_amended_order_is_filled_as_it_is_by_now() -> None:
    shop = Shop()
    more = shop.of(shop.mugs(3), shop.post())
    shop.amended(more)
    filling = replace(shop.filling(), billed=more)

    result = shop.counter.write(filling, FILL)

    assert result.total == more.total
    assert (shop.counter.on_hand(shop.mug), shop.promised) == (Decimal(7), "0.00")


def test_an_order_that_somebody_changed_keeps_what_was_typed() -> None:
    shop = Shop()
    shop.order["SalesOrderItemRet"][0]["Qty"] = "5.00"

    shop.refuses("was changed in Point of Sale", shop.a_mug_more())


def test_a_line_that_somebody_added_is_not_dropped() -> None:
    shop = Shop()
    pen = shop.counter.item("PEN")
    line = {"ListID": pen, "TxnLineID": "77", "Qty": "1.00", "ExtendedPrice": "0.00"}
    shop.order["SalesOrderItemRet"].append(line)

    shop.refuses("was changed in Point of Sale", shop.a_mug_more())


def test_an_address_that_somebody_typed_stays_unless_the_store_changes_it_too() -> None:
    shop = Shop(shipping_item="")
    shop.order["ShippingInformation"][0]["City"] = "Bath"

    moved = shop.of(shop.mugs(2), shop.post(), to=YORK)
    shop.refuses("address", shop.change(moved))
    shop.amended(shop.of(shop.mugs(3), shop.post("6.00")))

    assert (shop.place["City"], shop.place["Shipping"]) == ("Bath", "6.00")


def test_what_somebody_typed_already_as_the_store_says_it_is_taken() -> None:
    shop = Shop()
    more = shop.of(shop.mugs(3), shop.post())
    shop.amended(more)

    again = shop.amended(more)

    assert again.total == more.total
    assert shop.promised == "3.00"


@pytest.mark.parametrize("what", ["lines", "address"])
def test_a_lost_change_is_found_by_what_the_order_says(what: str) -> None:
    shop = Shop()
    after = shop.of(shop.mugs(3), shop.post())
    if what == "address":
        after = shop.of(shop.mugs(2), shop.post(), to=YORK)
    missing = shop.counter.look_up(shop.change(after), AMEND)
    shop.amended(after)

    found = shop.counter.look_up(shop.change(after), AMEND)

    assert missing.outcome is LookUpOutcome.MISSING
    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert (found.result.total, found.result.books_id) == (after.total, shop.order_id)


def test_only_a_sales_order_takes_on_what_changed() -> None:
    shop = Shop()
    receipt = replace(shop.a_mug_more(), sale=BooksRef("-12"))

    with pytest.raises(InvalidInputError, match="Only an open sales order"):
        shop.counter.translator.check_document(a_request(receipt))


def test_only_where_sales_are_orders_can_they_be_changed() -> None:
    here, there = (
        Shop().counter.translator.capabilities,
        Counter().translator.capabilities,
    )

    assert here.can_amend
    assert DocumentKind.AMENDMENT in here.kinds
    assert not there.can_amend
    assert DocumentKind.AMENDMENT not in there.kinds
