"""A sales order filled: by a sales receipt when its goods leave, or held."""

from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_pos.settings import (
    OrderFilling,
)
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    DAY,
    Counter,
    a_line,
    a_refund,
    a_request,
    money,
)
from stockbridge.connectors.books.quickbooks_pos.tests.open_order import FILL, Shop
from stockbridge.domain.accounting import (
    BooksRef,
    DocumentKind,
    ReversalDocument,
)
from stockbridge.domain.errors import InvalidInputError
from stockbridge.ports import (
    LookUpOutcome,
    PostOutcome,
    Prepared,
    Write,
)


def test_a_sales_order_is_filled_by_a_receipt_that_takes_goods_and_money() -> None:
    shop = Shop()
    before = shop.counter.on_hand(shop.mug), shop.promised

    result = shop.counter.write(shop.filling(), FILL)

    assert before == (Decimal(10), "2.00")
    assert result.outcome is PostOutcome.POSTED
    assert (result.total, result.total_tax) == (money("26.60"), money("1.60"))
    assert (shop.counter.on_hand(shop.mug), shop.promised) == (Decimal(8), "0.00")
    (receipt,) = shop.counter.receipts()
    assert receipt["SalesOrderTxnID"] == shop.order_id[6:]
    assert receipt["CustomerListID"] == "-5"
    (tender,) = receipt["TenderCreditCardRet"]
    assert tender["TenderAmount"] == "26.60"
    assert shop.order["SalesOrderStatusDesc"] == "Closed"
    assert (shop.order["UnfilledPercent"], shop.order["BalanceDue"]) == ("0.00", "0.00")


def test_what_came_back_of_a_filled_order_belongs_to_its_receipt() -> None:
    shop = Shop()
    receipt = shop.fill()
    back = a_line(shop.mug, tax="0.80")
    refund = a_refund(receipt, back, restocked=(("11", Decimal(1)),))

    result = shop.counter.write(refund, "refund/70/1")

    assert result.outcome is PostOutcome.POSTED
    assert shop.counter.on_hand(shop.mug) == 9
    returned = shop.counter.company.records.receipts.rows[result.books_id]
    assert f"of {receipt}" in returned["Comments"]


def test_a_lost_filling_is_found_by_its_sign_and_never_written_twice() -> None:
    shop = Shop()
    missing = shop.counter.look_up(shop.filling(), FILL)
    receipt = shop.fill()

    found = shop.counter.look_up(shop.filling(), FILL)

    assert missing.outcome is LookUpOutcome.MISSING
    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert found.result.books_id == receipt


def test_a_receipt_with_our_sign_that_fills_another_order_is_unclear() -> None:
    shop = Shop()
    receipt = shop.fill()
    rows = shop.counter.company.records.receipts.rows
    rows[receipt]["SalesOrderTxnID"] = "-77"

    found = shop.counter.look_up(shop.filling(), FILL)

    assert found.outcome is LookUpOutcome.UNCLEAR


def test_point_of_sale_itself_refuses_an_order_that_was_filled_meanwhile() -> None:
    shop = Shop()
    request = a_request(shop.filling(), FILL)
    told = shop.prepared(shop.filling())
    shop.counter.write(shop.filling(), "fulfillment/99/1")

    assert isinstance(told, Prepared)
    (result,) = shop.counter.ask(Write(request.attempt_id, request, told.basis))

    assert getattr(result, "outcome", None) is PostOutcome.REFUSED
    assert shop.counter.on_hand(shop.mug) == 8


def test_a_reversed_filling_opens_its_order_again() -> None:
    shop = Shop()
    target = BooksRef(shop.fill())
    undo = ReversalDocument(target, DocumentKind.FULFILLMENT, DAY, "undone")

    result = shop.counter.write(undo, f"{FILL}/reversal/1")

    assert result.outcome is PostOutcome.POSTED
    assert (shop.counter.on_hand(shop.mug), shop.promised) == (Decimal(10), "2.00")
    assert isinstance(shop.prepared(shop.filling()), Prepared)


def test_only_a_whole_sales_order_is_filled() -> None:
    shop = Shop()
    part = replace(shop.filling(), lines=(("11", Decimal(1)),))
    receipt = replace(shop.filling(), sale=BooksRef("-12"))

    with pytest.raises(InvalidInputError, match="A part of a sales order"):
        shop.counter.translator.check_document(a_request(part))
    with pytest.raises(InvalidInputError, match="Only a sales order is filled"):
        shop.counter.translator.check_document(a_request(receipt))


def test_whoever_fills_at_the_counter_is_left_to_it() -> None:
    here = Shop().counter.translator.capabilities
    there = Shop(fills_orders=OrderFilling.COUNTER).counter.translator.capabilities
    receipts = Counter().translator.capabilities

    assert here.fulfillment_bills
    assert DocumentKind.FULFILLMENT in here.kinds
    assert not there.fulfillment_bills
    assert DocumentKind.FULFILLMENT not in there.kinds | receipts.kinds
