"""What books promise that tell on which account money lies (`ports.TellsAccounts`)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from stockbridge.connectors.tests.books_desk import (
    BooksDesk,
    DeskModule,
    books_that,
    desk_of,
)
from stockbridge.domain.accounting import (
    BooksRef,
    CustomerRecord,
    Document,
    DocumentKind,
    PaymentDocument,
    SaleForm,
)
from stockbridge.ports import Books, PostOutcome, TellsAccounts
from tests.contracts.test_books_contract import (
    TODAY,
    a_refund,
    a_sale,
    an_item,
    post,
)


def tell_accounts(made: DeskModule) -> bool:
    """Whether they say on which account the money of a document lies."""
    return made.tells_accounts


def tell_no_accounts(made: DeskModule) -> bool:
    """Whether the statement has to do without them."""
    return not made.tells_accounts


@pytest.fixture
def desk(request: pytest.FixtureRequest) -> Iterator[BooksDesk]:
    with desk_of(request.param) as opened:
        yield opened


@pytest.mark.parametrize("desk", books_that(tell_no_accounts), indirect=True)
def test_books_that_know_no_accounts_say_so(desk: BooksDesk) -> None:
    assert not isinstance(desk.books(), TellsAccounts)


@pytest.mark.parametrize("is_mapped", [False, True], ids=["by_default", "mapped"])
@pytest.mark.parametrize("desk", books_that(tell_accounts), indirect=True)
def test_money_lands_on_the_account_that_was_planned(
    desk: BooksDesk, *, is_mapped: bool
) -> None:
    books = desk.books()
    assert isinstance(books, TellsAccounts)
    mapped = another_account(books, books.deposit_accounts()) if is_mapped else ""
    landed = money_landed(desk, mapped)

    day = timedelta(days=1)
    page = books.documents(TODAY - day, TODAY + day, cursor="", limit=100)

    told = {row.books_id: row for row in page.records}
    planned = {one: books.landing_account(told[one].kind, mapped) for one in landed}
    assert {one: told[one].account_id for one in landed} == planned
    assert {DocumentKind.PAYMENT, DocumentKind.REFUND} <= {
        told[one].kind for one in landed
    }
    assert mapped in {*planned.values(), ""}
    assert set(planned.values()) <= {one.external_id for one in books.accounts()}
    moves = books.moves(TODAY - day, TODAY + day, set(planned.values()))
    counted = {row.books_id for row in page.records if row.account_id}
    assert [move for move in moves if move.books_id not in counted] == []


def another_account(books: Books, default: tuple[str, ...]) -> str:
    """Return an account that can hold money, and that no setting names."""
    kinds = ("bank", "other current asset")
    return next(
        one.external_id
        for one in books.accounts()
        if one.kind.casefold() in kinds and one.external_id not in default
    )


def money_landed(desk: BooksDesk, mapped: str) -> list[str]:
    """Sell in every form, take the money, give some back; return what moved money."""
    books = desk.books()
    item = an_item(books, desk)
    ada = post(books, CustomerRecord("Ada Example"), "customer/ada/1").books_id
    landed = []
    for number, form in enumerate(books.capabilities.sale_forms, start=7):
        told = a_sale(books, desk, item, reference=str(number))
        sale = replace(told, form=form, customer=BooksRef(ada), account_id=mapped)
        stored = posted(books, sale, f"sale/{number}/1")
        if form is SaleForm.SALES_RECEIPT:
            landed.append(stored)
        else:
            payment = PaymentDocument(
                BooksRef(stored), sale.total, TODAY, account_id=mapped
            )
            landed.append(posted(books, payment, f"payment/{number}/1"))
        refund = replace(a_refund(desk, stored, item), account_id=mapped)
        landed.append(posted(books, refund, f"refund/{number}0/1"))
    return landed


def posted(books: Books, document: Document, key: str) -> str:
    """Post what the books take; return its id there."""
    result = post(books, document, key)
    assert result.outcome is PostOutcome.POSTED, result.error
    return result.books_id
