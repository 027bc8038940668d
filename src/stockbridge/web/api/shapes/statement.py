"""Store = books: both sides of each order, each day and in all."""

from datetime import date, datetime

from ninja import Schema

from stockbridge.domain.reconciliation import Amounts, Row
from stockbridge.engine.statement import BridgeStatement
from stockbridge.web.api.shapes.amounts import of_money


class AmountsOut(Schema):
    """What is compared; tax and shipping are parts of the orders."""

    orders: str
    tax: str
    shipping: str
    refunds: str
    net: str


class StatementRow(Schema):
    """One order or refund; `drift` names a difference that nothing explains."""

    kind: str
    id: str
    order: str
    number: str
    date: date
    currency: str
    store: AmountsOut
    books: AmountsOut
    difference: AmountsOut
    outcome: str
    code: str
    reason: str
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


class StatementOut(Schema):
    """The statement of one bridge: whether store and books agree.

    `undecided` and `unreadable` list orders that nothing was decided about; without
    them the statement is complete.
    """

    bridge: str
    title: str
    first: date
    last: date
    made_at: datetime
    is_even: bool
    is_complete: bool
    orders: int
    refunds: int
    undecided: list[str]
    unreadable: list[str]
    totals: list[StatementTotal]
    days: list[StatementDay]
    rows: list[StatementRow]


def statement_out(bridge_uid: str, found: BridgeStatement) -> StatementOut:
    """Return a statement."""
    compared, complete = found.statement, found.completeness
    return StatementOut(
        bridge=bridge_uid,
        title=found.title,
        first=found.span.first,
        last=found.span.last,
        made_at=found.made_at,
        is_even=found.is_even,
        is_complete=complete.is_complete,
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
    )


def _row(row: Row) -> StatementRow:
    return StatementRow(
        kind=row.source.kind if row.source else "",
        id=row.source.external_id if row.source else "",
        order=row.order_id,
        number=row.number,
        date=row.day,
        currency=row.store.orders.currency,
        **_sides(row.store, row.books),
        outcome=row.outcome.value if row.outcome else "",
        code=row.code,
        reason=row.reason,
        drift=row.drift.value if row.drift else "",
        books_ids=list(row.entry_ids),
    )


def _sides(store: Amounts, books: Amounts) -> dict[str, AmountsOut]:
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
