"""Hours in which a caller is left alone, in the company's time zone."""

from datetime import datetime, time, timedelta


def quiet_for(at: datetime, begins: time | None, ends: time | None) -> timedelta | None:
    """Return how long the quiet hours that hold `at` still last; None: it is in none.

    `at` is in the zone in which the hours are meant. Hours that end before they begin
    go over midnight; without both, or if both are the same, there are none.
    """
    if begins is None or ends is None or begins == ends:
        return None
    now = at.time()
    if begins < ends:
        is_quiet, days = begins <= now < ends, 0
    else:
        is_quiet, days = now >= begins or now < ends, int(now >= begins)
    if not is_quiet:
        return None
    over = datetime.combine(at.date() + timedelta(days=days), ends, at.tzinfo)
    return timedelta(seconds=over.timestamp() - at.timestamp())
