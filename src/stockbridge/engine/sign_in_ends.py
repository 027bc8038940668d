"""Sign-ins that end by themselves: said two weeks before, once."""

from datetime import datetime, timedelta

from stockbridge.connectors import registry
from stockbridge.engine import links
from stockbridge.engine.issues import IssueDraft, open_issue
from stockbridge.engine.models import Connection, Issue

SIGN_IN_ENDS = "sign_in_ends"  # the issue's code
TOLD_BEFORE = timedelta(days=14)


def ends_soon(ends_at: datetime | None, now: datetime) -> bool:
    """Return whether a person should sign in again by now."""
    return ends_at is not None and ends_at - now <= TOLD_BEFORE


def signs_in(connection: Connection) -> bool:
    """Return whether a person signs in to this kind of system in a browser."""
    return connection.connector in _slugs()


def warn_of_ends(now: datetime, *, find: links.ConnectorFinder = registry.get) -> int:
    """Open an issue for each sign-in that ends soon; return how many are new.

    A renewal by itself moves the end, but never beyond the other side's hard end. Who
    closed the issue is not told again of the same day.
    """
    count = 0
    rows = Connection.objects.filter(connector__in=_slugs()).select_related("company")
    for row in rows.exclude(status=Connection.Status.NEEDS_SIGN_IN):
        sign_in = find(row.connector).sign_in
        standing = sign_in.standing(row.secrets) if sign_in else None
        if standing is None or not standing.is_signed_in:
            continue
        if standing.ends_at and ends_soon(standing.ends_at, now):
            count += _warn(row, standing.ends_at, now)
    return count


def _warn(row: Connection, ends_at: datetime, now: datetime) -> bool:
    draft = IssueDraft(
        company=row.company,
        connection=row,
        code=SIGN_IN_ENDS,
        severity="warning",
        subject_kind="sign_in",
        subject_id=f"{ends_at:%Y-%m-%d}",
        title=f"{row.name} has to be signed in again soon",
        message=f"The sign-in ends on {ends_at:%Y-%m-%d}, whether it is used or not.",
        remedy="Open the connection and connect it again: nothing stops meanwhile.",
    )
    told = Issue.objects.filter(company=row.company, fingerprint=draft.fingerprint)
    if told.exists():
        return False
    open_issue(draft, now=now)
    return True


def _slugs() -> set[str]:
    found = registry.books() + registry.stores()
    return {one.slug for one in found if one.sign_in is not None}
