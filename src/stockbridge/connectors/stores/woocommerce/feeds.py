"""How to read a store's lists so that nothing is lost while they change.

Theory of operation. A list offers three things: rows changed after a moment (the
bound itself left out, one-second grain), rows by id from an offset, and both at once.

*Changes* are read in the order of their change. A page is asked for by time, never by
number: a record that changes while we page moves to the end, and numbered pages would
then skip its neighbour. Each page begins at the second at which the last one ended,
because that second may go on. A second with more rows than a page is walked by id. A
round ends with a page that is not full; the next begins `OVERLAP` before the newest
change seen, because a slow web server may commit an older one later. Only when the
store's own clock says that this stretch was read whole long after, the next round
begins where the last one ended: else our own writes would be read again and again.

*Walks* go by id, from an offset. Rows that vanish shift the rest to the left; so each
page begins with the row before it, and where the page's first id is already beyond
the last one seen, we step back. Ids only ever grow.

Everything is made from what the store said: no clock of ours.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

OVERLAP = timedelta(minutes=5)
#: The store's clock has to be this far beyond the newest change, so that the
#: overlap has been read for good: five minutes of late commits, one of clock skew.
SETTLED_AFTER = OVERLAP + timedelta(minutes=1)
ROWS_MAX = 100
_ROWS_MIN = 2  # a page of a walk repeats one row

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list; `store_time` is the store's clock, None if unsaid."""

    rows: Sequence[Row]
    store_time: datetime | None = None
    total: int | None = None


Lister = Callable[[Mapping[str, str]], Listing]


@dataclass(frozen=True, slots=True)
class Dated:
    """By which date a list is read: its field, its filters, its order."""

    field: str
    after: str
    before: str
    order: str


CHANGED = Dated("date_modified_gmt", "modified_after", "modified_before", "modified")
#: Refunds do not say when they changed; in fact they never do.
CREATED = Dated("date_created_gmt", "after", "before", "date")


@dataclass(frozen=True, slots=True)
class WalkPosition:
    """How far a walk by id has come."""

    offset: int = 0  # rows up to and including the last one seen
    last_id: int = 0


@dataclass(frozen=True, slots=True)
class ChangePosition:
    """How far the changes are read; moments as the store writes them, in GMT."""

    start: str = ""  # the next page begins with this second; "" = from the start
    newest: str = ""  # the newest change seen
    in_second: bool = False  # `start` is being walked by id
    walk: WalkPosition = WalkPosition()
    round_began: str = ""  # the store's clock when this round began


@dataclass(frozen=True, slots=True)
class Step:
    """What one call gave: rows, and whether nothing more is there right now."""

    rows: tuple[Row, ...]
    is_end: bool
    total: int | None = None


def walk_step(
    position: WalkPosition, list_rows: Lister, *, limit: int, query: Mapping[str, str]
) -> tuple[WalkPosition, Step]:
    """Return the next rows by id, each exactly once unless something was restored.

    May call more than once: when rows that we had passed have vanished.
    """
    count = _page_size(limit)

    def page_at(offset: int) -> Listing:
        by_id = {"orderby": "id", "order": "asc"}
        bounds = {"per_page": str(count), "offset": str(offset)}
        page = list_rows({**query, **by_id, **bounds})
        return replace(page, rows=sorted(page.rows, key=row_id))

    offset = max(0, position.offset - 1)
    page = page_at(offset)
    if offset and not _joins(page, position.last_id):
        offset, page = _stepped_back(position, page_at, count, (offset, page))
    fresh = tuple(row for row in page.rows if row_id(row) > position.last_id)
    last = row_id(fresh[-1]) if fresh else position.last_id
    is_end = _is_last(page, offset, count)
    # Rows that we may not see take up places all the same.
    reached = offset + (len(page.rows) if is_end else count)
    return WalkPosition(reached, last), Step(fresh, is_end=is_end, total=page.total)


def _stepped_back(
    position: WalkPosition,
    page_at: Callable[[int], Listing],
    count: int,
    ahead: tuple[int, Listing],
) -> tuple[int, Listing]:
    """Return a page that surely follows the last row seen, and its offset."""
    back = count
    while True:
        offset = max(0, ahead[0] - back)
        page = page_at(offset)
        if offset == 0 or _joins(page, position.last_id):
            break
        back *= 2
    # What we may not see may fill whole pages: pass them to where we were.
    while not _has_fresh(page, position) and offset + count < ahead[0]:
        offset += count
        page = page_at(offset)
    goes_on = bool(ahead[1].rows) or not _is_last(ahead[1], ahead[0], count)
    return ahead if goes_on and not _has_fresh(page, position) else (offset, page)


