"""A run on the command line: its preview, its approval, its work, its end."""

import sys
from argparse import ArgumentParser
from typing import Any

from stockbridge.domain.errors import ActionNeededError, RetryableError
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.runs import approve_run, stop_run
from stockbridge.engine.clock import monotonic_s
from stockbridge.engine.models import Run, RunRow
from stockbridge.engine.runs.steps import ACTIONABLE
from stockbridge.web.api.shapes.runs import row_out, run_out
from stockbridge.web.command_line.output import Column, Output
from stockbridge.web.command_line.shell import NeedsApprovalError, Options
from stockbridge.web.command_line.watching import Seen, Watch, watching
from stockbridge.web.command_line.working import (
    BusyError,
    check_may_work,
    do_job,
)

ENDS = (
    Run.State.PREVIEW,
    Run.State.DONE,
    Run.State.FAILED,
    Run.State.STOPPED,
    Run.State.HALTED,
    Run.State.EXPIRED,
    Run.State.UNDONE,
)
ROWS = (
    Column("action", "Action"),
    Column("label", "What"),
    Column("reason", "Why"),
    Column("change", "Before → after"),
    Column("outcome", "Outcome"),
    Column("message", ""),
)


def declare_approval(parser: ArgumentParser) -> None:
    """Declare how a preview is answered."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--yes", action="store_true", help="approve the preview")
    group.add_argument(
        "--dry-run", action="store_true", help="only show what would be done"
    )
    declare_patience(parser)


def declare_patience(parser: ArgumentParser) -> None:
    """Declare how long to look on, and how much to show."""
    parser.add_argument("--rows", type=int, default=20, help="so many rows are shown")
    parser.add_argument(
        "--timeout", type=float, default=600, metavar="SECONDS", help="look on so long"
    )


def preview_and_do(run: Run, options: Options, act: Act, out: Output) -> None:
    """Show what a run would do; do it where that was approved.

    Raises NeedsApprovalError where nobody approved.
    """
    with watching(out) as watch:
        advance(run, watch, options["timeout"])
        _refuse_unless(run, Run.State.PREVIEW, Run.State.DONE)
        if run.state == Run.State.DONE or not _has_something(run):
            stop_run(run, act)
            report(run, options, out)
            out.say("There is nothing to do.")
            return
        if options["dry_run"]:
            show_preview(run, options, out)
            stop_run(run, act)
            out.document(data_of(run, options["rows"]))
            out.say("Nothing was done: this was a dry run.")
            return
    show_preview(run, options, out)
    if not options["yes"] and not _is_agreed(out):
        out.document(data_of(run, options["rows"]))
        raise NeedsApprovalError(
            "Nothing was done yet. Approve it: "
            f"stockbridge runs approve {run.pk} (or call this with --yes)"
        )
    approve_run(run, act)
    do_approved(run, options, out)


def do_approved(run: Run, options: Options, out: Output) -> None:
    """Work until an approved run has come to its end, and say what came of it."""
    with watching(out) as watch:
        advance(run, watch, options["timeout"])
    show_outcome(run, options, out)
    if run.state == Run.State.HALTED:
        raise NeedsApprovalError(
            f"{run.message} See `stockbridge issues list`, then "
            "`stockbridge issues allow ID`."
        )
    if run.state == Run.State.PREVIEW:
        raise NeedsApprovalError(
            f"{run.message} Look again: stockbridge runs show {run.pk}, then "
            f"stockbridge runs approve {run.pk}"
        )
    _refuse_unless(run, Run.State.DONE, Run.State.UNDONE, Run.State.STOPPED)
    failed = int(run.summary.get("failed", 0))
    if failed:
        raise ActionNeededError(
            f"{failed} rows failed.", remedy="See `stockbridge issues list`."
        )


def advance(run: Run, watch: Watch, timeout_s: float) -> None:
    """Do jobs of both sides until the run waits for a person, or has ended.

    Where a worker has the connection, it does the work, and we look on.
    """
    check_may_work()
    watch.look = lambda: _seen(run.pk)
    ends_s = monotonic_s() + timeout_s
    while run.state not in ENDS:
        if watch.is_stopping():
            raise KeyboardInterrupt
        if monotonic_s() >= ends_s:
            raise RetryableError(
                f"{run} is not done after {timeout_s:.0f} seconds.",
                remedy="It goes on wherever a worker runs; look on with "
                f"`stockbridge runs show {run.pk}`.",
            )
        before = (run.state, run.done)
        _work(run, watch)
        run.refresh_from_db()
        if (run.state, run.done) == before:
            watch.wait(0.2)


def show_preview(run: Run, options: Options, out: Output) -> None:
    """Show the rows of a preview, and what they come to, to people."""
    rows = rows_of(run, options["rows"])
    out.table(rows, _columns(rows), "There is nothing to do.")
    left = run.rows.count() - len(rows)
    if left > 0:
        out.say(f"… and {left} more (--rows {left + len(rows)} shows all).")
    out.facts(_sums(run))


def show_outcome(run: Run, options: Options, out: Output) -> None:
    """Say what came of a run: its sums, and the rows that did not go well."""
    odd = run.rows.exclude(outcome__in=["", "done"]).order_by("pk")
    rows = [_as_read(row) for row in odd[: options["rows"]]]
    if rows:
        out.table(rows, _columns(rows))
    out.facts(_sums(run))
    out.document(data_of(run, options["rows"]))


def report(run: Run, options: Options, out: Output) -> None:
    """Show a run with its first rows."""
    show_preview(run, options, out)
    out.document(data_of(run, options["rows"]))


def data_of(run: Run, count: int) -> dict[str, Any]:
    """Return a run and its first rows, for programs."""
    rows = run.rows.order_by("pk")[:count]
    return {
        "run": run_out(run).model_dump(mode="json"),
        "rows": [row_out(row).model_dump(mode="json") for row in rows],
    }


def rows_of(run: Run, count: int) -> list[dict[str, Any]]:
    """Return the first rows of a run as people read them."""
    return [_as_read(row) for row in run.rows.order_by("pk")[:count]]


def _as_read(row: RunRow) -> dict[str, Any]:
    return {
        "id": row.pk,
        "action": row.action,
        "label": row.label,
        "reason": row.reason,
        "change": _change(row),
        "outcome": row.outcome,
        "message": row.message,
    }


def _columns(rows: list[dict[str, Any]]) -> list[Column]:
    """Leave out columns in which nothing stands."""
    return [one for one in ROWS if any(row[one.key] for row in rows)]


def _change(row: RunRow) -> str:
    before, after = row.details.get("before"), row.details.get("after")
    if not isinstance(before, str) or not isinstance(after, str):
        return ""
    return f"{before or '?'} → {after or '?'}"


def _sums(run: Run) -> dict[str, Any]:
    summary = run.summary
    found: dict[str, Any] = {str(run): run.get_state_display()}
    for name in ("created", "changed", "skipped", "held", "failed", "refused"):
        if summary.get(name):
            found[name] = summary[name]
    if run.state == Run.State.PREVIEW:
        found["would"] = summary.get("would", {})
    for one in summary.get("money", []):
        found[f"money, {one['account']}"] = f"{one['amount']} {one['currency']}"
    if run.message:
        found["note"] = run.message
    return found


def _work(run: Run, watch: Watch) -> None:
    bridge = run.bridge
    assert bridge is not None
    for connection_id in (bridge.store_id, bridge.books_id):
        try:
            do_job(connection_id, watch)
        except BusyError:
            watch.wait(0.5)
        run.refresh_from_db()
        if run.state in ENDS or watch.is_stopping():
            return


def _seen(run_id: int) -> Seen:
    row = Run.objects.get(pk=run_id)
    return Seen(f"{row}: {row.get_state_display()}", row.done, row.total)


def _has_something(run: Run) -> bool:
    return run.rows.filter(action__in=ACTIONABLE).exists()


def _is_agreed(out: Output) -> bool:
    if out.is_json or not sys.stdin.isatty():
        return False
    return input("Do this? [y/N] ").strip().lower() in {"y", "yes"}


def _refuse_unless(run: Run, *states: str) -> None:
    if run.state not in states:
        raise ActionNeededError(
            f"{run}: {run.get_state_display()}. {run.message}".strip(),
            remedy="See `stockbridge issues list` and `stockbridge runs list`.",
        )
