"""Where the money lies: what was planned, what the books hold, and who moved it."""

from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest

from stockbridge.domain.account_movements import (
    BY_HAND,
    Cause,
    Move,
    MoveKind,
    Movement,
)
from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.errors import ActionNeededError, RetryableError
from stockbridge.domain.tests.builders import a_line, a_refund, usd
from stockbridge.engine.account_movements import BridgeAccounts
from stockbridge.engine.models import Mapping
from stockbridge.engine.statement import Span, statement_of
from stockbridge.engine.tests.ledger_books import DEPOSIT, LedgerBooks
from stockbridge.engine.tests.worlds import World, a_world, an_order
from stockbridge.ports import Books

pytestmark = pytest.mark.django_db(transaction=True)
MARCH = Span(date(2026, 3, 1), date(2026, 3, 31))
CARDS = "A9"


def accounts(world: World, span: Span = MARCH) -> BridgeAccounts:
    found = statement_of(world.bridge, span, now=world.clock(), find=world.find)
    assert found.accounts is not None
    return found.accounts


def account(world: World, account_id: str = DEPOSIT) -> Movement:
    movements = accounts(world).movements.movements
    (one,) = [each for each in movements if each.account_id == account_id]
    return one


def causes(movement: Movement) -> list[Cause | None]:
    return [line.cause for line in movement.named]


def a_paid_order(world: World, **changes: Any) -> None:
    world.shop.place(an_order(**changes))
    world.rest()


def payment_id(world: World) -> str:
    (payment,) = world.ledger.live(DocumentKind.PAYMENT)
    return payment.books_id


def test_the_accounts_add_up_to_the_orders_paid_less_the_refunds() -> None:
    world = a_world()
    method = an_order().payment_method
    Mapping.objects.create(
        bridge=world.bridge,
        kind="payment_method",
        store_key=method,
        value={"account_id": CARDS},
    )
    a_paid_order(world)
    a_paid_order(world, external_id="728", number="1043", payment_method="cod")
    world.shop.refund("727", a_refund(restocked_units=()))
    world.rest()

    found = statement_of(world.bridge, MARCH, now=world.clock(), find=world.find)

    assert found.accounts is not None
    store, books = found.statement.totals["USD"]
    assert found.accounts.movements.totals() == {"USD": (store.net, books.net)}
    assert str(store.net) == "27.50 USD"
    assert account(world, CARDS).booked.net == usd("11.00")
    assert account(world, CARDS).booked.outs == 1
    assert account(world).booked.net == usd("16.50")
    assert account(world).named == ()
    assert found.accounts.names[DEPOSIT] == "Bank"


def test_a_payment_moved_to_another_account_by_hand_is_named_on_both() -> None:
    world = a_world()
    a_paid_order(world)
    world.ledger.moved_to[payment_id(world)] = "A2"

    assert account(world).difference == usd("16.50")
    assert causes(account(world)) == [Cause.OTHER_ACCOUNT]
    assert account(world, "A2").difference == usd("-16.50")
    assert account(world, "A2").named[0].order_id == "727"


def test_a_held_order_is_missing_on_the_account_that_was_planned_for_it() -> None:
    world = a_world()
    stranger = a_line(item_id="777", sku="CUP", name="Cup")
    a_paid_order(world, lines=(stranger,))

    one = account(world)

    assert one.difference == usd("11.00")
    assert causes(one) == [Cause.HELD]
    assert "CUP" in one.named[0].reason


def test_a_held_orders_money_is_planned_for_the_account_that_its_rule_says() -> None:
    world = a_world()
    rule = {"name": "Cards", "act": "hold", "account_id": CARDS}
    Mapping.objects.create(
        bridge=world.bridge, kind="posting_rule", store_key="0001", value=rule
    )
    a_paid_order(world)

    one = account(world, CARDS)

    assert causes(one) == [Cause.HELD]
    assert one.difference == usd("16.50")
    assert all(
        not each.lines
        for each in accounts(world).movements.movements
        if each.account_id != CARDS
    )


def test_an_unpaid_order_is_expected_on_no_account() -> None:
    world = a_world()
    stranger = a_line(item_id="777", sku="CUP", name="Cup")
    a_paid_order(world, lines=(stranger,), paid_at=None)

    assert account(world).lines == ()


def test_a_payment_that_the_books_refused_waits_with_their_words() -> None:
    world = a_world()
    no = ActionNeededError("The period is closed.", remedy="Open it.")
    world.ledger.refused[DocumentKind.PAYMENT] = no
    a_paid_order(world)

    one = account(world)

    assert causes(one) == [Cause.HELD]
    assert one.named[0].reason == "The period is closed."
    assert one.difference == usd("16.50")


def test_a_payment_on_its_way_is_named_so() -> None:
    world = a_world()
    world.ledger.busy.add(DocumentKind.PAYMENT)
    a_paid_order(world)

    assert causes(account(world)) == [Cause.ON_ITS_WAY]


def test_a_payment_that_somebody_took_out_of_the_books_is_gone() -> None:
    world = a_world()
    a_paid_order(world)
    for entry in world.ledger.live(DocumentKind.PAYMENT):
        entry.is_live = False

    assert causes(account(world)) == [Cause.GONE]


def test_where_payments_are_not_booked_people_book_the_money() -> None:
    world = a_world(books_payments=False)
    a_paid_order(world)

    assert causes(account(world, BY_HAND)) == [Cause.BY_HAND]
    assert account(world).lines == ()


def test_what_others_moved_stands_apart_and_leaves_no_difference() -> None:
    world = a_world()
    a_paid_order(world)
    day = account(world).lines[0].day
    payout = Move("X1", MoveKind.TRANSFER, "", day, DEPOSIT, usd("-16.00"))
    again = Move(payment_id(world), MoveKind.JOURNAL, "", day, DEPOSIT, usd("16.50"))
    later = replace(payout, books_id="X2", day=date(2026, 4, 2))
    world.ledger.other_moves = [payout, again, later]

    one = account(world)

    assert one.others == (payout,)  # of our own payment the journal says nothing new
    assert not one.difference


def test_what_others_moved_holds_the_statement_up_by_no_means() -> None:
    world = a_world()
    a_paid_order(world)
    world.ledger.silent_moves = RetryableError("The books are busy.")

    found = accounts(world)

    assert found.unread == "The books are busy."
    assert account(world).booked.net == usd("16.50")


def test_a_payment_of_another_installation_is_one_of_others() -> None:
    world = a_world()
    a_paid_order(world)
    known = payment_id(world)
    for row in world.deliveries(kind="payment"):
        row.books_id = "elsewhere"
        row.save()

    one = account(world)

    assert [(move.kind, move.books_id) for move in one.others] == [
        (MoveKind.PAYMENT, known)
    ]
    assert causes(one) == [Cause.GONE]


def test_books_that_know_no_accounts_tell_none() -> None:
    world = a_world()
    mute = _Mute(LedgerBooks(world.ledger))
    world.open_books = lambda: cast(Books, mute)

    found = statement_of(world.bridge, MARCH, now=world.clock(), find=world.find)

    assert found.accounts is None


class _Mute:
    """Books without the part that tells of accounts."""

    def __init__(self, books: Books) -> None:
        self.documents = books.documents
        self.capabilities = books.capabilities
