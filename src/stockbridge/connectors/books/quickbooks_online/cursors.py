"""How far a feed was read: a walk by place, then changes since a moment.

Moments are QuickBooks' own, from its answers. They overlap by five minutes, so that a
change which was stored late is not missed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta

from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.domain.errors import DefectError

OVERLAP = timedelta(minutes=5)
#: The change feed reaches back 30 days; a day is left for a walk that takes long.
REACH = timedelta(days=29)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a feed goes on: in a walk (`start` > 0), or at what changed `since`."""

    since: str = ""  # ISO; "" = from the beginning
    start: int = 0  # of the walk's next page
    began: str = ""  # when the walk began: changes since then follow it
    walked: str = ""  # when the last whole walk began
    #: What the overlap will bring again: quantities by item, deleted documents.
    told: Mapping[str, str] = field(default_factory=dict)
    gone: Sequence[str] = ()

    def dumped(self) -> str:
        """Return the cursor's text."""
        return json.dumps({name: v for name, v in asdict(self).items() if v})

    def changes_of(self, now: datetime) -> datetime | None:
        """Return since when changes can be asked for; None: it has to be walked."""
        if self.start or not self.since:
            return None
        since = datetime.fromisoformat(self.since)
        return since if now - since < REACH else None

    def at_end(self) -> "Place":
        """Return where to go on after a walk's last page."""
        return Place(since=self.began, walked=self.began, gone=self.gone)

    def next_page(self, count: int, began: datetime) -> "Place":
        """Return where the walk goes on."""
        return replace(
            self,
            start=(self.start or 1) + count,
            began=self.began or began.isoformat(),
        )


def place_of(cursor: str) -> Place:
    """Return the place that a cursor names; "" is the beginning."""
    if not cursor:
        return Place()
    try:
        return Place(**json.loads(cursor))
    except (TypeError, ValueError) as error:
        raise DefectError(f"{cursor!r} is no cursor of QuickBooks Online.") from error


def told_at(answer: Record, otherwise: datetime) -> datetime:
    """Return when QuickBooks answered, less the overlap, by its own clock."""
    text = str(answer.get("time", ""))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = otherwise
    if moment.tzinfo is None:
        moment = otherwise
    return (moment - OVERLAP).astimezone(UTC)
