"""The chores of an installation, and the runner that does them beside its jobs."""

import threading
from datetime import datetime, timedelta

import structlog
from django.db import close_old_connections, connections

from stockbridge.connectors import registry
from stockbridge.domain.errors import SyncError
from stockbridge.engine import (
    alerts,
    checks,
    jobs,
    links,
    machine,
    privacy,
    retention,
    sign_in_ends,
    statistics,
    summaries,
    webhooks,
    workers,
)
from stockbridge.engine.chores import Duty
from stockbridge.engine.clock import database_now
from stockbridge.engine.models import Connection
from stockbridge.engine.runners import Runner, RunnerOptions

log = structlog.get_logger("stockbridge.upkeep")
CHECK_EVERY = timedelta(hours=24)
CHECKS_PER_ROUND = 5
WATCH_S = 60.0


def duties() -> tuple[Duty, ...]:
    """Return what every installation has done from time to time."""
    minute, day = timedelta(minutes=1), timedelta(days=1)
    return (
        Duty("epoch", minute, machine.advance),
        Duty("alerts", minute, alerts.watch),
        Duty("summaries", 10 * minute, summaries.summarise),
        Duty("checks", 10 * minute, check_connections),
        Duty("retention", day, retention.sweep),
        Duty("sign-ins", day, sign_in_ends.warn_of_ends),
        Duty("erasures", day, lambda now: privacy.erase_again(now=now)),
        Duty("workers", day, workers.forget_old),
        Duty("statistics", 60 * minute, statistics.refresh),
    )


def new_runner(*, threads: int = 2, label: str = "worker") -> Runner:
    """Return a runner with all chores, once it is sure that this is no copy.

    The database must be up to date. Start it with `start` or `run_until_stopped`.
    """
    machine.guard(database_now())
    options = RunnerOptions(threads=threads, label=label, duties=duties())
    return Runner(jobs.work_on, options)


def check_connections(
    now: datetime, *, find: links.ConnectorFinder = registry.get
) -> int:
    """Test some working connections that were not tested for a day; mend webhooks."""
    before = (now - CHECK_EVERY).isoformat()
    count = 0
    for row in Connection.objects.filter(status=Connection.Status.ACTIVE):
        if str(row.report.get("at", "")) >= before:
            continue
        _check(row, now, find)
        count += 1
        if count == CHECKS_PER_ROUND:
            break
    return count


class Watch:
    """Looks, in a web process, whether any worker lives: the dead tell nothing."""

    def __init__(self, *, every_s: float = WATCH_S) -> None:
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; returns once that is so."""
        self._stopping.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stopping.wait(self._every_s):
            try:
                close_old_connections()
                now = database_now()
                if not alerts.watch_workers(now):
                    alerts.tell(now)
            except Exception:  # a watch: nothing stops it
                log.exception("the watch stumbled and goes on")
        connections.close_all()


def _check(row: Connection, now: datetime, find: links.ConnectorFinder) -> None:
    try:
        checked = checks.check_now(row, now=now, find=find)
        if row.kind == "store" and checked.report.is_usable:
            webhooks.check_webhooks(row, now=now, find=find)
    except SyncError as error:
        log.info("check waits", connection=row.uid, reason=error.message)
