"""What a simulated system answers over HTTP, and when a fault gets in between.

How an answer and a failure look is each system's own (`AnswersOverHttp`).
"""

import threading
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from stockbridge.connectors.simulation import (
    Clock,
    Fault,
    FaultKind,
    FaultSwitchboard,
    LoggedRequest,
    RequestLog,
)

TRUNCATED = "X-Truncated-By"  # never sent: the server cuts the body of such an answer
_INSTEAD = frozenset(
    {
        FaultKind.TOO_MANY_REQUESTS,
        FaultKind.SERVER_ERROR,
        FaultKind.BAD_GATEWAY,
        FaultKind.MAINTENANCE,
        FaultKind.DATABASE_DOWN,
        FaultKind.HTML,
    }
)


class CutError(Exception):
    """The connection is to be cut now."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One HTTP request as it came over the line."""

    method: str
    target: str  # path and query, as sent
    headers: dict[str, str]  # names in lower case
    body: bytes = b""
    is_https: bool = False

    @property
    def path(self) -> str:
        """Return the path without the query."""
        return urlsplit(self.target).path

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return the query's names and values in order."""
        query = urlsplit(self.target).query
        return tuple(parse_qsl(query, keep_blank_values=True))

    @property
    def query(self) -> dict[str, str]:
        """Return the query; of a repeated name the last."""
        return dict(self.pairs)

    @property
    def form(self) -> dict[str, str]:
        """Return the body as a form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace")))

    def accepts(self, kind: str) -> bool:
        """Say whether the client names such a type in what it accepts."""
        return kind in self.headers.get("accept", "")


@dataclass(slots=True)
class Reply:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Answers(Protocol):
    """Answers requests."""

    def answer(self, request: HttpRequest) -> Reply:
        """Answer one request."""


class AnswersOverHttp(Answers, Protocol):
    """One simulated system: how it answers, and how it fails."""

    hang_s: float  # how long an unanswered request is held if the fault says nothing
    noise: bytes  # what is printed before an answer by mistake

    def instead(self, fault: Fault, request: HttpRequest) -> Reply:
        """Return what comes instead of the answer; nothing is written."""

    def failed_after(self, request: HttpRequest, reply: Reply) -> Reply:
        """Return the failure that hides this answer; what was written stays."""


@dataclass(slots=True)
class Backend:
    """What answers behind the server, and what is written down about it."""

    system: AnswersOverHttp
    admin: Answers
    faults: FaultSwitchboard
    log: RequestLog
    clock: Clock
    closing: threading.Event = field(default_factory=threading.Event)

    def reply(self, request: HttpRequest) -> Reply:
        """Answer a request; raises `CutError` where the answer must not arrive."""
        if request.path.startswith("/simulator/"):
            return self.admin.answer(request)
        struck = self.faults.take(request.method, request.target)
        self.faults.run_interruptions(request.method, request.target)
        status = 0
        try:
            reply = self._with_fault(request, struck)
            status = reply.status
        finally:
            row = LoggedRequest(
                request.method,
                request.path,
                request.target.partition("?")[2],
                status,
                self.clock.now(),
                struck.kind.value if struck else "",
            )
            self.log.append(row)
        return reply

    def _with_fault(self, request: HttpRequest, struck: Fault | None) -> Reply:
        if struck is None:
            return self.system.answer(request)
        kind = struck.kind
        if kind is FaultKind.CONNECTION_CUT:
            raise CutError
        if kind in _INSTEAD:
            return self.system.instead(struck, request)
        if kind is FaultKind.SLOW:
            self.closing.wait(1.0 if struck.seconds is None else struck.seconds)
        reply = self.system.answer(request)
        if kind is FaultKind.TIMEOUT_AFTER_WRITE:
            hang_s = self.system.hang_s
            self.closing.wait(hang_s if struck.seconds is None else struck.seconds)
        if kind in {FaultKind.TIMEOUT_AFTER_WRITE, FaultKind.ANSWER_LOST}:
            raise CutError
        if kind is FaultKind.ERROR_AFTER_WRITE:
            return self.system.failed_after(request, reply)
        if kind is FaultKind.NOISE:
            reply.body = self.system.noise + reply.body
        if kind is FaultKind.TRUNCATED:
            reply.headers[TRUNCATED] = "simulator"
        return reply
