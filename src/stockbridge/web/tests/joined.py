"""A company with a store and its back office, for the tests of the set-up screens."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from stockbridge.connectors.stores.woocommerce.simulator import (
    Options,
    WooCommerceSimulator,
)
from stockbridge.engine import leases, schedule
from stockbridge.engine.actions.bridges import join
from stockbridge.engine.actions.connections import Act, embedded_books
from stockbridge.engine.clock import database_now
from stockbridge.engine.jobs import work_on
from stockbridge.engine.models import Bridge, Connection
from stockbridge.engine.tests.rows import a_connection
from stockbridge.engine.ticks import Deadline
from stockbridge.web.tests.people import People

LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
KEYS = {"consumer_key": f"ck_{'a' * 40}", "consumer_secret": f"cs_{'b' * 40}"}


def a_store(people: People, name: str = "Mug shop", **fields: object) -> Connection:
    """Return a store that nobody can call; good enough where nothing is called."""
    fields.setdefault("secrets", KEYS)
    return a_connection(people.company, name=name, **fields)


def a_joined_store(people: People) -> Bridge:
    """Return a store joined with the company's back office, switched off."""
    act = Act(now=timezone.now(), by="a test")
    return join(a_store(people), embedded_books(people.company, act), act)


@contextmanager
def a_shop(people: People, **changes: Any) -> Iterator[WooCommerceSimulator]:
    """Start a simulated shop that the company may call."""
    people.company.allows_private_addresses = True
    people.company.save()
    options = Options(allow_local_callbacks=True, **changes)
    with WooCommerceSimulator(options) as shop:
        yield shop


def form_of(shop: WooCommerceSimulator, **changes: str) -> dict[str, str]:
    """Return what a person would type to connect the shop."""
    return {
        "name": "Mug shop",
        "address": shop.url,
        "allow_insecure_http": "on",
        "rows_per_call": "100",
        "shipments_from": "none",
        "timeout_s": "45",
        "consumer_key": shop.consumer_key,
        "consumer_secret": shop.consumer_secret,
        **changes,
    }


def work(bridge: Bridge, rounds: int = 3) -> None:
    """Let both sides be worked on, one after the other, until all is at rest."""
    for _ in range(rounds):
        for connection_id in (bridge.books_id, bridge.store_id, bridge.books_id):
            now = database_now()
            Connection.objects.filter(pk=connection_id).update(due_at=now)
            connection = Connection.objects.get(pk=connection_id)
            lease = leases.take(connection, leases.new_holder("test"))
            assert lease is not None
            begun = schedule.begin(lease, now)
            assert begun is not None
            deadline = Deadline(30, is_stopping=lambda: False)
            schedule.finish(lease, work_on(begun, lease, deadline), now)
            leases.give_back(lease)
