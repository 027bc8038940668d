"""Taking back: voided, deleted or made inactive, and what a person has to do first."""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    DAY,
    a_line,
    a_mug,
    a_payment,
    a_sale,
    ada,
    money,
    on_hand,
    post,
    posted,
    refusal,
    undo,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import (
    SignedIn,
)
from stockbridge.domain.accounting import (
    DocumentKind,
    SaleForm,
)
from stockbridge.domain.errors import (
    MappingError,
)


def test_a_voided_sale_stays_with_nothing_in_it(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)
    sale = posted(books, a_sale(a_line(item=item)))

    posted(books, undo(sale.books_id), "reversal/1/1")

    (row,) = books.documents(DAY, DAY, cursor="", limit=10).records
    assert (row.is_live, row.total) == (False, money("0"))
    assert on_hand(books, item) == 10


def test_what_somebody_voided_by_hand_is_taken_back_without_a_write(
    connected: SignedIn,
) -> None:
    books = connected.books()
    sale = posted(books, a_sale(a_line(item=a_mug(books))))
    (stored,) = connected.records("SalesReceipt")
    connected.simulator.write("SalesReceipt", dict(stored), "void")

    result = posted(books, undo(sale.books_id), "reversal/1/1")

    (kept,) = connected.records("SalesReceipt")
    assert result.books_id == sale.books_id
    assert kept["SyncToken"] == "1"  # only by the hand that voided it


def test_an_invoice_with_a_payment_is_not_voided_before_the_payment(
    connected: SignedIn,
) -> None:
    books = connected.books(document="invoice")
    line = a_line(item=a_mug(books))
    invoice = posted(books, a_sale(line, form=SaleForm.INVOICE)).books_id
    payment = posted(books, a_payment(invoice), "payment/1/1").books_id

    error = refusal(post(books, undo(invoice), "reversal/1/1"))
    posted(books, undo(payment, DocumentKind.PAYMENT), "reversal/2/1")
    posted(books, undo(invoice), "reversal/3/1")

    assert error.code == "has_payment"
    assert connected.records("Invoice")[0]["TotalAmt"] == 0


def test_a_sale_that_is_part_of_a_deposit_is_not_voided(connected: SignedIn) -> None:
    undeposited = connected.simulator.company.named("Account", "Undeposited Funds")
    books = connected.books(deposit_account=undeposited["Id"])
    sale = posted(books, a_sale(a_line(item=a_mug(books))))
    bank = connected.simulator.company.named("Account", "Checking")["Id"]
    link = {"TxnId": sale.books_id.partition(":")[2], "TxnType": "SalesReceipt"}
    line = {"Amount": Decimal("21.60"), "LinkedTxn": [{**link, "TxnLineId": "0"}]}
    connected.simulator.write(
        "Deposit", {"DepositToAccountRef": {"value": bank}, "Line": [line]}
    )

    error = refusal(post(books, undo(sale.books_id), "reversal/1/1"))

    assert "deposit" in f"{error.message} {error.remedy}".lower()


def test_a_customer_that_owes_stays(connected: SignedIn) -> None:
    books = connected.books(document="invoice")
    customer = posted(books, ada(), "customer/ada/1").books_id
    line = a_line(item=a_mug(books))
    posted(books, a_sale(line, form=SaleForm.INVOICE, customer=customer))

    error = refusal(post(books, undo(customer, DocumentKind.CUSTOMER), "reversal/1/1"))

    assert error.code == "open_balance"


def test_an_unused_item_becomes_inactive(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)

    posted(books, undo(item, DocumentKind.ITEM), "reversal/1/1")

    page = books.changed_items("", limit=100)
    assert {i.external_id: i.is_active for i in page.records}[item] is False


def test_an_undone_document_undone_again_by_hand_is_held_not_repeated(
    connected: SignedIn,
) -> None:
    books = connected.books()
    refund = undo("RefundReceipt:99999", DocumentKind.REFUND)

    assert isinstance(refusal(post(books, refund, "reversal/1/1")), MappingError)
