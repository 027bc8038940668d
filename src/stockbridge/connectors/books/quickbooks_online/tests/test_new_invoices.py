"""A payment that follows its invoice at once, and what somebody does meanwhile."""

from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    a_line,
    a_mug,
    a_payment,
    a_sale,
    post,
    posted,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import SignedIn
from stockbridge.connectors.simulation import SettableClock
from stockbridge.domain.accounting import SaleForm
from stockbridge.ports import PostOutcome


def test_an_invoice_is_read_again_where_its_payment_comes_later(
    connected: SignedIn,
) -> None:
    books = connected.books(document="invoice")
    invoice = posted(books, a_sale(a_line(item=a_mug(books)), form=SaleForm.INVOICE))
    pay_by_hand(connected)
    advance(connected, seconds=61)

    result = post(books, a_payment(invoice.books_id), "payment/1/1")

    assert result.outcome is PostOutcome.REFUSED
    assert result.error is not None
    assert result.error.code == "paid_already"
    assert len(connected.records("Payment")) == 1


def test_an_invoice_that_somebody_paid_a_moment_ago_is_not_paid_twice(
    connected: SignedIn,
) -> None:
    books = connected.books(document="invoice")
    invoice = posted(books, a_sale(a_line(item=a_mug(books)), form=SaleForm.INVOICE))
    pay_by_hand(connected)

    result = post(books, a_payment(invoice.books_id), "payment/1/1")

    assert result.outcome is PostOutcome.REFUSED
    assert "more than the open balance" in str(result.error)
    assert len(connected.records("Payment")) == 1


def pay_by_hand(connected: SignedIn) -> None:
    """Let somebody enter the payment of the invoice on QuickBooks' own screens."""
    (invoice,) = connected.records("Invoice")
    linked = [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]
    amount = invoice["TotalAmt"]
    sent = {
        "CustomerRef": invoice["CustomerRef"],
        "TotalAmt": amount,
        "Line": [{"Amount": amount, "LinkedTxn": linked}],
    }
    connected.simulator.write("Payment", sent)


def advance(connected: SignedIn, *, seconds: float) -> None:
    """Let time pass."""
    clock = connected.simulator.options.clock
    assert isinstance(clock, SettableClock)
    clock.advance(seconds)
