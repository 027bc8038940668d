"""Times go to SQLite and come back as Django would write and read them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db.backends.sqlite3.base import DatabaseWrapper
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.companies.times import read, written

SQLITE = DatabaseWrapper({"NAME": ":memory:", "TIME_ZONE": None}, "default")
FIRST = datetime.fromisoformat("1000-01-01")
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-7)), timezone(timedelta(0))])


@given(at=st.datetimes(min_value=FIRST, timezones=ZONES))
def test_a_time_is_written_as_django_writes_it(at: datetime) -> None:
    assert written(at, SQLITE) == SQLITE.ops.adapt_datetimefield_value(at)


@given(at=st.datetimes(min_value=FIRST, timezones=ZONES))
def test_what_was_written_is_read_as_the_same_moment(at: datetime) -> None:
    text = str(at.astimezone(UTC).replace(tzinfo=None))
    assert read(text) == read(datetime.fromisoformat(text)) == at


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        written(FIRST, SQLITE)
