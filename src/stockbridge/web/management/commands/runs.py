"""`stockbridge runs`: imports and pushes: looked at, approved, stopped, undone."""

from django.core.management.base import CommandParser

from stockbridge.domain.errors import ConflictError
from stockbridge.engine.actions import runs as actions
from stockbridge.engine.models import Run
from stockbridge.web.api.runs import RunQuery, runs_of
from stockbridge.web.api.shapes.runs import run_out
from stockbridge.web.command_line.choosing import company_of, run_of
from stockbridge.web.command_line.following import (
    data_of,
    declare_approval,
    declare_patience,
    do_approved,
    preview_and_do,
    report,
)
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import Options, Shell

COLUMNS = (
    Column("id", "Id", is_number=True),
    Column("kind", "Kind"),
    Column("state", "State"),
    Column("done", "Done", is_number=True),
    Column("total", "Of", is_number=True),
    Column("started_by", "By"),
    Column("created_at", "Begun"),
    Column("message", "Note"),
)


class Command(Shell):
    """Runs."""

    help = "See runs; approve, stop and undo them."

    def declare(self, parser: CommandParser) -> None:
        """Declare the verbs."""
        verbs = self.verbs(
            parser,
            list=self.list,
            show=self.show,
            approve=self.approve,
            stop=self.stop,
            undo=self.undo,
        )
        verbs["list"].add_argument("--state", default="", choices=["", *Run.State])
        verbs["list"].add_argument("--limit", type=int, default=20)
        for name in ("show", "approve", "stop", "undo"):
            verbs[name].add_argument("id", type=int)
        verbs["show"].add_argument("--rows", type=int, default=20)
        verbs["approve"].add_argument(
            "--row",
            type=int,
            action="append",
            default=None,
            dest="chosen",
            help="only this row, and what it requires; may be given several times",
        )
        declare_patience(verbs["approve"])
        declare_approval(verbs["undo"])

    def list(self, options: Options) -> None:
        """List runs, the newest first."""
        rows = runs_of(
            company_of(options), RunQuery.model_validate({"state": options["state"]})
        )
        data = [
            run_out(row).model_dump(mode="json")
            for row in rows.order_by("-pk")[: options["limit"]]
        ]
        self.out.table(data, COLUMNS, "Nothing was run yet.")
        self.out.document(data)

    def show(self, options: Options) -> None:
        """Show a run with its rows."""
        report(run_of(company_of(options), options["id"]), options, self.out)

    def approve(self, options: Options) -> None:
        """Approve a preview, or some rows of it, and do it."""
        run = run_of(company_of(options), options["id"])
        count = actions.approve_run(run, self.who(), options["chosen"])
        self.out.say(f"{count} rows go now.")
        do_approved(run, options, self.out)

    def stop(self, options: Options) -> None:
        """Stop a run at its next step; what the books have stays."""
        run = run_of(company_of(options), options["id"])
        actions.stop_run(run, self.who())
        self.out.say(f"{run}: {run.get_state_display()}.")
        self.out.document(data_of(run, 0))

    def undo(self, options: Options) -> None:
        """Take back what a run booked, after showing what can be taken back."""
        run = run_of(company_of(options), options["id"])
        if run.bridge is None:
            raise ConflictError("The connection of this run was deleted.")
        undoing = actions.undo_run(run, self.who())
        preview_and_do(undoing, options, self.who(), self.out)
