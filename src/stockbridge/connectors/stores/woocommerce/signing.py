"""How a call to the REST API signs in: Basic, in the query, or OAuth 1.0a.

WooCommerce looks at Basic and at keys in the query only when PHP sees https; over
plain http it wants OAuth 1.0a with one leg. Some hosts strip the Authorization
header: then the keys travel in the query (https only; they may end up in the host's
access log, which is said where it happens).
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from urllib.parse import quote

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, Client

Method = Literal["GET", "POST", "PUT", "DELETE"]


class SignIn(StrEnum):
    """The ways to sign in."""

    BASIC = "basic"
    QUERY = "query"
    OAUTH = "oauth"


@dataclass(frozen=True, slots=True)
class Keys:
    """A pair of keys; never printed."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)


def address_with(base: str, query: Mapping[str, str]) -> str:
    """Return the address with its query, percent-encoded as RFC 3986 says."""
    if not query:
        return base
    pairs = "&".join(f"{_encoded(k)}={_encoded(v)}" for k, v in query.items())
    return f"{base}?{pairs}"


def signed(
    how: SignIn, keys: Keys, method: Method, address: str
) -> tuple[str, dict[str, str]]:
    """Return the address to call and the headers that sign in.

    Made anew for each attempt: an OAuth nonce counts once. OAuth travels in the
    header, so that the address stays short (some security plugins refuse long ones);
    the JSON body is no part of the signature.
    """
    if how is SignIn.QUERY:
        glue = "&" if "?" in address else "?"
        query = (
            f"consumer_key={_encoded(keys.consumer_key)}"
            f"&consumer_secret={_encoded(keys.consumer_secret)}"
        )
        return f"{address}{glue}{query}", {}
    if how is SignIn.BASIC:
        pair = f"{keys.consumer_key}:{keys.consumer_secret}".encode()
        return address, {"Authorization": f"Basic {b64encode(pair).decode()}"}
    client = Client(
        keys.consumer_key,
        client_secret=keys.consumer_secret,
        signature_method=SIGNATURE_HMAC_SHA256,
    )
    _, headers, _ = client.sign(address, http_method=method)
    return address, {"Authorization": headers["Authorization"]}


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")
