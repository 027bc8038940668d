"""Interrupt the journey into QuickBooks at every point, and judge each end.

    python -m tests.faults.quickbooks --database sqlite --books pos --mode kill mishap

`kill` kills our server (SIGKILL) at every commit of every visit, found by watching a
calm journey; it is started again. `mishap` lets each step of each visit go wrong in
each way. `random` does both at random: `--seconds 60 --seed 1`; one attempt per seed.
A part (`--every 5 --offset 2`) is quicker; all is the default.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockbridge.config.settings")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], required=True)
    parser.add_argument("--books", choices=["pos", "desktop"], required=True)
    journeys = ["receipts", "orders", "parts"]
    parser.add_argument("--journey", choices=journeys, default="receipts")
    modes = ["kill", "mishap", "random"]
    parser.add_argument("--mode", choices=modes, nargs="+", required=True)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--offset", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


ARGUMENTS = _arguments() if __name__ == "__main__" else None
if ARGUMENTS is not None:
    is_server = ARGUMENTS.database == "postgresql"
    server = "postgresql://postgres@127.0.0.1:5432/postgres"
    os.environ["STOCKBRIDGE_DATABASE"] = server if is_server else ""
    import django

    django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from stockbridge.connectors.webconnector.simulator import (  # noqa: E402
    Hook,
    Step,
    at,
    every_mishap,
)
from stockbridge.connectors.webconnector.simulator.mishaps import (  # noqa: E402
    no_mishap,
    troubled,
)
from tests.faults import (  # noqa: E402
    open_orders_journey,
    parts_journey,
    quickbooks_journey,
)
from tests.faults.databases import Databases, databases  # noqa: E402
from tests.faults.forks import forked  # noqa: E402
from tests.quickbooks.servers import Doom, ForkedClock, Service, kept_alive  # noqa: E402
from tests.quickbooks.world import (  # noqa: E402
    QuickBooksWorld,
    a_clock,
    reachable,
)

JOURNEYS: dict[str, ModuleType] = {
    "receipts": quickbooks_journey,
    "orders": open_orders_journey,
    "parts": parts_journey,
}
_TROUBLE = 0.04  # of each step, at random


@dataclass(frozen=True, slots=True)
class Plan:
    """One attempt: what goes wrong, and what it is called."""

    name: str
    hook: Hook = no_mishap
    kill_at: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """Where attempts are made."""

    place: Databases
    folder: Path
    books: str
    world: QuickBooksWorld
    clock: ForkedClock
    journey: ModuleType = quickbooks_journey

    def attempt(self, plan: Plan) -> dict[str, Any]:
        """Go the way once, from a fresh copy, in a child; return what was found."""
        self.place.copy("world", "attempt")
        trace = self.folder / "points"
        trace.unlink(missing_ok=True)
        ended = forked(lambda: self._travel(plan, trace))
        if ended.error or ended.answer is None:
            return {"wrong": ended.error or "the traveller died"}
        found: dict[str, Any] = ended.answer
        found["points"] = trace.read_text().splitlines() if trace.exists() else []
        return found

    def prepare(self) -> None:
        """Read both sides once, so that the journey begins at rest.

        All of it in this process: what is imported here, no child has to import.
        """
        self.place.use("world")
        with reachable(self.world):
            quickbooks_journey.rest(self.world, no_mishap)
        connections.close_all()  # the last one to close puts all into one file

    def _travel(self, plan: Plan, trace: Path) -> dict[str, Any]:
        self.place.use("attempt")
        self.clock.part()
        counting = quickbooks_journey.Counting(plan.hook)
        is_calm = plan.name == "calm"
        doom = Doom(plan.kill_at, trace if is_calm else None)
        with self._served(doom):
            self.journey.travel(self.world, counting)
        wrong = self.journey.judged(self.world, self.books)
        steps = [step.name for step in counting.steps]
        return {"wrong": wrong, "steps": steps if is_calm else []}

    def _served(self, doom: Doom) -> AbstractContextManager[None]:
        world, place = self.world, self.place
        books = world.bridge.books_id
        service = Service(books, self.clock, lambda: place.use("attempt"))
        return _told(world, kept_alive(service, doom))


def main(arguments: argparse.Namespace) -> int:
    """Try all; return how many ended differently."""
    # Passwords are hashed at a cost that is meant for guessers.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with tempfile.TemporaryDirectory(prefix="stockbridge-faults-") as name:
        folder = Path(name)
        place = databases(arguments.database, folder)
        place.create("world")
        place.use("world")
        try:
            call_command("migrate", verbosity=0, interactive=False)
            clock = ForkedClock(a_clock().now())
            journey = JOURNEYS[arguments.journey]
            world = journey.a_world(arguments.books, clock)
            stage = Stage(place, folder, arguments.books, world, clock, journey)
            connections.close_all()
            stage.prepare()
            return _try_all(arguments, stage)
        finally:
            connections.close_all()
            place.drop("world")
            place.drop("attempt")


def _try_all(arguments: argparse.Namespace, stage: Stage) -> int:
    calm = stage.attempt(Plan("calm"))
    if calm["wrong"]:
        print(f"✗ calm: {calm['wrong']}")
        return 1
    return sum(_try(mode, arguments, stage, calm) for mode in arguments.mode)


def _try(
    mode: str, arguments: argparse.Namespace, stage: Stage, calm: dict[str, Any]
) -> int:
    every = list(_plans(mode, calm))
    chosen: Iterable[Plan] = every[arguments.offset :: arguments.every]
    if mode == "random":
        chosen = _for_seconds(arguments, len(calm["points"]))
    tried = bad = 0
    for plan in chosen:
        tried += 1
        wrong = stage.attempt(plan)["wrong"]
        if wrong:
            bad += 1
            print(f"✗ {plan.name}: {json.dumps(wrong, default=str)[:3000]}", flush=True)
    report = {
        "database": arguments.database,
        "books": arguments.books,
        "journey": arguments.journey,
        "mode": mode,
        "points": len(every),
        "tried": tried,
        "different": bad,
        "steps": len(calm["steps"]),
        "commits": len(calm["points"]),
        "places": len(Counter(calm["points"])),
    }
    print(json.dumps(report), flush=True)
    return bad


def _plans(mode: str, calm: dict[str, Any]) -> Iterator[Plan]:
    if mode == "kill":
        for number, name in enumerate(calm["points"], 1):
            yield Plan(f"kill {number} {name}", kill_at=(number,))
    if mode == "mishap":
        steps = [Step(number, name) for number, name in enumerate(calm["steps"], 1)]
        for step, mishap in every_mishap(steps):
            name = f"{step.number} {step.name} {mishap.value}"
            yield Plan(name, at(step.number, mishap))


def _for_seconds(arguments: argparse.Namespace, points: int) -> Iterator[Plan]:
    """Return journeys full of trouble, each from a seed of its own."""
    ends = time.monotonic() + arguments.seconds
    seed = arguments.seed
    while time.monotonic() < ends:
        dice = random.Random(seed)
        kills = tuple(dice.randint(1, points) for _ in range(dice.randint(0, 4)))
        yield Plan(f"--seed {seed}", troubled(dice, _TROUBLE), kills)
        seed += 1


@contextmanager
def _told(
    world: QuickBooksWorld, service: AbstractContextManager[str]
) -> Iterator[None]:
    """Tell the Web Connector where the service is."""
    with service as address:
        world.connector.account = replace(world.connector.account, address=address)
        yield


if __name__ == "__main__":
    assert ARGUMENTS is not None
    sys.exit(1 if main(ARGUMENTS) else 0)
