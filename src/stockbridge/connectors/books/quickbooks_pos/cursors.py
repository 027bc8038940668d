"""How far a feed has been read: made and read only here.

Within a session POS walks a list with an iterator; it dies with its session. Then the
walk starts again from where the feed began: POS promises no order, so no row tells how
far it came. What was read twice costs nothing; the engine knows it by its digest.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from stockbridge.connectors.books.quickbooks_pos.numbers import time_of
from stockbridge.domain.errors import DefectError

#: Rows that were written while we read may carry a slightly older time.
OVERLAP = timedelta(minutes=5)
RESTARTS_MAX = 5


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins."""

    since: str = ""  # TimeModified from which this walk reads; "" = everything
    latest: str = ""  # the latest TimeModified that this walk has seen
    began: str = ""  # a time of the books before this walk began
    iterator: str = ""  # "" = the walk has not begun
    restarts: int = 0
    days: tuple[str, str] | None = None  # documents: first and last day
    part: str = ""  # documents: which list is being walked, "" = receipts

    def text(self) -> str:
        """Return the cursor as the engine keeps it."""
        return json.dumps({k: v for k, v in asdict(self).items() if v})

    def seen(self, moments: list[datetime]) -> "Cursor":
        """Return the cursor after these rows."""
        known = [time_of(self.latest)] if self.latest else []
        latest = max([*known, *moments], default=None)
        return replace(self, latest=latest.isoformat() if latest else "")

    def restarted(self) -> "Cursor":
        """Return the cursor of the same walk from its beginning."""
        return replace(self, iterator="", restarts=self.restarts + 1)

    def done(self, *, is_one_page: bool) -> "Cursor":
        """Return the cursor of the next walk, with an overlap.

        While a walk over many pages goes on, rows behind it change: the next one
        begins where this one began, not at the latest row. One page is one moment.
        """
        known = [self.latest] if is_one_page else [self.latest, self.began]
        if not all(known):
            return Cursor(since=self.since)
        oldest = min(time_of(text) for text in known)
        if self.since:
            oldest = max(oldest - OVERLAP, time_of(self.since))
            return Cursor(since=oldest.isoformat())
        return Cursor(since=(oldest - OVERLAP).isoformat())


def cursor_of(text: str) -> Cursor:
    """Return a cursor; "2026-01-01..2026-01-31" begins to read documents.

    Raises DefectError for what we did not make.
    """
    if not text:
        return Cursor()
    try:
        if ".." in text and not text.startswith("{"):
            first, last = text.split("..")
            date.fromisoformat(first), date.fromisoformat(last)
            return Cursor(days=(first, last))
        found = json.loads(text)
        if found.get("days"):
            found["days"] = tuple(found["days"])
        return Cursor(**found)
    except (ValueError, TypeError, AttributeError) as error:
        raise DefectError(f"{text!r} is no cursor of Point of Sale.") from error
