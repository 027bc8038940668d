"""What a person does at a connection's desk: password, hours, the right company."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from stockbridge.connectors.http import HttpClient, HttpRequest
from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.desk.access import make_access
from stockbridge.engine.desk.company import OTHER
from stockbridge.engine.issues import resolve_issues
from stockbridge.engine.models import Connection, DeskAccess
from stockbridge.engine.unmetered import UnmeteredWire
from stockbridge.engine.webhooks import hook_path
from stockbridge.ports import CallerFile, Finding, Severity

MINUTES_MIN, MINUTES_MAX = 1, 24 * 60
FETCH_S = 5.0
PAGE_BYTES_MAX = 1024 * 1024  # a sign-in page of a proxy is large, and no more


@dataclass(frozen=True, slots=True)
class DeskHours:
    """When the caller comes, and when it is left alone."""

    every_minutes: int
    quiet_from: time | None = None
    quiet_until: time | None = None
    company_path: str = ""


def new_password(connection: Connection, act: Act) -> tuple[DeskAccess, str]:
    """Make the access, or give it a new password; shown once, kept as a hash."""
    access, password = make_access(connection)
    act.note(connection, f"{connection.name}: a new Web Connector password was made.")
    return access, password


def change_hours(connection: Connection, hours: DeskHours, act: Act) -> None:
    """Save when the caller should come. Raises InvalidInputError at the field."""
    if not MINUTES_MIN <= hours.every_minutes <= MINUTES_MAX:
        raise InvalidInputError(
            f"Choose {MINUTES_MIN} to {MINUTES_MAX} minutes.", field="every_minutes"
        )
    if (hours.quiet_from is None) != (hours.quiet_until is None):
        field = "quiet_until" if hours.quiet_until is None else "quiet_from"
        raise InvalidInputError("Say both ends of the quiet hours.", field=field)
    DeskAccess.objects.filter(connection=connection).update(
        every_minutes=hours.every_minutes,
        quiet_from=hours.quiet_from,
        quiet_until=hours.quiet_until,
        company_path=hours.company_path,
    )
    act.note(connection, f"{connection.name}: the Web Connector's hours were changed.")


def accept_company(connection: Connection, act: Act) -> None:
    """Let the next company that is open be the right one: renamed, moved, restored.

    What had left and is in doubt is looked up there before anything is written.
    """
    DeskAccess.objects.filter(connection=connection).update(company_identity="")
    resolve_issues(
        connection.company, now=act.now, code=OTHER, connection=connection, by=act.by
    )
    act.note(connection, f"{connection.name}: the company open next is accepted.")


def caller_file(connection: Connection, base: str, act: Act) -> tuple[str, bytes]:
    """Return the set-up file's name and bytes; `base` is our address for the caller.

    Raises ActionNeededError while there is no password, and for an address to which
    the caller would object.
    """
    connector = act.find(connection.connector)
    access = DeskAccess.objects.filter(connection=connection).first()
    if access is None or connector.caller_file is None:
        raise ActionNeededError(
            "There is no password yet.", remedy="Make one first; the file needs it."
        )
    found = address_findings(connection, base, act)
    for one in found:
        if one.severity is Severity.ERROR:
            raise ActionNeededError(one.message, remedy=one.remedy)
    address = f"{base}{hook_path(connection)}"
    return connector.caller_file(
        CallerFile(
            name=f"Stockbridge: {connection.name}",
            unique_name=f"Stockbridge {connection.uid}",
            address=address,
            support_address=address,
            user=access.user_name,
            file_id=access.file_id,
            every_minutes=access.every_minutes,
        )
    )


def address_findings(
    connection: Connection, base: str, act: Act
) -> tuple[Finding, ...]:
    """Return what the caller would object to in our address, seen from here.

    It calls that address and waits for the answer, for up to `FETCH_S`.
    """
    connector = act.find(connection.connector)
    if connector.caller_checks is None:
        return ()
    address = f"{base}{hook_path(connection)}"
    return connector.caller_checks(address, address, _status_of)


def _status_of(address: str) -> int:
    """Return how our own address answers, without following where it leads.

    It is the installation's, from its administrator and not from a company, so it may
    lie in a private network: most often it is this very computer.
    """
    wire = UnmeteredWire("our own address", allows_private_addresses=True)
    client = HttpClient(wire, answer_bytes_max=PAGE_BYTES_MAX)
    try:
        asked = HttpRequest(
            method="GET",
            address=address,
            headers={"Accept": "text/html, */*"},
            timeout_s=FETCH_S,
        )
        return client.send(asked).status
    finally:
        client.close()


def next_call(access: DeskAccess) -> datetime | None:
    """Return when the caller is expected next; None: it never came."""
    if access.last_sign_in_at is None:
        return None
    return access.last_sign_in_at + timedelta(minutes=access.every_minutes)
