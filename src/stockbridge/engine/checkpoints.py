"""The points at which a crash is tried: every call to the outside, every commit.

Normally nothing happens here. A fault test starts a process with

- STOCKBRIDGE_TRACE_POINTS=file: each point's name is appended to the file,
- STOCKBRIDGE_KILL_AT=n: the process kills itself (SIGKILL) at the n-th point,

and `instrument` then finds the commits by itself: every outermost commit, and every
write that commits on its own, counts once before and once after. So the points are
found by watching, not by a list that somebody must keep.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

Observer = Callable[[str], None]
_observers: list[Observer] = []
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
_PACKAGE = Path(__file__).resolve().parent.parent
# Where a commit is made for somebody else: the caller is what names the point.
_PASSING = {
    "engine/checkpoints.py:watched_commit",
    "engine/checkpoints.py:_autocommitted",
    "engine/leases.py:fenced",
}
#: They write for others: the point is the one who asked them to.
_FOR_OTHERS = (
    "companies/driver.py",
    "companies/prepared.py",
    "companies/row_writes.py",
    "companies/statements.py",
)


def reach(name: str) -> None:
    """Say that the work has come to this point."""
    for observer in tuple(_observers):
        observer(name)


@contextmanager
def watching(observer: Observer) -> Iterator[None]:
    """Let `observer` see each point; what it raises comes out of `reach`."""
    _observers.append(observer)
    try:
        yield
    finally:
        _observers.remove(observer)


class Tracer:
    """Counts points over all threads, writes their names down, kills at one."""

    def __init__(self, *, kill_at: int | None, trace: Path | None) -> None:
        self.count = 0
        self._kill_at = kill_at
        self._trace = trace
        self._lock = threading.Lock()

    def __call__(self, name: str) -> None:
        """Count one point."""
        with self._lock:
            self.count += 1
            if self._trace:
                with self._trace.open("a") as file:
                    file.write(f"{name}\n")
            if self.count == self._kill_at:
                os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def instrument_from_environment() -> bool:
    """Begin to count if the environment says so; called once when Django is ready."""
    kill_at = os.environ.get("STOCKBRIDGE_KILL_AT", "")
    trace = os.environ.get("STOCKBRIDGE_TRACE_POINTS", "")
    if not (kill_at or trace):
        return False
    _observers.append(
        Tracer(
            kill_at=int(kill_at) if kill_at else None,
            trace=Path(trace) if trace else None,
        )
    )
    instrument_commits()
    return True


def instrument_commits() -> None:
    """Make each commit of connections opened from now on a point."""
    connection_created.connect(_watch_commits, dispatch_uid="stockbridge.checkpoints")


def release_commits() -> None:
    """Leave connections that are opened from now on alone."""
    connection_created.disconnect(dispatch_uid="stockbridge.checkpoints")


def _watch_commits(connection: BaseDatabaseWrapper, **_: object) -> None:
    if _autocommitted in connection.execute_wrappers:
        return  # the same object has reconnected
    connection.execute_wrappers.append(_autocommitted)
    commit = connection.commit

    def watched_commit() -> None:
        place = _caller()
        reach(f"commit.before {place}")
        commit()
        reach(f"commit.after {place}")

    vars(connection)["commit"] = watched_commit


def _autocommitted(
    execute: Callable[..., object],
    sql: str,
    params: object,
    many: object,
    context: dict[str, Any],
) -> object:
    """Count a write outside of any transaction: it commits by itself."""
    is_inside = context["connection"].in_atomic_block
    if is_inside or not str(sql).lstrip().upper().startswith(_WRITES):
        return execute(sql, params, many, context)
    place = _caller()
    reach(f"write.before {place}")
    done = execute(sql, params, many, context)
    reach(f"write.after {place}")
    return done


def _caller() -> str:
    """Return `engine/deliver.py:save_sent`: our innermost function that asked."""
    frame: FrameType | None = sys._getframe(1)
    while frame:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_PACKAGE):
            name = f"{path.relative_to(_PACKAGE).as_posix()}:{frame.f_code.co_name}"
            if name not in _PASSING and not name.startswith(_FOR_OTHERS):
                return name
        frame = frame.f_back
    return "elsewhere"
