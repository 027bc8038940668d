"""Traps of QuickBooks' sales: amounts, stock, customers, closed periods."""

from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    DAY,
    a_line,
    a_post,
    a_sale,
    usd,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    a_world,
)
from stockbridge.domain.accounting import (
    BooksRef,
    CancellationDocument,
    DocumentKind,
    SaleForm,
)
from stockbridge.domain.commerce import LineKind
from stockbridge.ports import PostOutcome


def test_amounts_stand_where_quantity_times_price_cannot_give_them() -> None:
    world = a_world()
    line = a_line(item=world.a_mug(), units="3", total="10.00", tax="0.80")

    result = world.write(a_post(a_sale(line, customer=world.ada())))

    assert result is not None
    assert result.total == usd("10.80")
    (record,) = world.company.state.of("SalesReceipt")
    assert record.text("SalesReceiptLineRet/Rate") == "3.33333"


def test_a_sale_shipped_before_the_count_moves_no_stock() -> None:
    world = a_world()
    mug = world.a_mug()
    line = replace(a_line(item=mug), units=Decimal(0))

    world.made(a_sale(line, customer=world.ada()), "sale/1")

    assert world.on_hand(mug) == "10"


def test_without_an_item_that_moves_no_stock_such_a_sale_is_held() -> None:
    world = a_world(unstocked_item="")
    line = replace(a_line(), units=Decimal(0))

    world.refuses(a_sale(line), "always moves it")


@pytest.mark.parametrize(
    ("kind", "setting"),
    [
        (LineKind.SHIPPING, "shipping_item"),
        (LineKind.FEE, "fee_item"),
        (LineKind.DISCOUNT, "discount_item"),
        (LineKind.GIFT_CARD, "gift_card_item"),
    ],
)
def test_a_line_without_an_item_is_held_with_the_setting_it_needs(
    kind: LineKind, setting: str
) -> None:
    world = a_world(**{setting: ""})

    world.refuses(a_sale(a_line(kind=kind, item="")), "needs an item for")


def test_an_invoice_needs_a_customer_a_sales_receipt_does_not() -> None:
    world = a_world(guest_customer="")
    line = a_line(item=world.a_mug())

    receipt = world.write(a_post(a_sale(line, customer="")))

    assert receipt is not None
    assert receipt.outcome is PostOutcome.POSTED
    world.refuses(a_sale(line, customer="", form=SaleForm.INVOICE), "needs a customer")


def test_a_sales_order_promises_and_once_closed_promises_nothing() -> None:
    world = a_world(document="sales_order", qbxml_version="16.0")
    mug = world.a_mug()
    sale = a_sale(a_line(item=mug), form=SaleForm.SALES_ORDER, customer=world.ada())
    order = world.made(sale, "sale/1")
    (promised,) = world.books.stock([mug])

    world.made(CancellationDocument(BooksRef(order), DAY), "cancel/1")

    (free,) = world.books.stock([mug])
    assert (promised.on_hand, promised.available) == (Decimal(10), Decimal(8))
    assert (free.on_hand, free.available) == (Decimal(10), Decimal(10))


@pytest.mark.parametrize("document", ["sales_receipt", "invoice", "sales_order"])
def test_what_is_planned_follows_the_chosen_kind_of_document(document: str) -> None:
    can = a_world(document=document).books.capabilities

    assert can.sale_forms[0] == document
    assert (DocumentKind.PAYMENT in can.kinds) is (document != "sales_receipt")
    assert can.sale_moves_stock is (document != "sales_order")


def test_a_closed_period_is_refused_with_what_to_do() -> None:
    world = a_world()
    sale = a_sale(a_line(item=world.a_mug()), customer=world.ada())
    world.company.close_books_until(DAY)

    result = world.write(a_post(sale))

    assert result is not None
    assert result.outcome is PostOutcome.REFUSED
    assert result.error is not None
    assert "closed period" in result.error.remedy


def test_a_record_that_somebody_works_on_is_tried_again() -> None:
    world = a_world()
    ada = world.ada()
    world.company.lock(ada)

    result = world.write(a_post(a_sale(a_line(item=world.a_mug()), customer=ada)))

    assert result is not None
    assert result.outcome is PostOutcome.RETRY


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("The transaction could not be locked. It is in use by another user.", "retry"),
        ("The amount is wrong.", "refused"),
    ],
)
def test_an_error_when_saving_is_temporary_only_if_its_words_say_so(
    text: str, outcome: str
) -> None:
    world = a_world()
    world.company.refuse("SalesReceiptAdd", 3180, text)

    sale = a_sale(a_line(item=world.a_mug()), customer=world.ada())
    result = world.write(a_post(sale))

    assert result is not None
    assert result.outcome == outcome


@pytest.mark.parametrize(
    ("form", "kind", "number"),
    [
        (SaleForm.INVOICE, "Invoice", "PO " + "7" * 22),
        (SaleForm.SALES_ORDER, "SalesOrder", "PO " + "7" * 22),
        (SaleForm.SALES_RECEIPT, "SalesReceipt", ""),  # it has no such element
    ],
)
def test_the_customers_own_number_stands_where_the_document_has_room_for_it(
    form: SaleForm, kind: str, number: str
) -> None:
    world = a_world(po_number_field="_po_number")
    line = a_line(item=world.a_mug())
    sale = a_sale(line, form=form, customer=world.ada())
    typed = (("_po_number", "PO " + "7" * 40), ("seen", "1"))

    world.made(replace(sale, order_fields=typed), "sale/1")

    (record,) = world.company.state.of(kind)
    assert record.text("PONumber") == number
    assert world.books.capabilities.order_fields == ("_po_number",)