def _has_fresh(page: Listing, position: WalkPosition) -> bool:
    return any(row_id(row) > position.last_id for row in page.rows)


def _joins(page: Listing, last_id: int) -> bool:
    return bool(page.rows) and row_id(page.rows[0]) <= last_id


def _is_last(page: Listing, offset: int, count: int) -> bool:
    """Whether nothing follows a page. A short page alone proves nothing."""
    if page.total is not None:
        return offset + count >= page.total
    return len(page.rows) < count


def change_step(
    position: ChangePosition,
    list_rows: Lister,
    *,
    limit: int,
    query: Mapping[str, str],
    dated: Dated = CHANGED,
) -> tuple[ChangePosition, Step]:
    """Return the next changed rows; a row may come twice, never not at all."""
    if position.in_second:
        return _second_step(position, list_rows, limit, query, dated)
    count = _page_size(limit)
    page = list_rows(
        {
            **query,
            **_beginning_with(position.start, dated),
            "orderby": dated.order,
            "order": "asc",
            "per_page": str(count),
        }
    )
    rows = sorted(page.rows, key=lambda row: moment_of(row, dated))
    began = position.round_began or _text_of(page.store_time)
    position = replace(position, round_began=began)
    if not rows:
        return _round_over(position), Step((), is_end=True, total=page.total)
    last = moment_of(rows[-1], dated)
    newest = max(position.newest, last)
    if _is_last(page, 0, count):
        position = _round_over(replace(position, newest=newest))
        return position, Step(tuple(rows), is_end=True, total=page.total)
    if last > max(position.start, moment_of(rows[0], dated)):
        position = replace(position, start=last, newest=newest)
        return position, Step(tuple(rows), is_end=False, total=page.total)
    # A whole page within one second: that second has to be walked.
    position = replace(
        position, start=last, newest=newest, in_second=True, walk=WalkPosition()
    )
    return position, Step((), is_end=False, total=page.total)


def row_id(row: Row) -> int:
    """Return a record's id as the number it is in WooCommerce; 0: it has none."""
    value = str(row.get("id"))
    return int(value) if value.isascii() and value.isdigit() else 0


def moment_of(row: Row, dated: Dated = CHANGED) -> str:
    """Return the date a list is read by; "" for the few rows without one."""
    value = row.get(dated.field)
    return value[:19] if isinstance(value, str) else ""


def _second_step(
    position: ChangePosition,
    list_rows: Lister,
    limit: int,
    query: Mapping[str, str],
    dated: Dated,
) -> tuple[ChangePosition, Step]:
    within = {**query, **_beginning_with(position.start, dated)}
    if position.start:
        within[dated.before] = _moved(position.start, seconds=1)
    walk, step = walk_step(position.walk, list_rows, limit=limit, query=within)
    if not step.is_end:
        return replace(position, walk=walk), step
    # Rows without a date were walked, and all others with them.
    following = _moved(position.start, seconds=1) if position.start else ""
    newest = max([position.newest, *(moment_of(row, dated) for row in step.rows)])
    if not following:
        return _round_over(replace(position, newest=newest)), step
    position = replace(
        position, start=following, newest=newest, in_second=False, walk=WalkPosition()
    )
    return position, replace(step, is_end=False)


def _round_over(position: ChangePosition) -> ChangePosition:
    """Return where the next round begins."""
    newest, began = position.newest, position.round_began
    start = newest
    if newest and not _is_settled(newest, began):
        start = _moved(newest, seconds=-int(OVERLAP.total_seconds()))
    return ChangePosition(start=start, newest=newest)


def _is_settled(newest: str, round_began: str) -> bool:
    if not round_began:
        return False
    return _moment(round_began) - _moment(newest) >= SETTLED_AFTER


def _beginning_with(second: str, dated: Dated) -> dict[str, str]:
    """Return the filter for rows of this second and later.

    The bound is exclusive, hence a second less; a naive value in GMT, and said so:
    "Z" is read in two ways.
    """
    if not second:
        return {}
    return {dated.after: _moved(second, seconds=-1), "dates_are_gmt": "true"}


def _page_size(limit: int) -> int:
    return max(_ROWS_MIN, min(limit, ROWS_MAX))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _moved(text: str, *, seconds: int) -> str:
    return (_moment(text) + timedelta(seconds=seconds)).isoformat()


def _text_of(moment: datetime | None) -> str:
    if moment is None:
        return ""
    return moment.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()
