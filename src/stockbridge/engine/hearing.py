"""What a call from outside sets off: hints kept, keys kept, lines written. No work.

The endpoint of the connector decides, on the raw bytes; here its decision is kept in
one short transaction, so that the caller is answered within milliseconds. A forged
call writes next to nothing: at most one line a minute says that there were some.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from stockbridge.connectors import registry
from stockbridge.connectors.redaction import redacted_body
from stockbridge.domain.errors import SyncError
from stockbridge.engine import links
from stockbridge.engine.clock import monotonic_s
from stockbridge.engine.logbook import Line, log
from stockbridge.engine.models import Connection, ExchangeLog, LogEntry
from stockbridge.engine.redaction import redacted
from stockbridge.engine.ticks import hint
from stockbridge.engine.webhooks import was_heard
from stockbridge.engine.wire import EXCERPT_CHARS_MAX
from stockbridge.ports import Answer, Call, Connector, Heard, Link

REFUSALS_TOLD_EVERY = timedelta(minutes=1)
PAIRING_ID, PAIRING_UNTIL = "pairing_id", "pairing_until"  # facts of a connection
_REFUSAL = "refusal"  # the subject of the line, by which it is found again


@dataclass(frozen=True, slots=True)
class Outcome:
    """What we say, and whether the caller proved to be who it claims to be."""

    answer: Answer
    is_refused: bool
    afterwards: Callable[[], None] | None = None  # once the caller has its answer


def hear(
    connection: Connection,
    call: Call,
    *,
    now: datetime,
    find: links.ConnectorFinder = registry.get,
) -> Outcome:
    """Let the connection's endpoint decide about a call, and keep what it decided.

    Never raises for what a caller sends: bytes that nobody can read are answered by
    400; a connection whose settings do not fit is answered by 503.
    """
    began_s = monotonic_s()
    try:
        heard = _decision(connection, call, now, find(connection.connector))
    except SyncError:
        heard = Heard(Answer(503), note="A call came while the settings do not fit.")
    except (ValueError, RecursionError):
        heard = Heard(Answer(400), note="A call that nobody can read was refused.")
    if heard.answer.status >= 400:
        _tell_refusal(connection, heard.note, now)
        return Outcome(heard.answer, is_refused=True)
    with transaction.atomic():
        _keep(connection, heard, now, find)
        says_something = bool(heard.hints or heard.new_secrets or heard.note)
        if says_something or not was_heard(connection, now):
            # Anybody can send a ping: the first one shows that calls reach us, all
            # others leave no trace.
            elapsed_ms = int((monotonic_s() - began_s) * 1000)
            _exchange(connection, call, heard, now, elapsed_ms).save(force_insert=True)
    return Outcome(heard.answer, is_refused=False)


def _decision(
    connection: Connection, call: Call, now: datetime, connector: Connector
) -> Heard:
    if connector.endpoint is None:
        return Heard(Answer(404))
    with links.calling():
        link = links.link(connection, None, connector)
        return connector.endpoint.hear(call, _with_fresh_pairing(link, now))


def _with_fresh_pairing(link: Link, now: datetime) -> Link:
    """Take away a pairing id whose time is over: late keys are nobody's keys."""
    until = link.facts.get(PAIRING_UNTIL, "")
    if until and datetime.fromisoformat(until) >= now:
        return link
    kept = {name: text for name, text in link.facts.items() if name != PAIRING_ID}
    return replace(link, facts=kept)


def _keep(
    connection: Connection, heard: Heard, now: datetime, find: links.ConnectorFinder
) -> None:
    if heard.new_secrets:
        links.set_secrets(connection, heard.new_secrets, find=find)
        _end_pairing(connection)
    if heard.hints:
        hint(connection, heard.hints)
        Connection.objects.filter(pk=connection.pk).update(last_seen_at=now)
    if heard.note:
        line = Line("connection", "info", f"{connection.name}: {heard.note}")
        log(line, connection, now)


def _end_pairing(connection: Connection) -> None:
    """Forget the one-time id: it is good once."""
    row = Connection.objects.select_for_update().get(pk=connection.pk)
    row.facts.pop(PAIRING_ID, None)
    row.facts.pop(PAIRING_UNTIL, None)
    row.save(update_fields=["facts"])


def _tell_refusal(connection: Connection, note: str, now: datetime) -> None:
    """Say that calls were refused, once a minute however many there are."""
    recent = LogEntry.objects.filter(
        connection=connection,
        subject_kind=_REFUSAL,
        at__gt=now - REFUSALS_TOLD_EVERY,
    )
    if note and not recent.exists():
        line = Line(
            "connection", "warning", f"{connection.name}: {note}", subject_kind=_REFUSAL
        )
        log(line, connection, now)


def _exchange(
    connection: Connection, call: Call, heard: Heard, now: datetime, elapsed_ms: int
) -> ExchangeLog:
    answer = heard.answer.body.decode(errors="replace")
    said = redacted_body(call.body) if heard.excerpt is None else heard.excerpt
    return ExchangeLog(
        connection=connection,
        at=now,
        is_incoming=True,
        method=call.method[:10],
        address=redacted(f"/hooks/{connection.uid}/{call.path}"),
        status=heard.answer.status,
        elapsed_ms=elapsed_ms,
        request=redacted(said)[:EXCERPT_CHARS_MAX],
        answer=redacted(answer)[:EXCERPT_CHARS_MAX],
    )
