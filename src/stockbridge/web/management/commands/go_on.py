"""`stockbridge go-on`: let the work go on after a restore, or in a copy."""

from dataclasses import asdict

from django.core.management.base import CommandParser

from stockbridge.engine.aftermath import resume_after_restore, standing
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Installation
from stockbridge.web.command_line.shell import NeedsApprovalError, OneAct, Options


class Command(OneAct):
    """Going on."""

    help = "Let the work go on after a restore or in a copy, once you have looked."
    takes_company = False

    def declare(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--yes", action="store_true")

    def act(self, options: Options) -> None:
        """Show how things stand; go on where that was approved."""
        if not Installation.current().paused_reason:
            self.out.say("Nothing is paused.")
            self.out.document({"resumed": 0})
            return
        stands = asdict(standing())
        self.out.facts(stands)
        if not options["yes"]:
            raise NeedsApprovalError(
                f"{stands['reason']} {stands['to_send']} documents would be sent. "
                "Make sure that no other copy works on these stores, then say --yes."
            )
        count = resume_after_restore(now=utc_now(), by=self.who().by)
        self.out.say(f"{count} connections go on.")
        self.out.document({"resumed": count, "standing": stands})
