"""Who has stayed away from a desk for longer than usual."""

from datetime import datetime, timedelta

from stockbridge.engine.models import DeskAccess

PATIENCE_MIN, VISITS_MISSED = timedelta(hours=1), 3
REMEDY = (
    "See whether the QuickBooks computer is on and its user signed in, and whether the "
    "Web Connector runs there with Auto-Run ticked."
)


def is_late(access: DeskAccess, now: datetime) -> bool:
    """Return whether it missed three visits, for an hour; not before its first one."""
    if access.last_sign_in_at is None:
        return False
    missed = timedelta(minutes=VISITS_MISSED * access.every_minutes)
    return now - access.last_sign_in_at >= max(PATIENCE_MIN, missed)
