"""Looking doubtful documents up while everything is paused: nothing is sent."""

from stockbridge.connectors import registry
from stockbridge.domain.errors import RetryableError
from stockbridge.engine import jobs, leases, links
from stockbridge.engine.deliver import resolve_doubt
from stockbridge.engine.models import Connection
from stockbridge.engine.ticks import Deadline


def look_up(
    books: Connection,
    *,
    seconds: float = 60,
    find: links.ConnectorFinder = registry.get,
) -> None:
    """Look the doubtful documents of these books up, and send nothing.

    So a person sees what would leave before letting the work go on.
    Raises RetryableError while somebody else works on them, and what a call raises.
    """
    lease = leases.take(books, leases.new_holder("look-up"))
    if lease is None:
        raise RetryableError(f"{books.name} is being worked on at this moment.")
    deadline = Deadline(seconds, is_stopping=lambda: False)
    try:
        with links.calling():
            opened = links.open_books(books, lease, find=find)
            resolve_doubt(jobs.session_of(books, lease, deadline), opened)
    finally:
        leases.give_back(lease)
