"""Calls of an app about several companies: one address for all that it serves.

The installation may know several apps of one kind, each with its own key. A call is
genuine when one of them proves it; then each connection that uses this app and whose
company is named hears it as if it had come to its own address. Forged calls and
repeated ones write nothing here at all: of the forged, each minute one line of the
process's log says that there were some. A call repeats only what the same app said:
another app, in other hands, could else say the same words first and silence it.
"""

import threading
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import structlog

from stockbridge.connectors import registry
from stockbridge.engine import links
from stockbridge.engine.clock import monotonic_s
from stockbridge.engine.hearing import REFUSALS_TOLD_EVERY, Outcome, hear
from stockbridge.engine.models import Connection
from stockbridge.ports import Answer, AppEndpoint, Call, Connector

log = structlog.get_logger("stockbridge.hearing")
REMEMBERED_MAX = 2_000  # calls heard, by digest; the oldest are forgotten


class _Memory:
    """What this process has heard and told; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: OrderedDict[bytes, None] = OrderedDict()
        self._told_s = -REFUSALS_TOLD_EVERY.total_seconds()

    def was_heard(self, digest: bytes) -> bool:
        with self._lock:
            return digest in self._heard

    def heard(self, digest: bytes) -> None:
        with self._lock:
            self._heard[digest] = None
            while len(self._heard) > REMEMBERED_MAX:
                self._heard.popitem(last=False)

    def may_tell(self) -> bool:
        """Return whether a refusal may be told again; then it counts as told."""
        with self._lock:
            is_time = monotonic_s() - self._told_s >= REFUSALS_TOLD_EVERY.seconds
            if is_time:
                self._told_s = monotonic_s()
            return is_time

    def forget(self) -> None:
        with self._lock:
            self._heard.clear()
            self._told_s = -REFUSALS_TOLD_EVERY.total_seconds()


MEMORY = _Memory()


def hear_app(
    connector: Connector,
    call: Call,
    *,
    now: datetime,
    find: links.ConnectorFinder = registry.get,
) -> Outcome:
    """Let each connection of the app that is spoken of hear the call.

    Never raises for what a caller sends. A call of ours about a company that nobody
    connected here is answered well, else it would be sent again for hours.
    """
    app = connector.app_endpoint
    if app is None:
        return Outcome(Answer(404), is_refused=True)
    if call.method != "POST":
        return Outcome(Answer(405), is_refused=True)
    signed = _signed(connector, app, call)
    if signed is None:
        if MEMORY.may_tell():
            log.warning("a notice to an app was refused", connector=connector.slug)
        return Outcome(Answer(401), is_refused=True)
    try:
        named = app.account_ids(call)
    except (ValueError, RecursionError):
        return Outcome(Answer(400), is_refused=True)
    digest = _digest(connector.slug, signed.key, call.body)
    if MEMORY.was_heard(digest):
        return Outcome(Answer(200, b"ok"), is_refused=False)
    answers = [
        hear(row, call, now=now, find=find).answer.status
        for row in signed.served
        if _account_id(connector, row) in named
    ]
    if any(status >= 500 for status in answers):
        return Outcome(Answer(503), is_refused=False)  # it comes again
    MEMORY.heard(digest)
    return Outcome(Answer(200, b"ok"), is_refused=False)


@dataclass(frozen=True, slots=True)
class _Signed:
    """The app that made a call, by its key, and the connections that use it."""

    key: str
    served: tuple[Connection, ...]


def _signed(connector: Connector, app: AppEndpoint, call: Call) -> _Signed | None:
    """Return the app that made the call, and whom it serves; None for a forgery."""
    by_key: dict[str, list[Connection]] = defaultdict(list)
    rows = Connection.objects.filter(connector=connector.slug)
    for row in rows.select_related("company"):
        if key := app.key(row.secrets):
            by_key[key].append(row)
    for key, served in by_key.items():
        if app.is_genuine(call, key):
            return _Signed(key, tuple(served))
    return None


def _digest(slug: str, key: str, body: bytes) -> bytes:
    """Return what a call is remembered by: the kind of app, the app, its words."""
    parts = (slug.encode(), key.encode(), body)
    return sha256(b"".join(sha256(part).digest() for part in parts)).digest()


def _account_id(connector: Connector, row: Connection) -> str:
    if connector.sign_in is None:
        return ""
    return connector.sign_in.standing(row.secrets).account_id
