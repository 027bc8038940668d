"""Where the money of a span of days lies: per account, planned beside what was booked.

Theory of operation. The store's side is *due*: money that came in or was given back,
with the account that was planned for it. The books' side *landed*: our documents, with
the account that they name now. Both make *lines*; the lines of an account and currency
add up to its figures, so that no difference is without a line that names it. What moved
on the same accounts besides stands apart: it is no difference.

Money into an account is positive, money out of it negative.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from stockbridge.domain.money import Money, total_of, zero

#: The account of money that no document of ours moves: people book it.
BY_HAND = ""


class Cause(StrEnum):
    """Why an account holds something else than was planned."""

    ON_ITS_WAY = "on_its_way"
    HELD = "held"
    WAITING = "waiting"
    LEFT_OUT = "left_out"
    BY_HAND = "by_hand"  # people book this money, no document of ours does
    AMOUNT_CHANGED = "amount_changed"
    OTHER_ACCOUNT = "other_account"
    OTHER_DAY = "other_day"
    GONE = "gone"  # voided or deleted, or dated into other days
    TAKEN_BACK = "taken_back"  # undone here, and in the books all the same
    NOT_READ = "not_read"  # the books did not say yet where it lies


class MoveKind(StrEnum):
    """What a document is that moved money besides ours."""

    DEPOSIT = "deposit"
    TRANSFER = "transfer"
    EXPENSE = "expense"
    JOURNAL = "journal"
    SALE = "sale"
    PAYMENT = "payment"
    REFUND = "refund"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Due:
    """Money that the store took or gave back, and the account planned for it."""

    number: str
    order_id: str  # "" where it is of many orders
    day: date  # the business date of its document, as planned
    amount: Money
    account_id: str | None  # None: planned by nobody, where the books have it is right
    books_id: str = ""  # the document that moved it; "" = none does yet
    cause: Cause | None = None  # why none does
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Landed:
    """What a document of ours moved, as the books hold it now."""

    books_id: str
    number: str
    day: date
    amount: Money
    account_id: str | None  # None: the books did not tell


@dataclass(frozen=True, slots=True)
class Move:
    """What a document that is not ours did to one account."""

    books_id: str
    kind: MoveKind
    number: str
    day: date
    account_id: str
    amount: Money
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One amount on one account: as planned, as booked, and why they differ."""

    number: str
    order_id: str
    day: date
    account_id: str
    planned: Money
    booked: Money
    books_id: str
    cause: Cause | None = None
    reason: str = ""
    elsewhere: str = ""  # the other account of what was moved between two

    @property
    def difference(self) -> Money:
        """What was planned more than is booked."""
        return self.planned - self.booked


@dataclass(frozen=True, slots=True)
class Flow:
    """Several amounts: how many came in and went out, and how much."""

    ins: int
    came_in: Money
    outs: int
    went_out: Money  # as a positive amount

    @property
    def net(self) -> Money:
        """What came in, less what went out."""
        return self.came_in - self.went_out


@dataclass(frozen=True, slots=True)
class Movement:
    """What moved on one account in one currency."""

    account_id: str
    currency: str
    lines: tuple[Line, ...]
    others: tuple[Move, ...]

    @property
    def planned(self) -> Flow:
        """What the store says should have moved."""
        return flow_of([line.planned for line in self.lines], self.currency)

    @property
    def booked(self) -> Flow:
        """What our documents moved, as the books hold them."""
        return flow_of([line.booked for line in self.lines], self.currency)

    @property
    def besides(self) -> Flow:
        """What other documents moved."""
        return flow_of([move.amount for move in self.others], self.currency)

    @property
    def difference(self) -> Money:
        """What was planned more than is booked; the named lines add up to it."""
        return self.planned.net - self.booked.net

    @property
    def named(self) -> tuple[Line, ...]:
        """The lines that are not as planned."""
        return tuple(line for line in self.lines if line.cause is not None)

    @property
    def unread(self) -> int:
        """Of how many documents the books did not say yet where their money is."""
        return sum(line.cause is Cause.NOT_READ for line in self.lines)


@dataclass(frozen=True, slots=True)
class AccountMovements:
    """All accounts of a span of days, the one that people book by hand last."""

    movements: tuple[Movement, ...]

    def totals(self) -> Mapping[str, tuple[Money, Money]]:
        """Return planned and booked of all accounts together, per currency."""
        found: dict[str, tuple[Money, Money]] = {}
        for one in self.movements:
            nothing = zero(one.currency)
            planned, booked = found.get(one.currency, (nothing, nothing))
            net = one.planned.net, one.booked.net
            found[one.currency] = planned + net[0], booked + net[1]
        return found


