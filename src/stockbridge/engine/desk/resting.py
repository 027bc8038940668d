"""When nothing may leave: a pause, or the hours in which a caller is left alone."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil
from zoneinfo import ZoneInfo

from stockbridge.domain.quiet_hours import quiet_for
from stockbridge.engine.models import Connection, DeskAccess, Installation

#: Who rests calls now and then all the same: silence for an hour means another thing,
#: and the hours may be changed meanwhile.
AWAY_S_MAX = 30 * 60


@dataclass(frozen=True, slots=True)
class Rest:
    """Nothing may leave now."""

    left_s: int | None  # stay away so long; None: until somebody ends the pause


def rest_of(connection: Connection, access: DeskAccess, now: datetime) -> Rest | None:
    """Return whether nothing may leave now, and for how long; None: all may."""
    is_paused = connection.status == Connection.Status.PAUSED
    if is_paused or Installation.current().paused_reason:
        return Rest(None)
    zone = ZoneInfo(connection.company.time_zone)
    left = quiet_for(now.astimezone(zone), access.quiet_from, access.quiet_until)
    return None if left is None else Rest(min(AWAY_S_MAX, ceil(left.total_seconds())))
