"""`stockbridge support-bundle`: everything needed to help, and nobody in it."""

from pathlib import Path

from django.core.management.base import CommandParser

from stockbridge.companies.models import Company
from stockbridge.engine.clock import utc_now
from stockbridge.engine.support import bundle
from stockbridge.web.command_line.choosing import company_of
from stockbridge.web.command_line.files import new_file
from stockbridge.web.command_line.shell import OneAct, Options


class Command(OneAct):
    """Making a support bundle."""

    help = "Write a file for whoever helps: redacted, without names or secrets."

    def declare(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--to", type=Path, metavar="FILE")

    def act(self, options: Options) -> None:
        """Write it: about one company, or all of them."""
        now = utc_now()
        chosen = list(Company.objects.all())
        if options["company"]:
            chosen = [company_of(options)]
        path = options["to"] or Path(f"stockbridge-support-{now:%Y%m%d-%H%M%S}.zip")
        data = bundle(chosen, now=now)
        with new_file(path) as file:
            file.write(data)
        self.out.say(f"{path}")
        self.out.say("Names and secrets are masked; look into it before you send it.")
        companies = [one.slug for one in chosen]
        self.out.document(
            {"path": str(path), "bytes": len(data), "companies": companies}
        )
