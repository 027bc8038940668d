"""Lists are read with iterators; one that died with its session starts again."""

from datetime import timedelta

import pytest

from stockbridge.connectors.books.quickbooks_pos.cursors import cursor_of
from stockbridge.connectors.books.quickbooks_pos.tests.building import NOON, Counter
from stockbridge.connectors.simulation import SettableClock
from stockbridge.domain.errors import DefectError
from stockbridge.ports import NotDone, PageRead, Read, ReadFeed


def read_page(counter: Counter, cursor: str, limit: int = 3) -> PageRead:
    (page,) = counter.ask(Read("read", ReadFeed.ITEMS, cursor, limit, NOON))
    assert isinstance(page, PageRead)
    return page


def read_all(
    counter: Counter, cursor: str = "", *, limit: int = 3
) -> tuple[list[str], str]:
    seen: list[str] = []
    for _ in range(50):
        page = read_page(counter, cursor, limit)
        seen += [item.external_id for item in page.items]
        cursor = page.cursor
        if page.is_last:
            return seen, cursor
    raise AssertionError("the walk has no end")


def a_counter_with(count: int) -> Counter:
    counter = Counter()
    for number in range(count):
        counter.item(f"ALU-{number}")
    return counter


def test_every_item_is_read_once_page_by_page() -> None:
    counter = a_counter_with(8)

    seen, _ = read_all(counter)

    assert sorted(seen) == sorted(counter.company.records.items.rows)


def test_a_page_tells_how_many_are_left() -> None:
    counter = a_counter_with(8)

    page = read_page(counter, "")

    assert page.remaining == len(counter.company.records.items.rows) - 3


def test_an_iterator_that_died_with_its_session_starts_again() -> None:
    counter = a_counter_with(8)
    first = read_page(counter, "")
    counter.company.begin_session()

    restart = read_page(counter, first.cursor)
    seen, _ = read_all(counter, restart.cursor)

    assert restart.items == ()
    assert not restart.is_last
    assert sorted(seen) == sorted(counter.company.records.items.rows)


def test_a_walk_that_dies_again_and_again_is_given_up_and_said() -> None:
    counter = a_counter_with(8)
    cursor = ""
    for _ in range(50):
        (page,) = counter.ask(Read("read", ReadFeed.ITEMS, cursor, 3, NOON))
        if isinstance(page, NotDone):
            break
        assert isinstance(page, PageRead)
        cursor = page.cursor
        counter.company.begin_session()

    assert isinstance(page, NotDone)
    assert not page.is_retryable
    assert page.remedy


def test_later_only_what_changed_is_read_with_an_overlap() -> None:
    counter = a_counter_with(4)
    clock = counter.company.clock
    assert isinstance(clock, SettableClock)
    _, cursor = read_all(counter, limit=100)
    clock.advance(3600)
    fresh = counter.item("NEW")

    seen, cursor = read_all(counter, cursor, limit=100)
    again, _ = read_all(counter, cursor, limit=100)

    assert fresh in seen
    assert again == [fresh]  # its time lies in the overlap: read twice, never missed


def test_a_row_that_changes_behind_a_long_walk_is_read_by_the_next_one() -> None:
    counter = a_counter_with(8)
    clock = counter.company.clock
    assert isinstance(clock, SettableClock)
    rows = counter.company.records.items.rows
    first, *_, last = sorted(rows)
    page = read_page(counter, "")
    clock.advance(3600)
    rows[first] |= {"Desc1": "changed", "TimeModified": counter.company.now()}
    clock.advance(3600)
    rows[last] |= {"TimeModified": counter.company.now()}

    _, cursor = read_all(counter, page.cursor)
    seen, _ = read_all(counter, cursor)

    assert first in seen


def test_times_in_filters_carry_the_books_own_offset() -> None:
    counter = a_counter_with(1)
    _, cursor = read_all(counter)

    read_page(counter, cursor)

    since = (NOON - timedelta(minutes=5)).strftime("%H:%M:%S")
    assert since == "11:55:00"
    assert b"<TimeModified>2026-01-05T05:55:00-06:00</TimeModified>" in (
        counter.last_request
    )


@pytest.mark.parametrize("text", ["{", '{"page": 3}', "2026-01-01..soon", "17"])
def test_a_cursor_that_we_did_not_make_is_a_defect(text: str) -> None:
    with pytest.raises(DefectError, match="no cursor"):
        cursor_of(text)
