"""`stockbridge connection`: stores and books, added, tested, changed, paused."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandParser

from stockbridge.domain.errors import ActionNeededError
from stockbridge.engine.actions import connections as actions
from stockbridge.engine.actions import signing_in
from stockbridge.engine.actions.changing import change_connection
from stockbridge.engine.actions.connections import ConnectionDraft
from stockbridge.engine.actions.separating import say_it_is_another
from stockbridge.engine.actions.signing_in import SignInStart
from stockbridge.engine.models import Connection
from stockbridge.ports import Connector
from stockbridge.web.api.connections import (
    choices_of,
    connector_named,
    known_connectors,
)
from stockbridge.web.api.shapes.connections import connection_out, connector_out
from stockbridge.web.command_line.choosing import company_of, connection_of
from stockbridge.web.command_line.entering import (
    declare_secrets,
    secrets_of,
    typed_line,
    values_of,
)
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import NeedsApprovalError, Options, Shell
from stockbridge.web.return_address import (
    disconnect_address,
    launch_address,
    return_address,
    returned_in,
)

COLUMNS = (
    Column("uid", "Id"),
    Column("name", "Name"),
    Column("kind", "Kind"),
    Column("connector", "System"),
    Column("status", "State"),
    Column("last_seen_at", "Last answer"),
    Column("last_error", "Last error"),
)
CHOICES = (
    Column("setting", "Setting"),
    Column("id", "Id"),
    Column("name", "Name"),
)
FINDINGS = (
    Column("severity", ""),
    Column("message", "Found"),
    Column("remedy", "What to do"),
)


class Command(Shell):
    """Connections."""

    help = "Add, test, change, pause and remove connections to stores and books."

    def declare(self, parser: CommandParser) -> None:
        """Declare the verbs."""
        verbs = self.verbs(
            parser,
            add=self.add,
            list=self.list,
            show=self.show,
            test=self.test,
            set=self.set,
            pause=self.pause,
            resume=self.resume,
            remove=self.remove,
            systems=self.systems,
            choices=self.choices,
            another=self.another,
            **{"sign-in": self.sign_in},
            disconnect=self.disconnect,
        )
        verbs["add"].add_argument("system", help="as woocommerce or embedded")
        verbs["add"].add_argument("name", nargs="?", default="")
        for name in verbs.keys() - {"add", "list", "systems"}:
            verbs[name].add_argument("connection", help="its name, or its id")
        verbs["sign-in"].add_argument(
            "--returned",
            metavar="ADDRESS",
            help="the whole address at which you came back; - reads it from standard "
            "input, where no other user of this machine sees it",
        )
        verbs["disconnect"].add_argument("--yes", action="store_true")
        for name in ("add", "set"):
            _declare_settings(verbs[name])
        verbs["choices"].add_argument("setting", nargs="?", default="")
        verbs["choices"].add_argument("--search", default="", metavar="TEXT")
        verbs["set"].add_argument("--name")
        verbs["pause"].add_argument("--reason", default="")
        verbs["remove"].add_argument("--yes", action="store_true")

    def another(self, options: Options) -> None:
        """Say that its company only looks like the one of another connection."""
        row = connection_of(company_of(options), options["connection"])
        say_it_is_another(row, self.who())
        self._show(row)

    def add(self, options: Options) -> None:
        """Add a connection; nothing is called before it is tested."""
        company, act = company_of(options), self.who()
        connector = connector_named(options["system"])
        if connector.slug == actions.EMBEDDED:
            self._show(actions.embedded_books(company, act))
            return
        draft = ConnectionDraft(
            options["name"] or connector.title,
            _settings(options),
            secrets_of(options, secret_names(connector), self.out),
        )
        self._show(actions.create_connection(company, connector, draft, act))

    def list(self, options: Options) -> None:
        """List the company's connections."""
        rows = Connection.objects.filter(company=company_of(options))
        found = [connection_out(row).model_dump(mode="json") for row in rows]
        self.out.table(found, COLUMNS, "Nothing is connected yet.")
        self.out.document(found)

    def show(self, options: Options) -> None:
        """Show a connection, and what its last test found."""
        row = connection_of(company_of(options), options["connection"])
        self._show(row)
        self._say_findings(row)

    def test(self, options: Options) -> None:
        """Test a connection now, and say what was found."""
        row = connection_of(company_of(options), options["connection"])
        checked = actions.test_connection(row, self.who())
        row.refresh_from_db()
        self._show(row)
        self._say_findings(row)
        if not checked.report.is_usable:
            raise ActionNeededError(
                f"{row.name} cannot be used yet.",
                remedy="Mend what the test found, then test again.",
                code="not_usable",
            )

    def set(self, options: Options) -> None:
        """Change a connection's name, settings or secrets; test it afterwards."""
        row = connection_of(company_of(options), options["connection"])
        connector = connector_named(row.connector)
        draft = ConnectionDraft(
            options["name"] or row.name,
            {**row.settings, **_settings(options)},
            secrets_of(options, secret_names(connector), self.out),
        )
        change_connection(row, draft, self.who())
        self._show(row)

    def pause(self, options: Options) -> None:
        """Do no further work for a connection."""
        row = connection_of(company_of(options), options["connection"])
        actions.pause_connection(row, self.who(), options["reason"])
        self._show(row)

    def resume(self, options: Options) -> None:
        """Let a paused connection go on."""
        row = connection_of(company_of(options), options["connection"])
        actions.resume_connection(row, self.who())
        self._show(row)

    def remove(self, options: Options) -> None:
        """Delete a connection that booked nothing, with all that was read."""
        row = connection_of(company_of(options), options["connection"])
        if not options["yes"]:
            raise NeedsApprovalError(f"{_removal(row)} Say --yes to do it.")
        name = row.name
        to_do = actions.delete_connection(row, self.who())
        self.out.say(f"{name} was deleted. {to_do}".strip())
        self.out.document({"name": name, "removed": True, "to_do": to_do})

    def sign_in(self, options: Options) -> None:
        """Print where to sign in; or take the address at which you came back."""
        row, act = connection_of(company_of(options), options["connection"]), self.who()
        session = f"the command line of {getpass.getuser()}"
        if options["returned"] is None:
            back = return_address()
            start = SignInStart(back, session)
            address = signing_in.start_sign_in(row, start, act)
            launch = launch_address(row.connector)
            disconnect = disconnect_address(row.connector)
            self.out.document(
                {
                    "address": address,
                    "return_address": back,
                    "launch_address": launch,
                    "disconnect_address": disconnect,
                }
            )
            self.out.facts(
                {
                    "Redirect URI of the app": back,
                    "Launch URL of the app": launch,
                    "Disconnect URL of the app": disconnect,
                }
            )
            self.out.say("Open this address in a browser:")
            self.out.say(address)  # on one line, so that it can be copied
            self.out.say(
                "Sign in there within half an hour. You come back to a page that tells "
                "you to finish here: copy its whole address and give it to "
                f'`stockbridge connection sign-in "{row.name}" --returned -`.'
            )
            return
        given = options["returned"]
        address = typed_line(options) if given == "-" else given
        returned = returned_in(address)
        signing_in.finish_sign_in(row, returned, session=session, act=act)
        self.test(options)

    def disconnect(self, options: Options) -> None:
        """End the access on the other side; what waits is kept."""
        row = connection_of(company_of(options), options["connection"])
        if not options["yes"]:
            raise NeedsApprovalError(
                f"Nothing would flow to {row.name} until somebody signs in again; what "
                "waits is kept. Say --yes to do it."
            )
        waiting = signing_in.disconnect(row, self.who())
        self.out.say(f"{row.name} is disconnected. Documents that wait: {waiting}.")
        self.out.document({"name": row.name, "waiting": waiting})

    def systems(self, _options: Options) -> None:
        """List the systems that can be connected, with their settings."""
        found = [connector_out(one).model_dump(mode="json") for one in _all()]
        rows = [_system_row(one) for one in _all()]
        columns = (
            Column("system", "System"),
            Column("kind", "Kind"),
            Column("settings", "Settings"),
            Column("secrets", "Secrets"),
        )
        self.out.table(rows, columns)
        self.out.document(found)

    def choices(self, options: Options) -> None:
        """List what settings can be chosen from, each with the id to be set."""
        row = connection_of(company_of(options), options["connection"])
        found = choices_of(row, options["setting"], options["search"])
        rows = [
            {"setting": one.setting, "id": choice.id, "name": choice.name}
            for one in found
            for choice in one.choices
        ]
        nothing = "Nothing yet: the lists come with the first visit."
        self.out.table(rows, CHOICES, nothing)
        self.out.document([one.model_dump(mode="json") for one in found])

    def _show(self, row: Connection) -> None:
        record = connection_out(row).model_dump(mode="json")
        self.out.document(record)
        hidden = {"report", "failures", "created_at"}
        self.out.facts({key: one for key, one in record.items() if key not in hidden})

    def _say_findings(self, row: Connection) -> None:
        found = connection_out(row).report.model_dump(mode="json")["findings"]
        self.out.table(found, FINDINGS, "It has not been tested yet.")


def secret_names(connector: Connector) -> list[str]:
    """Return the names of the secrets that a system needs."""
    return list(connector.secrets.model_fields)


def _removal(row: Connection) -> str:
    """Return what would be gone, here and on the other side."""
    service = connector_named(row.connector).sign_in
    if service is not None and service.standing(row.secrets).is_signed_in:
        return (
            f"{row.name} and all that was read from it would be deleted here, and the "
            f"access to {service.service} would end. What is in its books stays."
        )
    return (
        f"All that was read from {row.name} would be deleted here; nothing changes on "
        "the other side."
    )


def _declare_settings(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        dest="settings_given",
        help="a setting, as allow_insecure_http=true; see `connection systems`",
    )
    parser.add_argument("--address", help="the same as --set address=…")
    declare_secrets(parser)


def _settings(options: Options) -> dict[str, Any]:
    found = values_of(options["settings_given"])
    if options["address"]:
        found["address"] = options["address"]
    return found


def _all() -> list[Connector]:
    return known_connectors()


def _system_row(one: Connector) -> dict[str, Any]:
    return {
        "system": one.slug,
        "kind": one.kind,
        "settings": list(one.settings.model_fields),
        "secrets": secret_names(one),
    }
