"""How a simulated store answers over HTTP, and how its failures look on the wire."""

import threading
import time
from dataclasses import dataclass

from stockbridge.connectors.simulated_http import HttpRequest, Reply
from stockbridge.connectors.simulation import Fault, FaultKind
from stockbridge.connectors.stores.woocommerce.simulator.errors import critical_error
from stockbridge.connectors.stores.woocommerce.simulator.pages import (
    MAINTENANCE,
    NO_DATABASE,
    NOISE,
    front_page,
    page,
    proxy_page,
)
from stockbridge.connectors.stores.woocommerce.simulator.php import php_json
from stockbridge.connectors.stores.woocommerce.simulator.web import (
    HTML,
    JSON_TYPE,
    NO_CACHE,
    Web,
)


@dataclass(slots=True)
class StoreOverHttp:
    """Answers as the store does, no sooner than the store that was measured."""

    web: Web
    closing: threading.Event
    latency: float = 0.0  # 1.0 = as slow as the store that was measured
    hang_s: float = 30.0
    noise: bytes = NOISE

    def answer(self, request: HttpRequest) -> Reply:
        """Answer one request."""
        started = time.perf_counter()
        reply = self.web.answer(request)
        if self.latency:
            due = self.latency * _measured_s(request, reply)
            self.closing.wait(max(0.0, due - (time.perf_counter() - started)))
        return reply

    def instead(self, fault: Fault, request: HttpRequest) -> Reply:
        """Return what comes instead of the store's answer; nothing is written."""
        if fault.kind is FaultKind.TOO_MANY_REQUESTS:
            retry = str(int(1 if fault.seconds is None else fault.seconds))
            headers = {"Content-Type": "text/html", "Retry-After": retry}
            return Reply(429, proxy_page(429, "Too Many Requests"), headers)
        if fault.kind is FaultKind.BAD_GATEWAY:
            return Reply(
                502, proxy_page(502, "Bad Gateway"), {"Content-Type": "text/html"}
            )
        if fault.kind is FaultKind.MAINTENANCE:
            retry = str(int(600 if fault.seconds is None else fault.seconds))
            reply = _died(request, 503, MAINTENANCE)
            reply.headers["Retry-After"] = retry
            return reply
        if fault.kind is FaultKind.DATABASE_DOWN:
            return _died(request, 500, NO_DATABASE)
        if fault.kind is FaultKind.HTML:
            return Reply(200, front_page("Example Store"), {"Content-Type": HTML})
        return _fatal(request)

    def failed_after(self, request: HttpRequest, reply: Reply) -> Reply:
        """Return the error of PHP that hides this answer; what was written stays."""
        failed = _fatal(request)
        failed.headers["Link"] = reply.headers.get("Link", "")
        return failed


def _died(request: HttpRequest, status: int, message: str) -> Reply:
    headers = {"Cache-Control": NO_CACHE}
    if not request.accepts("application/json"):
        return Reply(
            status, page("WordPress", message), {"Content-Type": HTML, **headers}
        )
    body = {
        "code": "wp_die",
        "message": message,
        "data": {"status": status},
        "additional_errors": [],
    }
    return Reply(status, php_json(body), {"Content-Type": JSON_TYPE, **headers})


def _fatal(request: HttpRequest) -> Reply:
    error = critical_error()
    if not request.accepts("application/json"):
        return _died(request, 500, error.message)
    headers = {"Content-Type": JSON_TYPE, "Cache-Control": NO_CACHE}
    return Reply(500, php_json(error.body()), headers)


def _measured_s(request: HttpRequest, reply: Reply) -> float:
    """Return how long the measured store took for such a request (OBSERVED.md)."""
    if request.path.endswith("/batch"):
        each = 0.0066 if "/variations/" in request.path else 0.0105
        return 0.08 + each * reply.body.count(b'"date_modified_gmt"')
    if request.method in {"GET", "HEAD"}:
        return 0.045 + 0.0024 * reply.body.count(b'{"id":')
    return 0.19 if request.path.endswith("/orders") else 0.057
