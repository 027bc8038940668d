"""Running a simulated Web Connector until stopped: for `stockbridge simulate …`.

A connector's own `simulator/command.py` adds these arguments to its own, builds its
company, and calls `run`.
"""

import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, TextIO

from stockbridge.connectors.simulated_running import stopped_by_signals
from stockbridge.connectors.webconnector.simulator.computer import Computer
from stockbridge.connectors.webconnector.simulator.outcome import Outcome
from stockbridge.connectors.webconnector.simulator.settings import (
    Account,
    Habits,
    Surroundings,
)
from stockbridge.connectors.webconnector.simulator.webconnector import (
    SimulatedWebConnector,
)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what every Web Connector needs to know."""
    parser.add_argument("--url", required=True, help="AppURL of the .qwc file")
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--once", action="store_true", help="one update, then stop")
    parser.add_argument("--every", type=int, default=60, help="seconds between updates")
    parser.add_argument("--wc-version", default=Habits().version)
    parser.add_argument("--cut", type=float, default=120.0, help="seconds; 0: never")


def run(computer: Computer, options: Mapping[str, Any]) -> None:
    """Update once, then by itself until SIGINT or SIGTERM."""
    with stopped_by_signals() as stopping:
        serve(computer, options, stopping, sys.stdout)


def serve(
    computer: Computer,
    options: Mapping[str, Any],
    stopping: threading.Event,
    out: TextIO,
) -> None:
    """Run until `stopping` is set; each update is written to `out`."""

    def tell(outcome: Outcome) -> None:
        out.write(f"{words(outcome)}\n")
        out.flush()

    connector = SimulatedWebConnector(
        computer,
        Account(options["url"], options["user"], options["password"]),
        Habits(version=options["wc_version"], cut_s=options["cut"] or None),
        Surroundings(sleep=stopping.wait),
    )
    tell(connector.update())
    if options["once"]:
        return
    connector.start_auto_run(options["every"])
    connector.run_until(stopping.wait, tell)
    out.write("The simulated Web Connector has stopped.\n")
    out.flush()


def words(outcome: Outcome) -> str:
    """Return one line about an update."""
    ending = outcome.ending.value if outcome.ending else "under way"
    at = time.strftime("%H:%M:%S")
    parts = [f"{at} update {ending}", f"{outcome.envelopes} envelopes"]
    parts += [text for text in (outcome.code, outcome.shown) if text]
    return " · ".join(parts)
