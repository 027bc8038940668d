"""Every account adds up: planned, booked, and a name for what lies between them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.account_movements import (
    BY_HAND,
    AccountMovements,
    Cause,
    Due,
    Landed,
    Move,
    MoveKind,
    Movement,
    account_movements,
)
from stockbridge.domain.money import Money, total_of
from stockbridge.domain.tests.builders import usd

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
DAY = date(2026, 3, 5)
BANK, CARDS = "35", "92"


def due(**changes: Any) -> Due:
    one = Due(
        number="1042",
        order_id="727",
        day=DAY,
        amount=usd("16.50"),
        account_id=CARDS,
        books_id="S1",
    )
    return replace(one, **changes)


def landed(**changes: Any) -> Landed:
    return replace(Landed("S1", "1042", DAY, usd("16.50"), CARDS), **changes)


def moved(
    dues: Sequence[Due],
    found: Sequence[Landed] = (),
    others: Sequence[Move] = (),
    shown: Sequence[tuple[str, str]] = (),
) -> AccountMovements:
    return account_movements(dues, found, others, days=(FIRST, LAST), shown=shown)


def account(found: AccountMovements, account_id: str) -> Movement:
    (one,) = [each for each in found.movements if each.account_id == account_id]
    return one


def causes(movement: Movement) -> list[Cause | None]:
    return [line.cause for line in movement.named]


def test_money_that_lies_where_it_was_planned_has_no_difference() -> None:
    back = due(number="1042", amount=usd("-5.50"), books_id="R1")
    given_back = landed(books_id="R1", amount=usd("-5.50"))

    (one,) = moved([due(), back], [landed(), given_back]).movements

    assert (one.booked.ins, one.booked.came_in) == (1, usd("16.50"))
    assert (one.booked.outs, one.booked.went_out) == (1, usd("5.50"))
    assert one.booked.net == usd("11.00")
    assert one.planned == one.booked
    assert not one.difference
    assert one.named == ()


def test_money_in_another_account_is_named_on_both() -> None:
    found = moved([due()], [landed(account_id=BANK)])

    cards, bank = account(found, CARDS), account(found, BANK)
    assert (cards.difference, bank.difference) == (usd("16.50"), usd("-16.50"))
    assert causes(cards) == causes(bank) == [Cause.OTHER_ACCOUNT]
    assert cards.lines[0].elsewhere == BANK
    assert bank.lines[0].elsewhere == CARDS


def test_an_amount_that_was_changed_is_the_difference() -> None:
    (one,) = moved([due()], [landed(amount=usd("16.00"))]).movements

    assert one.difference == usd("0.50")
    assert causes(one) == [Cause.AMOUNT_CHANGED]


def test_a_currency_that_was_changed_is_named_in_both() -> None:
    euros = Money(Decimal("16.50"), "EUR")

    found = moved([due()], [landed(amount=euros)])

    planned = {one.currency: one.planned.net for one in found.movements}
    booked = {one.currency: one.booked.net for one in found.movements}
    assert planned == {"EUR": euros - euros, "USD": usd("16.50")}
    assert booked == {"EUR": euros, "USD": usd("0")}
    assert [causes(one) for one in found.movements] == [[Cause.AMOUNT_CHANGED]] * 2


def test_a_document_that_is_gone_leaves_its_amount_as_the_difference() -> None:
    (one,) = moved([due()]).movements

    assert one.difference == usd("16.50")
    assert causes(one) == [Cause.GONE]


def test_what_was_never_booked_keeps_its_own_reason() -> None:
    held = due(books_id="", cause=Cause.HELD, reason="Not found: CUP.")

    (one,) = moved([held]).movements

    assert causes(one) == [Cause.HELD]
    assert one.named[0].reason == "Not found: CUP."


def test_a_document_dated_into_these_days_by_hand_was_not_planned_for_them() -> None:
    (one,) = moved([due(day=date(2026, 2, 27))], [landed()]).movements

    assert one.difference == usd("-16.50")
    assert causes(one) == [Cause.OTHER_DAY]


def test_a_document_of_other_days_counts_on_neither_side() -> None:
    assert moved([due(day=date(2026, 2, 27))]).movements == ()


def test_what_is_in_the_books_and_was_taken_back_is_named() -> None:
    (one,) = moved([], [landed()]).movements

    assert causes(one) == [Cause.TAKEN_BACK]
    assert one.difference == usd("-16.50")


def test_a_document_whose_account_was_not_told_is_no_zero() -> None:
    (one,) = moved([due()], [landed(account_id=None)]).movements

    assert one.unread == 1
    assert causes(one) == [Cause.NOT_READ]
    assert one.account_id == CARDS


def test_where_nobody_planned_an_account_the_books_one_is_right() -> None:
    (one,) = moved([due(account_id=None)], [landed(account_id=BANK)]).movements

    assert one.account_id == BANK
    assert not one.difference
    assert one.named == ()


def test_an_order_for_nothing_needs_no_name() -> None:
    (one,) = moved([due(amount=usd("0"))]).movements

    assert one.named == ()


def test_what_others_moved_is_told_apart_and_makes_no_difference() -> None:
    payout = Move("D1", MoveKind.DEPOSIT, "", DAY, CARDS, usd("-16.00"))
    rent = Move("P1", MoveKind.EXPENSE, "", DAY, "77", usd("-900.00"))

    found = moved([due()], [landed()], [payout, rent])

    (one,) = found.movements  # the account of the rent is none of the shop's
    assert one.besides.net == usd("-16.00")
    assert one.others == (payout,)
    assert not one.difference


def test_an_account_that_was_named_is_there_though_only_others_moved_on_it() -> None:
    payout = Move("D1", MoveKind.DEPOSIT, "", DAY, CARDS, usd("-16.00"))

    found = moved([], [], [payout], [(CARDS, "USD")])

    assert account(found, CARDS).besides.outs == 1
    assert account(found, CARDS).lines == ()


def test_money_that_people_book_comes_last() -> None:
    by_hand = due(account_id=BY_HAND, books_id="", cause=Cause.BY_HAND)

    found = moved([by_hand, due()], [landed()])

    assert [one.account_id for one in found.movements] == [CARDS, BY_HAND]


def test_accounts_come_as_people_count() -> None:
    named = [(BANK, "USD"), ("100", "USD"), ("9", "USD")]

    found = moved([], shown=named)

    assert [one.account_id for one in found.movements] == ["9", BANK, "100"]


ACCOUNTS = st.sampled_from(["9", BANK, CARDS, "100"])
AMOUNTS = st.builds(
    lambda cents, code: Money(Decimal(cents) / 100, code),
    st.integers(-999_999, 999_999),
    st.sampled_from(["USD", "EUR"]),
)
DAYS = st.sampled_from([DAY, DAY + timedelta(days=9), date(2026, 2, 1)])


@st.composite
def dues(draw: st.DrawFn) -> list[Due]:
    count = draw(st.integers(0, 8))
    return [
        due(
            number=str(place),
            day=draw(DAYS),
            amount=draw(AMOUNTS),
            account_id=draw(st.one_of(ACCOUNTS, st.none(), st.just(BY_HAND))),
            books_id=f"S{place}" if draw(st.booleans()) else "",
            cause=draw(st.one_of(st.none(), st.sampled_from(list(Cause)))),
        )
        for place in range(count)
    ]


LANDED = st.lists(
    st.builds(
        Landed,
        books_id=st.sampled_from([f"S{place}" for place in range(12)]),
        number=st.just("n"),
        day=st.just(DAY),
        amount=AMOUNTS,
        account_id=ACCOUNTS,
    ),
    unique_by=lambda one: one.books_id,
    max_size=10,
)


@given(dues(), LANDED)
def test_all_accounts_together_are_what_was_due_and_what_landed(
    planned: list[Due], found: list[Landed]
) -> None:
    """Nothing is counted twice or lost: the accounts add up to the statement."""
    totals = moved(planned, found).totals()

    for code in ("USD", "EUR"):
        inside = [d.amount for d in planned if d.day >= FIRST]
        wanted = total_of([m for m in inside if m.currency == code], code)
        there = total_of([x.amount for x in found if x.amount.currency == code], code)
        nothing = wanted - wanted
        assert totals.get(code, (nothing, nothing)) == (wanted, there)


@given(dues(), LANDED)
def test_the_named_lines_of_an_account_add_up_to_its_difference(
    planned: list[Due], found: list[Landed]
) -> None:
    for one in moved(planned, found).movements:
        named = [line.difference for line in one.named]
        assert total_of(named, one.currency) == one.difference
