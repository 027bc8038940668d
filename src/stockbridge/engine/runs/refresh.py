"""Forgetting what was read, and reading it anew: "clear cache"."""

from collections.abc import Sequence
from dataclasses import replace

from stockbridge.engine import feeds
from stockbridge.engine.bridge_rows import look_again
from stockbridge.engine.fetch import (
    BOOKS_CUSTOMERS,
    CUSTOMERS,
    ITEMS,
    STORE_CUSTOMERS,
    Feed,
    Reader,
    read_feed,
)
from stockbridge.engine.models import Connection, Cursor, ItemCode, Run, Snapshot
from stockbridge.engine.runs.parameters import RefreshChoice
from stockbridge.engine.runs.steps import RunWork
from stockbridge.engine.session import Session

_BEGAN = "_began"


def preview(work: RunWork) -> bool:
    """Show nothing: reading changes nothing on either side."""
    return work.run.state == Run.State.PREVIEWING


def execute(work: RunWork) -> bool:
    """Read on; what is not met again by the end is gone."""
    chosen = work.chosen(RefreshChoice)
    feed, read = _how(work, chosen)
    if _BEGAN not in work.run.parameters:
        _forget(work, feed)
    count = _read_so_far(work, feed) - int(work.run.parameters[_BEGAN])
    fetched = read_feed(_watched(work), feed, read)
    count += fetched.read
    with work.session.fenced():
        Run.objects.filter(pk=work.run.pk).update(done=count)
    if not fetched.is_caught_up:
        return False
    with work.session.fenced():
        gone = Snapshot.objects.filter(
            connection=work.session.connection, feed=feed.name, digest=""
        )
        if feed.name == ITEMS:
            _let_go(work.session.connection, list(gone.only("external_id")))
        vanished = gone.update(deleted_at=work.session.now())
        Run.objects.filter(pk=work.run.pk).update(
            total=count, summary={"read": count, "vanished": vanished}
        )
    return True


def _watched(work: RunWork) -> Session:
    """Return the session, which a person may end by stopping the run."""

    def is_over() -> bool:
        state = Run.objects.values_list("state", flat=True).get(pk=work.run.pk)
        return work.session.is_over() or state != Run.State.RUNNING

    return replace(work.session, is_over=is_over)


def _how(work: RunWork, chosen: RefreshChoice) -> tuple[Feed, Reader]:
    if work.books is not None:
        readers: dict[str, tuple[Feed, Reader]] = {
            ITEMS: (feeds.ITEMS_WITH_CODES, work.books.changed_items),
            CUSTOMERS: (BOOKS_CUSTOMERS, work.books.changed_customers),
        }
        return readers[chosen.feed]
    assert work.store is not None
    store: dict[str, tuple[Feed, Reader]] = {
        ITEMS: (feeds.ITEMS_WITH_QUANTITIES, work.store.changed_items),
        CUSTOMERS: (STORE_CUSTOMERS, work.store.changed_customers),
    }
    return store.get(chosen.feed, (feeds.ORDERS, work.store.changed_orders))


def _forget(work: RunWork, feed: Feed) -> None:
    """Begin at the start; items and customers are known again once they are read.

    Orders keep their digests: what was planned from them must not wait for this.
    """
    connection = work.session.connection
    with work.session.fenced():
        cursors = Cursor.objects.filter(connection=connection)
        names = [feed.cursor]
        if work.books is not None and feed.name == ITEMS:
            names.append("stock")
        cursors.filter(feed__in=names).update(value="", caught_up_at=None)
        if feed.name in (ITEMS, CUSTOMERS):
            Snapshot.objects.filter(
                connection=connection, feed=feed.name, deleted_at=None
            ).update(digest="")
        began = _read_so_far(work, feed)
        work.run.parameters = {**work.run.parameters, _BEGAN: began}
        Run.objects.filter(pk=work.run.pk).update(parameters=work.run.parameters)


def _let_go(connection: Connection, items: Sequence[Snapshot]) -> None:
    """Let no code of theirs stand in the way of links: twins may be single now."""
    if items:
        ids = [item.external_id for item in items]
        look_again([connection.pk])
        ItemCode.objects.filter(connection=connection, external_id__in=ids).delete()


def _read_so_far(work: RunWork, feed: Feed) -> int:
    row = Cursor.objects.filter(
        connection=work.session.connection, feed=feed.cursor
    ).first()
    return row.records_read if row else 0


def settle(work: RunWork) -> None:
    """End the run: there are no rows to wait for."""
    with work.session.fenced():
        if work.is_wanted(Run.State.RUNNING):
            Run.objects.filter(pk=work.run.pk).update(
                state=Run.State.DONE, finished_at=work.session.now()
            )
