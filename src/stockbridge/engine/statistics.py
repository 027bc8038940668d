"""Keeping the database's statistics fresh: they decide which index a query reads.

PostgreSQL does it by itself. SQLite has to be asked: without statistics it takes every
index for equally good, and reads a hundred thousand rows where fifty would do.
"""

from datetime import datetime

from django.db import connection

ROWS_LOOKED_AT = 1_000  # per index: an estimate is enough, and takes milliseconds
#: All tables, those that nobody has asked for since the start, too.
ALL_TABLES = 0x10002


def refresh(now: datetime) -> bool:
    """Let SQLite look at what has changed much; return whether it was asked."""
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA analysis_limit={ROWS_LOOKED_AT}")
        cursor.execute(f"PRAGMA optimize={ALL_TABLES}")
    return True
