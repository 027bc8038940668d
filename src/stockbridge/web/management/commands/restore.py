"""`stockbridge restore`: put a backup back; nothing is sent until you have looked."""

from pathlib import Path

from django.core.management.base import CommandParser

from stockbridge.engine.aftermath import resume_after_restore
from stockbridge.engine.backup import verify
from stockbridge.engine.clock import utc_now
from stockbridge.engine.restore import restore
from stockbridge.web.command_line.shell import (
    NeedsApprovalError,
    OneAct,
    Options,
    UsageError,
)


class Command(OneAct):
    """Putting a backup back."""

    help = "Put a backup back; everything is paused until you let it go on."
    takes_company = False

    def declare(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("backup", type=Path, nargs="?")
        parser.add_argument(
            "--yes", action="store_true", help="replace what is there (it is kept, too)"
        )
        parser.add_argument(
            "--even-if-workers", action="store_true", help="although some seem alive"
        )
        parser.add_argument(
            "--resume", action="store_true", help="the same as stockbridge go-on"
        )

    def act(self, options: Options) -> None:
        """Restore, or resume."""
        if options["resume"]:
            count = resume_after_restore(now=utc_now(), by=self.who().by)
            self.out.say(f"{count} connections go on.")
            self.out.document({"resumed": count})
            return
        if options["backup"] is None:
            raise UsageError("Name the backup to put back.")
        if not options["yes"]:
            made_at = verify(options["backup"]).made_at[:16].replace("T", " ")
            raise NeedsApprovalError(
                f"All that is here would be replaced by the backup of "
                f"{made_at} UTC (a copy of what is here is kept). "
                "Say --yes to do it."
            )
        self._restore(options)

    def _restore(self, options: Options) -> None:
        done = restore(
            options["backup"],
            now=utc_now(),
            even_if_workers=options["even_if_workers"],
        )
        for warning in done.warnings:
            self.out.warn(warning)
        self.out.say(
            f"Put back. {done.in_doubt} documents will be looked up; everything is "
            "paused until you say: stockbridge go-on"
        )
        self.out.document(
            {
                "made_at": done.manifest.made_at,
                "before": str(done.before) if done.before else None,
                "in_doubt": done.in_doubt,
                "erased_again": done.erased_again,
                "warnings": list(done.warnings),
            }
        )
