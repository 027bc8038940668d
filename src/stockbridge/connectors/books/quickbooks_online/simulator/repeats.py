"""Request ids: the same one gives the first answer again, and no second object.

`requestid` is unique in a company. What was refused is not kept: it may be sent again
with the same id. In a batch an item is known by the batch's id and its own bId, so a
batch that was cut in the middle can be sent again as a whole.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from stockbridge.connectors.books.quickbooks_online.simulator.refusals import Refusal
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json
from stockbridge.connectors.simulation import Clock

CHARS_MAX = 50
BATCH_CHARS_MAX = 36


@dataclass(slots=True)
class Repeats:
    """The answers that one company keeps."""

    clock: Clock
    lifetime_s: float | None = None  # None = for ever
    kept: dict[str, tuple[datetime, Json]] = field(default_factory=dict)

    def once(self, request_id: str, act: Callable[[], Json]) -> Json:
        """Return the kept answer to this id, or act and keep what comes of it."""
        if not request_id:
            return act()
        found = self.kept.get(request_id)
        if found is not None and not self._is_over(found[0]):
            return found[1]
        answer = act()
        self.kept[request_id] = (self.clock.now(), answer)
        return answer

    def _is_over(self, moment: datetime) -> bool:
        if self.lifetime_s is None:
            return False
        return self.clock.now() - moment > timedelta(seconds=self.lifetime_s)


def check_request_id(request_id: str, *, is_batch: bool = False) -> str:
    """Return the id; refuse one that is too long (2130)."""
    most = BATCH_CHARS_MAX if is_batch else CHARS_MAX
    if len(request_id) > most:
        raise Refusal(
            "2130",
            "Invalid Request Id",
            f"requestid must not have more than {most} characters",
            "requestid",
        )
    return request_id
