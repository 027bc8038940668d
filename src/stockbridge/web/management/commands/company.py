"""`stockbridge company`: make companies, show them, change their settings."""

from argparse import ArgumentParser
from datetime import date

from django.core.management.base import CommandParser

from stockbridge.companies.models import Company, User
from stockbridge.companies.people import normal_email
from stockbridge.companies.permissions import Role
from stockbridge.companies.starting import start_company, time_zones
from stockbridge.domain.errors import InvalidInputError
from stockbridge.web.api.company import change, overview_out
from stockbridge.web.api.shapes.people import company_out
from stockbridge.web.command_line.choosing import company_of
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import Options, Shell, UsageError

COLUMNS = (
    Column("slug", "Company"),
    Column("name", "Name"),
    Column("time_zone", "Time zone"),
    Column("currency", "Currency"),
    Column("closed_until", "Closed until"),
)


class Command(Shell):
    """Companies."""

    help = "Make companies, show them, change their settings."

    def declare(self, parser: CommandParser) -> None:
        """Declare the verbs."""
        verbs = self.verbs(
            parser, add=self.add, list=self.list, show=self.show, set=self.set
        )
        verbs["add"].add_argument("name")
        verbs["add"].add_argument(
            "--owner", metavar="EMAIL", help="who is here already and gets charge of it"
        )
        _declare_settings(verbs["add"])
        verbs["set"].add_argument("--name")
        _declare_settings(verbs["set"])

    def add(self, options: Options) -> None:
        """Make a company."""
        owner = _person(options["owner"])
        given = _settings(options)
        _check(given)
        company = start_company(
            owner,
            options["name"],
            str(given.pop("time_zone", "UTC")),
            str(given.pop("currency", "USD")),
        )
        change(company, given)
        self._show(company)

    def list(self, _options: Options) -> None:
        """List all companies."""
        rows = [
            company_out(one).model_dump(mode="json") for one in Company.objects.all()
        ]
        self.out.table(rows, COLUMNS, "There is no company yet.")
        self.out.document(rows)

    def show(self, options: Options) -> None:
        """Show a company, and whether all is well there."""
        company = company_of(options)
        stands = overview_out(company).model_dump(mode="json")
        record = company_out(company).model_dump(mode="json")
        self.out.document({**record, "overview": stands})
        self.out.facts({**record, "all is well": stands["is_well"]})
        for one in stands["troubles"]:
            self.out.say(f"{one['title']}. {one['text']} {one['remedy']}")
        self.out.facts({"need you": stands["issues"], **stands["queue"]})

    def set(self, options: Options) -> None:
        """Change a company's settings; what is not named stays."""
        company = company_of(options)
        given = _settings(options)
        if options["name"]:
            given["name"] = options["name"]
        if not given:
            raise UsageError("Say what is to change; see `stockbridge company set -h`.")
        _check(given)
        change(company, given)
        self._show(company)

    def _show(self, company: Company) -> None:
        record = company_out(company).model_dump(mode="json")
        self.out.facts(record)
        self.out.document(record)


def _declare_settings(parser: ArgumentParser) -> None:
    parser.add_argument("--time-zone", metavar="AREA/CITY")
    parser.add_argument("--currency", metavar="USD")
    parser.add_argument(
        "--closed-until", metavar="DAY", help="nothing is booked until then; or none"
    )
    parser.add_argument("--retention-days", type=int, metavar="DAYS")
    private = parser.add_mutually_exclusive_group()
    private.add_argument(
        "--allow-private-addresses",
        action="store_true",
        default=None,
        dest="allows_private_addresses",
        help="stores may lie in this very network",
    )
    private.add_argument(
        "--refuse-private-addresses",
        action="store_false",
        default=None,
        dest="allows_private_addresses",
    )


def _settings(options: Options) -> dict[str, object]:
    names = ("time_zone", "currency", "retention_days", "allows_private_addresses")
    found = {name: options[name] for name in names if options[name] is not None}
    if options["closed_until"]:
        found["closed_until"] = _day(options["closed_until"])
    return found


def _check(given: dict[str, object]) -> None:
    currency = str(given.get("currency", "USD"))
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise InvalidInputError(
            "A currency code has three capital letters.", field="currency"
        )
    if given.get("time_zone", "UTC") not in time_zones():
        raise InvalidInputError(
            "There is no such time zone.",
            field="time_zone",
            remedy="Give an area and a city, as America/New_York.",
        )
    days = given.get("retention_days", 90)
    if not isinstance(days, int) or not 7 <= days <= 3650:
        raise InvalidInputError("Between 7 and 3650 days.", field="retention_days")


def _day(text: str) -> date | None:
    if text == "none":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text} is no day; write it as 2026-03-31.") from error


def _person(email: str | None) -> User | None:
    if not email:
        return None
    found = User.objects.filter(email=normal_email(email)).first()
    if found is None:
        raise InvalidInputError(
            f"Nobody here has the address {email}.",
            field="owner",
            remedy="Make the company without --owner, then: stockbridge user add "
            f"{email} --role {Role.ADMINISTRATOR}",
        )
    return found