def account_movements(
    due: Iterable[Due],
    landed: Iterable[Landed],
    others: Iterable[Move],
    *,
    days: tuple[date, date],
    shown: Sequence[tuple[str, str]] = (),
) -> AccountMovements:
    """Return what moved per account in these days, both included.

    `landed` are live documents of these days, no books id twice. `shown` are accounts,
    each with a currency, that are listed even where nothing of ours moved; other
    documents count only on accounts that are listed.
    """
    by_id = {one.books_id: one for one in landed}
    lines: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for account in shown:
        lines[account] = []
    for one in due:
        is_inside = days[0] <= one.day <= days[1]
        for line in _lines(one, by_id.pop(one.books_id, None), is_inside=is_inside):
            lines[line.account_id, line.planned.currency].append(line)
    for left in by_id.values():
        line = _taken_back(left)
        lines[line.account_id, line.planned.currency].append(line)
    besides: dict[tuple[str, str], list[Move]] = defaultdict(list)
    for move in others:
        besides[move.account_id, move.amount.currency].append(move)
    return AccountMovements(
        tuple(
            Movement(
                account,
                currency,
                tuple(sorted(lines[account, currency], key=_by_day)),
                tuple(sorted(besides[account, currency], key=_by_day)),
            )
            for account, currency in sorted(lines, key=_by_account)
        )
    )


def flow_of(amounts: Sequence[Money], currency: str) -> Flow:
    """Return how much of these amounts came in and went out."""
    ins = [one for one in amounts if one.amount > 0]
    outs = [-one for one in amounts if one.amount < 0]
    return Flow(len(ins), total_of(ins, currency), len(outs), total_of(outs, currency))


def _lines(due: Due, found: Landed | None, *, is_inside: bool) -> tuple[Line, ...]:
    nothing = zero(due.amount.currency)
    planned = due.amount if is_inside else nothing
    if found is None:
        if not is_inside:
            return ()
        cause = due.cause or (Cause.GONE if due.amount else None)
        return (_line(due, due.account_id or BY_HAND, planned, nothing, cause),)
    if found.account_id is None:
        account = due.account_id or BY_HAND
        return (_line(due, account, planned, nothing, Cause.NOT_READ),)
    account = found.account_id if due.account_id is None else due.account_id
    if found.amount.currency != due.amount.currency:
        return (
            _line(due, account, planned, nothing, Cause.AMOUNT_CHANGED),
            _alone(due, found, Cause.AMOUNT_CHANGED, account),
        )
    if not is_inside:
        return (_alone(due, found, Cause.OTHER_DAY, ""),)
    if found.account_id != account:
        line = _line(due, account, planned, nothing, Cause.OTHER_ACCOUNT)
        away = replace(line, elsewhere=found.account_id)
        return (away, _alone(due, found, Cause.OTHER_ACCOUNT, account))
    is_same = found.amount == due.amount
    cause = None if is_same else Cause.AMOUNT_CHANGED
    return (_line(due, account, planned, found.amount, cause),)


def _line(
    due: Due, account: str, planned: Money, booked: Money, cause: Cause | None
) -> Line:
    is_due = cause is not None and cause is due.cause
    return Line(
        number=due.number,
        order_id=due.order_id,
        day=due.day,
        account_id=account,
        planned=planned,
        booked=booked,
        books_id=due.books_id,
        cause=cause,
        reason=due.reason if is_due else "",
    )


def _alone(due: Due, found: Landed, cause: Cause, elsewhere: str) -> Line:
    """Return what is booked where nothing of it was planned."""
    return Line(
        number=due.number,
        order_id=due.order_id,
        day=found.day,
        account_id=found.account_id or BY_HAND,
        planned=zero(found.amount.currency),
        booked=found.amount,
        books_id=found.books_id,
        cause=cause,
        elsewhere=elsewhere,
    )


def _taken_back(found: Landed) -> Line:
    """Return a document of ours that nothing of the store stands behind any more."""
    is_told = found.account_id is not None
    nothing = zero(found.amount.currency)
    return Line(
        number=found.number,
        order_id="",
        day=found.day,
        account_id=found.account_id or BY_HAND,
        planned=nothing,
        booked=found.amount if is_told else nothing,
        books_id=found.books_id,
        cause=Cause.TAKEN_BACK if is_told else Cause.NOT_READ,
    )


def _by_day(one: Line | Move) -> tuple[date, str]:
    return one.day, one.number


def _by_account(key: tuple[str, str]) -> tuple[bool, Decimal, str, str]:
    account, currency = key
    number = Decimal(account) if account.isdecimal() else Decimal(0)
    return account == BY_HAND, number, account, currency
