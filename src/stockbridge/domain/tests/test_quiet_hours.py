"""When a caller is left alone, and for how long."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from stockbridge.domain.quiet_hours import quiet_for

NEW_YORK = ZoneInfo("America/New_York")
LATE, EARLY = time(22, 0), time(6, 0)


def at(hour: int, minute: int = 0, day: int = 27) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("now", "left"),
    [
        (at(21, 59), None),
        (at(22), timedelta(hours=8)),
        (at(23, 30), timedelta(hours=6, minutes=30)),
        (at(5, 59), timedelta(minutes=1)),
        (at(6), None),
        (at(12), None),
    ],
)
def test_hours_over_midnight_last_until_the_morning(
    now: datetime, left: timedelta | None
) -> None:
    assert quiet_for(now, LATE, EARLY) == left


@pytest.mark.parametrize(
    ("now", "left"),
    [(at(0, 59), None), (at(1), timedelta(hours=2)), (at(3), None)],
)
def test_hours_of_one_day_last_until_their_end(
    now: datetime, left: timedelta | None
) -> None:
    assert quiet_for(now, time(1), time(3)) == left


def test_a_night_in_which_the_clocks_go_back_lasts_an_hour_longer() -> None:
    now = datetime(2026, 10, 31, 23, 0, tzinfo=NEW_YORK)

    assert quiet_for(now, LATE, EARLY) == timedelta(hours=8)


@pytest.mark.parametrize(
    ("begins", "ends"), [(None, EARLY), (LATE, None), (LATE, LATE)]
)
def test_without_two_different_times_there_are_none(
    begins: time | None, ends: time | None
) -> None:
    assert quiet_for(at(23), begins, ends) is None
