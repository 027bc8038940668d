"""What moved on each clearing and deposit account, as a part of the statement."""

from datetime import date

from ninja import Schema

from stockbridge.domain.account_movements import Flow, Line, Move, Movement
from stockbridge.engine.account_movements import BridgeAccounts
from stockbridge.web.api.shapes.amounts import of_money


class FlowOut(Schema):
    """How many amounts came in and went out, and how much they are."""

    ins: int
    came_in: str
    outs: int
    went_out: str
    net: str


class AccountLine(Schema):
    """One document of ours; `cause` names why it is not booked as planned."""

    order: str
    number: str
    date: date
    books_id: str
    planned: str
    booked: str
    difference: str
    cause: str
    reason: str
    other_account: str


class OtherMove(Schema):
    """One document of others that moved money on the account."""

    kind: str
    books_id: str
    number: str
    date: date
    amount: str
    note: str


class AccountOut(Schema):
    """One account in one currency; money into it is positive.

    An empty id stands for money that people book by hand. `unread` counts documents
    of which the books did not say yet where their money is: `booked` lacks them.
    """

    id: str
    name: str
    currency: str
    planned: FlowOut
    booked: FlowOut
    difference: str
    unread: int
    others: FlowOut
    lines: list[AccountLine]
    moves: list[OtherMove]


def accounts_out(found: BridgeAccounts) -> list[AccountOut]:
    """Return all accounts."""
    return [_account(found, one) for one in found.movements.movements]


def _account(found: BridgeAccounts, one: Movement) -> AccountOut:
    return AccountOut(
        id=one.account_id,
        name=found.names.get(one.account_id, ""),
        currency=one.currency,
        planned=_flow(one.planned),
        booked=_flow(one.booked),
        difference=of_money(one.difference),
        unread=one.unread,
        others=_flow(one.besides),
        lines=[_line(line) for line in one.lines],
        moves=[_move(move) for move in one.others],
    )


def _flow(flow: Flow) -> FlowOut:
    return FlowOut(
        ins=flow.ins,
        came_in=of_money(flow.came_in),
        outs=flow.outs,
        went_out=of_money(flow.went_out),
        net=of_money(flow.net),
    )


def _line(line: Line) -> AccountLine:
    return AccountLine(
        order=line.order_id,
        number=line.number,
        date=line.day,
        books_id=line.books_id,
        planned=of_money(line.planned),
        booked=of_money(line.booked),
        difference=of_money(line.difference),
        cause=line.cause.value if line.cause else "",
        reason=line.reason,
        other_account=line.elsewhere,
    )


def _move(move: Move) -> OtherMove:
    return OtherMove(
        kind=move.kind.value,
        books_id=move.books_id,
        number=move.number,
        date=move.day,
        amount=of_money(move.amount),
        note=move.memo,
    )
