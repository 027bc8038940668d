"""Calls the store's REST API: signs in, reads JSON, explains refusals.

The only module of this connector that holds the network.
"""

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from stockbridge.connectors.addresses import Resolver, resolve
from stockbridge.connectors.http import HttpAnswer, HttpClient, HttpRequest
from stockbridge.connectors.stores.woocommerce.answers import noise_note, read_body
from stockbridge.connectors.stores.woocommerce.discovery import discover
from stockbridge.connectors.stores.woocommerce.errors import refusal
from stockbridge.connectors.stores.woocommerce.facts import Facts
from stockbridge.connectors.stores.woocommerce.settings import WooCommerceSettings
from stockbridge.connectors.stores.woocommerce.signing import (
    Keys,
    Method,
    SignIn,
    address_with,
    signed,
)
from stockbridge.domain.errors import ActionNeededError, DefectError, MappingError
from stockbridge.ports import Link

Json = Any
Record = dict[str, Any]
Query = Mapping[str, str]
# Security plugins that filter long addresses draw the line at 255; the fact
# `long_addresses` says where one does. Web servers end at 8,000 or so.
_ADDRESS_CHARS_MAX = 1800
_SHORT_ADDRESS_CHARS_MAX = 255


@dataclass(frozen=True, slots=True)
class Reply:
    """A good answer: data, and what the headers say."""

    data: Json
    total: int | None = None  # of a list: rows in all pages
    store_time: datetime | None = None  # the store's own clock

    @property
    def rows(self) -> list[Record]:
        """The records of a list."""
        if not isinstance(self.data, list):
            raise ActionNeededError(
                "The store answered with something else than a list.",
                code="not_a_list",
                remedy="A plugin may be changing the answers of the API.",
            )
        return [row for row in self.data if isinstance(row, dict)]


class StoreApi:
    """One connection's way to `/wp-json/wc/v3/`; for one thread at a time."""

    def __init__(
        self,
        link: Link,
        *,
        tls: ssl.SSLContext | None = None,
        resolver: Resolver = resolve,
    ) -> None:
        if not isinstance(link.settings, WooCommerceSettings):
            raise DefectError("These are no settings of a WooCommerce store.")
        self.settings = link.settings
        self.wire = link.wire
        self.facts = Facts(link, self.settings.address)
        self.http = HttpClient(link.wire, tls=tls, resolver=resolver)
        self._keys = Keys(
            link.secrets.get("consumer_key", ""),
            link.secrets.get("consumer_secret", ""),
        )

    @property
    def root(self) -> str:
        """Where the REST API is, with a slash; looked for once."""
        if not self.facts.get("api_root"):
            found = discover(self.http, self.settings, self.wire.now())
            self.facts.learn({"api_root": found.root})
        return self.facts.get("api_root")

    @property
    def sign_in(self) -> SignIn:
        """How this store wants to be signed in to."""
        if not self.settings.is_encrypted:
            return SignIn.OAUTH
        return SignIn(self.facts.get("sign_in") or SignIn.BASIC)

    @property
    def address_chars_max(self) -> int:
        """How long an address may be."""
        is_short = self.facts.get("long_addresses") == "no"
        return _SHORT_ADDRESS_CHARS_MAX if is_short else _ADDRESS_CHARS_MAX

    @property
    def currency(self) -> str:
        """The currency of the store's prices."""
        if not self.facts.get("currency"):
            data = self.get("data/currencies/current", {"_fields": "code"}).data
            code = data.get("code") if isinstance(data, dict) else None
            if not isinstance(code, str):
                raise ActionNeededError(
                    "The store does not say its currency.",
                    code="no_currency",
                    remedy="A plugin may be changing the answers of the API.",
                )
            self.facts.learn({"currency": code})
        return self.facts.get("currency")

    def has_route(self, route: str) -> bool:
        """Whether this version has a route; asked once."""
        name = f"has_{route}"
        if not self.facts.get(name):
            reply = self.find(route, {"per_page": "1", "_fields": "id"})
            self.facts.learn({name: "no" if reply is None else "yes"})
        return self.facts.get(name) == "yes"

    def get(self, path: str, query: Query | None = None) -> Reply:
        """Read; raises what explains a refusal."""
        return self.call("GET", path, query=query)

    def find(self, path: str, query: Query | None = None) -> Reply | None:
        """Read what may be gone, or a route that may not exist; None: it is not."""
        try:
            return self.get(path, query)
        except MappingError:
            return None
        except ActionNeededError as error:
            if error.code == "rest_no_route":
                return None
            raise

    def post(self, path: str, payload: Json) -> Reply:
        """Write; raises AnswerLostError when it is not known what took effect."""
        return self.call("POST", path, payload=payload)

    def call(
        self,
        method: Method,
        path: str,
        *,
        query: Query | None = None,
        payload: Json = None,
    ) -> Reply:
        """Call and return the good answer, or raise what explains the other."""
        answer = self.send(method, path, query=query, payload=payload)
        body = read_body(answer)
        is_write = method != "GET"
        error = refusal(answer, body, is_write=is_write, now=self.wire.now())
        if error is not None:
            raise error
        return Reply(body.data, _total(answer), _store_time(answer))

    def send(
        self,
        method: Method,
        path: str,
        *,
        query: Query | None = None,
        payload: Json = None,
        sign_in: SignIn | None = None,
    ) -> HttpAnswer:
        """Call and return the answer as it is; `sign_in` tries another way."""
        address, headers = signed(
            sign_in or self.sign_in, self._keys, method, self.address(path, query)
        )
        body = b""
        if payload is not None:
            body = json.dumps(payload, ensure_ascii=False, allow_nan=False).encode()
            headers = {**headers, "Content-Type": "application/json"}
        return self.http.send(
            HttpRequest(
                method=method,
                address=address,
                headers=headers,
                body=body,
                timeout_s=self.settings.timeout_s,
                note=noise_note,
            )
        )

    def address(self, path: str, query: Query | None = None) -> str:
        """Return the address of a call, without what signs in."""
        return address_with(f"{self.root}wc/v3/{path}", query or {})


def _total(answer: HttpAnswer) -> int | None:
    text = answer.headers.get("x-wp-total", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _store_time(answer: HttpAnswer) -> datetime | None:
    try:
        at = parsedate_to_datetime(answer.headers.get("date", ""))
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
