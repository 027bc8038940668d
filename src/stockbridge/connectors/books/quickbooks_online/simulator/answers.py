"""Bodies as QuickBooks Online writes them: JSON, times, and the two shapes of error."""

import json
from datetime import datetime
from decimal import Decimal
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from stockbridge.connectors.books.quickbooks_online.simulator.refusals import (
    RefusalError,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json, Value

PACIFIC = ZoneInfo("America/Los_Angeles")  # where the service's clocks stand
SERVICE_ERROR = "SystemFault"


def stamp(moment: datetime) -> str:
    """Return a time as MetaData shows it: to the second, in Pacific time."""
    return moment.astimezone(PACIFIC).isoformat(timespec="seconds")


def precise(moment: datetime) -> str:
    """Return a time as `time` beside an answer shows it: to the millisecond."""
    return moment.astimezone(PACIFIC).isoformat(timespec="milliseconds")


def dumped(body: Value) -> bytes:
    """Return a body as JSON; decimals become numbers."""
    return json.dumps(body, default=_number, separators=(",", ":")).encode()


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def fault(refusal: RefusalError) -> Json:
    """Return the Fault object of the accounting service."""
    error = {
        "Message": refusal.message,
        "Detail": refusal.detail,
        "code": refusal.code,
        "element": refusal.element,
    }
    return {"Error": [error], "type": refusal.kind}


def gateway_fault(
    status: int, code: str, name: str, detail: str, moment: datetime
) -> Json:
    """Return the lower-case body of the gateway, which knows no entities."""
    kind = "AUTHENTICATION" if status == 401 else "SERVICE"
    error = {
        "message": f"message={name}; errorCode=00{code}; statusCode={status}",
        "detail": detail,
        "code": code,
        "element": None,
    }
    return {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [error], "type": kind},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": int(moment.timestamp() * 1000),
        "status": None,
        "cdcresponse": [],
    }


def gateway_xml(
    status: int, code: str, name: str, detail: str, moment: datetime
) -> bytes:
    """Return what the gateway sends where it does not look at Accept (php-sdk#54)."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<IntuitResponse time="{precise(moment)}" '
        'xmlns="http://schema.intuit.com/finance/v3">'
        f'<Fault type="SERVICE"><Error code="{code}">'
        f"<Message>message={name}; errorCode=00{code}; statusCode={status}</Message>"
        f"<Detail>{escape(detail)}</Detail></Error></Fault></IntuitResponse>"
    ).encode()


def as_xml(body: Json) -> bytes:
    """Return a body as XML: what a client gets that does not ask for JSON."""
    time = escape(str(body.get("time", "")))
    inner = "".join(_element(k, v) for k, v in body.items() if k != "time")
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<IntuitResponse xmlns="http://schema.intuit.com/finance/v3" '
        f'time="{time}">{inner}</IntuitResponse>'
    ).encode()


def _element(name: str, value: Value) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, dict):
        inner = "".join(_element(k, v) for k, v in value.items())
        return f"<{name}>{inner}</{name}>"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{escape(text)}</{name}>"
