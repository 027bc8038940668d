"""Signing in with API keys: Basic or query over https, OAuth 1.0a anywhere."""

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    ApiError,
    authentication_error,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import ApiKey
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

_OAUTH = (
    "oauth_consumer_key",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
)
_DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
WINDOW_S = 15 * 60  # either way


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a request says about who is asking."""

    method: str
    path: str  # without the query
    target: str  # path and query as sent
    query: tuple[tuple[str, str], ...]
    authorization: str
    is_https: bool


class Doorman:
    """Lets requests in, and remembers nonces."""

    def __init__(self, state: StoreState) -> None:
        self._state = state
        self._nonces: dict[tuple[str, str], int] = {}

    def forget(self) -> None:
        """Forget all nonces."""
        self._nonces.clear()

    def sign_in(self, attempt: Attempt) -> ApiKey | None:
        """Return the key that a request came with, or None for a stranger.

        An unknown key by Basic is a stranger, too; a wrong secret, a bad OAuth request
        and a key that may not read or write raise `ApiError`.
        """
        # WooCommerce looks for this text in the address, unencoded, before it looks
        # at keys: with ?rest_route=… nobody is ever signed in (657, 663).
        if "wp-json/wc/" not in attempt.target:
            return None
        key = self._by_secret(attempt) if attempt.is_https else None
        if key is None:
            key = self._by_oauth(attempt)
        if key is not None:
            _check_permissions(key, attempt.method)
        return key

    def _by_secret(self, attempt: Attempt) -> ApiKey | None:
        sent = dict(attempt.query)
        name, secret = sent.get("consumer_key", ""), sent.get("consumer_secret", "")
        if not (name and secret):
            name, secret = _basic(attempt.authorization)
        key = self._state.keys.get(name)
        if key is None:
            return None
        if not hmac.compare_digest(key.consumer_secret.encode(), secret.encode()):
            raise authentication_error("Consumer secret is invalid.")
        return key

    def _by_oauth(self, attempt: Attempt) -> ApiKey | None:
        sent = {**dict(attempt.query), **_oauth_header(attempt.authorization)}
        missing = [name for name in _OAUTH if not sent.get(name)]
        if len(missing) == len(_OAUTH):
            return None
        if missing:
            raise ApiError(
                401,
                "woocommerce_rest_authentication_missing_parameter",
                f"Missing OAuth parameters {', '.join(missing)}",
            )
        key = self._state.keys.get(sent["oauth_consumer_key"])
        if key is None:
            raise authentication_error("Consumer key is invalid.")
        self._check_signature(key, attempt, sent)
        self._check_fresh(key, sent)
        return key

    def _check_signature(
        self, key: ApiKey, attempt: Attempt, sent: dict[str, str]
    ) -> None:
        digest = _DIGESTS.get(sent["oauth_signature_method"])
        if digest is None:
            raise authentication_error(
                "Invalid signature - signature method is invalid."
            )
        pairs = [(name, value) for name, value in sent.items() if name != _OAUTH[3]]
        text = "&".join(
            f"{name}={value}"
            for name, value in sorted((_escaped(a), _escaped(b)) for a, b in pairs)
        )
        address = f"{self._state.home_url}{attempt.path}"
        base = "&".join((attempt.method, _escaped(address), _escaped(text)))
        signing_key = f"{key.consumer_secret}&".encode()
        found = hmac.new(signing_key, base.encode(), digest).digest()
        expected = base64.b64encode(found)
        if not hmac.compare_digest(expected, sent["oauth_signature"].encode()):
            raise authentication_error(
                "Invalid signature - provided signature does not match."
            )

    def _check_fresh(self, key: ApiKey, sent: dict[str, str]) -> None:
        now = self._state.now()
        stamp = sent["oauth_timestamp"]
        if not stamp.isdigit() or abs(now - int(stamp)) > WINDOW_S:
            raise authentication_error("Invalid timestamp.")
        nonce = (key.consumer_key, sent["oauth_nonce"])
        if nonce in self._nonces:
            raise authentication_error("Invalid nonce - nonce has already been used.")
        self._nonces = {
            known: at for known, at in self._nonces.items() if at > now - WINDOW_S
        }
        self._nonces[nonce] = int(stamp)


def _check_permissions(key: ApiKey, method: str) -> None:
    act = "read" if method in {"GET", "HEAD"} else "write"
    if method != "OPTIONS" and key.permissions not in {act, "read_write"}:
        raise authentication_error(
            f"The API key provided does not have {act} permissions."
        )


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        text = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    name, _, secret = text.partition(":")
    return name, secret


def _oauth_header(authorization: str) -> dict[str, str]:
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() != "oauth":
        return {}
    pairs = re.findall(r'(oauth_[a-z_-]*)="([^"]*)"', rest)
    return {name: unquote(value) for name, value in pairs}


def _escaped(text: str) -> str:
    return quote(text, safe="-._~")
