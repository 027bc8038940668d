"""What a job carries while it works on one connection."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from stockbridge.engine.models import Connection


@dataclass(frozen=True, slots=True)
class Session:
    """One job's hold on a connection: its fence, its time, its name.

    `fenced()` opens a transaction that commits only while the lease is ours.
    `now()` is the database's clock, the same for all workers. `is_over()` says
    that the job should save and yield.
    """

    connection: Connection
    fence: int
    fenced: Callable[[], AbstractContextManager[object]]
    now: Callable[[], datetime]
    is_over: Callable[[], bool]
    by: str = ""
