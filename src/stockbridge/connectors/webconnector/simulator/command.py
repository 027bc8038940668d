"""Running a simulated Web Connector until stopped: for `stockbridge simulate …`.

A connector's own `simulator/command.py` adds these arguments to its own, builds its
company by the clock of `clock_of`, and calls `run`.
"""

import sys
import threading
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from stockbridge.connectors.simulated_running import stopped_by_signals
from stockbridge.connectors.simulation import Clock, SystemClock
from stockbridge.connectors.webconnector.simulator.computer import Company, Computer
from stockbridge.connectors.webconnector.simulator.keeping import (
    KeptCompany,
    StateFile,
)
from stockbridge.connectors.webconnector.simulator.outcome import Outcome
from stockbridge.connectors.webconnector.simulator.settings import (
    Account,
    Cut,
    Habits,
    Surroundings,
)
from stockbridge.connectors.webconnector.simulator.strikes import (
    KIND_WORDS,
    STEP_WORDS,
    Strikes,
    Wish,
    chance_of,
    wish_of,
)
from stockbridge.connectors.webconnector.simulator.timing import HurriedTime, RealTime
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
    _add_pace(parser)
    _add_trouble(parser)
    parser.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="keep the company in this file between runs; without it each run has "
        "a new company, which is another one to Stockbridge",
    )
    parser.add_argument(
        "--schemas",
        type=Path,
        metavar="DIR",
        help="refuse, as QuickBooks does, what its schema in here does not allow",
    )


def _add_pace(parser: ArgumentParser) -> None:
    pace = parser.add_argument_group("how slow QuickBooks is")
    pace.add_argument("--seconds-per-entry", type=float, default=0.0, metavar="S")
    pace.add_argument("--seconds-per-document", type=float, default=0.0, metavar="S")
    pace.add_argument(
        "--hurry",
        action="store_true",
        help="do not wait so long: let the company's clock run ahead instead",
    )
    pace.add_argument("--cut", type=float, default=120.0, help="seconds; 0: never")
    pace.add_argument(
        "--cut-kind",
        choices=[one.value for one in Cut],
        default=Habits().cut.value,
        help="what is heard of what took longer: an error, or nothing",
    )


def _add_trouble(parser: ArgumentParser) -> None:
    trouble = parser.add_argument_group("what goes wrong")
    trouble.add_argument(
        "--mishap",
        type=_wish,
        action="append",
        default=[],
        metavar="STEP[:NUMBER]=KIND",
        help=f"once, at the first (or so manieth) step of the run; may be repeated. "
        f"Steps: {STEP_WORDS}. Kinds: {KIND_WORDS}",
    )
    trouble.add_argument(
        "--trouble",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="of all steps, at random by --seed: 0.04 is one in twenty-five",
    )


def _wish(text: str) -> Wish:
    try:
        return wish_of(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def clock_of(options: Mapping[str, Any]) -> RealTime:
    """Return the clock of a company that runs for real."""
    return HurriedTime() if options["hurry"] else RealTime()


def state_file(options: Mapping[str, Any], kind: str) -> StateFile | None:
    """Return where the company is kept between runs; None: nowhere."""
    return StateFile(options["state"], kind) if options["state"] else None


def kept(
    company: Company, file: StateFile | None, dump: Callable[[], Mapping[str, Any]]
) -> Company:
    """Return the company, kept in its file from now on where it has one."""
    if file is None:
        return company
    file.write(dump())
    return KeptCompany(company, file, dump)


def run(computer: Computer, options: Mapping[str, Any], clock: RealTime) -> None:
    """Update once, then by itself until SIGINT or SIGTERM."""
    with stopped_by_signals() as stopping:
        clock.wait = stopping.wait
        serve(computer, options, stopping, sys.stdout, clock=clock)


def serve(
    computer: Computer,
    options: Mapping[str, Any],
    stopping: threading.Event,
    out: TextIO,
    *,
    clock: Clock | None = None,
) -> None:
    """Run until `stopping` is set; each update and mishap is written to `out`."""
    tell = _teller(out)
    strikes = Strikes(
        options["mishap"], chance_of(options["trouble"], options.get("seed", 1)), tell
    )
    habits = Habits(
        version=options["wc_version"],
        cut_s=options["cut"] or None,
        cut=Cut(options["cut_kind"]),
    )
    connector = SimulatedWebConnector(
        computer,
        Account(options["url"], options["user"], options["password"]),
        habits,
        Surroundings(clock or SystemClock(), sleep=stopping.wait, hook=strikes),
    )
    tell(words(connector.update()))
    if options["once"]:
        return
    connector.start_auto_run(options["every"])
    connector.run_until(stopping.wait, lambda outcome: tell(words(outcome)))
    out.write("The simulated Web Connector has stopped.\n")
    out.flush()


def _teller(out: TextIO) -> Callable[[str], None]:
    def tell(text: str) -> None:
        out.write(f"{time.strftime('%H:%M:%S')} {text}\n")
        out.flush()

    return tell


def words(outcome: Outcome) -> str:
    """Return what there is to say about an update."""
    ending = outcome.ending.value if outcome.ending else "under way"
    parts = [f"update {ending}", f"{outcome.envelopes} envelopes"]
    parts += [text for text in (outcome.code, outcome.shown) if text]
    return " · ".join(parts)
