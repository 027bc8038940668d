"""One job: open what the connection is, give the work a session, and close it."""

from stockbridge.connectors import registry
from stockbridge.engine import links
from stockbridge.engine.clock import database_clock
from stockbridge.engine.leases import HeldLease, fenced
from stockbridge.engine.models import Connection
from stockbridge.engine.session import Session
from stockbridge.engine.ticks import Deadline, Outcome
from stockbridge.engine.work import work_on_books, work_on_callers_books, work_on_store


def work_on(
    connection: Connection,
    lease: HeldLease,
    deadline: Deadline,
    *,
    find: links.ConnectorFinder = registry.get,
) -> Outcome:
    """Do all that is due for a connection; see `ticks.Job`."""
    session = session_of(connection, lease, deadline)
    with links.calling():
        if connection.kind == "store":
            store = links.open_store(connection, lease, find=find, now=session.now)
            done = work_on_store(session, store)
        elif find(connection.connector).translator is not None:
            done = work_on_callers_books(session)
        else:
            books = links.open_books(connection, lease, find=find, now=session.now)
            done = work_on_books(session, books)
    return Outcome(
        again_at=done.again_at,
        has_more=not done.is_finished,
        wakes=frozenset(done.wakes),
    )


def session_of(connection: Connection, lease: HeldLease, deadline: Deadline) -> Session:
    """Return what the work carries: fence, time, name."""
    return Session(
        connection=connection,
        fence=lease.fence,
        fenced=lambda: fenced(lease),
        now=database_clock(),
        is_over=deadline.is_over,
        by=lease.holder,
    )
