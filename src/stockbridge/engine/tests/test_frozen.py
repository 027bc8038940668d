"""A worker that is frozen at any step beyond its lease writes nothing afterwards.

The steps are found by watching a journey. At each of them, one journey each, another
worker takes the lease; what the first one commits after that is written down. In an
ordinary run of the tests every second step is tried, by `make faults` all are.
"""

import os
from collections.abc import Callable, Iterator

import pytest
from django.db import connections

from stockbridge.domain.tests.builders import a_books_item
from stockbridge.engine import checkpoints
from stockbridge.engine.actions.runs import RunRequest, approve_run, start_run
from stockbridge.engine.leases import LeaseLostError
from stockbridge.engine.models import Lease, Run
from stockbridge.engine.tests.rows import at_the_same_time
from stockbridge.engine.tests.worlds import World, a_new_world, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)
EVERY = int(os.environ.get("STOCKBRIDGE_FREEZE_EVERY", "7"))
#: An answer is a fact, whoever brings it; giving back changes no lease of another.
ALLOWED = {"engine/settle.py:settle", "engine/leases.py:give_back"}


class Freezer:
    """Takes the lease away at the n-th step, and notes what is written later."""

    def __init__(self, freeze_at: int | None = None) -> None:
        self.count = 0
        self.written_later: list[str] = []
        self.is_frozen = False
        self._freeze_at = freeze_at
        self._is_stealing = False

    def __call__(self, point: str) -> None:
        """Count a step; freeze at the chosen one."""
        if self._is_stealing:
            return
        moment, place = point.split(" ", 1)
        if moment in ("commit.before", "write.before") and self.is_frozen:
            self.written_later.append(place)
        if moment in ("commit.after", "write.after"):
            self.count += 1
            if self.count == self._freeze_at:
                self._freeze()

    def _freeze(self) -> None:
        self._is_stealing = True
        at_the_same_time(lambda: Lease.objects.update(holder="awake", fence=1_000_000))
        self._is_stealing, self.is_frozen = False, True


@pytest.fixture(autouse=True)
def instrumented() -> Iterator[None]:
    connections.close_all()
    checkpoints.instrument_commits()
    yield
    checkpoints.release_commits()
    connections.close_all()


@pytest.mark.parametrize("make", ["trade", "first", "both", "run", "refresh"])
def test_a_worker_frozen_at_any_step_writes_only_evidence(make: str) -> None:
    calm = Freezer()
    _travel(WORLDS[make](), calm)

    found = {}
    for step in range(1, calm.count + 1, EVERY):
        freezer = Freezer(step)
        _travel(WORLDS[make](), freezer)
        later = [one for one in freezer.written_later if one not in ALLOWED]
        if later or not freezer.is_frozen:
            found[step] = later

    assert calm.count > 10
    assert found == {}


def _travel(world: World, freezer: Freezer) -> None:
    """Go the way until the worker is frozen; its job ends there."""
    for job in (world.store_job, world.books_job, world.store_job):
        world.clock.advance(minutes=6)
        with checkpoints.watching(freezer):
            try:
                job()
            except LeaseLostError:
                break
        if freezer.is_frozen:
            break
        world.ledger.count_stock("I1", 30)
    Lease.objects.update(holder="", expires_at=None)


def _trade() -> World:
    """Return a world in which an order, goods and a typed quantity arrive at once."""
    world = a_world()
    world.shop.place(an_order())
    world.shop.edit_quantity("94", 3)
    world.ledger.count_stock("I1", 25)
    connection = world.store_connection
    connection.hints = {"orders": ["727"], "items": []}
    connection.save(update_fields=["hints"])
    return world


def _first() -> World:
    """Return a world of which nothing was read yet."""
    world = a_new_world()
    world.ledger.add_item(a_books_item(), 20)
    world.shop.place(an_order())
    return world


def _both() -> World:
    """Return a world in which both own stock, and somebody typed a quantity."""
    world = a_world(owner="both")
    world.shop.edit_quantity("94", 3)
    return world


def _run() -> World:
    """Return a world with an approved run, and one whose preview is to be made."""
    world = a_world(orders_enabled=False)
    world.shop.place(an_order())
    world.rest(rounds=1)
    run = world.start(Run.Kind.IMPORT_ORDERS, all=True)
    approve_run(run, world.act)
    start_run(world.bridge, RunRequest(Run.Kind.PUSH_STOCK, {"all": True}), world.act)
    return world


def _refresh() -> World:
    """Return a world in which a person asked to read all items anew."""
    world = a_world()
    request = RunRequest(Run.Kind.REFRESH, {"feed": "items", "side": "store"})
    start_run(world.bridge, request, world.act)
    return world


WORLDS: dict[str, Callable[[], World]] = {
    "trade": _trade,
    "first": _first,
    "both": _both,
    "run": _run,
    "refresh": _refresh,
}
