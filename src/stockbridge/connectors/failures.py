"""What a broken call means, in the user's words: not sent, or answer lost."""

import ssl
from typing import TypeVar

import httpcore2
import httpx2

from stockbridge.connectors.network import ForbiddenAddressError, UnresolvedError
from stockbridge.domain.errors import (
    ActionNeededError,
    AnswerLostError,
    NotSentError,
    SyncError,
)

_Error = TypeVar("_Error", bound=Exception)

# OpenSSL's verify codes (x509_vfy.h) that a shop owner can do something about.
_CERTIFICATE = {
    9: "is not valid yet",
    10: "has expired",
    18: "was signed by the store itself",
    19: "was signed by the store itself",
    20: "was signed by somebody we do not know, or its chain is incomplete",
    21: "was signed by somebody we do not know, or its chain is incomplete",
    62: "is made out to another name",
    64: "is made out to another address",
}


def not_sent(error: Exception, host: str) -> SyncError:
    """Explain a call that certainly never left."""
    if isinstance(error, ForbiddenAddressError):
        return ActionNeededError(
            f"{host} is an address in a private network.",
            code="private_address",
            remedy="Use the store's public address. If the store really is in your "
            "own network, an administrator can allow private addresses for the "
            "company.",
        )
    if isinstance(error, UnresolvedError):
        return _unresolved(error, host)
    certificate = _find(error, ssl.SSLCertVerificationError)
    if certificate is not None:
        return _bad_certificate(certificate, host)
    if _find(error, ssl.SSLError) is not None:
        return NotSentError(
            f"{host} does not speak https as we do.",
            code="tls",
            remedy="Check that the address and its port serve https, TLS 1.2 or later.",
        )
    if isinstance(error, httpcore2.TimeoutException):
        return NotSentError(
            f"{host} did not answer when we knocked.",
            code="connect_timeout",
            remedy="Check the address; a firewall may be dropping our calls.",
        )
    return _unreachable(error, host)


def lost(error: Exception, host: str) -> SyncError:
    """Explain a call whose answer never arrived whole."""
    if isinstance(error, httpcore2.TimeoutException):
        return AnswerLostError(
            f"{host} took too long to answer.",
            code="timeout",
            remedy="If this goes on, ask for fewer rows per call in the settings.",
        )
    if isinstance(error, httpx2.DecodingError):
        return AnswerLostError(f"The answer of {host} arrived garbled.", code="garbled")
    return AnswerLostError(f"{host} hung up while answering.", code="disconnected")


def _unresolved(error: UnresolvedError, host: str) -> SyncError:
    if not error.is_final:
        return NotSentError(
            "We cannot look up any address: there seems to be no internet.",
            code="no_internet",
            remedy="Check this machine's connection to the internet.",
        )
    return NotSentError(
        f"There is no {host} on the internet.",
        code="address_unknown",
        remedy="Check the spelling of the address.",
    )


def _bad_certificate(error: ssl.SSLCertVerificationError, host: str) -> SyncError:
    what = _CERTIFICATE.get(error.verify_code, "cannot be trusted")
    return NotSentError(
        f"The certificate of {host} {what}.",
        code="certificate",
        remedy="Ask the store's host to put the certificate right; until then "
        "nothing is sent.",
    )


def _unreachable(error: Exception, host: str) -> SyncError:
    refused = _find(error, ConnectionRefusedError)
    if refused is not None:
        return NotSentError(
            f"Nothing answers at {host}.",
            code="refused",
            remedy="Check the address and its port, and that the store is up.",
        )
    return NotSentError(
        f"{host} cannot be reached from here.",
        code="no_internet",
        remedy="Check this machine's connection to the internet.",
    )


def _find(error: BaseException | None, kind: type[_Error]) -> _Error | None:
    """Return the first error of this kind in the chain of causes."""
    while error is not None:
        if isinstance(error, kind):
            return error
        error = error.__cause__ or error.__context__
    return None
