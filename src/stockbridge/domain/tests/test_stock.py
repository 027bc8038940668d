"""What a store may show: never more than there is, whatever is known when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.commerce import OrderStatus
from stockbridge.domain.planning import Outcome
from stockbridge.domain.stock import (
    Claim,
    Quantity,
    Reading,
    StockPolicy,
    back_on_shelf,
    claims_of,
    in_store_units,
    sellable,
)
from stockbridge.domain.tests.builders import (
    NOW,
    a_line,
    a_refund,
    a_refund_line,
    an_order,
    minutes,
)

ON_HAND, AVAILABLE = StockPolicy(), StockPolicy(quantity=Quantity.AVAILABLE)
STATUS = OrderStatus


def read(
    on_hand: int, at: int = 0, *, committed: int = 0, place: str = "L1"
) -> Reading:
    return Reading(place, Decimal(on_hand), Decimal(committed), minutes(at))


def took(
    units: int, *, committed: int | None = None, moved: int | None = None
) -> Claim:
    return Claim(
        "727",
        Decimal(units),
        None if committed is None else minutes(committed),
        None if moved is None else minutes(moved),
    )


def shown(
    readings: Sequence[Reading],
    claims: Sequence[Claim] = (),
    policy: StockPolicy = ON_HAND,
) -> int | None:
    found = sellable(readings, claims, policy)
    return None if found is None else int(found.quantity)


# ── sellable ─────────────────────────────────────────────────────────────────


def test_an_order_that_the_books_do_not_know_is_taken_off() -> None:
    assert shown([read(10)], [took(3)]) == 7


def test_an_order_whose_goods_went_out_before_the_reading_is_in_it() -> None:
    assert shown([read(7, at=5)], [took(3, moved=4)]) == 7


def test_an_order_whose_goods_went_out_after_the_reading_began_is_taken_off() -> None:
    assert shown([read(10, at=5)], [took(3, moved=6)]) == 7


def test_a_promise_counts_in_available_but_not_on_hand() -> None:
    readings, claims = [read(10, at=5, committed=3)], [took(3, committed=4)]

    assert shown(readings, claims, AVAILABLE) == 7
    assert shown(readings, claims, ON_HAND) == 7


def test_the_oldest_reading_of_several_locations_decides() -> None:
    readings = [read(5, at=9, place="L1"), read(5, at=1, place="L2")]

    assert shown(readings, [took(3, moved=4)]) == 7


def test_locations_that_were_not_chosen_do_not_count() -> None:
    policy = replace(ON_HAND, locations=frozenset({"L2"}))

    assert shown([read(5), read(3, place="L2")], (), policy) == 3


def test_nothing_read_means_nothing_said() -> None:
    assert shown([]) is None
    assert shown([read(5)], (), replace(ON_HAND, locations=frozenset({"L9"}))) is None


def test_a_buffer_is_kept_back_and_debts_show_as_none() -> None:
    assert shown([read(10)], (), replace(ON_HAND, buffer=Decimal(2))) == 8
    assert shown([read(1)], [took(3)]) == 0
    assert shown([read(1)], [took(3)], replace(ON_HAND, negative_to_zero=False)) == -2


def test_goods_put_back_count_until_the_books_know_of_them() -> None:
    assert shown([read(7)], [took(-1)]) == 8
    assert shown([read(8, at=5)], [took(-1, moved=4)]) == 8


def test_goods_that_a_reading_may_know_of_are_not_added_again() -> None:
    late = took(-1, moved=6)
    in_flight = replace(took(-1), is_in_flight=True)

    assert shown([read(8, at=5)], [late]) == 8
    assert shown([read(8, at=5)], [in_flight]) == 8


def test_a_pack_of_six_needs_six() -> None:
    part = sellable([read(20)], (), ON_HAND)
    assert part is not None

    assert in_store_units([(part, Decimal(6))], ON_HAND) == 3
    assert in_store_units([], ON_HAND) is None


def test_a_bundle_is_as_many_as_its_scarcest_part_allows() -> None:
    parts = [sellable([read(count)], (), ON_HAND) for count in (20, 5)]
    found = [(part, Decimal(1)) for part in parts if part]

    assert in_store_units(found, ON_HAND) == 5


@dataclass(frozen=True, slots=True)
class World:
    """One item's true course: what the store took, what the books did, and when."""

    start: int
    claims: tuple[Claim, ...]
    readings: tuple[Reading, ...]
    truth: int  # left to sell


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Orders and refunds at random times; a reading that takes its time.

    A row's true moment is somewhere after its reading began. What we hear of the
    books comes at or after they did it.
    """
    start, truth = draw(st.integers(0, 50)), 0
    began = draw(st.integers(0, 20))
    actual = began + draw(st.integers(0, 5))
    on_hand, committed, claims = start, 0, []
    for _ in range(draw(st.integers(0, 6))):
        units = draw(st.integers(1, 5))
        truth += units
        commit = draw(st.integers(0, 25))
        move = commit + draw(st.integers(0, 5))
        knows = draw(st.sampled_from(["nothing", "promise", "all"]))
        if knows != "nothing" and commit <= actual:
            committed += units
        if knows == "all" and move <= actual:
            on_hand -= units
            committed -= units if commit <= actual else 0
        heard = draw(st.integers(0, 3))
        claims.append(
            took(
                units,
                committed=None if knows == "nothing" else commit + heard,
                moved=move + heard if knows == "all" else None,
            )
        )
        if knows == "all" and draw(st.booleans()):
            back = draw(st.integers(1, units))
            at = move + draw(st.integers(0, 5))
            truth -= back
            knows = draw(st.sampled_from(["nothing", "in flight", "all"]))
            if knows != "nothing" and at <= actual:
                on_hand += back
            heard_at = at + draw(st.integers(0, 3)) if knows == "all" else None
            claim = took(-back, committed=heard_at, moved=heard_at)
            claims.append(replace(claim, is_in_flight=knows == "in flight"))
    reading = Reading("L1", Decimal(on_hand), Decimal(committed), minutes(began))
    return World(start, tuple(claims), (reading,), start - truth)


@pytest.mark.parametrize("quantity", Quantity)
@given(data=st.data())
def test_no_timing_ever_shows_more_than_is_left(
    quantity: Quantity, data: st.DataObject
) -> None:
    world = data.draw(worlds())
    policy = StockPolicy(quantity=quantity, negative_to_zero=False)

    found = sellable(world.readings, world.claims, policy)

    assert found is not None
    assert found.quantity <= world.truth


CLAIMS = st.lists(
    st.builds(
        took,
        st.integers(-5, 5),
        committed=st.none() | st.integers(-9, 9),
        moved=st.none() | st.integers(-9, 9),
    ),
    max_size=8,
)


@given(data=st.data(), claims=CLAIMS)
def test_the_order_of_events_does_not_matter(
    data: st.DataObject, claims: list[Claim]
) -> None:
    shuffled = data.draw(st.permutations(claims))

    assert shown([read(20)], claims) == shown([read(20)], shuffled)


@given(claims=CLAIMS, buffer=st.integers(0, 9))
def test_never_above_on_hand_less_claims_and_buffer(
    claims: list[Claim], buffer: int
) -> None:
    policy = replace(ON_HAND, buffer=Decimal(buffer), negative_to_zero=False)
    known = [c for c in claims if c.moved_at is not None and c.moved_at <= NOW]
    unknown = [c for c in claims if c not in known and c.units > 0]

    found = shown([read(20)], claims, policy)

    assert found is not None
    back = sum(-c.units for c in claims if c.units < 0)
    assert found <= 20 - sum(c.units for c in unknown) - buffer + back


@given(units=st.integers(1, 9))
def test_a_restock_is_the_mirror_image_of_a_sale(units: int) -> None:
    assert shown([read(20)], [took(units), took(-units)]) == 20


# ── claims ───────────────────────────────────────────────────────────────────


def held_by(
    outcome: Outcome = Outcome.PLANNED,
    /,
    **order: Any,
) -> int:
    claims = claims_of(an_order(**order), outcome)
    return int(sum((c.units for c in claims if c.is_open), Decimal(0)))


@pytest.mark.parametrize(
    ("status", "units"),
    [
        (STATUS.DRAFT, 0),
        (STATUS.PENDING, 0),
        (STATUS.ON_HOLD, 2),
        (STATUS.PROCESSING, 2),
        (STATUS.COMPLETED, 2),
        (STATUS.CANCELLED, 0),
        (STATUS.FAILED, 0),
        (STATUS.REFUNDED, 0),
        (STATUS.DELETED, 0),
        (STATUS.UNKNOWN, 2),
    ],
)
def test_an_order_holds_what_its_status_takes(status: OrderStatus, units: int) -> None:
    assert held_by(status=status) == units


@pytest.mark.parametrize(
    "outcome", [Outcome.HELD, Outcome.EXCLUDED, Outcome.WAITING, Outcome.UNDONE]
)
def test_an_open_order_holds_stock_whatever_becomes_of_it_here(
    outcome: Outcome,
) -> None:
    assert held_by(outcome) == 2


def test_an_order_booked_elsewhere_holds_nothing() -> None:
    assert held_by(Outcome.BOOKED_ELSEWHERE) == 0


def test_a_shipped_order_holds_stock_only_until_the_books_take_it() -> None:
    shipped: dict[str, Any] = {"status": STATUS.COMPLETED, "completed_at": NOW}

    assert held_by(Outcome.POSTED, **shipped) == 2
    assert held_by(Outcome.EXCLUDED, **shipped) == 0


def test_goods_shipped_and_refunded_are_gone_until_the_books_know() -> None:
    shipped: dict[str, Any] = {"status": STATUS.REFUNDED, "completed_at": NOW}

    assert held_by(Outcome.PLANNED, **shipped) == 2


def test_a_status_that_we_do_not_know_holds_what_the_store_says_it_took() -> None:
    quote: dict[str, Any] = {"status": STATUS.UNKNOWN, "paid_at": None}
    packed = a_line(units_taken=Decimal(2))

    assert held_by(**quote) == 0
    assert held_by(**quote, lines=[packed]) == 2


def test_what_the_store_says_it_took_counts_not_what_was_ordered() -> None:
    assert held_by(lines=[a_line(quantity="5", units_taken=Decimal(3))]) == 3


def test_a_refund_gives_back_what_the_store_put_back() -> None:
    told = a_refund(restocked_units=(("11", Decimal(1)),))
    kept = a_refund(restocked_units=())

    assert held_by(refunds=(told,)) == 1
    assert held_by(refunds=(kept,)) == 2


def test_where_the_store_is_silent_the_policy_says_whether_goods_came_back() -> None:
    order = an_order(refunds=(a_refund(),))

    silent = claims_of(order, Outcome.PLANNED, restocks_when_unsaid=False)

    assert held_by(refunds=(a_refund(),)) == 1
    assert sum(claim.units for claim in silent) == 2


def test_no_line_gives_back_more_than_it_took() -> None:
    refunds = tuple(
        a_refund(
            lines=[a_refund_line(quantity="2", external_id=number)], external_id=number
        )
        for number in ("801", "802")
    )

    assert held_by(refunds=refunds) == 0


def test_each_claim_has_a_name_of_its_own() -> None:
    twice = a_refund(restocked_units=(("11", Decimal(1)), ("11", Decimal(1))))

    claims = claims_of(an_order(refunds=(twice,)), Outcome.PLANNED)

    assert len({claim.line_id for claim in claims}) == len(claims)


@pytest.mark.parametrize(
    ("back", "promised", "on_shelf"),
    [("1", "2", "0"), ("2", "2", "0"), ("4", "2", "2"), ("3", "0", "3")],
)
def test_what_is_promised_is_given_up_before_anything_is_put_on_the_shelf(
    back: str, promised: str, on_shelf: str
) -> None:
    assert back_on_shelf(Decimal(back), Decimal(promised)) == Decimal(on_shelf)
