"""Finds the store's REST API: where WordPress says it is, or where it usually is."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from stockbridge.connectors.http import HttpAnswer, HttpClient, HttpRequest
from stockbridge.connectors.stores.woocommerce.answers import (
    Body,
    noise_note,
    read_body,
)
from stockbridge.connectors.stores.woocommerce.errors import refusal
from stockbridge.connectors.stores.woocommerce.settings import WooCommerceSettings
from stockbridge.domain.errors import ActionNeededError, RetryableError

_LINK = re.compile(r"<([^>]+)>\s*;\s*rel=\"https://api\.w\.org/\"")
# The whole index lists every route of every plugin: up to megabytes.
_INDEX_FIELDS = "name,namespaces,timezone_string,gmt_offset"
_HOPS_MAX = 3
_PLAIN_PERMALINKS = ActionNeededError(
    "The store uses plain permalinks: its API cannot be reached with keys.",
    code="permalinks",
    remedy="WordPress, Settings, Permalinks: choose anything but Plain, and save.",
)


@dataclass(frozen=True, slots=True)
class Discovery:
    """Where the API is (ends with a slash), and what its index says."""

    root: str
    index: dict[str, Any] = field(default_factory=dict)

    @property
    def namespaces(self) -> frozenset[str]:
        """The groups of functions that the site offers."""
        return frozenset(map(str, self.index.get("namespaces") or ()))


def discover(
    http: HttpClient, settings: WooCommerceSettings, now: datetime
) -> Discovery:
    """Return where the API is; asks without keys.

    Raises what explains why there is none: permalinks, firewall, maintenance, no
    WordPress, no network.
    """
    first, body = _ask(http, f"{settings.address}/wp-json/", settings)
    if _is_index(body):
        return Discovery(_root_of(first, "/wp-json/"), body.data)
    linked = _linked_root(first)
    if not linked and first.status < 500:
        home, _ = _ask(http, f"{settings.address}/", settings, fields=False)
        linked = _linked_root(home)
    if "rest_route=" in linked:
        raise _PLAIN_PERMALINKS
    for root in (linked, f"{settings.address}/index.php/wp-json/"):
        if root and _is_same_host(root, settings.address):
            _, other = _ask(http, root, settings)
            if _is_index(other):
                return Discovery(root, other.data)
    raise _why_not(first, body, now)


def check_namespaces(found: Discovery) -> None:
    """Raise ActionNeededError where WooCommerce is missing or older than REST v3."""
    if "wc/v3" in found.namespaces:
        return
    if any(name.startswith("wc/v") for name in found.namespaces):
        raise ActionNeededError(
            "The store's WooCommerce is too old.",
            code="too_old",
            remedy="Update WooCommerce: 7.1 to 11 are tested; before 3.5 there is no "
            "API that we could use.",
        )
    raise ActionNeededError(
        "This is a WordPress site, but WooCommerce is not active on it.",
        code="no_woocommerce",
        remedy="Install and activate WooCommerce there, or check the address.",
    )


def _ask(
    http: HttpClient,
    address: str,
    settings: WooCommerceSettings,
    *,
    fields: bool = True,
) -> tuple[HttpAnswer, Body]:
    query = f"?_fields={_INDEX_FIELDS}" if fields else ""
    answer = http.send(
        HttpRequest(
            "GET",
            f"{address}{query}",
            timeout_s=settings.timeout_s,
            redirects_max=_HOPS_MAX,
            note=noise_note,
        )
    )
    return answer, read_body(answer)


def _is_index(body: Body) -> bool:
    return body.is_json and isinstance(body.data, dict) and "namespaces" in body.data


def _root_of(answer: HttpAnswer, tail: str) -> str:
    before, found, _ = answer.address.partition("?")[0].partition(tail)
    return f"{before}{found or tail}"


def _linked_root(answer: HttpAnswer) -> str:
    match = _LINK.search(answer.headers.get("link", ""))
    return match[1] if match else ""


def _is_same_host(root: str, address: str) -> bool:
    there, here = urlsplit(root), urlsplit(address)
    return (there.scheme, there.netloc) == (here.scheme, here.netloc)


def _why_not(
    answer: HttpAnswer, body: Body, now: datetime
) -> ActionNeededError | RetryableError:
    error = refusal(answer, body, is_write=False, now=now)
    if isinstance(error, ActionNeededError | RetryableError):
        return error
    return ActionNeededError(
        "There is no WordPress at this address.",
        code="no_api",
        remedy="Check the address: it is the one under which shoppers see the store, "
        "with its folder if it has one.",
    )
