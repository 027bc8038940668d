"""Times as SQLite keeps them: texts in UTC. Django's way of both, without its ceremony.

Half of what a kept statement carries are times; what Django asks of its settings for
each (is there a time zone, which one) is always answered alike here.
"""

from datetime import UTC, datetime

from django.db.backends.base.base import BaseDatabaseWrapper


def written(at: datetime, database: BaseDatabaseWrapper) -> object:
    """Return an aware time as the database's driver takes it.

    Raises ValueError for a time without a zone: nobody could say when that is.
    """
    if database.vendor != "sqlite":
        return at
    if at.tzinfo is not UTC:
        if at.tzinfo is None:
            raise ValueError(f"{at} has no time zone.")
        at = at.astimezone(UTC)
    return str(at.replace(tzinfo=None))


def read(kept: str | datetime) -> datetime:
    """Return the time that SQLite keeps as this text.

    Of a column the driver has made a time of it already, of an expression it has not.
    """
    at = datetime.fromisoformat(kept) if isinstance(kept, str) else kept
    return at.replace(tzinfo=UTC)
