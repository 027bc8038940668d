"""Account movements as the statement's page and file show them: words, rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stockbridge.domain.account_movements import (
    BY_HAND,
    Cause,
    Flow,
    Line,
    Move,
    MoveKind,
    Movement,
)
from stockbridge.domain.money import Money
from stockbridge.engine.account_movements import BridgeAccounts
from stockbridge.engine.models import Bridge
from stockbridge.web.addresses import books_address, order_address
from stockbridge.web.tables.export import coins, csv_rows
from stockbridge.web.text import Text

LINES_MAX = 200

CAUSES: dict[Cause, Text] = {
    Cause.ON_ITS_WAY: gettext_lazy("waiting to be sent"),
    Cause.HELD: gettext_lazy("needs you"),
    Cause.WAITING: gettext_lazy("not complete yet"),
    Cause.LEFT_OUT: gettext_lazy("left out"),
    Cause.BY_HAND: gettext_lazy("you book this money by hand"),
    Cause.AMOUNT_CHANGED: gettext_lazy("the books have another amount"),
    Cause.OTHER_ACCOUNT: gettext_lazy("on another account"),
    Cause.OTHER_DAY: gettext_lazy("dated into these days in the books"),
    Cause.GONE: gettext_lazy(
        "not in the books in these days: voided, deleted or dated otherwise there"
    ),
    Cause.TAKEN_BACK: gettext_lazy("taken back here, and still in the books"),
    Cause.NOT_READ: gettext_lazy("not read yet"),
}
MOVES: dict[MoveKind, Text] = {
    MoveKind.DEPOSIT: gettext_lazy("Bank deposit"),
    MoveKind.TRANSFER: gettext_lazy("Transfer"),
    MoveKind.EXPENSE: gettext_lazy("Expense"),
    MoveKind.JOURNAL: gettext_lazy("Journal entry"),
    MoveKind.SALE: gettext_lazy("Sale of others"),
    MoveKind.PAYMENT: gettext_lazy("Payment of others"),
    MoveKind.REFUND: gettext_lazy("Refund of others"),
    MoveKind.OTHER: gettext_lazy("Other document"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One document of an account, of ours or of others."""

    day: object
    number: str
    address: str
    document: str  # what the books call it
    document_address: str
    planned: Money | None  # None: not ours, nothing was planned
    booked: Money | None  # None: not read yet
    why: str
    is_named: bool


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account in one currency, with its documents."""

    key: str
    name: str
    currency: str
    planned: Flow
    booked: Flow
    difference: Money
    besides: Flow
    unread: int
    documents: Sequence[Shown]
    count: int
    others: Sequence[Shown]
    others_count: int


def account_rows(bridge: Bridge, found: BridgeAccounts) -> list[AccountRow]:
    """Return the accounts as they are shown; what is not as planned comes first."""
    return [
        _row(bridge, found, movement, place)
        for place, movement in enumerate(found.movements.movements, start=1)
    ]


def _row(
    bridge: Bridge, found: BridgeAccounts, one: Movement, place: int
) -> AccountRow:
    lines = sorted(one.lines, key=lambda line: line.cause is None)
    return AccountRow(
        key=f"account-{place}",
        name=account_name(found, one.account_id),
        currency=one.currency,
        planned=one.planned,
        booked=one.booked,
        difference=one.difference,
        besides=one.besides,
        unread=one.unread,
        documents=[_ours(bridge, found, line) for line in lines[:LINES_MAX]],
        count=len(lines),
        others=[_of_others(bridge, move) for move in one.others[:LINES_MAX]],
        others_count=len(one.others),
    )


def account_name(found: BridgeAccounts, account_id: str) -> str:
    """Return what people call an account; one that is not in use any more, its id."""
    if account_id == BY_HAND:
        return _("Booked by hand")
    return found.names.get(account_id) or _("Account %(id)s") % {"id": account_id}


def why(found: BridgeAccounts, line: Line) -> str:
    """Return why an amount is not as planned, "" where it is."""
    if line.cause is None:
        return ""
    if line.cause is Cause.OTHER_ACCOUNT:
        named = {"account": account_name(found, line.elsewhere)}
        if line.planned:
            return (
                _("lies on %(account)s: moved in the books, or planned otherwise then")
                % named
            )
        return _("was planned for %(account)s") % named
    word = str(CAUSES[line.cause])
    return f"{word}: {line.reason}" if line.reason else word


def _ours(bridge: Bridge, found: BridgeAccounts, line: Line) -> Shown:
    return Shown(
        day=line.day,
        number=line.number,
        address=order_address(bridge, line.order_id),
        document=line.books_id,
        document_address=books_address(bridge.books, "payment", line.books_id),
        planned=line.planned,
        booked=None if line.cause is Cause.NOT_READ else line.booked,
        why=why(found, line),
        is_named=line.cause is not None,
    )


def _of_others(bridge: Bridge, move: Move) -> Shown:
    return Shown(
        day=move.day,
        number=" ".join(part for part in (str(MOVES[move.kind]), move.number) if part),
        address="",
        document=move.books_id,
        document_address=books_address(bridge.books, "payment", move.books_id),
        planned=None,
        booked=move.amount,
        why=move.memo.partition("\n")[0],
        is_named=False,
    )


def account_csv_lines(bridge: Bridge, found: BridgeAccounts) -> Iterator[str]:
    """Return the file: a row for each document of each account."""
    return csv_rows(_heads(), _csv_cells(bridge, found))


def _csv_cells(bridge: Bridge, found: BridgeAccounts) -> Iterator[tuple[object, ...]]:
    for one in found.movements.movements:
        name = account_name(found, one.account_id)
        rows = [_ours(bridge, found, line) for line in one.lines]
        rows += [_of_others(bridge, move) for move in one.others]
        for row in rows:
            yield _cells(name, one.currency, row)


def _heads() -> tuple[Text, ...]:
    return (
        _("Account"),
        _("Currency"),
        _("Day"),
        _("Number"),
        _("Document"),
        _("Planned"),
        _("Books"),
        _("Difference"),
        _("Other movements"),
        _("Why"),
    )


def _cells(name: str, currency: str, row: Shown) -> tuple[object, ...]:
    head = (name, currency, row.day, row.number, row.document)
    if row.planned is None:
        return (*head, None, None, None, coins(row.booked), row.why)
    gap = None if row.booked is None else row.planned - row.booked
    amounts = (coins(row.planned), coins(row.booked), coins(gap))
    return (*head, *amounts, None, row.why)
