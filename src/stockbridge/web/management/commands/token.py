"""`stockbridge token`: keys for programs that use the API."""

from django.core.management.base import CommandParser

from stockbridge.companies.models import ApiToken
from stockbridge.companies.permissions import Permission
from stockbridge.companies.tokens import make_token, revoke
from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.clock import utc_now
from stockbridge.web.api.shapes.people import token_out
from stockbridge.web.command_line.choosing import company_of, operator_of
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import Options, Shell

COLUMNS = (
    Column("id", "Id", is_number=True),
    Column("name", "Name"),
    Column("prefix", "Begins with"),
    Column("permissions", "May"),
    Column("last_used_at", "Last used"),
    Column("revoked_at", "Revoked"),
)


class Command(Shell):
    """API tokens."""

    help = "Make, list and revoke tokens for programs that use the API."

    def declare(self, parser: CommandParser) -> None:
        """Declare the verbs."""
        verbs = self.verbs(parser, add=self.add, list=self.list, revoke=self.revoke)
        verbs["add"].add_argument("name", help="which program will use it")
        verbs["add"].add_argument(
            "--may",
            action="append",
            default=[],
            choices=Permission.values,
            help="beside reading; may be given several times",
        )
        verbs["revoke"].add_argument("id", type=int)

    def add(self, options: Options) -> None:
        """Make a token; it is shown once."""
        company = company_of(options)
        made = make_token(operator_of(company), options["name"], options["may"])
        record = token_out(made.token).model_dump(mode="json")
        record["token"] = made.text
        self.out.facts(record)
        self.out.document(record)

    def list(self, options: Options) -> None:
        """List the company's tokens."""
        rows = ApiToken.objects.filter(company=company_of(options)).order_by("pk")
        data = [token_out(row).model_dump(mode="json") for row in rows]
        self.out.table(data, COLUMNS, "There is no token yet.")
        self.out.document(data)

    def revoke(self, options: Options) -> None:
        """End a token: whoever uses it is turned away at once."""
        rows = ApiToken.objects.filter(company=company_of(options), pk=options["id"])
        found = rows.first()
        if found is None:
            raise InvalidInputError(
                f"There is no token {options['id']}.",
                field="id",
                remedy="See `stockbridge token list`.",
            )
        revoke(rows, utc_now())
        found.refresh_from_db()
        self.out.say(f"{found} was revoked.")
        self.out.document(token_out(found).model_dump(mode="json"))
