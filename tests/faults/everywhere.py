"""Interrupt the journey at every point, one attempt each, and judge each end.

    python -m tests.faults.everywhere --database sqlite --mode kill

Points are found by watching a journey that nobody interrupts: every commit, every
write that commits by itself, every call to the outside, before and after. `--mode
kill` sends SIGKILL at each; `--mode cut` spoils each request in each way. A part of
them (`--every 5 --offset 2`) is quicker; all of them are the default.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockbridge.config.settings")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], required=True)
    parser.add_argument("--mode", choices=["kill", "cut"], default="kill")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--offset", type=int, default=0)
    return parser.parse_args()


ARGUMENTS = _arguments() if __name__ == "__main__" else None
if ARGUMENTS is not None:
    if ARGUMENTS.database == "postgresql":
        os.environ["STOCKBRIDGE_DATABASE"] = (
            "postgresql://postgres@127.0.0.1:5432/postgres"
        )
    else:
        os.environ["STOCKBRIDGE_DATABASE"] = ""
    import django

    django.setup()

from django.db import connections  # noqa: E402

from stockbridge.connectors.simulation import Fault, FaultKind  # noqa: E402
from stockbridge.connectors.stores.woocommerce.simulator import (  # noqa: E402
    WooCommerceSimulator,
)
from stockbridge.engine import checkpoints  # noqa: E402
from stockbridge.web.demo.setting_up import StoreAccess  # noqa: E402
from stockbridge.web.demo.shopping import Shoppers  # noqa: E402
from tests.faults import journey  # noqa: E402
from tests.faults.databases import Databases, databases  # noqa: E402
from tests.faults.forks import Ended, forked  # noqa: E402

CUTS = (
    FaultKind.CONNECTION_CUT,
    FaultKind.ANSWER_LOST,
    FaultKind.ERROR_AFTER_WRITE,
    FaultKind.TRUNCATED,
)
_GOOD = ("duplicates", "missing", "unexpected", "cents_off", "stock_differences")


def main(arguments: argparse.Namespace) -> int:
    """Try all points; return how many ended differently."""
    with tempfile.TemporaryDirectory(prefix="stockbridge-faults-") as name:
        folder = Path(name)
        place = databases(arguments.database, folder)
        place.create("world")
        made = forked(lambda: _prepare(place))
        if made.error:
            sys.exit(made.error)
        try:
            return _try_all(arguments, place, folder)
        finally:
            place.drop("world")
            place.drop("attempt")


def _try_all(arguments: argparse.Namespace, place: Databases, folder: Path) -> int:
    calm = _attempt(place, folder, _nothing)
    if calm.get("error"):
        sys.exit(calm["error"])
    points: list[str] = calm["points"]
    plans = _plans(arguments.mode, points, calm["requests"])
    chosen = plans[arguments.offset :: arguments.every]
    bad = 0 if _is_good(calm) else 1
    killed = 0
    for number, plan in enumerate(chosen, 1):
        found = _attempt(place, folder, plan)
        killed += bool(found.get("first_killed"))
        if not _is_good(found):
            bad += 1
            print(f"✗ {plan}: {json.dumps(found, default=str)[:3000]}", flush=True)
        if number % 25 == 0:
            print(f"{number} of {len(chosen)} …", file=sys.stderr, flush=True)
    print(
        json.dumps(
            {
                "database": arguments.database,
                "mode": arguments.mode,
                "points": len(plans),
                "tried": len(chosen),
                "killed": killed,
                "different": bad,
                "places": len(set(points)),
                "journeys": dict(Counter(map(_journey_of, points))),
            }
        ),
        flush=True,
    )
    return bad


_STOCK = ("engine/stock.py", "engine/targets.py", "engine/readings.py")


def _journey_of(point: str) -> str:
    """Return on which way a point lies: stock, order, or a call of either."""
    if point.startswith("call."):
        return "calls"
    return "stock" if any(name in point for name in _STOCK) else "order"


Plan = tuple[str, int, str]
_nothing: Plan = ("nothing", 0, "")


def _plans(mode: str, points: list[str], requests: int) -> list[Plan]:
    if mode == "kill":
        return [("kill", n, name) for n, name in enumerate(points, 1)]
    return [("cut", skip, kind.value) for skip in range(requests) for kind in CUTS]


def _prepare(place: Databases) -> None:
    with _store() as (access, _):
        place.use("world")
        journey.prepare(access)
        connections.close_all()  # the last one to close puts all into one file


def _attempt(place: Databases, folder: Path, plan: Plan) -> dict[str, Any]:
    """Run one journey against a fresh store and a fresh copy, in children."""
    place.copy("world", "attempt")
    changed = folder / "changed"
    changed.unlink(missing_ok=True)
    trace = folder / "points"
    trace.unlink(missing_ok=True)
    ended = forked(lambda: _with_store(place, folder, plan))
    if ended.error or ended.answer is None:
        return {"error": ended.error or "the store died"}
    found: dict[str, Any] = ended.answer
    found["points"] = trace.read_text().splitlines() if trace.exists() else []
    return found


def _with_store(place: Databases, folder: Path, plan: Plan) -> dict[str, Any]:
    """Hold the store in this child, and send the travellers from here."""
    with _store() as (access, store):
        shoppers = Shoppers(access.address, journey.SEED)
        shoppers.place(journey.ORDERS)
        store.log.clear()
        kind, number, name = plan
        if kind == "cut":
            api = Fault(FaultKind(name), path="/wp-json/", skip=number)
            store.faults.add(api)
        first = _traveller(place, folder, access, plan)
        store.faults.clear()
        second = _traveller(place, folder, access, None)
        if second.error:
            return {"error": second.error}
        found: dict[str, Any] = second.answer
        found["first_killed"] = first.was_killed
        found["first_error"] = first.error
        found["requests"] = len(store.log.rows())
        return found


def _traveller(
    place: Databases, folder: Path, access: StoreAccess, plan: Plan | None
) -> Ended:
    """Fork, although this process has the store's threads: the child uses none."""

    def act() -> dict[str, Any] | None:
        place.use("attempt")
        if plan is None:
            return journey.arrive(access, folder / "changed")
        journey.point_at(access)
        place.use("attempt")
        checkpoints.instrument_commits()
        kill_at = plan[1] if plan[0] == "kill" else None
        trace = folder / "points" if plan[0] == "nothing" else None
        place.use("attempt")
        with checkpoints.watching(checkpoints.Tracer(kill_at=kill_at, trace=trace)):
            journey.travel(access, folder / "changed")
        return None

    return forked(act)


@contextmanager
def _store() -> Iterator[tuple[StoreAccess, WooCommerceSimulator]]:
    with WooCommerceSimulator(port=0, seed=journey.SEED) as store:
        store.seed_products(journey.PRODUCTS, seed=journey.SEED)
        keys = (store.consumer_key, store.consumer_secret)
        yield StoreAccess(store.url, *keys), store


def _is_good(found: dict[str, Any]) -> bool:
    if found.get("error") or found.get("problems") or found.get("unsettled"):
        return False
    return all(not found[name] for name in _GOOD)


if __name__ == "__main__":
    assert ARGUMENTS is not None
    sys.exit(1 if main(ARGUMENTS) else 0)
