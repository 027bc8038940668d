"""A sales order filled: invoiced as a whole when its goods leave, or held."""

from dataclasses import replace
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    DAY,
    a_line,
    a_post,
    a_refund,
    usd,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    World,
    a_world,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.contract_desk import books_of
from stockbridge.connectors.books.quickbooks_desktop.tests.open_order import FILL, Shop
from stockbridge.domain.accounting import (
    BooksRef,
    DocumentKind,
    PaymentDocument,
    ReversalDocument,
)
from stockbridge.ports import (
    LookUpOutcome,
    NotDone,
    PostOutcome,
    Prepare,
    Prepared,
)


def test_a_sales_order_is_invoiced_as_a_whole_and_moves_its_goods() -> None:
    shop = Shop()
    before = shop.world.on_hand(shop.mug), shop.promised

    post = a_post(shop.filling(), FILL)
    result = shop.world.write(post)

    assert before == ("10", "2")
    assert result is not None
    assert result.outcome is PostOutcome.POSTED
    assert (result.total, result.total_tax) == (usd("26.60"), usd("1.60"))
    assert (result.number, result.books_id[:8]) == ("1001", "Invoice:")
    assert (shop.world.on_hand(shop.mug), shop.promised) == ("8", "0")
    assert shop.order.text("IsFullyInvoiced") == "true"
    assert shop.order.text("SalesOrderLineRet/Invoiced") == "2"


def test_an_invoice_takes_the_tax_of_its_order_whatever_is_set_by_now() -> None:
    shop = Shop()
    company = shop.world.company
    books = books_of(company, document="sales_order", tax_items="", tax_policy="hold")

    result = World(company, books).write(a_post(shop.filling(), FILL))

    assert result is not None
    assert (result.total, result.total_tax) == (usd("26.60"), usd("1.60"))


def test_the_invoice_of_a_sales_order_carries_the_customers_number_too() -> None:
    shop = Shop(po_number_field="_po_number")
    billed = replace(shop.sale, order_fields=(("_po_number", "PO-7"),))

    shop.world.made(replace(shop.filling(), billed=billed), FILL)

    (invoice,) = shop.world.company.state.of("Invoice")
    assert invoice.text("PONumber") == "PO-7"


def test_the_payment_of_a_filled_order_is_booked_on_its_invoice() -> None:
    shop = Shop()
    invoice = shop.fill()
    paid = PaymentDocument(BooksRef(invoice), usd("26.60"), DAY)

    shop.world.made(paid, "payment/1001/1")

    (record,) = shop.world.company.state.of("Invoice")
    assert record.text("BalanceRemaining") == "0.00"


def test_goods_of_a_filled_order_come_back_by_a_credit_memo() -> None:
    shop = Shop()
    invoice = shop.fill()
    line = a_line(total="10.00", tax="0.80", units="1", item=shop.mug)

    shop.world.made(
        a_refund(invoice, line, restocked=(("11", Decimal(1)),)), "refund/70/1"
    )

    assert shop.world.on_hand(shop.mug) == "9"


def test_parts_of_a_bundle_that_the_invoice_does_not_name_are_held() -> None:
    shop = Shop()
    invoice = shop.fill()
    refund = a_refund(invoice, restocked=(("11~1", Decimal(1)),))

    post = a_post(refund, "refund/70/1")
    (told,) = shop.world.books.ask([Prepare("p", post)])

    assert isinstance(told, NotDone)
    assert "11~1" in told.message
    assert not told.is_retryable


def test_a_lost_invoice_is_found_by_its_marker_and_never_made_twice() -> None:
    shop = Shop()
    post = a_post(shop.filling(), FILL)
    missing = shop.world.look_up(post)
    invoice = shop.fill()

    found = shop.world.look_up(post)

    assert missing.outcome is LookUpOutcome.MISSING
    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert found.result.books_id == invoice


def test_the_same_invoice_without_our_sign_is_unclear() -> None:
    shop = Shop()
    shop.fill()
    (record,) = shop.world.company.state.of("Invoice")
    record.ret.find("Memo").text = "typed by hand"

    found = shop.world.look_up(a_post(shop.filling(), FILL))

    assert found.outcome is LookUpOutcome.UNCLEAR


def test_quickbooks_itself_refuses_an_order_that_was_invoiced_meanwhile() -> None:
    shop = Shop()
    post = a_post(shop.filling(), FILL)
    write = shop.world.prepared(post)
    shop.invoice_by_hand()

    body = shop.world.books.translator.encode([write], batch_id="B1")
    (result,) = shop.world.books.translator.decode(
        [write], shop.world.company.process(body)
    )

    assert getattr(result, "outcome", None) is PostOutcome.REFUSED
    assert len(list(shop.world.company.state.of("Invoice"))) == 1


def test_a_voided_invoice_opens_its_order_again() -> None:
    shop = Shop()
    invoice = shop.fill()
    undo = ReversalDocument(BooksRef(invoice), DocumentKind.FULFILLMENT, DAY, "undone")

    shop.world.made(undo, f"{FILL}/reversal/1")

    assert (shop.world.on_hand(shop.mug), shop.promised) == ("10", "2")
    assert isinstance(shop.prepared(shop.filling()), Prepared)


def test_only_a_whole_sales_order_is_filled() -> None:
    shop = Shop()
    part = replace(shop.filling(), lines=(("11", Decimal(1)),))
    receipt = replace(shop.filling(), sale=BooksRef("SalesReceipt:1A2-1700000000"))

    shop.world.refuses(part, "A part of a sales order")
    shop.world.refuses(receipt, "Only a sales order is filled")


def test_whoever_invoices_in_quickbooks_is_left_to_it() -> None:
    by_us = a_world(document="sales_order").books.capabilities
    by_hand = a_world(document="sales_order", fills_orders="by_hand").books.capabilities
    as_invoices = a_world(document="invoice").books.capabilities

    assert by_us.fulfillment_bills
    assert {DocumentKind.FULFILLMENT, DocumentKind.PAYMENT} <= by_us.kinds
    assert not by_hand.fulfillment_bills
    assert DocumentKind.FULFILLMENT not in by_hand.kinds | as_invoices.kinds
    assert not as_invoices.fulfillment_bills
