"""The one HTTP client: every call to the outside goes through it.

Theory of operation. A call asks the wire first (budget, lease), has one deadline
for everything, goes to judged addresses only (`network`), reads a bounded answer and
is logged without secrets. Failures are told apart by one question: can the request
have left? Until the first byte of it was written, it certainly has not
(`NotSentError`); afterwards nobody knows (`AnswerLostError`). Proxies named in the
environment are not used: behind one, addresses could not be judged.
"""

import re
import ssl
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore2
import httpx2

from stockbridge import __version__
from stockbridge.connectors.addresses import Resolver, resolve
from stockbridge.connectors.failures import lost, not_sent
from stockbridge.connectors.network import GuardedBackend
from stockbridge.connectors.redaction import redacted_address, redacted_body
from stockbridge.domain.errors import (
    ActionNeededError,
    AnswerLostError,
    RetryableError,
    SyncError,
)
from stockbridge.ports import Exchange, Wire

ANSWER_BYTES_MAX = 32 * 1024 * 1024
CONNECT_TIMEOUT_S = 10.0
# Apache closes idle connections after 5 s by default; a connection that we reuse
# just as it closes would turn a write into a doubt.
KEEPALIVE_S = 4.0
RETRY_AFTER_S_MAX = 24 * 3600.0
BUSY_S = 10.0  # where a 429 does not say how long
_ODD = re.compile(r"[\x00-\x20\x7f]")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request; `note` may add a remark to the log once the answer is there."""

    method: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    timeout_s: float = 30.0
    redirects_max: int = 0  # followed on the same host only, reads only
    cost: int = 1  # what it takes of the budget of calls
    note: "Callable[[HttpAnswer], str] | None" = None


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """One answer, whole; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    address: str  # where it came from, after redirects
    elapsed_ms: int = 0
    own_address: str = ""  # ours, where it is public

    @property
    def content_type(self) -> str:
        """The media type, in lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@cache
def default_tls() -> ssl.SSLContext:
    """Return the trusted authorities, read once: reading them takes 19 ms."""
    return httpx2.create_ssl_context()


class HttpClient:
    """Keeps its connections open between calls; used by one thread at a time."""

    def __init__(
        self,
        wire: Wire,
        *,
        tls: ssl.SSLContext | None = None,
        resolver: Resolver = resolve,
        answer_bytes_max: int = ANSWER_BYTES_MAX,
    ) -> None:
        self._wire = wire
        self._answer_bytes_max = answer_bytes_max
        self._backend = GuardedBackend(
            allows_private=lambda: wire.allows_private_addresses, resolver=resolver
        )
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls or default_tls(),
            max_connections=2,
            max_keepalive_connections=2,
            keepalive_expiry=KEEPALIVE_S,
            network_backend=self._backend,
        )
        # Nobody has to remember to close: connections go when the client goes.
        self._closing = weakref.finalize(self, self._pool.close)

    def close(self) -> None:
        """Close the connections; a closed client is not used again."""
        self._closing()

    def send(self, request: HttpRequest) -> HttpAnswer:
        """Return the answer, whatever its status.

        Raises NotSentError, AnswerLostError, ActionNeededError for an address that
        must not be called, and what the wire raises when no call may start.
        """
        answer = self._send_fresh(request)
        for _ in range(request.redirects_max):
            target = _next_hop(request, answer)
            if target is None:
                return answer
            request = replace(request, address=target)
            answer = self._send_fresh(request)
        return answer

    def _send_fresh(self, request: HttpRequest) -> HttpAnswer:
        """Send; once more where a kept connection had silently died.

        Only what changes nothing is sent twice.
        """
        refuse_malformed(request.address)
        progress = _Progress()
        try:
            return self._send_logged(request, progress)
        except AnswerLostError as error:
            stale = error.code == "disconnected" and not progress.is_new_connection
            if not stale or request.method not in _SAFE_METHODS:
                raise
        return self._send_logged(request, _Progress())

    def _send_logged(self, request: HttpRequest, progress: "_Progress") -> HttpAnswer:
        self._wire.before_call(timeout_s=request.timeout_s, cost=request.cost)
        began = time.monotonic()
        exchange = Exchange(
            method=request.method,
            address=redacted_address(request.address),
            status=None,
            elapsed_ms=0,
            request_excerpt=redacted_body(request.body),
        )
        try:
            answer = self._exchange(request, progress)
        except SyncError as error:
            elapsed = _elapsed_ms(began)
            self._wire.after_call(
                replace(exchange, elapsed_ms=elapsed, error=error.message)
            )
            raise
        answer = replace(answer, elapsed_ms=_elapsed_ms(began))
        self._wire.after_call(
            replace(
                exchange,
                status=answer.status,
                elapsed_ms=answer.elapsed_ms,
                answer_excerpt=redacted_body(answer.body),
                error=request.note(answer) if request.note else "",
                closed_s=_closed_s(answer, self._wire.now()),
            )
        )
        return answer

    def _exchange(self, request: HttpRequest, progress: "_Progress") -> HttpAnswer:
        host = urlsplit(request.address).hostname or ""
        self._backend.deadline.start(request.timeout_s)
        try:
            response = self._pool.handle_request(_to_core(request, progress))
            return self._read(request, response)
        except _FAILURES as error:
            if progress.is_sent:
                raise lost(error, host) from error
            raise not_sent(error, host) from error

    def _read(self, request: HttpRequest, raw: httpcore2.Response) -> HttpAnswer:
        response = httpx2.Response(
            status_code=raw.status,
            headers=raw.headers,
            stream=_Body(raw),
            request=httpx2.Request(request.method, request.address),
        )
        chunks, size = [], 0
        try:
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > self._answer_bytes_max:
                    raise AnswerLostError(
                        f"The answer is larger than {self._answer_bytes_max} bytes.",
                        code="answer_too_large",
                        remedy="Ask for fewer rows per call in the connection's "
                        "settings.",
                    )
                chunks.append(chunk)
        finally:
            response.close()
        return HttpAnswer(
            status=raw.status,
            headers={k.lower(): v for k, v in response.headers.items()},
            body=b"".join(chunks),
            address=request.address,
            own_address=self._backend.local_address,
        )


def refuse_malformed(address: str) -> None:
    """Raise ActionNeededError for what is no web address that can be called.

    Users type addresses, and stores name them when they send us on.
    """
    try:
        parts = urlsplit(address)
        _port, host = parts.port, (parts.hostname or "").encode("idna")
        is_good = bool(host) and parts.scheme in {"http", "https"}
        # urlsplit drops what ends a line; in the middle of a header it would begin one.
        is_good = is_good and address.isascii() and not _ODD.search(address)
    except ValueError:  # UnicodeError is one
        is_good = False
    if not is_good:
        raise ActionNeededError(
            "This is no web address that can be called.",
            code="bad_address",
            remedy="Copy the address from a browser: https://, then the host.",
        )


def retry_after_s(answer: HttpAnswer, now: datetime) -> float | None:
    """Return how long the other side asks us to wait; None: it does not say.

    Seconds or a date (RFC 9110 10.2.3); never more than a day.
    """
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), RETRY_AFTER_S_MAX)
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), RETRY_AFTER_S_MAX)


def raise_if_busy(answer: HttpAnswer, now: datetime) -> None:
    """Raise RetryableError for 429: too much, and certainly not done."""
    if answer.status == 429:
        raise RetryableError(
            "The other side asks us to slow down.",
            code="rate_limited",
            retry_after_s=retry_after_s(answer, now),
        )


def _closed_s(answer: HttpAnswer, now: datetime) -> float:
    """Return how long the other side wants no call, from anybody."""
    if answer.status != 429:
        return 0.0
    asked = retry_after_s(answer, now)
    return BUSY_S if asked is None else asked


class _Progress:
    """How far a request got, as httpcore traces it."""

    def __init__(self) -> None:
        self.is_new_connection = False
        self.is_sent = False

    def __call__(self, event: str, _info: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.started":
            self.is_new_connection = True
        elif event == "http11.send_request_headers.started":
            self.is_sent = True


class _Body(httpx2.SyncByteStream):
    """Hands httpcore's stream to httpx for decoding."""

    def __init__(self, raw: httpcore2.Response) -> None:
        self._raw = raw

    def __iter__(self) -> Iterator[bytes]:
        yield from self._raw.iter_stream()

    def close(self) -> None:
        self._raw.close()


