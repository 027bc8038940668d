"""Where money lies in QuickBooks: as each document names it, and as others moved it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.decode import statement_row
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    DAY,
    a_company,
    a_line,
    a_mug,
    a_payment,
    a_refund,
    a_sale,
    ada,
    posted,
    settings_of,
    undo,
)
from stockbridge.connectors.books.quickbooks_online.tests.online_desk import (
    account_id,
    account_ref,
)
from stockbridge.connectors.books.quickbooks_online.tests.qbo_contracts import (
    needs_contracts,
    sample,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import SignedIn
from stockbridge.domain.account_movements import MoveKind
from stockbridge.domain.accounting import DocumentKind, SaleForm
from stockbridge.ports import Books, StoredDocument

UNDEPOSITED = "Undeposited Funds"


def told(books: Books) -> dict[DocumentKind, StoredDocument]:
    page = books.documents(DAY, DAY, cursor="", limit=100)
    return {row.kind: row for row in page.records}


def moved(
    connected: SignedIn, first: date = DAY, last: date = DAY
) -> dict[tuple[MoveKind, str], Decimal]:
    """Return what others moved, by kind and the account's name."""
    names = {one["Id"]: one["Name"] for one in connected.records("Account")}
    return {
        (move.kind, names[move.account_id]): move.amount.amount
        for move in connected.books().moves(first, last, names)
    }


def test_receipts_refunds_and_payments_tell_the_account_of_their_money(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books)
    receipt = posted(books, a_sale(a_line(item=item)))
    posted(books, a_refund(receipt.books_id, a_line(item=item)), "refund/1/1")
    customer = posted(books, ada(), "customer/ada/1").books_id
    bill = a_sale(
        a_line(item=item), form=SaleForm.INVOICE, reference="7", customer=customer
    )
    invoice = posted(books, bill, "sale/7/1")
    posted(books, a_payment(invoice.books_id), "payment/7/1")

    page = books.documents(DAY, DAY, cursor="", limit=100)

    checking = account_id(connected.simulator, "Checking")
    assert {
        (row.books_id.partition(":")[0], row.kind, row.account_id)
        for row in page.records
    } == {
        ("SalesReceipt", DocumentKind.SALE, checking),
        ("RefundReceipt", DocumentKind.REFUND, checking),
        ("Invoice", DocumentKind.SALE, ""),
        ("Payment", DocumentKind.PAYMENT, checking),
    }
    assert told(books)[DocumentKind.PAYMENT].total.amount == Decimal("21.60")


def test_a_credit_memo_moves_no_money(connected: SignedIn) -> None:
    books = connected.books(refund_form="credit_memo")
    item = a_mug(books)
    customer = posted(books, ada(), "customer/ada/1").books_id
    sold = a_sale(a_line(item=item), customer=customer)
    receipt = posted(books, sold)
    posted(books, a_refund(receipt.books_id, a_line(item=item)), "refund/1/1")

    assert told(books)[DocumentKind.REFUND].account_id == ""
    assert books.landing_account(DocumentKind.REFUND, "35") == ""


def test_money_without_an_account_waits_in_undeposited_funds(
    connected: SignedIn,
) -> None:
    """So says Finance.xsd of SalesReceipt and Payment: if none is specified."""
    books = connected.books(deposit_account="")
    item = a_mug(books)
    posted(books, a_sale(a_line(item=item)))
    (receipt,) = connected.simulator.company.of("SalesReceipt")
    answered = receipt["DepositToAccountRef"]["value"]
    del receipt["DepositToAccountRef"]  # the field is optional, also in answers

    undeposited = account_id(connected.simulator, UNDEPOSITED)
    assert answered == undeposited
    assert told(books)[DocumentKind.SALE].account_id == undeposited
    assert books.landing_account(DocumentKind.SALE, "") == undeposited


def test_a_company_that_has_no_undeposited_funds_leaves_the_account_untold(
    connected: SignedIn,
) -> None:
    books = connected.books(deposit_account="")
    item = a_mug(books)
    posted(books, a_sale(a_line(item=item)))
    (receipt,) = connected.simulator.company.of("SalesReceipt")
    del receipt["DepositToAccountRef"]
    connected.simulator.company.named("Account", UNDEPOSITED)["AccountSubType"] = ""

    assert told(books)[DocumentKind.SALE].account_id is None


