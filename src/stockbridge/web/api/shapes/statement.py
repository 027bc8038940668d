"""Store = books: both sides of each order, each day and in all."""

from datetime import date
from typing import Any

from ninja import Schema

from stockbridge.domain.reconciliation import Amounts, Row
from stockbridge.engine.statement import BridgeStatement
from stockbridge.web.api.shapes.accounts import AccountOut, accounts_out
from stockbridge.web.api.shapes.amounts import of_money
from stockbridge.web.api.shapes.reports import (
    ReportHead,
    ReportRow,
    head_of,
    names_of,
)


class AmountsOut(Schema):
    """What is compared; tax and shipping are parts of the orders."""

    orders: str
    tax: str
    shipping: str
    refunds: str
    net: str


class StatementRow(ReportRow):
    """One order or refund; `drift` names a difference that nothing explains."""

    store: AmountsOut
    books: AmountsOut
    difference: AmountsOut
    outcome: str
    code: str
    drift: str
    books_ids: list[str]


class StatementDay(Schema):
    """Both sides of one day in one currency."""

    date: date
    currency: str
    store: AmountsOut
    books: AmountsOut
    difference: AmountsOut


class StatementTotal(Schema):
    """Both sides of the whole span in one currency."""

    currency: str
    store: AmountsOut
    books: AmountsOut
    difference: AmountsOut


class StatementOut(ReportHead):
    """The statement of one bridge: whether store and books agree.

    `undecided` and `unreadable` list orders that nothing was decided about; without
    them the statement is complete. `accounts` is null where the books do not tell which
    account money lies on; `accounts_unread` says why others' movements are not known.
    """

    is_even: bool
    orders: int
    refunds: int
    undecided: list[str]
    unreadable: list[str]
    totals: list[StatementTotal]
    days: list[StatementDay]
    rows: list[StatementRow]
    accounts: list[AccountOut] | None
    accounts_unread: str


def statement_out(bridge_uid: str, found: BridgeStatement) -> StatementOut:
    """Return a statement."""
    compared, complete = found.statement, found.completeness
    return StatementOut(
        **head_of(bridge_uid, found),
        is_even=found.is_even,
        orders=complete.orders,
        refunds=complete.refunds,
        undecided=list(complete.undecided),
        unreadable=list(complete.unreadable),
        totals=[
            StatementTotal(currency=currency, **_sides(store, books))
            for currency, (store, books) in sorted(compared.totals.items())
        ],
        days=[
            StatementDay(
                date=day.day, currency=day.currency, **_sides(day.store, day.books)
            )
            for day in compared.days
        ],
        rows=[_row(row) for row in compared.rows],
        accounts=accounts_out(found.accounts) if found.accounts else None,
        accounts_unread=found.accounts.unread if found.accounts else "",
    )


def _row(row: Row) -> StatementRow:
    return StatementRow(
        **names_of(row, row.store.orders.currency),
        **_sides(row.store, row.books),
        outcome=row.outcome.value if row.outcome else "",
        code=row.code,
        drift=row.drift.value if row.drift else "",
        books_ids=list(row.entry_ids),
    )


def _sides(store: Amounts, books: Amounts) -> dict[str, Any]:
    return {
        "store": _amounts(store),
        "books": _amounts(books),
        "difference": _amounts(store - books),
    }


def _amounts(one: Amounts) -> AmountsOut:
    return AmountsOut(
        orders=of_money(one.orders),
        tax=of_money(one.tax),
        shipping=of_money(one.shipping),
        refunds=of_money(one.refunds),
        net=of_money(one.net),
    )
