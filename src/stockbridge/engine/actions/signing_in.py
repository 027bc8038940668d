"""Signing a connection in at the other side's own page, and out again.

Who begins gets a state: good once, for half an hour, for this connection and for the
browser session (or token, or command line) in which it was asked for. All come back to
one address of the installation; the state says which connection is meant. Only its
digest is kept.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from stockbridge.connectors import registry
from stockbridge.domain.errors import (
    ActionNeededError,
    ConflictError,
    InvalidInputError,
)
from stockbridge.engine import links
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.checks import SIGN_IN
from stockbridge.engine.issues import resolve_issues
from stockbridge.engine.models import Connection, Delivery
from stockbridge.engine.overview import WAITING
from stockbridge.engine.sign_in_ends import SIGN_IN_ENDS
from stockbridge.ports import Connector, SignInStanding, WebSignIn

STATE_BYTES = 32
LASTS = timedelta(minutes=30)
#: Facts of a connection while somebody is on the way.
_STATE, _UNTIL, _BY, _BACK = (
    *("sign_in_state", "sign_in_until"),
    *("sign_in_by", "sign_in_back"),
)
_AGAIN = "Begin again on the connection's page; nothing was changed."


@dataclass(frozen=True, slots=True)
class SignInStart:
    """Where somebody comes back to, and what only their session knows."""

    return_address: str
    session: str


def standing_of(
    connection: Connection, *, find: links.ConnectorFinder = registry.get
) -> SignInStanding | None:
    """Return how a connection is signed in; None where its keys are all it needs."""
    sign_in = find(connection.connector).sign_in
    return None if sign_in is None else sign_in.standing(connection.secrets)


def why_not(connection: Connection, return_address: str, act: Act) -> str:
    """Return, in plain words, why nobody could come back there; "" if it works."""
    connector = act.find(connection.connector)
    settings = links.valid_settings(connector, connection.settings)
    return _sign_in_of(connector).why_not(settings, return_address)


def start_sign_in(connection: Connection, start: SignInStart, act: Act) -> str:
    """Return where to send the person's browser. An earlier beginning is void.

    Raises ActionNeededError where the other side would not send them back.
    """
    connector = act.find(connection.connector)
    sign_in = _sign_in_of(connector)
    if not connection.secrets:
        raise InvalidInputError(
            "There are no keys yet.", remedy="Enter those of your app first."
        )
    if reason := why_not(connection, start.return_address, act):
        raise ActionNeededError(
            reason, remedy="Set STOCKBRIDGE_PUBLIC_URL to your https address."
        )
    state = f"{connection.uid}.{secrets.token_urlsafe(STATE_BYTES)}"
    address = sign_in.address(
        links.valid_settings(connector, connection.settings),
        connection.secrets,
        return_address=start.return_address,
        state=state,
    )
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        row.facts |= {
            _STATE: _digest(state),
            _UNTIL: (act.now + LASTS).isoformat(),
            _BY: _digest(start.session),
            _BACK: start.return_address,
        }
        row.save(update_fields=["facts"])
        act.note(row, f"{row.name}: a sign-in to {sign_in.service} was begun.")
    return address


def find_by_state(state: str) -> Connection | None:
    """Return the connection that a state names, valid or not; nothing is used up."""
    uid, dot, _ = state.partition(".")
    if not dot or len(uid) > 12 or not uid.isalnum():
        return None
    return Connection.objects.select_related("company").filter(uid=uid).first()


def finish_sign_in(
    connection: Connection, returned: Mapping[str, str], *, session: str, act: Act
) -> None:
    """Turn what came back into tokens. The state is used up, whatever comes of it.

    Raises ActionNeededError, InvalidInputError, ConflictError for what is refused:
    then the connection is as it was. A test afterwards shows whether it works.
    """
    connector = act.find(connection.connector)
    sign_in = _sign_in_of(connector)
    return_address = _use_state(connection, returned.get("state", ""), session, act.now)
    connection.refresh_from_db()
    _refuse_twin(connection, sign_in, returned, act)
    with links.calling():
        link = links.link(connection, None, connector)
        sign_in.connect(link, returned, return_address=return_address)
    connection.refresh_from_db()
    for code in (SIGN_IN, SIGN_IN_ENDS):
        resolve_issues(
            connection.company, now=act.now, code=code, connection=connection
        )
    act.note(connection, f"{connection.name} was signed in to {sign_in.service}.")


def disconnect(connection: Connection, act: Act) -> int:
    """End the access on the other side; return how many documents wait until then.

    Raises RetryableError while nobody answers there: then all stays as it is.
    """
    connector = act.find(connection.connector)
    sign_in = _sign_in_of(connector)
    with links.calling():
        sign_in.disconnect(links.link(connection, None, connector))
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        whom = act.by or "a person"
        row.last_error = f"Disconnected from {sign_in.service} by {whom}."
        row.last_error_at = act.now
        if row.status == Connection.Status.PAUSED:
            row.status_before_pause = Connection.Status.NEEDS_SIGN_IN
        elif row.status != Connection.Status.NEW:
            row.status = Connection.Status.NEEDS_SIGN_IN
        row.save(
            update_fields=[
                *("last_error", "last_error_at"),
                *("status", "status_before_pause"),
            ]
        )
        resolve_issues(row.company, now=act.now, code=SIGN_IN_ENDS, connection=row)
        act.note(row, f"{row.name} was disconnected from {sign_in.service}.")
    connection.refresh_from_db()
    return held_count(connection)


def held_count(connection: Connection) -> int:
    """Return how many documents wait until these books let us in again."""
    rows = Delivery.objects.filter(connection=connection, state__in=WAITING)
    return rows.count()


def _use_state(connection: Connection, state: str, session: str, now: datetime) -> str:
    """Return the address that the person was to come back to; the state is spent.

    Another session's return spends nothing: the right one can still come.
    """
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        kept, facts = str(row.facts.get(_STATE, "")), row.facts
        if not kept or not hmac.compare_digest(kept, _digest(state)):
            raise InvalidInputError(
                "This sign-in was used already, or another was begun after it.",
                field="state",
                remedy=_AGAIN,
            )
        if not hmac.compare_digest(str(facts[_BY]), _digest(session)):
            raise InvalidInputError(
                "This sign-in was begun in another browser session, by a program, or "
                "on the command line.",
                field="state",
                remedy="Finish it where it was begun, or begin again on the "
                "connection's page; nothing was changed.",
            )
        until, back = datetime.fromisoformat(facts[_UNTIL]), str(facts[_BACK])
        for name in (_STATE, _UNTIL, _BY, _BACK):
            row.facts.pop(name, None)
        row.save(update_fields=["facts"])
    if until < now:
        raise InvalidInputError(
            "This sign-in took longer than half an hour.", field="state", remedy=_AGAIN
        )
    return back


def _refuse_twin(
    connection: Connection,
    sign_in: WebSignIn,
    returned: Mapping[str, str],
    act: Act,
) -> None:
    """Refuse a company that another connection books into already."""
    others = Connection.objects.filter(
        company=connection.company, connector=connection.connector
    ).exclude(pk=connection.pk)
    account_id = sign_in.account_id(returned)
    for other in others:
        standing = sign_in.standing(other.secrets)
        if account_id and standing.account_id == account_id:
            raise ConflictError(
                f"{other.name} leads to this company of {sign_in.service} already.",
                remedy=f"Use {other.name}: several stores can be joined with it. Or "
                "choose another company when you connect.",
            )


def _sign_in_of(connector: Connector) -> WebSignIn:
    if connector.sign_in is None:
        raise ActionNeededError(
            f"Nobody signs in to {connector.title} in a browser.",
            remedy="Enter its keys, if it has any.",
        )
    return connector.sign_in


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
