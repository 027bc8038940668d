"""Pairing by one click: the store makes the keys, the owner only approves."""

import secrets
from datetime import timedelta

from django.db import transaction

from stockbridge.domain.errors import ActionNeededError
from stockbridge.engine import links, webhooks
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.hearing import PAIRING_ID, PAIRING_UNTIL
from stockbridge.engine.models import Connection

ID_BYTES = 32
LASTS = timedelta(minutes=30)


def can_pair(connection: Connection, act: Act) -> bool:
    """Return whether this kind of system makes keys by one click."""
    return act.find(connection.connector).pairing_address is not None


def why_not(connection: Connection) -> str:
    """Return, in plain words, why one click cannot work here; "" when it can."""
    return webhooks.why_unreachable(connection)


def start_pairing(connection: Connection, return_address: str, act: Act) -> str:
    """Return where to send the owner's browser; the id in it is good once.

    Raises ActionNeededError where the store cannot call us back.
    """
    connector = act.find(connection.connector)
    if connector.pairing_address is None:
        raise ActionNeededError(
            f"{connector.title} makes no keys by one click.", remedy="Enter the keys."
        )
    if reason := why_not(connection):
        raise ActionNeededError(reason, remedy="Make the keys by hand, as shown.")
    one_time_id = secrets.token_urlsafe(ID_BYTES)
    address = connector.pairing_address(
        links.valid_settings(connector, connection.settings),
        one_time_id,
        return_address,
        webhooks.hook_address(connection),
    )
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        row.facts[PAIRING_ID] = one_time_id
        row.facts[PAIRING_UNTIL] = (act.now + LASTS).isoformat()
        row.save(update_fields=["facts"])
        act.note(row, f"{row.name}: asked the store for keys.")
    return address
