"""Request ids: the same one gives the first answer again, and no second object.

`requestid` is unique in a company. For how long it is kept nobody says, so not for
long. Whether a refusal is kept, too, is a switch; if not, what was refused may be sent
again with the same id. In a batch an item is known by the batch's id and its own bId,
so a batch that was cut in the middle can be sent again as a whole.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from stockbridge.connectors.books.quickbooks_online.simulator.refusals import (
    RefusalError,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json
from stockbridge.connectors.simulation import Clock

DAY_S = 86400.0
CHARS_MAX = 50
BATCH_CHARS_MAX = 36


@dataclass(slots=True)
class Repeats:
    """The answers that one company keeps."""

    clock: Clock
    lifetime_s: float = DAY_S
    keeps_refusals: bool = False
    kept: dict[str, tuple[datetime, Json | RefusalError]] = field(default_factory=dict)

    def once(self, request_id: str, act: Callable[[], Json]) -> Json:
        """Return the kept answer to this id, or act and keep what comes of it."""
        if not request_id:
            return act()
        found = self.kept.get(request_id)
        if found is not None and not self._is_over(found[0]):
            return _given(found[1])
        try:
            answer = act()
        except RefusalError as refusal:
            if self.keeps_refusals:
                self.kept[request_id] = (self.clock.now(), refusal)
            raise
        self.kept[request_id] = (self.clock.now(), answer)
        return answer

    def _is_over(self, moment: datetime) -> bool:
        return self.clock.now() - moment > timedelta(seconds=self.lifetime_s)


def _given(kept: Json | RefusalError) -> Json:
    if isinstance(kept, RefusalError):
        raise kept
    return kept


def check_request_id(request_id: str, *, is_batch: bool = False) -> str:
    """Return the id; refuse one that is too long (2130)."""
    most = BATCH_CHARS_MAX if is_batch else CHARS_MAX
    if len(request_id) > most:
        raise RefusalError(
            "2130",
            "Invalid Request Id",
            f"requestid must not have more than {most} characters",
            "requestid",
        )
    return request_id
