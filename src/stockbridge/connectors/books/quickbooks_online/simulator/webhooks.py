"""Webhooks: what changed, signed and posted; in the old or the new format.

One delivery may hold the changes of several companies, in any order. The answer 200
has to come within three seconds; else the same delivery comes again after 20, 30 and
50 minutes.
"""

import base64
import hashlib
import hmac
import http.client
import json
import random
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Value
from stockbridge.connectors.simulation import Clock

TIMEOUT_S = 3.0
RETRIES_MIN = (20, 30, 50)
_WORDS = {
    "Create": "created",
    "Update": "updated",
    "Delete": "deleted",
    "Void": "void",
    "Merge": "merged",
    "Emailed": "emailed",
}
Post = Callable[[str, bytes, dict[str, str]], int]


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one object."""

    realm_id: str
    kind: str
    record_id: str
    operation: str  # Create, Update, Delete, Void
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery that was tried; status 0: nobody answered in time."""

    body: bytes
    status: int
    at: datetime


@dataclass(slots=True)
class _Waiting:
    body: bytes
    due: datetime
    tries: int = 0


@dataclass(slots=True)
class Webhooks:
    """Collects what happens in all companies of the app, and posts it."""

    clock: Clock
    url: str = ""  # "" = nobody listens
    verifier_token: str = field(default_factory=lambda: secrets.token_hex(18))
    is_new_format: bool = True  # CloudEvents, the only one since 31 July 2026
    shuffle: random.Random = field(default_factory=random.Random)
    tried: list[Delivery] = field(default_factory=list)
    _events: list[Event] = field(default_factory=list)
    _waiting: list[_Waiting] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(
        self, realm_id: str, kind: str, record_id: str, operation: str, at: datetime
    ) -> None:
        """Remember a change until it is sent."""
        if self.url:
            with self._lock:
                self._events.append(Event(realm_id, kind, record_id, operation, at))

    def send_all(self, post: Post | None = None) -> int:
        """Post what is new and what is due again; return how many were posted."""
        now = self.clock.now()
        with self._lock:
            events, self._events = self._events, []
            due = [one for one in self._waiting if one.due <= now]
            self._waiting = [one for one in self._waiting if one.due > now]
        if events:
            self.shuffle.shuffle(events)
            due.append(_Waiting(self.payload(events), now))
        for one in due:
            self._try(one, post or _post)
        return len(due)

    def payload(self, events: Sequence[Event]) -> bytes:
        """Return the body of one delivery."""
        body = _cloud_events(events) if self.is_new_format else _legacy(events)
        return json.dumps(body, separators=(",", ":")).encode()

    def signature(self, body: bytes) -> str:
        """Return what stands in `intuit-signature`."""
        digest = hmac.new(self.verifier_token.encode(), body, hashlib.sha256).digest()
        return base64.b64encode(digest).decode()

    def _try(self, one: _Waiting, post: Post) -> None:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "intuit_notification_server/1.0",
            "intuit-signature": self.signature(one.body),
        }
        status = post(self.url, one.body, headers)
        now = self.clock.now()
        self.tried.append(Delivery(one.body, status, now))
        if status == 200 or one.tries >= len(RETRIES_MIN):
            return
        due = now + timedelta(minutes=RETRIES_MIN[one.tries])
        with self._lock:
            self._waiting.append(_Waiting(one.body, due, one.tries + 1))


def _cloud_events(events: Sequence[Event]) -> list[dict[str, Value]]:
    return [
        {
            "specversion": "1.0",
            "id": secrets.token_hex(16),
            "source": "intuit.c2ltdWxhdGVkIGFwcA==",
            "type": f"qbo.{event.kind.lower()}.{_WORDS[event.operation]}.v1",
            "datacontenttype": "application/json",
            "time": _zulu(event.at),
            "intuitentityid": event.record_id,
            "intuitaccountid": event.realm_id,
            "data": {},
        }
        for event in events
    ]


def _legacy(events: Sequence[Event]) -> dict[str, Value]:
    by_realm: dict[str, list[dict[str, str]]] = {}
    for event in events:
        entity = {
            "name": event.kind,
            "id": event.record_id,
            "operation": event.operation,
            "lastUpdated": _zulu(event.at),
        }
        by_realm.setdefault(event.realm_id, []).append(entity)
    notifications = [
        {"realmId": realm, "dataChangeEvent": {"entities": entities}}
        for realm, entities in by_realm.items()
    ]
    return {"eventNotifications": notifications}


def _zulu(moment: datetime) -> str:
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Return the status, 0 where no answer came in time."""
    parts = urlsplit(url)
    is_safe = parts.scheme == "https"
    kind = http.client.HTTPSConnection if is_safe else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
    try:
        connection.request(
            "POST", parts._replace(scheme="", netloc="").geturl(), body, headers
        )
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    else:
        return answer.status
    finally:
        connection.close()
