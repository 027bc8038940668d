"""A call at the desk: the connector's endpoint speaks, the engine's desk acts."""

from datetime import datetime

import structlog

from stockbridge.connectors import registry
from stockbridge.domain.errors import SyncError
from stockbridge.engine import links
from stockbridge.engine.desk.counter import EngineDesk
from stockbridge.engine.hearing import Outcome
from stockbridge.engine.models import Connection
from stockbridge.ports import Answer, Call

log = structlog.get_logger("stockbridge.desk")


def body_bytes_max(
    connection: Connection, find: links.ConnectorFinder = registry.get
) -> int | None:
    """Return how large a call may be at this connection's desk; None: it has none."""
    endpoint = find(connection.connector).desk_endpoint
    return endpoint.body_bytes_max if endpoint is not None else None


def serve(
    connection: Connection,
    call: Call,
    *,
    now: datetime | None = None,
    find: links.ConnectorFinder = registry.get,
) -> Outcome:
    """Serve one call; never raises for what a caller sends."""
    connector = find(connection.connector)
    try:
        translator = links.translator_of(connection, connector)
    except SyncError:
        return Outcome(Answer(503), is_refused=False)
    if connector.desk_endpoint is None or translator is None:
        return Outcome(Answer(404), is_refused=True)
    desk = EngineDesk(connection, translator)
    if now is not None:
        desk.now = now
    try:
        answer = connector.desk_endpoint.serve(call, desk)
    except SyncError as error:  # what had left is looked up by the next visit
        log.error("desk call failed", connection=connection.uid, why=str(error))
        return Outcome(Answer(503), is_refused=False)
    is_refused = desk.is_refused or answer.status >= 400
    return Outcome(answer, is_refused, afterwards=desk.work_ahead)
