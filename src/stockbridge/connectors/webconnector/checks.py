"""What is checked before a .qwc file is given out: the Web Connector's own rules.

It refuses a file that breaks one, with a number and few words; here they are said
before, by the same number. Everything is decided on facts; `caller_checks` is told how
to fetch.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from urllib.parse import SplitResult, urlsplit

from stockbridge.domain.errors import SyncError
from stockbridge.ports import Finding, Severity

#: Parts of an address that a browser would take for an IPv4 one: 10.1, 0x7f000001.
_NUMBER = re.compile(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_HTTPS_REMEDY = (
    "Give Stockbridge a name with a certificate (https), or run it on the computer "
    "where QuickBooks is and use http://localhost."
)


class Reach(Enum):
    """How an attempt to fetch the support page went."""

    ANSWERED = "answered"
    UNREACHABLE = "unreachable"
    BAD_CERTIFICATE = "bad_certificate"
    NOT_TRIED = "not_tried"


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """What is known of the two addresses in the file."""

    address: str
    support_address: str
    reach: Reach = Reach.NOT_TRIED
    support_status: int = 0


def caller_checks(
    address: str, support_address: str, fetch: Callable[[str], int]
) -> tuple[Finding, ...]:
    """Return what the Web Connector would object to; looks at the help page once.

    `fetch` returns a status without following redirects, and raises SyncError: with
    the code "certificate" where that is not trusted.
    """
    facts = AddressFacts(address, support_address)
    if _split(support_address) is not None:
        facts = _fetched(facts, fetch)
    return check_addresses(facts)


def check_addresses(facts: AddressFacts) -> tuple[Finding, ...]:
    """Return what the Web Connector would object to; an OK finding if nothing."""
    app = _split(facts.address)
    support = _split(facts.support_address)
    if app is None or support is None:
        return (
            _error(
                "address",
                "The address is no web address.",
                "Set the public address of Stockbridge in its settings.",
            ),
        )
    found = [*_about_address(app), *_about_support(app, support, facts)]
    if not found:
        found.append(
            Finding("address", Severity.OK, "The Web Connector will take this address.")
        )
    return tuple(found)


def is_local(address: str) -> bool:
    """Return whether an address is for one computer only."""
    split = _split(address)
    return split is not None and split.hostname == "localhost"


def _fetched(facts: AddressFacts, fetch: Callable[[str], int]) -> AddressFacts:
    try:
        status = fetch(facts.support_address)
    except SyncError as error:
        is_distrusted = error.code == "certificate"
        reach = Reach.BAD_CERTIFICATE if is_distrusted else Reach.UNREACHABLE
        return replace(facts, reach=reach)
    return replace(facts, reach=Reach.ANSWERED, support_status=status)


# ── the rules ────────────────────────────────────────────────────────────────


def _about_address(app: SplitResult) -> Iterator[Finding]:
    host = app.hostname or ""
    if host == "localhost":
        yield Finding(
            "QBWC1035",
            Severity.WARNING,
            "This address works only on the computer where Stockbridge itself runs.",
            "Fine if QuickBooks runs on the same computer. If not, give Stockbridge "
            "a public name with a certificate.",
        )
    elif _is_ip(host):
        yield _error(
            "QBWC1001",
            "The address is a number (an IP address); the Web Connector wants a name.",
            "Use the computer's name on the internet, such as shop.example.com.",
        )
    elif app.scheme != "https":
        yield _error(
            "QBWC1010",
            "The Web Connector speaks to other computers over https only.",
            _HTTPS_REMEDY,
        )
    elif "." not in host:
        yield Finding(
            "address",
            Severity.WARNING,
            f"“{host}” is a name of your own network only.",
            "It works if the computer with QuickBooks knows that name and trusts its "
            "certificate.",
        )


def _about_support(
    app: SplitResult, support: SplitResult, facts: AddressFacts
) -> Iterator[Finding]:
    if support.hostname != app.hostname:
        yield _error(
            "QBWC1000",
            "The service and its help page have different names.",
            "Use one public address for Stockbridge; its settings know only one.",
        )
    elif _is_ip(support.hostname or ""):
        yield _error(
            "QBWC1002",
            "The help page's address is a number (an IP address).",
            "Use the computer's name on the internet.",
        )
    elif facts.reach is Reach.BAD_CERTIFICATE:
        yield _error(
            "QBWC1048",
            "The certificate of this address is not trusted.",
            "Install a certificate for exactly this name from a known authority; a "
            "certificate of your own must be trusted on the QuickBooks computer.",
        )
    elif facts.reach is Reach.UNREACHABLE:
        yield Finding(
            "QBWC1004",
            Severity.WARNING,
            "Stockbridge could not reach its own public address.",
            "Open the address in a browser on the computer with QuickBooks. If the "
            "page comes, all is well; some routers do not let a computer call itself.",
        )
    elif facts.reach is Reach.ANSWERED and facts.support_status not in {200, 202}:
        yield _error(
            "QBWC1003",
            f"The help page answers {facts.support_status} instead of 200.",
            "Look at the proxy or web server in front of Stockbridge: the address "
            "must answer without a sign-in and without sending the caller elsewhere.",
        )


def _split(address: str) -> SplitResult | None:
    """Return the parts of a usable address, the host in lower case; else None."""
    try:
        split = urlsplit(address)
        _ = split.port
        host = (split.hostname or "").encode("idna").decode("ascii")
    except ValueError:
        return None
    if split.scheme not in {"http", "https"} or not host or split.username:
        return None
    is_name = all(_LABEL.fullmatch(label) for label in host.rstrip(".").split("."))
    return split if is_name or ":" in host else None


def _is_ip(host: str) -> bool:
    """Return whether a host is an IP address, in any of the ways it can be written."""
    return (
        ":" in host
        or _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) is not None
    )


def _error(code: str, message: str, remedy: str) -> Finding:
    return Finding(code, Severity.ERROR, message, remedy)
