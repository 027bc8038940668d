"""The journey that is interrupted: orders in, changes, refunds, stock back."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management import call_command

from stockbridge.companies.models import Company
from stockbridge.domain.errors import RetryableError
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Bridge, Connection, Delivery, Lease
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.checker import check
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import StoreAccess
from stockbridge.web.demo.shopping import Shoppers
from tests.journeys.in_step import a_joined_shop

SEED, PRODUCTS, ORDERS = 11, 5, 4
TRIES = 12


def prepare(access: StoreAccess) -> None:
    """Set up the company, once; the catalogue is read, nothing was bought yet."""
    call_command("migrate", verbosity=0, interactive=False)
    a_joined_shop(access)


def point_at(access: StoreAccess) -> None:
    """Let the prepared company's store be the one at this address."""
    row = Connection.objects.get(kind="store")
    row.settings = {**row.settings, "address": access.address}
    row.secrets = {
        "consumer_key": access.consumer_key,
        "consumer_secret": access.consumer_secret,
    }
    row.facts = {}
    row.save(update_fields=["settings", "secrets", "facts"])


def travel(access: StoreAccess, changed: Path) -> None:
    """Go the whole way; `changed` notes that the shoppers changed their minds."""
    bridge = Bridge.objects.select_related("store", "books", "company").get()
    _rest(bridge)
    if not changed.exists():
        shoppers = Shoppers(access.address, SEED)
        shoppers.placed = sorted(int(number) for number in shoppers.state()["orders"])
        shoppers.change_minds()
        changed.touch()
    setting_up.receive_goods(bridge.company, now=utc_now())
    _rest(bridge)


def arrive(access: StoreAccess, changed: Path) -> dict[str, Any]:
    """Go on after whatever happened, and return what an independent judge finds."""
    # Nobody waits here for the dead worker's lease to run out.
    Lease.objects.update(expires_at=None)
    travel(access, changed)
    report = check(Shoppers(access.address, SEED).state(), Company.objects.get())
    found = asdict(report)
    found["unsettled"] = Delivery.objects.exclude(
        state__in=["posted", "superseded", "cancelled"]
    ).count()
    return found


def _rest(bridge: Bridge) -> None:
    """Come to rest, however often the line is cut meanwhile."""
    for _ in range(TRIES):
        try:
            bring_to_rest(bridge)
        except RetryableError:
            Delivery.objects.update(not_before=None)  # as if the waiting were over
            time.sleep(0)
        else:
            return
    raise RuntimeError("The journey does not come to rest.")
