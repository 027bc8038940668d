"""Lists are read without losing a row, however they change while we read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockbridge.connectors.stores.woocommerce.cursors import (
    Cursor,
    cursor_text,
    parse_cursor,
)
from stockbridge.connectors.stores.woocommerce.feeds import (
    OVERLAP,
    ChangePosition,
    Listing,
    Row,
    WalkPosition,
    change_step,
    walk_step,
)
from stockbridge.connectors.stores.woocommerce.isolation import BROKEN, isolating
from stockbridge.domain.errors import DefectError, RetryableError

EPOCH = datetime.fromisoformat("2026-01-05T12:00:00")  # naive, as the store's


@dataclass
class Shelf:
    """A list as WooCommerce keeps one: rows with an id and a date of change."""

    changed: dict[int, int] = field(default_factory=dict)  # id: second
    hidden: set[int] = field(default_factory=set)  # counted, never shown
    second: int = 0
    with_clock: bool = True
    with_total: bool = True
    calls: int = 0
    act: Callable[[], None] | None = None  # between two calls

    last_id: int = 0  # never used again

    def add(self) -> int:
        self.last_id += 1
        self.changed[self.last_id] = self.second
        return self.last_id

    def list_rows(self, query: Mapping[str, str]) -> Listing:
        if self.act is not None:
            self.act()
        self.calls += 1
        after = _seconds(query.get("modified_after"), -(10**9))
        before = _seconds(query.get("modified_before"), 10**9)
        found = [i for i, at in self.changed.items() if after < at < before]
        if query["orderby"] == "id":
            found.sort()
        else:
            # Rows of one second come in any order.
            found.sort(key=lambda i: (self.changed[i], i * 7919 % 101))
        count, offset = int(query["per_page"]), int(query.get("offset", 0))
        page = found[offset : offset + count]
        rows: list[Row] = [
            {"id": i, "date_modified_gmt": _text(self.changed[i])}
            for i in page
            if i not in self.hidden
        ]
        clock = (EPOCH + timedelta(seconds=self.second)).replace(tzinfo=UTC)
        return Listing(
            rows,
            clock if self.with_clock else None,
            len(found) if self.with_total else None,
        )


def _text(second: int) -> str:
    return (EPOCH + timedelta(seconds=second)).isoformat()


def _seconds(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    return int((datetime.fromisoformat(text) - EPOCH).total_seconds())


def _round(
    shelf: Shelf, position: ChangePosition, limit: int
) -> tuple[list[Row], ChangePosition]:
    rows: list[Row] = []
    for _ in range(2000):
        position, step = change_step(position, shelf.list_rows, limit=limit, query={})
        position = _through_text(position)
        rows += step.rows
        if step.is_end:
            return rows, position
    raise AssertionError("the round has no end")


def _through_text(position: ChangePosition) -> ChangePosition:
    """Give the position the way that a restart takes."""
    text = cursor_text(Cursor(changes={"orders": position}))
    return parse_cursor(text).changes["orders"]


def _walk(shelf: Shelf, limit: int) -> list[int]:
    ids: list[int] = []
    position = WalkPosition()
    for _ in range(2000):
        position, step = walk_step(position, shelf.list_rows, limit=limit, query={})
        ids += [row["id"] for row in step.rows]
        if step.is_end:
            return ids
    raise AssertionError("the walk has no end")


def test_a_row_whose_date_is_the_bound_itself_is_read() -> None:
    shelf = Shelf(with_clock=False)
    shelf.add()
    _, position = _round(shelf, ChangePosition(), 10)
    shelf.add()

    rows, _ = _round(shelf, position, 10)

    assert {row["id"] for row in rows} == {1, 2}


def test_more_rows_than_a_page_within_one_second_are_all_read() -> None:
    shelf = Shelf()
    for _ in range(37):
        shelf.add()

    rows, _ = _round(shelf, ChangePosition(), 5)

    assert {row["id"] for row in rows} == set(range(1, 38))


def test_a_row_that_changes_while_we_page_hides_no_other() -> None:
    shelf = Shelf()
    for _ in range(12):
        shelf.second += 1
        shelf.add()
    moved = iter([1, 2, 3])

    def act() -> None:
        shelf.second += 1
        if (row := next(moved, None)) is not None:
            shelf.changed[row] = shelf.second

    shelf.act = act

    rows, _ = _round(shelf, ChangePosition(), 3)

    assert {row["id"] for row in rows} == set(range(1, 13))


def test_a_change_that_is_committed_five_minutes_late_is_read() -> None:
    shelf = Shelf(second=1000)
    shelf.add()
    _, position = _round(shelf, ChangePosition(), 10)
    late = shelf.add()
    shelf.changed[late] = 1000 - int(OVERLAP.total_seconds())

    rows, _ = _round(shelf, position, 10)

    assert late in {row["id"] for row in rows}


def test_what_was_read_long_after_it_changed_is_not_read_for_ever() -> None:
    shelf = Shelf()
    for _ in range(50):
        shelf.second += 1
        shelf.add()
    shelf.second += 3600
    _, position = _round(shelf, ChangePosition(), 100)

    rows, _ = _round(shelf, position, 100)

    assert [row["id"] for row in rows] == [50]


def test_without_the_stores_clock_the_overlap_is_read_each_time() -> None:
    shelf = Shelf(with_clock=False)
    for _ in range(50):
        shelf.second += 1
        shelf.add()
    shelf.second += 3600
    _, position = _round(shelf, ChangePosition(), 100)

    rows, _ = _round(shelf, position, 100)

    assert len(rows) == 50


def test_rows_without_a_date_are_read_and_do_not_stop_the_feed() -> None:
    rows = [{"id": i, "date_modified_gmt": None} for i in range(1, 8)]

    def list_rows(query: Mapping[str, str]) -> Listing:
        count, offset = int(query["per_page"]), int(query.get("offset", 0))
        after = "modified_after" in query
        shown = [] if after else rows
        return Listing(shown[offset : offset + count], None, len(shown))

    seen: set[int] = set()
    position, is_end = ChangePosition(), False
    while not is_end:
        position, step = change_step(position, list_rows, limit=3, query={})
        seen |= {row["id"] for row in step.rows}
        is_end = step.is_end

    assert seen == set(range(1, 8))


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_a_walk_shows_each_row_once(limit: int) -> None:
    shelf = Shelf()
    for _ in range(20):
        shelf.add()

    assert _walk(shelf, limit) == list(range(1, 21))


def test_rows_that_vanish_behind_a_walk_hide_none_before_it() -> None:
    shelf = Shelf()
    for _ in range(30):
        shelf.add()
    doomed = iter([1, 2, 3, 4, 5, 6, 7, 8])

    def act() -> None:
        shelf.changed.pop(next(doomed, 0), None)

    shelf.act = act

    assert set(_walk(shelf, 4)) >= set(range(9, 31))


def test_rows_that_we_may_not_see_do_not_end_a_walk() -> None:
    shelf = Shelf(hidden=set(range(5, 15)))
    for _ in range(30):
        shelf.add()

    assert _walk(shelf, 4) == [*range(1, 5), *range(15, 31)]


@pytest.mark.parametrize("deadly", [{1}, {7}, {20}, {3, 4}, {1, 8}, {2, 11, 19}])
def test_a_record_over_which_the_store_dies_blocks_only_itself(
    deadly: set[int],
) -> None:
    shelf = Shelf()
    for _ in range(20):
        shelf.second += 1
        shelf.add()

    def list_rows(query: Mapping[str, str]) -> Listing:
        page = shelf.list_rows(query)
        is_full = "_fields" not in query
        if is_full and deadly & {row["id"] for row in page.rows}:
            raise RetryableError("The store broke.", code="internal_server_error")
        return page

    rows: list[Row] = []
    position, is_end = WalkPosition(), False
    while not is_end:
        position, step = walk_step(position, isolating(list_rows), limit=8, query={})
        rows += step.rows
        is_end = step.is_end

    assert [row["id"] for row in rows] == list(range(1, 21))
    assert {row["id"] for row in rows if BROKEN in row} == deadly


def test_a_store_that_is_down_altogether_is_not_taken_apart() -> None:
    calls = []

    def list_rows(query: Mapping[str, str]) -> Listing:
        calls.append(query)
        raise RetryableError("The store broke.", code="internal_server_error")

    with pytest.raises(RetryableError):
        walk_step(WalkPosition(), isolating(list_rows), limit=100, query={})

    assert len(calls) == 2


def test_a_store_in_which_all_breaks_is_not_taken_apart_either() -> None:
    shelf = Shelf()
    for _ in range(50):
        shelf.add()

    def list_rows(query: Mapping[str, str]) -> Listing:
        if "_fields" not in query:
            raise RetryableError("The store broke.", code="internal_server_error")
        return shelf.list_rows(query)

    with pytest.raises(RetryableError):
        walk_step(WalkPosition(), isolating(list_rows), limit=50, query={})

    assert shelf.calls < 20


def test_an_alien_cursor_is_refused() -> None:
    for text in ("{", "[]", '{"changes": {"orders": {"what": 1}}}', '"x"'):
        with pytest.raises(DefectError, match="none of ours"):
            parse_cursor(text)


Act = tuple[str, int]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["add", "touch", "touch", "tick", "tick", "remove", "nothing"]),
        st.integers(0, 10**6),
    ),
    max_size=60,
)


def _perform(shelf: Shelf, act: Act) -> None:
    what, number = act
    ids = sorted(shelf.changed)
    if what == "tick":
        shelf.second += number % 400
    elif what == "add":
        shelf.add()
    elif ids and what == "touch":
        shelf.changed[ids[number % len(ids)]] = shelf.second
    elif ids and what == "remove":
        del shelf.changed[ids[number % len(ids)]]


@settings(max_examples=150)
@given(
    first=st.lists(st.integers(0, 30), max_size=25),
    acts=ACTS,
    limit=st.integers(1, 6),
    with_clock=st.booleans(),
    with_total=st.booleans(),
)
def test_whatever_changes_while_we_read_each_last_change_is_seen(
    *,
    first: list[int],
    acts: list[Act],
    limit: int,
    with_clock: bool,
    with_total: bool,
) -> None:
    shelf = Shelf(with_clock=with_clock, with_total=with_total)
    for second in sorted(first):
        shelf.second = max(shelf.second, second)
        shelf.add()
    pending = list(acts)
    shelf.act = lambda: _perform(shelf, pending.pop()) if pending else None
    seen: dict[int, str] = {}
    position = ChangePosition()

    while pending:
        rows, position = _round(shelf, position, limit)
        seen.update({row["id"]: row["date_modified_gmt"] for row in rows})
    rows, position = _round(shelf, position, limit)
    seen.update({row["id"]: row["date_modified_gmt"] for row in rows})

    assert {i: seen.get(i) for i in shelf.changed} == {
        i: _text(at) for i, at in shelf.changed.items()
    }


@settings(max_examples=150)
@given(
    count=st.integers(0, 40),
    doomed=st.lists(st.integers(0, 10**6), max_size=40),
    limit=st.integers(1, 6),
    with_total=st.booleans(),
)
def test_a_walk_shows_all_that_was_there_from_its_beginning_to_its_end(
    *, count: int, doomed: list[int], limit: int, with_total: bool
) -> None:
    shelf = Shelf(with_total=with_total)
    for _ in range(count):
        shelf.add()
    pending = list(doomed)

    def act() -> None:
        if not pending:
            return
        number = pending.pop()
        _perform(shelf, ("remove" if number % 3 else "add", number))

    shelf.act = act

    seen = _walk(shelf, limit)

    assert set(seen) >= {i for i in shelf.changed if i <= count}
