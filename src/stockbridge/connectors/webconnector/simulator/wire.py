"""SOAP as the Web Connector's .NET code sends and reads it, over http.client.

Nothing of it is shared with our own parser: what one side forgets, the other sees.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from lxml import etree

_ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>'
    '<{method} xmlns="http://developer.intuit.com/">{parameters}</{method}>'
    "</soap:Body></soap:Envelope>"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
_QBWC = "{http://developer.intuit.com/}"


class CallFailedError(Exception):
    """A call did not bring an answer that .NET would take."""


@dataclass(frozen=True, slots=True)
class Wire:
    """The way to one address."""

    address: str
    timeout_s: float

    def call(self, method: str, parameters: Sequence[tuple[str, str]]) -> list[str]:
        """Return the result's text, or texts. Raises CallFailedError."""
        try:
            status, kind, body = self._exchanged(method, _message(method, parameters))
        except (OSError, HTTPException) as error:
            raise CallFailedError(f"The underlying connection: {error}") from error
        if status not in {200, 500}:
            raise CallFailedError(f"The request failed with HTTP status {status}.")
        if not kind.startswith("text/xml"):
            raise CallFailedError(f"Client found response content type of '{kind}'.")
        return _results(method, body)

    def _exchanged(self, method: str, message: bytes) -> tuple[int, str, bytes]:
        parts = urlsplit(self.address)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(parts.netloc, timeout=self.timeout_s)
        headers = {
            "User-Agent": "Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client "
            "Protocol 4.0.30319.42000)",
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"http://developer.intuit.com/{method}"',
            "Expect": "100-continue",
        }
        try:
            connection.request("POST", _target(self.address), message, headers)
            response: HTTPResponse = connection.getresponse()
            content_type = response.getheader("Content-Type", "")
            return response.status, content_type, response.read()
        finally:
            connection.close()


def _target(address: str) -> str:
    parts = urlsplit(address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _message(method: str, parameters: Sequence[tuple[str, str]]) -> bytes:
    inside = "".join(
        f"<{name}>{_text(text)}</{name}>" if text else f"<{name} />"
        for name, text in parameters
    )
    return _ENVELOPE.format(method=method, parameters=inside).encode("utf-8")


def _text(text: str) -> str:
    """Write a text as .NET does: a control character becomes a reference."""
    return _CONTROL.sub(lambda found: f"&#x{ord(found.group()):X};", escape(text))


def _results(method: str, body: bytes) -> list[str]:
    try:
        parser = etree.XMLParser(resolve_entities=False, huge_tree=True)
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CallFailedError("Response is not well-formed XML.") from error
    told = root.find(f"{_SOAP}Body/{_SOAP}Fault/faultstring")
    if told is not None:
        raise CallFailedError(f"The server said: {told.text}")
    result = root.find(f"{_SOAP}Body/{_QBWC}{method}Response/{_QBWC}{method}Result")
    if result is None:
        raise CallFailedError(f"The answer to {method} has no result.")
    texts = result.findall(f"{_QBWC}string")
    return [text.text or "" for text in texts] if texts else [result.text or ""]
