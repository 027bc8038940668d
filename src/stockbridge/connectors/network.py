"""The wire below HTTP: judged addresses, and one deadline for the whole call.

httpcore's own limits count per read, so that a server which drips a byte a second
holds a call for hours. Every read and write here also looks at the call's deadline.
"""

import socket
import ssl
import time
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

import httpcore2

from stockbridge.connectors.addresses import Resolver, is_public, permitted, resolve

_ADDRESSES_TRIED_MAX = 3


class UnresolvedError(httpcore2.ConnectError):
    """The host's name could not be turned into an address."""

    def __init__(self, message: str, *, is_final: bool) -> None:
        super().__init__(message)
        self.is_final = is_final  # False: the name server was not reached


class ForbiddenAddressError(httpcore2.ConnectError):
    """The host's addresses are all ones that we must not call."""


class Deadline:
    """When the running call has to be over (monotonic seconds)."""

    def __init__(self) -> None:
        self._ends_at = float("inf")

    def start(self, seconds: float) -> None:
        """Begin a call that may last this long."""
        self._ends_at = time.monotonic() + seconds

    def left(self, wanted: float | None) -> float:
        """Return the seconds that are left, at most `wanted`; 0 or less: none."""
        left = self._ends_at - time.monotonic()
        return left if wanted is None else min(left, wanted)


class GuardedStream(httpcore2.NetworkStream):
    """A connection whose every step obeys the deadline."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, within the deadline."""
        left = self._deadline.left(timeout)
        if left <= 0:
            raise httpcore2.ReadTimeout("the call's time is up")
        return self._inner.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all, within the deadline."""
        left = self._deadline.left(timeout)
        if left <= 0:
            raise httpcore2.WriteTimeout("the call's time is up")
        self._inner.write(buffer, left)

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> "GuardedStream":
        """Begin TLS, checking the certificate against the name asked for."""
        left = self._deadline.left(timeout)
        if left <= 0:
            raise httpcore2.ConnectTimeout("the call's time is up")
        inner = self._inner.start_tls(ssl_context, server_hostname, left)
        return GuardedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's word
        """Return what the connection knows of itself."""
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore2.NetworkBackend):
    """Opens connections to permitted addresses only."""

    def __init__(
        self,
        *,
        allows_private: Callable[[], bool],
        resolver: Resolver = resolve,
    ) -> None:
        self.deadline = Deadline()
        self.local_address = ""  # ours, as the last connection saw it
        self._allows_private = allows_private
        self._resolver = resolver
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> GuardedStream:
        """Connect to the first permitted address that answers."""
        failure: Exception = httpcore2.ConnectTimeout("the call's time is up")
        for address in self._permitted(host, port)[:_ADDRESSES_TRIED_MAX]:
            left = self.deadline.left(timeout)
            if left <= 0:
                break
            try:
                stream = self._inner.connect_tcp(
                    address, port, left, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                self._remember_own_address(stream)
                return GuardedStream(stream, self.deadline)
        raise failure

    def _permitted(self, host: str, port: int) -> tuple[str, ...]:
        try:
            found = self._resolver(host, port)
        except (socket.gaierror, UnicodeError) as error:
            code = error.errno if isinstance(error, socket.gaierror) else None
            final = code != socket.EAI_AGAIN
            raise UnresolvedError(f"{host} has no address", is_final=final) from error
        allowed = permitted(found, allows_private=self._allows_private())
        if not allowed:
            raise ForbiddenAddressError(f"{host} is not on the public internet")
        return tuple(str(address) for address in allowed)

    def _remember_own_address(self, stream: httpcore2.NetworkStream) -> None:
        own = str(stream.get_extra_info("client_addr")[0]).partition("%")[0]
        self.local_address = own if is_public(ip_address(own)) else ""
