"""`stockbridge export-person`: all that is kept of a person."""

import json

from django.core.management.base import CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from stockbridge.engine.privacy import export_person
from stockbridge.web.command_line.choosing import company_of
from stockbridge.web.command_line.files import written
from stockbridge.web.command_line.shell import OneAct, Options


class Command(OneAct):
    """A person's right to see."""

    help = "Give all that is kept of a person, as JSON."

    def declare(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("email")
        parser.add_argument(
            "--to", default="-", metavar="FILE", help="standard output if left out"
        )

    def act(self, options: Options) -> None:
        """Write it."""
        found = export_person(company_of(options), options["email"])
        text = json.dumps(found, indent=2, cls=DjangoJSONEncoder, ensure_ascii=False)
        written(self.out, options["to"], [f"{text}\n"])
