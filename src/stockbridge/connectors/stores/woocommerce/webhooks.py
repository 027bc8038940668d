"""Our webhooks in the store: made, watched, repaired, removed; never others'.

The store never tries a failed delivery again, and after six failures in a row it
switches the webhook off without a word. So they are looked at, and switched on again.
Ours are those that call our address; the secret cannot be read back, and is written
anew with each repair.
"""

from collections.abc import Iterable, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from stockbridge.connectors.addresses import is_public
from stockbridge.connectors.stores.woocommerce.client import Record, StoreApi
from stockbridge.connectors.stores.woocommerce.lists import all_rows
from stockbridge.ports import Finding, Severity, WebhookHealth

TOPICS = (
    *("order.created", "order.updated", "order.deleted", "order.restored"),
    *("product.created", "product.updated", "product.deleted", "product.restored"),
    *("customer.created", "customer.updated", "customer.deleted"),
)
# WordPress' rule for calls to the outside (wp_http_validate_url).
_PORTS = frozenset({80, 443, 8080})


class Webhooks:
    """The webhooks of one store that call us."""

    def __init__(self, api: StoreApi) -> None:
        self._api = api

    def ensure(self, address: str, secret: str) -> WebhookHealth:
        """Make what is missing, repair what is off, delete what is double."""
        hidden = self._why_unreachable(address)
        if hidden is not None:
            return WebhookHealth(is_working=False, findings=(hidden,))
        kept, doubles = _by_topic(self._ours(address))
        self._update(kept.values(), secret)
        for hook in doubles:
            self._delete(hook)
        for topic in TOPICS:
            if topic not in kept:
                self._create(topic, address, secret)
        return self.health(address)

    def health(self, address: str) -> WebhookHealth:
        """Return whether all of ours exist and are on."""
        hidden = self._why_unreachable(address)
        if hidden is not None:
            return WebhookHealth(is_working=False, findings=(hidden,))
        kept, _ = _by_topic(self._ours(address))
        missing = [topic for topic in TOPICS if topic not in kept]
        off = [topic for topic, hook in kept.items() if hook.get("status") != "active"]
        findings = [*_missing(missing), *_switched_off(off)]
        ids = tuple(str(hook["id"]) for hook in kept.values())
        return WebhookHealth(not findings, tuple(findings), ids)

    def remove(self, address: str) -> None:
        """Delete ours."""
        for hook in self._ours(address):
            self._delete(hook)

    def _ours(self, address: str) -> list[Record]:
        hooks = all_rows(self._api, "webhooks", {"status": "all"})
        return [hook for hook in hooks if hook.get("delivery_url") == address]

    def _create(self, topic: str, address: str, secret: str) -> None:
        # One by one: the store pings us before it answers, and a batch of many pings
        # could outlast the call.
        self._api.post(
            "webhooks",
            {
                "name": f"Stockbridge {topic}",
                "topic": topic,
                "delivery_url": address,
                "secret": secret,
                "status": "active",
            },
        )

    def _update(self, hooks: Iterable[Record], secret: str) -> None:
        update = [{"id": h["id"], "status": "active", "secret": secret} for h in hooks]
        if update:
            self._api.post("webhooks/batch", {"update": update})

    def _delete(self, hook: Record) -> None:
        # Without force the store answers that webhooks have no trash.
        path = f"webhooks/{hook['id']}"
        self._api.call("DELETE", path, query={"force": "true"})

    def _why_unreachable(self, address: str) -> Finding | None:
        """Return why a stock WordPress would refuse to call this address."""
        if self._api.wire.allows_private_addresses:
            return None  # a test network, whose rules we do not know
        parts = urlsplit(address)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if _is_private_name(host):
            what = f"{host} is an address inside your own network."
        elif port not in _PORTS:
            what = f"WordPress calls only the ports 80, 443 and 8080, not {port}."
        else:
            return None
        return Finding(
            "webhooks_unreachable",
            Severity.WARNING,
            f"The store cannot reach us: {what} We look for changes at intervals "
            "instead; nothing is lost, it only takes a little longer.",
            "To be told at once, give Stockbridge a public https address.",
        )


def _is_private_name(host: str) -> bool:
    try:
        return not is_public(ip_address(host))
    except ValueError:
        is_local = host.endswith((".local", ".localhost", ".internal", ".lan"))
        return is_local or "." not in host


def _by_topic(hooks: Sequence[Record]) -> tuple[dict[str, Record], list[Record]]:
    """Return one webhook per topic, the oldest, and the rest."""
    kept: dict[str, Record] = {}
    doubles = []
    for hook in sorted(hooks, key=lambda hook: int(hook["id"])):
        topic = str(hook.get("topic"))
        if topic in TOPICS and topic not in kept:
            kept[topic] = hook
        else:
            doubles.append(hook)
    return kept, doubles


def _missing(topics: Sequence[str]) -> list[Finding]:
    if not topics:
        return []
    return [
        Finding(
            "webhooks_missing",
            Severity.WARNING,
            f"The store no longer tells us about: {', '.join(topics)}.",
            "Press 'Repair notices'; until then we look at intervals.",
        )
    ]


def _switched_off(topics: Sequence[str]) -> list[Finding]:
    if not topics:
        return []
    return [
        Finding(
            "webhooks_disabled",
            Severity.WARNING,
            f"The store has switched its notices off: {', '.join(topics)}. It does "
            "so when we could not be reached several times.",
            "Press 'Repair notices'; until then we look at intervals.",
        )
    ]
