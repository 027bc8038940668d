"""Interrupt the journey into QuickBooks Online at every point, and judge each end.

    python -m tests.faults.online --database sqlite --document invoice --mode kill cut

`kill` kills our process (SIGKILL) at every commit, every write that commits by itself
and every call, before and after, found by watching a calm journey; another one goes on.
`cut` spoils each request to QuickBooks in each way in which it can fail, once and four
times running, renewing the sign-in included. A part (`--every 5 --offset 2`) is
quicker; all is the default.
"""

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockbridge.config.settings")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], required=True)
    documents = ["sales_receipt", "invoice"]
    parser.add_argument("--document", choices=documents, default="sales_receipt")
    parser.add_argument("--mode", choices=["kill", "cut"], nargs="+", required=True)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--offset", type=int, default=0)
    return parser.parse_args()


ARGUMENTS = _arguments() if __name__ == "__main__" else None
if ARGUMENTS is not None:
    is_server = ARGUMENTS.database == "postgresql"
    server = "postgresql://postgres@127.0.0.1:5432/postgres"
    os.environ["STOCKBRIDGE_DATABASE"] = server if is_server else ""
    import django

    django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from stockbridge.connectors.simulation import Fault, FaultKind  # noqa: E402
from stockbridge.engine import checkpoints  # noqa: E402
from tests.faults import online_journey as journey  # noqa: E402
from tests.faults.databases import Databases, databases  # noqa: E402
from tests.faults.forks import Ended, forked  # noqa: E402

#: Those that only take long are the connector's own tests' (`test_lost_answers.py`).
CUTS = (
    FaultKind.CONNECTION_CUT,
    FaultKind.ANSWER_LOST,
    FaultKind.ERROR_AFTER_WRITE,
    FaultKind.TRUNCATED,
    FaultKind.NOISE,
    FaultKind.SERVER_ERROR,
    FaultKind.BAD_GATEWAY,
    FaultKind.MAINTENANCE,
    FaultKind.HTML,
    FaultKind.TOO_MANY_REQUESTS,
)
#: A lost answer is asked for again at once: only a series of them leaves a doubt.
TIMES = (1, 4)


@dataclass(frozen=True, slots=True)
class Plan:
    """One attempt: what goes wrong, and what it is called."""

    name: str
    kill_at: int | None = None
    fault: Fault | None = None


CALM = Plan("calm")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where attempts are made: each in children, from the same beginning."""

    place: Databases
    folder: Path
    trade: journey.Trade

    def attempt(self, plan: Plan) -> dict[str, Any]:
        """Go the way once; return what is wrong, and what was seen."""
        self.place.copy("world", "attempt")
        for name in ("changed", "points"):
            (self.folder / name).unlink(missing_ok=True)
        ended = forked(lambda: self._held(plan))
        if ended.error or ended.answer is None:
            return {"wrong": ended.error or "the holder died"}
        found: dict[str, Any] = ended.answer
        return found

    def _held(self, plan: Plan) -> dict[str, Any]:
        """Hold both systems in this child, and send the travellers from here."""
        trade, online = self.trade, self.trade.side.simulator
        trade.start()
        try:
            journey.place_orders(trade.shoppers(), is_invoiced=trade.is_invoiced)
            online.log.clear()
            if plan.fault is not None:
                online.faults.add(plan.fault)
            first = self._traveller(plan)
            struck = sum(bool(row.fault) for row in online.log.rows())
            requests = len(online.log.rows())
            online.faults.clear()
            second = self._traveller(None)
            if second.error:
                return {"wrong": second.error, "first": first.error}
            wrong = {**second.answer, **trade.judged()}
        finally:
            trade.stop()
        trace = self.folder / "points"
        return {
            "wrong": wrong,
            "killed": first.was_killed,
            "struck": struck,
            "first": first.error,
            "requests": requests,
            "points": trace.read_text().splitlines() if trace.exists() else [],
        }

    def _traveller(self, plan: Plan | None) -> Ended:
        """Fork, although this process has the servers' threads: the child uses none."""
        where = (self.trade.store.url, self.trade.staff(), self.folder / "changed")

        def act() -> dict[str, Any] | None:
            self.place.use("attempt")
            if plan is None:
                return journey.arrive(*where)
            checkpoints.instrument_commits()
            trace = self.folder / "points" if plan is CALM else None
            self.place.use("attempt")
            tracer = checkpoints.Tracer(kill_at=plan.kill_at, trace=trace)
            with checkpoints.watching(tracer):
                journey.travel(*where)
            return None

        return forked(act)


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
            trade = journey.Trade(arguments.document)
            trade.prepare()
            connections.close_all()  # the last one to close puts all into one file
            return _try_all(arguments, Stage(place, folder, trade))
        finally:
            connections.close_all()
            place.drop("world")
            place.drop("attempt")


def _try_all(arguments: argparse.Namespace, stage: Stage) -> int:
    calm = stage.attempt(CALM)
    if calm["wrong"] or calm["first"]:
        print(f"✗ calm: {json.dumps(calm, default=str)[:5000]}")
        return 1
    return sum(_try(mode, arguments, stage, calm) for mode in arguments.mode)


def _try(
    mode: str, arguments: argparse.Namespace, stage: Stage, calm: dict[str, Any]
) -> int:
    every = _plans(mode, calm)
    chosen = every[arguments.offset :: arguments.every]
    bad = reached = 0
    for number, plan in enumerate(chosen, 1):
        found = stage.attempt(plan)
        reached += bool(found.get("killed") or found.get("struck"))
        if found["wrong"]:
            bad += 1
            print(f"✗ {plan.name}: {json.dumps(found, default=str)[:3000]}", flush=True)
        if number % 25 == 0:
            print(f"{number} of {len(chosen)} …", file=sys.stderr, flush=True)
    report = {
        "database": arguments.database,
        "document": arguments.document,
        "mode": mode,
        "points": len(every),
        "tried": len(chosen),
        "reached": reached,
        "different": bad,
        "requests": calm["requests"],
        "places": len(Counter(calm["points"])),
    }
    print(json.dumps(report), flush=True)
    return bad


def _plans(mode: str, calm: dict[str, Any]) -> list[Plan]:
    if mode == "kill":
        points = enumerate(calm["points"], 1)
        return [Plan(f"kill {n} {name}", kill_at=n) for n, name in points]
    return [
        Plan(
            f"{kind.value} at {skip}, {times} times",
            fault=Fault(kind, skip=skip, times=times),
        )
        for skip in range(calm["requests"])
        for kind in CUTS
        for times in TIMES
    ]


if __name__ == "__main__":
    assert ARGUMENTS is not None
    sys.exit(1 if main(ARGUMENTS) else 0)
