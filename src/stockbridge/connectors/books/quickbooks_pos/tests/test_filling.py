"""A sales order filled: by a sales receipt when its goods leave, or held."""

from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_pos.settings import (
    OrderFilling,
    SaleDocumentKind,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.records import Row
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    DAY,
    Counter,
    a_line,
    a_refund,
    a_request,
    a_sale,
    money,
    settings,
)
from stockbridge.domain.accounting import (
    BooksRef,
    DocumentKind,
    FulfillmentDocument,
    ReversalDocument,
    SaleForm,
)
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import InvalidInputError
from stockbridge.ports import (
    LookUpOutcome,
    NotDone,
    PostOutcome,
    Prepare,
    Prepared,
    Write,
)

FILL = "fulfillment/12/1"


class Shop:
    """A counter with one sales order: two mugs, taxed, and shipping."""

    def __init__(self, **chosen: object) -> None:
        kind = SaleDocumentKind.SALES_ORDER
        self.counter = Counter(settings=settings(sale_document=kind, **chosen))
        customers = self.counter.company.records.customers
        customers.rows["-5"] = {"ListID": "-5", "LastName": "E"}
        customers.rows["-6"] = {"ListID": "-6", "LastName": "F"}
        self.mug = self.counter.item(on_hand="10")
        two = {"quantity": Decimal(2), "units": Decimal(2)}
        ship = a_line(kind=LineKind.SHIPPING, name="Post", total="5.00", source_id="13")
        self.sale = a_sale(
            a_line(self.mug, total="20.00", tax="1.60", **two),
            ship,
            customer=BooksRef("-5"),
            form=SaleForm.SALES_ORDER,
        )
        self.order_id = self.counter.write(self.sale).books_id

    @property
    def order(self) -> Row:
        return self.counter.company.records.orders.rows[self.order_id[6:]]

    @property
    def promised(self) -> str:
        row = self.counter.company.records.items.rows[self.mug]
        return str(row["QuantityOnCustomerOrder"])

    def filling(self) -> FulfillmentDocument:
        return FulfillmentDocument(BooksRef(self.order_id), DAY, billed=self.sale)

    def fill(self) -> str:
        result = self.counter.write(self.filling(), FILL)
        assert result.outcome is PostOutcome.POSTED, result.error
        return result.books_id

    def prepared(self) -> NotDone | Prepared:
        asked = Prepare("p", a_request(self.filling(), FILL))
        (told,) = self.counter.ask(asked)
        assert isinstance(told, NotDone | Prepared)
        return told

    def refuses(self, words: str) -> None:
        told = self.prepared()
        assert isinstance(told, NotDone)
        assert words in told.message
        assert told.remedy
        assert not told.is_retryable


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


def test_an_order_that_was_filled_at_the_counter_is_not_filled_again() -> None:
    shop = Shop()
    shop.fill()

    shop.refuses("has been filled")


def test_an_order_that_was_filled_in_part_is_held() -> None:
    shop = Shop()
    shop.order["SalesOrderItemRet"][0]["QtySold"] = "1.00"

    shop.refuses("or a part of it")


def test_an_order_with_a_deposit_is_held() -> None:
    shop = Shop()
    shop.order["DepositBalance"] = "5.00"

    shop.refuses("deposit")


def test_an_order_that_somebody_changed_is_held() -> None:
    shop = Shop()
    shop.order["Total"] = "20.00"

    shop.refuses("was changed")


def test_an_order_given_to_somebody_else_is_held() -> None:
    shop = Shop()
    shop.order["CustomerListID"] = "-6"

    shop.refuses("another customer")


def test_an_order_that_was_deleted_there_is_held() -> None:
    shop = Shop()
    del shop.counter.company.records.orders.rows[shop.order_id[6:]]

    shop.refuses("no longer in Point of Sale")


def test_point_of_sale_itself_refuses_an_order_that_was_filled_meanwhile() -> None:
    shop = Shop()
    request = a_request(shop.filling(), FILL)
    told = shop.prepared()
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
    assert isinstance(shop.prepared(), Prepared)


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
