"""How far a feed has been read: text that only this connector understands.

QuickBooks' iterators die with their session (3391). Then the feed begins again where
it last was complete; a record that comes twice is known by its digest.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from stockbridge.domain.errors import DefectError

OVERLAP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a feed stands."""

    phase: int = 0
    iterator: str = ""  # "" = the query starts
    since: str = ""  # what was modified since is asked for
    newest: str = ""  # the latest change that was seen on this walk
    days: str = ""  # first/last, for documents

    def dumped(self) -> str:
        """Return it as text."""
        told = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(told, sort_keys=True) if told else ""

    def restarted(self) -> "Cursor":
        """Return where to begin again after the iterator died."""
        return replace(self, iterator="")

    def finished(self) -> "Cursor":
        """Return where the next walk begins: what changed since, and a bit before."""
        if not self.newest:
            return Cursor(since=self.since)
        start = datetime.fromisoformat(self.newest) - OVERLAP
        return Cursor(since=start.isoformat(timespec="seconds"))

    def having_seen(self, moments: list[str]) -> "Cursor":
        """Return the cursor with the latest of these changes."""
        known = {_moment(text): text for text in (self.newest, *moments)}
        dated = [moment for moment in known if moment is not None]
        return replace(self, newest=known[max(dated)] if dated else "")


def cursor_of(text: str) -> Cursor:
    """Return the cursor; `2026-11-01/2026-11-30` begins to read documents' days."""
    if not text:
        return Cursor()
    if not text.startswith("{"):
        return Cursor(days=text)
    try:
        return Cursor(**json.loads(text))
    except (ValueError, TypeError) as error:
        raise DefectError(f"{text!r} is no cursor of QuickBooks Desktop.") from error


def _moment(text: str) -> datetime | None:
    """Return a time; None for one without its zone: it cannot be compared."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
