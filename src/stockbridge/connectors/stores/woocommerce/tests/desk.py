"""Builders for tests: a simulated store and a connection to it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from stockbridge.connectors.stores.woocommerce.settings import WooCommerceSettings
from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.connectors.stores.woocommerce.store import WooCommerceStore
from stockbridge.connectors.tests.wires import RecordingWire
from stockbridge.ports import Link, Page, Unreadable

Record = TypeVar("Record")
Json = Any
ALL_VERSIONS = ("11.0.1", "10.5", "8.9.3", "7.1.1")


@dataclass
class Desk:
    """A store, its simulator, the wire between and the facts that were kept."""

    simulator: WooCommerceSimulator
    wire: RecordingWire
    facts: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def settings(self, **changes: Json) -> WooCommerceSettings:
        values = {"address": self.simulator.url, "allow_insecure_http": True, **changes}
        return WooCommerceSettings(**values)

    def link(self, **changes: Json) -> Link:
        secrets = {
            "consumer_key": self.simulator.consumer_key,
            "consumer_secret": self.simulator.consumer_secret,
            **self.secrets,
        }
        return Link(
            company_id="company-1",
            settings=self.settings(**changes),
            secrets=secrets,
            wire=self.wire,
            save_facts=self.facts.update,
            facts=self.facts,
        )

    def store(self, **changes: Json) -> WooCommerceStore:
        return WooCommerceStore(self.link(**changes))


@contextmanager
def a_desk(version: str = "11.0.1", **options: Json) -> Iterator[Desk]:
    """Run a simulated store, webhooks off unless asked for, and open it."""
    options = {"deliver_webhooks": False, "allow_local_callbacks": True, **options}
    with WooCommerceSimulator(version=version, **options) as simulator:
        yield Desk(simulator, RecordingWire())


def read_all(
    read: Callable[..., Page[Record]], *, cursor: str = "", limit: int = 100
) -> tuple[list[Record], str]:
    """Read pages until the last; no page may hold an unreadable record."""
    records, unreadable, cursor = read_round(read, cursor=cursor, limit=limit)
    assert not unreadable
    return records, cursor


def read_round(
    read: Callable[..., Page[Record]], *, cursor: str = "", limit: int = 100
) -> tuple[list[Record], list[Unreadable], str]:
    """Read pages until the last; return records, unreadable ones and the cursor."""
    records: list[Record] = []
    unreadable: list[Unreadable] = []
    for _ in range(1000):
        page = read(cursor, limit=limit)
        records += page.records
        unreadable += page.unreadable
        cursor = page.cursor
        if page.is_last:
            return records, unreadable, cursor
    raise AssertionError("the feed has no end")
