"""The one-time token that keeps strangers from taking over a fresh installation.

Whoever reads the server's output or its home folder has it; whoever merely reaches the
server over the network has not.
"""

import logging
import os
import secrets
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
log = logging.getLogger(__name__)


def is_asked(request: HttpRequest) -> bool:
    """Return whether the wizard asks for the token.

    Not on this very machine: neither the setting, nor a name of ours beyond it, nor
    the caller's address speaks of a network.
    """
    return bool(
        settings.ASKS_SETUP_TOKEN
        or os.environ.get("STOCKBRIDGE_LOOPBACK") == ""  # said by `serve`
        or settings.PUBLIC_URL
        or set(settings.ALLOWED_HOSTS) - LOOPBACK_NAMES - {"testserver"}
        or not _is_loopback(request.META.get("REMOTE_ADDR", ""))
    )


def setup_token() -> str:
    """Return the token; the first call makes it and prints it to the server's log."""
    path = _path()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(12))
        log.warning("Set-up token (asked by the first page): %s", path.read_text())
    return path.read_text().strip()


def is_right(given: str) -> bool:
    """Return whether this is the token, in the same time for every guess."""
    return secrets.compare_digest(given.strip().encode(), setup_token().encode())


def forget() -> None:
    """Remove the token: it has served."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.HOME) / "setup_token"


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
