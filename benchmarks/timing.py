"""How long an act takes, and how a measurement is run by itself."""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import NamedTuple, NoReturn

import django


class Took(NamedTuple):
    """Milliseconds: by the clock, and of the processor."""

    wall: float
    work: float


def best_ms(act: Callable[[], object], *, repeats: int) -> Took:
    """Return the shortest of a few runs: what the work costs, not what disturbed it."""
    act()
    walls, works = [], []
    for _ in range(repeats):
        begun, worked = time.perf_counter(), time.process_time()
        act()
        walls.append(time.perf_counter() - begun)
        works.append(time.process_time() - worked)
    return Took(min(walls) * 1000, min(works) * 1000)


def run_alone(main: Callable[[int], int]) -> NoReturn:
    """Measure with as many rows as the command line says, in a home of its own."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["STOCKBRIDGE_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockbridge.config.settings")
        django.setup()
        sys.exit(main(int((sys.argv[1:] or ["100000"])[0])))
