"""When an order is booked, and on which day."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from stockbridge.domain.commerce import (
    OrderStatus,
)
from stockbridge.domain.planning import Outcome
from stockbridge.domain.policy import (
    ClosedPeriod,
    DateChoice,
    When,
)
from stockbridge.domain.posting import unready
from stockbridge.domain.tests.booking import booked, held
from stockbridge.domain.tests.builders import (
    a_ground,
    a_policy,
    an_order,
)

# ── the day ──────────────────────────────────────────────────────────────────


def test_the_day_is_that_of_the_companys_zone() -> None:
    order = an_order(placed_at=datetime(2026, 1, 1, 4, 30, tzinfo=UTC))

    sale = booked(order, a_ground(zone=ZoneInfo("America/New_York")))

    assert sale.business_date == date(2025, 12, 31)


def test_the_day_is_the_one_that_the_policy_chooses() -> None:
    order = an_order(
        placed_at=datetime(2026, 3, 1, tzinfo=UTC),
        paid_at=datetime(2026, 3, 2, tzinfo=UTC),
        completed_at=datetime(2026, 3, 3, tzinfo=UTC),
    )
    days = {
        choice: booked(
            order, a_ground(policy=a_policy(date_choice=choice))
        ).business_date
        for choice in DateChoice
    }

    assert [days[choice].day for choice in DateChoice] == [1, 2, 3]


def test_a_closed_period_holds_the_order() -> None:
    assert (
        held(an_order(), a_ground(closed_until=date(2026, 3, 10))).code
        == "closed_period"
    )
    assert booked(an_order(), a_ground(closed_until=date(2026, 3, 9)))


def test_a_closed_period_moves_the_day_where_that_is_chosen() -> None:
    policy = a_policy(closed_period=ClosedPeriod.FIRST_OPEN_DAY)

    sale = booked(an_order(), a_ground(closed_until=date(2026, 3, 31), policy=policy))

    assert sale.business_date == date(2026, 4, 1)
    assert "2026-03-10" in sale.memo


# ── when ─────────────────────────────────────────────────────────────────────

UNPAID: dict[str, Any] = {"paid_at": None}
COD = {"paid_at": None, "payment_method": "cod"}
STATUS = OrderStatus


@pytest.mark.parametrize(
    ("when", "order", "outcome"),
    [
        (When.PAID, {}, None),
        (When.PAID, UNPAID, Outcome.WAITING),
        (When.PAID, COD, Outcome.WAITING),
        (When.PAID, {**COD, "status": STATUS.COMPLETED}, None),
        (When.PAID, {"status": STATUS.UNKNOWN}, None),
        (When.PAID, {"status": STATUS.REFUNDED}, None),
        (When.PAID, {**UNPAID, "status": STATUS.REFUNDED}, Outcome.IGNORED),
        (When.SHIPPED, {}, Outcome.WAITING),
        (When.SHIPPED, {"status": STATUS.COMPLETED}, None),
        (When.PLACED, {**UNPAID, "status": STATUS.ON_HOLD}, None),
        (When.PLACED, {**UNPAID, "status": STATUS.PENDING}, Outcome.WAITING),
        (When.PLACED, {**UNPAID, "status": STATUS.UNKNOWN}, Outcome.WAITING),
        (When.STATUS, {}, Outcome.WAITING),
        (When.STATUS, {"store_status": "packed"}, None),
        (When.PAID, {"status": STATUS.DRAFT}, Outcome.IGNORED),
        (When.PAID, {"status": STATUS.CANCELLED}, Outcome.IGNORED),
        (When.PAID, {"status": STATUS.FAILED}, Outcome.IGNORED),
        (When.PAID, {"status": STATUS.DELETED}, Outcome.IGNORED),
        (When.PAID, {"lines": ()}, Outcome.IGNORED),
        (When.PAID, {"store_status": "quote"}, Outcome.EXCLUDED),
        (When.PAID, {"placed_at": datetime(2025, 1, 1, tzinfo=UTC)}, Outcome.EXCLUDED),
    ],
)
def test_an_order_is_booked_when_its_time_has_come(
    when: When, order: dict[str, Any], outcome: Outcome | None
) -> None:
    policy = a_policy(
        when=when,
        statuses=frozenset({"packed"}),
        excluded_statuses=frozenset({"quote"}),
        starts_at=datetime(2026, 1, 1, tzinfo=UTC),
    )

    skip = unready(an_order(**order), a_ground(policy=policy))

    assert (skip.outcome if skip else None) == outcome


def test_an_order_chosen_by_hand_is_booked_whatever_its_date_or_payment() -> None:
    policy = a_policy(starts_at=datetime(2027, 1, 1, tzinfo=UTC))

    assert unready(an_order(**UNPAID), a_ground(policy=policy, is_by_hand=True)) is None
