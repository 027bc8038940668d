"""`stockbridge erase-person`: forget a person for good; documents stay."""

from dataclasses import asdict

from django.core.management.base import CommandParser

from stockbridge.engine.clock import utc_now
from stockbridge.engine.privacy import erase_person
from stockbridge.web.command_line.choosing import company_of
from stockbridge.web.command_line.shell import NeedsApprovalError, OneAct, Options


class Command(OneAct):
    """A person's right to be forgotten."""

    help = "Forget a person for good; documents stay, without saying whose they are."

    def declare(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("email")
        parser.add_argument("--yes", action="store_true")

    def act(self, options: Options) -> None:
        """Erase; it cannot be taken back."""
        company = company_of(options)
        if not options["yes"]:
            raise NeedsApprovalError(
                f"{options['email']} would be forgotten at {company}, for good. "
                "Say --yes to do it."
            )
        done = erase_person(company, options["email"], now=utc_now(), by=self.who().by)
        self.out.facts(asdict(done))
        self.out.document(asdict(done))
