"""Where money lies in the back office: what documents tell, and the journal."""

from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from stockbridge.backoffice.drafts import EntryDraft, EntryLineDraft, Header
from stockbridge.backoffice.journal import balances
from stockbridge.backoffice.models import Account
from stockbridge.backoffice.posting import post
from stockbridge.companies.models import Company
from stockbridge.connectors.books.embedded.books import EmbeddedBooks
from stockbridge.connectors.books.embedded.tests.orders import (
    NOW,
    TODAY,
    a_refund,
    a_sale,
    an_item,
    put,
    usd,
)
from stockbridge.domain.account_movements import MoveKind
from stockbridge.domain.accounting import (
    BooksRef,
    FulfillmentDocument,
    PaymentDocument,
    ReversalDocument,
)
from stockbridge.domain.accounting import DocumentKind as Kind
from stockbridge.ports import StoredDocument


def deposit(books: EmbeddedBooks) -> str:
    (account,) = books.deposit_accounts()
    return account


def another(company: Company, books: EmbeddedBooks) -> str:
    kind = Account.objects.get(pk=int(deposit(books))).kind
    made = Account.objects.create(
        company=company, number="1999", name="Card clearing", kind=kind
    )
    return str(made.pk)


def a_day_of_trade(books: EmbeddedBooks, account: str = "") -> str:
    """Sell, take the money, ship, give some back; return the payment's id."""
    sale = put(books, a_sale(an_item(books)), "sale-1")
    ref = BooksRef(sale.books_id)
    paid = PaymentDocument(ref, usd("26.60"), TODAY, "stripe", account_id=account)
    payment = put(books, paid, "pay-1")
    put(books, FulfillmentDocument(ref, TODAY), "ship-1")
    put(books, a_refund(sale.books_id), "refund-1")
    return payment.books_id


def told(books: EmbeddedBooks) -> dict[Kind, StoredDocument]:
    page = books.documents(TODAY, TODAY, cursor="", limit=100)
    return {row.kind: row for row in page.records}


def test_payments_and_refunds_tell_their_account_and_an_order_moves_none(
    books: EmbeddedBooks, company: Company
) -> None:
    clearing = another(company, books)
    a_day_of_trade(books, clearing)

    rows = told(books)

    assert rows[Kind.PAYMENT].account_id == clearing
    assert rows[Kind.REFUND].account_id == deposit(books)
    assert rows[Kind.SALE].account_id == ""
    assert rows[Kind.FULFILLMENT].account_id == ""


def test_the_account_that_is_planned_costs_one_question_for_all_rows(
    books: EmbeddedBooks,
) -> None:
    with CaptureQueriesContext(connection) as asked:
        planned = {books.landing_account(Kind.PAYMENT, "") for _ in range(3)}

    assert planned == {deposit(books)}
    assert len(asked) == 1


def test_the_journal_tells_what_an_accountant_moved(
    books: EmbeddedBooks, company: Company
) -> None:
    clearing = another(company, books)
    bank = deposit(books)
    lines = (
        EntryLineDraft(int(bank), debit=usd("20.00")),
        EntryLineDraft(int(clearing), credit=usd("20.00")),
    )
    header = Header("payout-1", TODAY, memo="Payout")
    post(company, EntryDraft(header, lines), at=NOW)
    day = timedelta(days=1)

    (move,) = books.moves(TODAY, TODAY, [clearing])

    assert (move.kind, move.account_id) == (MoveKind.JOURNAL, clearing)
    assert (move.amount, move.memo) == (usd("-20.00"), "Payout")
    assert books.moves(TODAY - day, TODAY - day, [clearing]) == ()


def test_documents_and_journal_together_are_what_the_account_stands_at(
    books: EmbeddedBooks, company: Company
) -> None:
    """Also of a payment that was taken back: it came in, and went out again."""
    payment = a_day_of_trade(books)
    again = put(books, a_sale(an_item(books, "MUG-2")), "sale-2").books_id
    more = put(
        books, PaymentDocument(BooksRef(again), usd("26.60"), TODAY), "pay-2"
    ).books_id
    gone = ReversalDocument(BooksRef(more), Kind.PAYMENT, TODAY, "by mistake")
    put(books, gone, "undo-2")
    bank = deposit(books)

    rows = books.documents(TODAY, TODAY, cursor="", limit=100).records
    live = {row.books_id: row for row in rows if row.account_id and row.is_live}
    moves = [m for m in books.moves(TODAY, TODAY, [bank]) if m.books_id not in live]

    amounts = [
        -row.total.amount if row.kind is Kind.REFUND else row.total.amount
        for row in live.values()
    ]
    (stands,) = [x.net for x in balances(company) if str(x.account.pk) == bank]
    assert payment in live
    assert more not in live
    assert sorted(m.amount.amount for m in moves) == [Decimal("-26.6"), Decimal("26.6")]
    assert sum(amounts) == Decimal("14.80")
    assert sum(amounts) + sum(m.amount.amount for m in moves) == stands
