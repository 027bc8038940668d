"""The small API below /simulator/, by which another process drives a simulator.

What all have: GET and DELETE /simulator/requests; GET, POST and DELETE
/simulator/faults; POST /simulator/clock; GET /simulator/ lists the rest.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from stockbridge.connectors.simulated_http import HttpRequest, Reply
from stockbridge.connectors.simulation import (
    Clock,
    Fault,
    FaultKind,
    FaultSwitchboard,
    RequestLog,
    SettableClock,
)

#: Gets the body that was sent, and what the address names; returns what is answered.
Act = Callable[[dict[str, Any], tuple[str, ...]], object]
Route = tuple[str, str, Act]  # method, pattern below /simulator/, act


def shared_routes(
    faults: FaultSwitchboard, log: RequestLog, clock: Clock
) -> list[Route]:
    """Return what every simulator can be asked."""
    return [
        ("GET", "requests", lambda _, __: log.rows()),
        ("DELETE", "requests", lambda _, __: log.clear()),
        ("GET", "faults", lambda _, __: faults.armed()),
        ("POST", "faults", lambda sent, __: faults.add(_fault(sent))),
        ("DELETE", "faults", lambda _, __: faults.clear()),
        ("POST", "clock", lambda sent, __: _set_clock(clock, sent)),
    ]


def routed(
    request: HttpRequest,
    routes: Sequence[Route],
    *,
    refusal: type[Exception],
) -> Reply:
    """Answer one request; 404 for what there is not, 400 for what cannot be.

    `refusal` is how the simulated system itself says no to what an act does.
    """
    path = request.path.removeprefix("/simulator/").rstrip("/")
    headers = {"Content-Type": "application/json"}
    for method, pattern, act in routes:
        match = re.fullmatch(pattern, path)
        if match is None or method != request.method:
            continue
        try:
            sent = json.loads(request.body or b"{}", parse_float=Decimal)
            found = act(sent, match.groups())
        except (KeyError, ValueError, TypeError, refusal) as error:
            body = json.dumps({"error": f"{type(error).__name__}: {error}"})
            return Reply(400, body.encode(), headers)
        return Reply(200, json.dumps(plain(found)).encode(), headers)
    return Reply(404, b'{"error": "no such address"}', headers)


def plain(value: object) -> object:
    """Return a value as JSON can hold it; amounts and times become texts."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value


_NO_AMOUNTS = {"seconds", "chance"}  # all other numbers may be money: never floats


def _fault(sent: dict[str, Any]) -> Fault:
    told = {
        name: float(sent[name])
        for name in _NO_AMOUNTS & set(sent)
        if sent[name] is not None
    }
    return Fault(**{**sent, **told, "kind": FaultKind(sent["kind"])})


def _set_clock(clock: Clock, sent: dict[str, Any]) -> dict[str, str]:
    if not isinstance(clock, SettableClock):
        raise ValueError("This simulator runs on the real time.")
    if "advance" in sent:
        clock.advance(float(sent["advance"]))
    if "now" in sent:
        clock.set(datetime.fromisoformat(sent["now"]))
    return {"now": clock.now().isoformat()}
