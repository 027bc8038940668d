"""`stockbridge issues`: what needs a person, and its answers."""

from typing import Any

from django.core.management.base import CommandParser

from stockbridge.engine.actions.issues import allow_limit, settle_issue
from stockbridge.engine.actions.retrying import retry_issues
from stockbridge.engine.models import Issue
from stockbridge.web.api.issues import issues_of
from stockbridge.web.api.shapes.issues import issue_out
from stockbridge.web.command_line.acting import say_acted
from stockbridge.web.command_line.choosing import company_of, issue_of
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import Options, Shell

COLUMNS = (
    Column("id", "Id", is_number=True),
    Column("severity", ""),
    Column("title", "What"),
    Column("message", "Why"),
    Column("remedy", "What to do"),
    Column("waiting", "Waiting", is_number=True),
)


class Command(Shell):
    """Issues."""

    help = "See what needs you, and answer it."

    def declare(self, parser: CommandParser) -> None:
        """Declare the verbs."""
        verbs = self.verbs(
            parser,
            list=self.list,
            show=self.show,
            retry=self.retry,
            settle=self.settle,
            allow=self.allow,
        )
        verbs["list"].add_argument(
            "--show", choices=["open", "resolved", "all"], default="open"
        )
        verbs["list"].add_argument("--limit", type=int, default=50)
        for name in ("show", "retry", "settle", "allow"):
            verbs[name].add_argument("id", type=int)
        verbs["allow"].add_argument(
            "--row",
            action="append",
            default=None,
            dest="allowed",
            help="only this one of those that are listed; may be given several times",
        )

    def list(self, options: Options) -> None:
        """List what needs a person, the newest first."""
        rows = issues_of(company_of(options), options["show"]).order_by("-pk")
        data = [_data(row) for row in rows[: options["limit"]]]
        self.out.table(data, COLUMNS, "Nothing needs you.")
        self.out.document(data)

    def show(self, options: Options) -> None:
        """Show an issue with its details."""
        self._show(issue_of(company_of(options), options["id"]))

    def retry(self, options: Options) -> None:
        """Look again at what it is about: what was mended then counts."""
        row = issue_of(company_of(options), options["id"])
        say_acted(self.out, retry_issues(row.company, [row], self.who()), "tried again")

    def settle(self, options: Options) -> None:
        """Put aside what it asks: you have seen to it elsewhere."""
        row = issue_of(company_of(options), options["id"])
        settle_issue(row, self.who())
        self._show(row)

    def allow(self, options: Options) -> None:
        """Allow what a safety limit holds, or only some rows of it."""
        row = issue_of(company_of(options), options["id"])
        count = allow_limit(row, self.who(), options["allowed"])
        self.out.say(f"{count} allowed.")
        self._show(row)

    def _show(self, row: Issue) -> None:
        data = _data(row)
        self.out.document(data)
        self.out.facts(data)


def _data(row: Issue) -> dict[str, Any]:
    return issue_out(row).model_dump(mode="json")
