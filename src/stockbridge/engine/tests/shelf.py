"""A tiny store for the machinery's tests: it answers checks and keeps webhooks.

`Shelf` is the outside system; what a test sets on it is what its connector sees.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from pydantic import BaseModel, ConfigDict

from stockbridge.domain.errors import SyncError
from stockbridge.ports import (
    Answer,
    Call,
    ConnectionReport,
    Connector,
    Exchange,
    Finding,
    Heard,
    Link,
    Severity,
    Store,
    WebhookHealth,
)


class ShelfSettings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    address: str


class ShelfSecrets(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: str
    webhook_secret: str = ""


@dataclass
class Shelf:
    """The system itself: what it answers, what it heard."""

    findings: tuple[Finding, ...] = ()
    failure: SyncError | None = None
    has_webhooks: bool = False
    is_webhook_refused: bool = False
    webhook_addresses: list[str] = field(default_factory=list)
    keys_seen: list[str] = field(default_factory=list)
    new_facts: dict[str, str] = field(default_factory=dict)

    @property
    def connector(self) -> Connector:
        return Connector(
            slug="shelf",
            title="Shelf",
            kind="store",
            settings=ShelfSettings,
            secrets=ShelfSecrets,
            open_store=lambda link: cast(Store, ShelfStore(self, link)),
            endpoint=ShelfEndpoint(),
        )

    @property
    def find(self) -> Callable[[str], Connector]:
        return lambda slug: self.connector


class ShelfEndpoint:
    def hear(self, call: Call, link: Link) -> Heard:
        return Heard(Answer(204))


class ShelfStore:
    """Speaks to a shelf over the engine's wire; has what the machinery asks for."""

    def __init__(self, shelf: Shelf, link: Link) -> None:
        self._shelf = shelf
        self._link = link

    def check(self) -> ConnectionReport:
        self._call("GET", "/status")
        if self._link.save_facts and self._shelf.new_facts:
            self._link.save_facts(self._shelf.new_facts)
        findings = self._shelf.findings or (
            Finding("reached", Severity.OK, "The shelf answers."),
        )
        return ConnectionReport(findings, version="1.2", facts={"currency": "EUR"})

    def ensure_webhooks(self, address: str, secret: str) -> WebhookHealth:
        self._call("POST", "/webhooks")
        self._shelf.has_webhooks = not self._shelf.is_webhook_refused
        self._shelf.webhook_addresses.append(address)
        return self._health()

    def remove_webhooks(self, address: str) -> None:
        self._call("DELETE", "/webhooks")
        self._shelf.webhook_addresses = [
            kept for kept in self._shelf.webhook_addresses if kept != address
        ]

    def webhook_health(self, address: str) -> WebhookHealth:
        self._call("GET", "/webhooks")
        return self._health()

    def _health(self) -> WebhookHealth:
        if self._shelf.has_webhooks:
            return WebhookHealth(is_working=True, ids=("1",))
        gone = Finding("webhook_gone", Severity.ERROR, "The webhook was disabled.")
        return WebhookHealth(is_working=False, findings=(gone,))

    def _call(self, method: str, path: str) -> None:
        key = self._link.secrets["key"]
        self._shelf.keys_seen.append(key)
        self._link.wire.before_call(timeout_s=10)
        failure = self._shelf.failure
        self._link.wire.after_call(
            Exchange(
                method=method,
                address=f"https://shelf.example.com{path}?token={key}",
                status=None if failure else 200,
                elapsed_ms=3,
                request_excerpt=f"Authorization: Bearer {key}",
                answer_excerpt=f'{{"echo": "{key}", "email": "ann@example.com"}}',
                error=f"failed with {key}" if failure else "",
            )
        )
        if failure:
            raise failure
