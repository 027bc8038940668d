"""How a simulated QuickBooks Online answers over HTTP, and how failures look."""

import traceback
from dataclasses import dataclass, field

from stockbridge.connectors.books.quickbooks_online.simulator.answers import (
    SERVICE_ERROR,
    dumped,
    fault,
    precise,
)
from stockbridge.connectors.books.quickbooks_online.simulator.gateway import (
    HTML_TYPE,
    JSON_TYPE,
    Gateway,
    named,
)
from stockbridge.connectors.books.quickbooks_online.simulator.pages import (
    plain_page,
    proxy_page,
)
from stockbridge.connectors.books.quickbooks_online.simulator.refusals import (
    RefusalError,
)
from stockbridge.connectors.simulated_http import HttpRequest, Reply
from stockbridge.connectors.simulation import Fault, FaultKind


@dataclass(slots=True)
class OnlineOverHttp:
    """Answers as Intuit's hosts do."""

    gateway: Gateway
    hang_s: float = 120.0  # the service itself cuts a request after two minutes
    noise: bytes = b"\n<!-- -->"
    crashes: list[str] = field(default_factory=list)  # our own errors; tests want none

    def answer(self, request: HttpRequest) -> Reply:
        """Answer one request; a mistake of ours looks like one of the service."""
        try:
            return named(self.gateway.answer(request))
        except Exception:
            self.crashes.append(traceback.format_exc())
            return named(self._failed())

    def instead(self, fault: Fault, _request: HttpRequest) -> Reply:
        """Return what comes instead of the answer; nothing is written."""
        return named(self._instead(fault))

    def failed_after(self, _request: HttpRequest, _reply: Reply) -> Reply:
        """Return the failure that hides an answer; what was written stays."""
        return named(self._failed())

    def _instead(self, struck: Fault) -> Reply:
        if struck.kind is FaultKind.TOO_MANY_REQUESTS:
            return self.gateway.throttled()
        if struck.kind is FaultKind.BAD_GATEWAY:
            page = proxy_page("502 Bad Gateway")
            return Reply(502, page, {"Content-Type": HTML_TYPE})
        if struck.kind is FaultKind.MAINTENANCE:
            page = proxy_page("503 Service Temporarily Unavailable")
            return Reply(503, page, {"Content-Type": HTML_TYPE})
        if struck.kind is FaultKind.HTML:
            return Reply(200, plain_page("Sign in"), {"Content-Type": HTML_TYPE})
        return self._failed()

    def _failed(self) -> Reply:
        """Return the service's own failure: 500 with code 10000."""
        refusal = RefusalError(
            "10000",
            "An application error has occurred while processing your request",
            "System Failure Error: Internal error",
            kind=SERVICE_ERROR,
        )
        body = {"Fault": fault(refusal), "time": precise(self.gateway.clock.now())}
        return Reply(500, dumped(body), {"Content-Type": JSON_TYPE})
