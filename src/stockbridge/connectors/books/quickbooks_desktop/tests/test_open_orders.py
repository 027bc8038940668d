"""What people do to an open sales order: it is neither changed nor filled then."""

from collections.abc import Callable

import pytest

from stockbridge.connectors.books.quickbooks_desktop.tests.builders import DAY
from stockbridge.connectors.books.quickbooks_desktop.tests.open_order import (
    Change,
    Shop,
)
from stockbridge.domain.accounting import BooksRef, CancellationDocument

ONE_LINE = """<InvoiceLineAdd><Quantity>1</Quantity><LinkToTxn><TxnID>{order}</TxnID>
<TxnLineID>{line}</TxnLineID></LinkToTxn></InvoiceLineAdd>"""
Act = Callable[[Shop], Change]
both_acts = pytest.mark.parametrize("act", [Shop.a_mug_more, Shop.filling])


@both_acts
def test_an_order_that_somebody_invoiced_is_held(act: Act) -> None:
    shop = Shop()
    shop.invoice_by_hand()

    shop.refuses("has been invoiced", act(shop))


@both_acts
def test_an_order_that_somebody_invoiced_in_part_is_held(act: Act) -> None:
    shop = Shop()
    line = shop.order.text("SalesOrderLineRet/TxnLineID")
    shop.invoice_by_hand(ONE_LINE.format(order=shop.order.id, line=line))

    assert (shop.world.on_hand(shop.mug), shop.promised) == ("9", "1")
    assert shop.order.text("IsFullyInvoiced") == "false"
    shop.refuses("A part of", act(shop))


@both_acts
def test_an_order_that_somebody_closed_is_held(act: Act) -> None:
    shop = Shop()
    ended = CancellationDocument(BooksRef(shop.order_id), DAY)
    shop.world.made(ended, "cancel/1001/1")

    shop.refuses("was closed", act(shop))


@both_acts
def test_an_order_that_somebody_changed_is_held(act: Act) -> None:
    shop = Shop()
    shop.order.ret.find("TotalAmount").text = "20.00"

    shop.refuses("was changed", act(shop))


@both_acts
def test_an_order_given_to_somebody_else_is_held(act: Act) -> None:
    shop = Shop()
    shop.order.ret.find("CustomerRef/ListID").text = "80000001-1"

    shop.refuses("another customer", act(shop))


@both_acts
def test_an_order_that_was_deleted_is_held(act: Act) -> None:
    shop = Shop()
    del shop.world.company.state.records[shop.order.id]

    shop.refuses("no longer in QuickBooks", act(shop))
