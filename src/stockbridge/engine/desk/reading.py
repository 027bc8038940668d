"""Reading books that call us: which feeds are due, and keeping a page of one.

Within a visit a feed goes on where its last page ended. What is remembered beyond the
visit is only where its last whole round ended: what pages the books hold open for us
dies with the visit, and then the round begins anew.
"""

from datetime import timedelta

from stockbridge.engine.counter_receipts import (
    COUNTER_RECEIPTS,
    ask_no_more,
    left_to_ask,
)
from stockbridge.engine.desk.lists import LISTS
from stockbridge.engine.desk.stored import keep_documents, keep_gone
from stockbridge.engine.desk.visits import Visit
from stockbridge.engine.feeds import ITEMS_WITH_CODES
from stockbridge.engine.fetch import BOOKS_CUSTOMERS, keep, keep_unreadable
from stockbridge.engine.matching import keep_codes
from stockbridge.engine.models import Connection, Cursor
from stockbridge.engine.readings import keep_levels, missing_locations
from stockbridge.ports import PageRead, Read, ReadFeed

#: How often each feed is read to its end; the caller's interval is the other limit.
EVERY = {
    ReadFeed.SETUP: timedelta(hours=12),
    ReadFeed.ITEMS: timedelta(minutes=1),  # at every visit, not twice for nothing
    ReadFeed.CUSTOMERS: timedelta(minutes=30),
    ReadFeed.DOCUMENTS: timedelta(hours=6),
}
WHOLE_EVERY = timedelta(hours=24)  # items from the start: what no date tells
TRIES_MAX = 2  # of one feed in one visit
_KEPT_AS = {
    ReadFeed.CUSTOMERS: BOOKS_CUSTOMERS,
    ReadFeed.RECEIPTS: COUNTER_RECEIPTS,
}


def feeds_due(visit: Visit) -> list[tuple[ReadFeed, str]]:
    """Return the feeds to read now, in order, each with where to go on."""
    known = {
        cursor.feed: cursor
        for cursor in Cursor.objects.filter(connection=visit.connection)
    }
    due = []
    for feed, every in EVERY.items():
        if feed.value in visit.row.done_feeds:
            continue
        if feed.value in visit.row.cursors:
            due.append((feed, str(visit.row.cursors[feed.value])))
            continue
        cursor = known.get(feed.value)
        if cursor is None or cursor.caught_up_at is None:
            due.append((feed, ""))
        elif visit.now - cursor.caught_up_at >= every:
            due.append((feed, "" if _is_whole(visit, cursor) else cursor.value))
    wanted = known.get(ReadFeed.RECEIPTS.value)
    if wanted is not None and wanted.value and _is_open(visit, ReadFeed.RECEIPTS):
        begun = visit.row.cursors.get(ReadFeed.RECEIPTS.value)
        due.append((ReadFeed.RECEIPTS, str(begun or f"{wanted.value}|")))
    return due


def _is_open(visit: Visit, feed: ReadFeed) -> bool:
    return feed.value not in visit.row.done_feeds


def keep_page(visit: Visit, read: Read, page: PageRead) -> None:
    """Save a page, and where the feed goes on, in one transaction."""
    session = visit.session
    count = len(page.items) + len(page.customers) + len(page.documents)
    count += len(page.receipts)
    with session.fenced():
        keep(session, ITEMS_WITH_CODES, page.items)
        keep_codes(session, page.items)
        keep(session, BOOKS_CUSTOMERS, page.customers)
        feed = _KEPT_AS.get(read.feed, ITEMS_WITH_CODES)
        keep_unreadable(session, feed, page.unreadable)
        keep_levels(session, page.levels)
        keep_documents(visit, page.documents)
        keep(session, COUNTER_RECEIPTS, page.receipts)
        keep_gone(visit, page.gone)
        if read.feed is ReadFeed.SETUP:
            _keep_lists(visit, page)
        _go_on(visit, read, page, count)


def drop_feed(visit: Visit, read: Read) -> None:
    """Begin a feed anew after its page could not be read; the second time, give up."""
    name, row = read.feed.value, visit.row
    row.cursors = {k: v for k, v in row.cursors.items() if k != name}
    row.failed_feeds = [*row.failed_feeds, name]
    if row.failed_feeds.count(name) >= TRIES_MAX:
        row.done_feeds = [*row.done_feeds, name]
        if read.feed is ReadFeed.RECEIPTS:
            ask_no_more(visit.connection)
    visit.save("cursors", "failed_feeds", "done_feeds")


def _is_whole(visit: Visit, cursor: Cursor) -> bool:
    """Whether it is time to read the items from the start again."""
    if cursor.feed != ReadFeed.ITEMS.value:
        return False
    began = cursor.round_started_at
    return began is None or visit.now - began >= WHOLE_EVERY


def _go_on(visit: Visit, read: Read, page: PageRead, count: int) -> None:
    name = read.feed.value
    row, _ = Cursor.objects.get_or_create(connection=visit.connection, feed=name)
    if read.cursor == "":
        row.round_started_at = visit.now
    row.records_read += count
    if read.feed is ReadFeed.RECEIPTS:
        row.value = left_to_ask(row.value, read.cursor, page.cursor)
    if page.is_last and read.feed is ReadFeed.RECEIPTS:
        row.caught_up_at = visit.now
        visit.row.done_feeds = [*visit.row.done_feeds, name]
        visit.row.cursors = {k: v for k, v in visit.row.cursors.items() if k != name}
    elif page.is_last:
        row.value, row.caught_up_at = page.cursor, visit.now
        visit.row.done_feeds = [*visit.row.done_feeds, name]
        visit.row.cursors = {k: v for k, v in visit.row.cursors.items() if k != name}
    else:
        visit.row.cursors = {**visit.row.cursors, name: page.cursor}
    row.save()
    visit.row.read += count
    visit.save("done_feeds", "cursors", "read")


def _keep_lists(visit: Visit, page: PageRead) -> None:
    """Remember what there is to choose from: the screens ask for it."""
    row = Connection.objects.select_for_update().get(pk=visit.connection.pk)
    lists = {
        "locations": [[p.external_id, p.name, p.is_active] for p in page.locations],
        "accounts": [[a.external_id, a.name, a.kind, a.number] for a in page.accounts],
        **{name: [list(one) for one in rows] for name, rows in page.choices.items()},
    }
    row.facts = {**row.facts, LISTS: lists}
    row.save(update_fields=["facts"])
    visit.connection.facts = row.facts
    present = {place.external_id for place in page.locations if place.is_active}
    missing_locations(visit.session, present)
