"""Requests that the store itself sends: webhooks, pings, keys after pairing."""

import http.client
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

_PORTS = {None, 80, 443, 8080}
TIMEOUT_S = 60.0


class Outbox(Protocol):
    """Where the store's own requests go."""

    @property
    def allow_local(self) -> bool:
        """Say whether plain http and private hosts are let through."""
        ...

    def post(
        self, url: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, str] | None:
        """Return (status, reason), or None if refused, unreachable or too slow."""
        ...

    def may_send_to(self, url: str) -> bool:
        """Say whether WordPress would send there."""
        ...


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends POSTs as WordPress does, and follows its rules about addresses."""

    user_agent: str
    allow_local: bool = False  # real WordPress refuses private hosts and odd ports
    timeout_s: float = TIMEOUT_S

    def post(
        self, url: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, str] | None:
        """Return (status, reason), or None if refused, unreachable or too slow."""
        if not self.may_send_to(url):
            return None
        parts = urlsplit(url)
        connection = self._connection(parts.scheme, parts.hostname or "", parts.port)
        target = parts.path or "/"
        if parts.query:
            target = f"{target}?{parts.query}"
        sent = {
            "User-Agent": self.user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "deflate, gzip, br",
            "Connection": "close",
            **headers,
        }
        try:
            connection.request("POST", target, body, sent)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return None
        else:
            return answer.status, answer.reason
        finally:
            connection.close()

    def may_send_to(self, url: str) -> bool:
        """Say whether WordPress would send there (`wp_http_validate_url`)."""
        if self.allow_local:
            return True
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or parts.port not in _PORTS:
            return False
        return not _is_private(parts.hostname or "")

    def _connection(
        self, scheme: str, host: str, port: int | None
    ) -> http.client.HTTPConnection:
        if scheme == "https":
            context = ssl.create_default_context()
            if self.allow_local:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            return http.client.HTTPSConnection(
                host, port, timeout=self.timeout_s, context=context
            )
        return http.client.HTTPConnection(host, port, timeout=self.timeout_s)


def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        try:
            address = ipaddress.ip_address(socket.gethostbyname(host))
        except OSError:
            return True
    return not address.is_global
