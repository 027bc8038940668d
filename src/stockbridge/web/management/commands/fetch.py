"""`stockbridge fetch`: read now what is new, and do what follows from it."""

from typing import Any

from django.core.management.base import CommandParser

from stockbridge.companies.models import Company
from stockbridge.domain.errors import ActionNeededError, RetryableError
from stockbridge.engine.clock import monotonic_s
from stockbridge.engine.models import Connection
from stockbridge.web.api.shapes.connections import connection_out
from stockbridge.web.command_line.choosing import (
    bridges_of,
    company_of,
    connection_of,
)
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import OneAct, Options
from stockbridge.web.command_line.watching import Seen, Watch, watching
from stockbridge.web.command_line.working import (
    BUSY_S,
    check_may_work,
    do_job_soon,
    look_now,
    records_read,
)

COLUMNS = (
    Column("name", "Connection"),
    Column("read", "Records read", is_number=True),
    Column("jobs", "Jobs", is_number=True),
    Column("status", "State"),
)
JOBS_MAX = 1000  # per connection; a first read of a large shop takes many


class Command(OneAct):
    """Reading now."""

    help = "Read now what is new in a store or the books, and do what follows."

    def declare(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "connection", nargs="?", help="its name or id; all that is on if left out"
        )
        parser.add_argument("--timeout", type=float, default=3600, metavar="SECONDS")
        parser.add_argument(
            "--patience",
            type=float,
            default=BUSY_S,
            metavar="SECONDS",
            help="how long to wait for a worker that is at it",
        )

    def act(self, options: Options) -> None:
        """Work on the connections until each has nothing left to do."""
        company = company_of(options)
        check_may_work()
        chosen = _chosen(company, options["connection"])
        before = {row.pk: records_read(row.pk) for row in chosen}
        for row in chosen:
            look_now(row)
        with watching(self.out) as watch:
            jobs = _work(chosen, watch, options)
        found = [_result(row, before[row.pk], jobs[row.pk]) for row in chosen]
        self.out.table(found, COLUMNS)
        self.out.document(found)


def _chosen(company: Company, name: str | None) -> list[Connection]:
    if name:
        return [connection_of(company, name)]
    found: dict[int, Connection] = {}
    for bridge in bridges_of(company).filter(is_enabled=True):
        found[bridge.books_id] = bridge.books
        found[bridge.store_id] = bridge.store
    if not found:
        raise ActionNeededError(
            "Nothing that is joined is switched on.",
            remedy="Switch it on: stockbridge bridge enable",
        )
    return sorted(found.values(), key=lambda row: row.kind)


def _work(chosen: list[Connection], watch: Watch, options: Options) -> dict[int, int]:
    """Do jobs until nothing is left; return how many for each connection."""
    jobs = dict.fromkeys((row.pk for row in chosen), 0)
    names = {row.pk: row.name for row in chosen}
    ends_s = monotonic_s() + options["timeout"]
    waiting = list(jobs)
    while waiting:
        connection_id = waiting.pop(0)
        watch.look = lambda pk=connection_id: Seen(  # type: ignore[misc]
            f"Reading {names[pk]}", records_read(pk)
        )
        outcome = do_job_soon(connection_id, watch, options["patience"])
        jobs[connection_id] += 1
        more = {connection_id} if outcome.has_more else set()
        waiting += sorted((more | (outcome.wakes & set(jobs))) - set(waiting))
        if watch.is_stopping():
            raise KeyboardInterrupt
        if waiting and (monotonic_s() >= ends_s or max(jobs.values()) >= JOBS_MAX):
            raise RetryableError(
                f"{names[waiting[0]]} still has something to do.",
                remedy="Its place is kept: call this again, or let a worker go on.",
            )
    return jobs


def _result(row: Connection, before: int, jobs: int) -> dict[str, Any]:
    row.refresh_from_db()
    record = connection_out(row).model_dump(mode="json")
    keys = ("uid", "name", "kind", "status", "last_seen_at", "last_error")
    found = {key: record[key] for key in keys}
    return {**found, "read": records_read(row.pk) - before, "jobs": jobs}
