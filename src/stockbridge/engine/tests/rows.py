"""Rows with defaults, for the machinery's tests."""

import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import connections

from stockbridge.companies.models import Company
from stockbridge.engine.models import Bridge, Connection, Delivery, Snapshot

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def a_company(name: str = "Acme", **fields: Any) -> Company:
    return Company.objects.create(name=name, slug=f"c{next(_numbers)}", **fields)


def a_connection(
    company: Company | None = None,
    *,
    name: str = "",
    **fields: Any,
) -> Connection:
    values = {
        "kind": "store",
        "connector": "woocommerce",
        "settings": {"address": "https://shop.example.com"},
        "status": Connection.Status.ACTIVE,
        **fields,
    }
    return Connection.objects.create(
        company=company or a_company(),
        name=name or f"Shop {next(_numbers)}",
        **values,
    )


def a_bridge(company: Company | None = None) -> Bridge:
    company = company or a_company()
    books = a_connection(company, kind="books", connector="embedded")
    return Bridge.objects.create(
        company=company, store=a_connection(company), books=books
    )


def a_delivery(bridge: Bridge, **fields: Any) -> Delivery:
    number = next(_numbers)
    values = {
        "kind": "sale",
        "key": f"key/{number}",
        "state": "ready",
        "digest": f"{number:032d}",
        "reference": f"WEB-{number}",
        "created_at": NOW,
        "changed_at": NOW,
        **fields,
    }
    return Delivery.objects.create(
        company=bridge.company, connection=bridge.books, bridge=bridge, **values
    )


def a_snapshot(
    connection: Connection, feed: str, external_id: str, **fields: Any
) -> Snapshot:
    values = {"digest": "d", "seen_at": NOW, "data": {}, **fields}
    return Snapshot.objects.create(
        connection=connection, feed=feed, external_id=external_id, **values
    )


def at_the_same_time(*acts: Callable[[], object]) -> list[object]:
    """Run each in a thread of its own, all let go at once; return what they return.

    What one of them raises is what it returns.
    """
    barrier = threading.Barrier(len(acts))
    found: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        barrier.wait(timeout=30)
        try:
            found[place] = act()
        except Exception as error:
            found[place] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(place, act))
        for place, act in enumerate(acts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found