def test_an_invoice_that_names_an_account_for_later_moves_no_money(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books)
    customer = posted(books, ada(), "customer/ada/1").books_id
    bill = a_sale(a_line(item=item), form=SaleForm.INVOICE, customer=customer)
    posted(books, bill)
    (invoice,) = connected.simulator.company.of("Invoice")
    invoice["DepositToAccountRef"] = account_ref(connected.simulator, "Checking")

    assert told(books)[DocumentKind.SALE].account_id == ""


def test_undeposited_funds_are_looked_for_once(connected: SignedIn) -> None:
    connected.books(deposit_account="").landing_account(DocumentKind.SALE, "")
    before = connected.calls("query")

    connected.books(deposit_account="").landing_account(DocumentKind.PAYMENT, "")

    assert connected.calls("query") == before


def test_undeposited_funds_that_are_not_there_are_looked_for_once_in_a_reading(
    connected: SignedIn,
) -> None:
    account = connected.simulator.company.named("Account", UNDEPOSITED)
    kind, account["AccountSubType"] = account["AccountSubType"], ""
    books = connected.books(deposit_account="")
    item = a_mug(books)
    first = books.landing_account(DocumentKind.SALE, "")
    before = connected.calls("query")

    second = books.landing_account(DocumentKind.PAYMENT, "")
    asked = connected.calls("query") - before
    account["AccountSubType"] = kind
    next_reading = connected.books(deposit_account="")
    posted(books, a_sale(a_line(item=item)))

    assert (first, second, asked) == ("", "", 0)
    found = account_id(connected.simulator, UNDEPOSITED)
    assert books.landing_account(DocumentKind.SALE, "") == found
    assert next_reading.landing_account(DocumentKind.SALE, "") == found


def test_a_voided_receipt_and_payment_tell_no_account_and_count_no_more(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books)
    receipt = posted(books, a_sale(a_line(item=item)))
    posted(books, undo(receipt.books_id), "undo/1/1")

    row = told(books)[DocumentKind.SALE]

    assert (row.account_id, row.is_live) == ("", False)


@needs_contracts
@pytest.mark.parametrize(
    ("name", "entity", "account"),
    [
        ("salesreceipt-01", "SalesReceipt", "35"),
        ("refundreceipt-01", "RefundReceipt", "35"),
        ("payment-01", "Payment", "4"),
        ("invoice-01", "Invoice", ""),
        ("creditmemo-01", "CreditMemo", ""),
        ("payment-08", "Payment", ""),  # voided
    ],
)
def test_intuits_samples_tell_the_account_that_stands_in_them(
    name: str, entity: str, account: str
) -> None:
    record = {"TxnDate": "2014-12-31", **sample(name)[entity]}
    basis = Basis(settings_of(), a_company())

    row = statement_row(entity, record, basis, lambda: "never asked")

    assert row.account_id == account


def test_a_refund_is_paid_from_the_account_of_its_setting_whatever_is_mapped(
    connected: SignedIn,
) -> None:
    checking, undeposited = (
        account_id(connected.simulator, name) for name in ("Checking", UNDEPOSITED)
    )
    books = connected.books(refund_account=undeposited)
    item = a_mug(books)
    receipt = posted(books, a_sale(a_line(item=item)))
    refund = replace(a_refund(receipt.books_id, a_line(item=item)), account_id=checking)
    posted(books, refund, "refund/1/1")

    assert told(books)[DocumentKind.REFUND].account_id == undeposited
    assert books.landing_account(DocumentKind.REFUND, checking) == undeposited
    assert books.deposit_accounts() == (checking, undeposited)


def test_a_bank_deposit_takes_waiting_money_to_the_bank_and_its_fee_with_it(
    connected: SignedIn,
) -> None:
    books = connected.books(deposit_account="")
    item = a_mug(books)
    receipt = posted(books, a_sale(a_line(item=item)))
    link = {"TxnId": receipt.books_id.partition(":")[2], "TxnType": "SalesReceipt"}
    deposit(
        connected,
        {"Amount": Decimal("21.60"), "LinkedTxn": [link]},
        from_account(connected, "Bank Charges", "-0.90"),
    )

    assert moved(connected) == {
        (MoveKind.DEPOSIT, "Checking"): Decimal("20.70"),
        (MoveKind.DEPOSIT, UNDEPOSITED): Decimal("-21.60"),
        (MoveKind.DEPOSIT, "Bank Charges"): Decimal("0.90"),
    }