_FAILURES = (
    httpcore2.NetworkError,
    httpcore2.TimeoutException,
    httpcore2.ProtocolError,
    httpx2.DecodingError,
    ssl.SSLError,
)


def _to_core(request: HttpRequest, progress: _Progress) -> httpcore2.Request:
    parts = urlsplit(request.address)
    headers = {
        "Host": parts.netloc.rpartition("@")[2],
        "User-Agent": f"Stockbridge/{__version__}",
        "Accept": "application/json",
        "Accept-Encoding": "gzip, deflate",
        **request.headers,
    }
    if request.body or request.method not in _SAFE_METHODS:
        headers["Content-Length"] = str(len(request.body))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    timeout = request.timeout_s
    return httpcore2.Request(
        request.method,
        httpcore2.URL(
            scheme=parts.scheme.encode(),
            host=(parts.hostname or "").encode("idna"),
            port=parts.port,
            target=target.encode("ascii"),
        ),
        headers=list(headers.items()),
        content=request.body or None,
        extensions={
            "trace": progress,
            "timeout": {
                "connect": min(CONNECT_TIMEOUT_S, timeout),
                "read": timeout,
                "write": timeout,
                "pool": timeout,
            },
        },
    )


def _next_hop(request: HttpRequest, answer: HttpAnswer) -> str | None:
    """Return where a read is sent on to: the same host, never down to http."""
    location = answer.headers.get("location", "")
    if answer.status not in _REDIRECTS or not location:
        return None
    if request.method not in _SAFE_METHODS:
        return None
    try:
        target = urljoin(answer.address, location)
    except ValueError:
        target = location
    refuse_malformed(target)
    here, there = urlsplit(answer.address), urlsplit(target)
    is_safe = there.scheme == "https" or there.scheme == here.scheme == "http"
    if there.hostname != here.hostname or not is_safe:
        raise ActionNeededError(
            f"{here.hostname} sends us on to {there.scheme}://{there.hostname}.",
            code="redirected",
            remedy=f"Use {there.scheme}://{there.netloc} as the address.",
        )
    return there.geturl()


def _elapsed_ms(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