def test_a_payout_out_of_a_clearing_account_is_seen_on_it(
    connected: SignedIn,
) -> None:
    deposit(connected, from_account(connected, "Gift Cards", "50.00"))

    assert moved(connected) == {
        (MoveKind.DEPOSIT, "Checking"): Decimal("50.00"),
        (MoveKind.DEPOSIT, "Gift Cards"): Decimal("-50.00"),
    }


def test_cash_that_was_kept_back_from_a_deposit_lies_where_it_was_put(
    connected: SignedIn,
) -> None:
    kept = {
        "AccountRef": account_ref(connected.simulator, "Services"),
        "Amount": Decimal("5.00"),
    }
    deposit(connected, from_account(connected, "Gift Cards", "50.00"), CashBack=kept)

    assert moved(connected) == {
        (MoveKind.DEPOSIT, "Checking"): Decimal("45.00"),
        (MoveKind.DEPOSIT, "Services"): Decimal("5.00"),
        (MoveKind.DEPOSIT, "Gift Cards"): Decimal("-50.00"),
    }


def test_a_transfer_leaves_one_account_and_reaches_another(
    connected: SignedIn,
) -> None:
    write(
        connected,
        "Transfer",
        FromAccountRef=account_ref(connected.simulator, UNDEPOSITED),
        ToAccountRef=account_ref(connected.simulator, "Checking"),
        Amount=Decimal("12.34"),
    )

    assert moved(connected) == {
        (MoveKind.TRANSFER, UNDEPOSITED): Decimal("-12.34"),
        (MoveKind.TRANSFER, "Checking"): Decimal("12.34"),
    }


@pytest.mark.parametrize(("is_credit", "sign"), [(False, 1), (True, -1)])
def test_an_expense_is_paid_from_its_account_for_that_of_its_line(
    connected: SignedIn, *, is_credit: bool, sign: int
) -> None:
    line = {
        "Amount": Decimal("0.90"),
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {
            "AccountRef": account_ref(connected.simulator, "Bank Charges")
        },
    }
    write(
        connected,
        "Purchase",
        AccountRef=account_ref(connected.simulator, "Checking"),
        PaymentType="CreditCard" if is_credit else "Cash",
        Credit=is_credit,
        Line=[line],
    )

    assert moved(connected) == {
        (MoveKind.EXPENSE, "Checking"): Decimal("-0.90") * sign,
        (MoveKind.EXPENSE, "Bank Charges"): Decimal("0.90") * sign,
    }


def test_a_journal_entry_moves_debits_in_and_credits_out(
    connected: SignedIn,
) -> None:
    lines = [
        {
            "Amount": Decimal("3.00"),
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": {
                "PostingType": side,
                "AccountRef": account_ref(connected.simulator, name),
            },
        }
        for side, name in (("Debit", "Bank Charges"), ("Credit", UNDEPOSITED))
    ]
    write(connected, "JournalEntry", Line=lines)

    assert moved(connected) == {
        (MoveKind.JOURNAL, "Bank Charges"): Decimal("3.00"),
        (MoveKind.JOURNAL, UNDEPOSITED): Decimal("-3.00"),
    }


def test_what_others_moved_on_other_accounts_is_left_out(
    connected: SignedIn,
) -> None:
    deposit(connected, from_account(connected, "Gift Cards", "50.00"))
    checking = account_id(connected.simulator, "Checking")

    (move,) = connected.books().moves(DAY, DAY, [checking])

    assert (move.account_id, move.amount.amount) == (checking, Decimal("50.00"))


def test_what_others_moved_on_other_days_is_left_out(connected: SignedIn) -> None:
    deposit(connected, from_account(connected, "Gift Cards", "50.00"))
    day = timedelta(days=1)

    assert moved(connected, DAY - day, DAY - day) == {}
    assert moved(connected, DAY + day, DAY + day) == {}
    assert len(moved(connected, DAY - day, DAY + day)) == 2


def from_account(connected: SignedIn, name: str, amount: str) -> dict[str, Any]:
    return {
        "Amount": Decimal(amount),
        "DetailType": "DepositLineDetail",
        "DepositLineDetail": {"AccountRef": account_ref(connected.simulator, name)},
    }


def deposit(connected: SignedIn, *lines: dict[str, Any], **fields: Any) -> None:
    to = account_ref(connected.simulator, "Checking")
    write(connected, "Deposit", DepositToAccountRef=to, Line=list(lines), **fields)


def write(connected: SignedIn, kind: str, **fields: Any) -> None:
    connected.simulator.write(kind, {"TxnDate": DAY.isoformat(), **fields})
