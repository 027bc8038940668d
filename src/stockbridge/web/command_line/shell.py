"""What every command is: its options, its exit codes, its errors with remedy.

Exit codes: 0 done · 1 an error, said with what to do · 2 it was called wrongly ·
3 nothing was done, because a person has to approve it · 130 stopped by Ctrl-C.
"""

import getpass
import json
import sys
from abc import ABC, abstractmethod
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from stockbridge.domain.errors import SyncError
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.clock import utc_now
from stockbridge.web.api.refusals import problem_of
from stockbridge.web.command_line.output import Output
from stockbridge.web.management.commands.serve import bring_up_to_date

Options = Mapping[str, Any]
Verb = Callable[[Options], None]
ERROR, USAGE, NEEDS_APPROVAL, STOPPED = 1, 2, 3, 130


class UsageError(Exception):
    """The command was called wrongly; the text says how it is meant."""


class NeedsApprovalError(Exception):
    """Nothing was done: a person has to look first. The text says what to do."""


class Shell(BaseCommand):
    """A command of ours with verbs, each of which is a method; `OneAct`: without."""

    requires_system_checks = ()
    stealth_options = ("stdin",)  # another standard input, for whoever calls from code
    takes_company = True
    out: Output

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments of the command, or of its verbs."""
        self.declare(parser)
        if not any(action.dest == "verb" for action in parser._actions):
            self.declare_shared(parser)

    def declare(self, parser: CommandParser) -> None:
        """Declare what this command takes."""

    def declare_shared(self, parser: ArgumentParser) -> None:
        """Declare what every command takes."""
        parser.add_argument(
            "--json", action="store_true", dest="is_json", help="for programs"
        )
        if self.takes_company:
            parser.add_argument(
                "--company", metavar="SLUG", help="which one, where there are several"
            )

    def verbs(self, parser: CommandParser, **verbs: Verb) -> dict[str, ArgumentParser]:
        """Declare verbs, as in `stockbridge company add`; return their parsers."""
        places = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        made: dict[str, ArgumentParser] = {}
        for name, act in verbs.items():
            words = (act.__doc__ or "").strip().partition("\n")[0]
            one = places.add_parser(name, help=words, description=words)
            one.set_defaults(act=act)
            self.declare_shared(one)
            made[name] = one
        return made

    def chosen(self, options: Options) -> Verb:
        """Return what is to be done: the verb that was typed."""
        act: Verb = options["act"]
        return act

    def run_from_argv(self, argv: list[str]) -> None:
        """Run as typed; a new database is made, an old one is brought up to date."""
        if argv[1:2] not in (["upgrade"], ["restore"]) and not _asks_for_help(argv):
            try:
                bring_up_to_date(BaseCommand(stdout=sys.stderr))
            except CommandError as error:
                sys.stderr.write(f"{error}\n")
                sys.exit(ERROR)
        super().run_from_argv(argv)

    def handle(self, **options: Any) -> None:
        """Do it, and leave with the exit code that says how it went."""
        self.out = Output(self.stdout, self.stderr, options["is_json"])  # type: ignore[arg-type]
        code = self._tried(self.chosen(options), options)
        if code:
            sys.exit(code)

    def who(self) -> Act:
        """Return who acts, and when."""
        return Act(now=utc_now(), by=f"{_login()} on the command line")

    def _tried(self, act: Verb, options: Options) -> int:
        try:
            act(options)
        except SyncError as error:
            self._complain(problem_of(error).model_dump())
            return ERROR
        except UsageError as error:
            self._complain({"message": str(error), "code": "usage"})
            return USAGE
        except NeedsApprovalError as error:
            self._complain({"message": str(error), "code": "needs_approval"})
            return NEEDS_APPROVAL
        except KeyboardInterrupt:
            self._complain({"message": "Stopped.", "code": "stopped"})
            return STOPPED
        return 0

    def _complain(self, problem: dict[str, Any]) -> None:
        if self.out.is_json:
            self.stderr.write(json.dumps({"error": problem}, indent=2))
            return
        self.out.warn(problem["message"])
        for one in problem.get("errors", []):
            if one["message"] not in problem["message"]:
                self.out.warn(f"  {one['field']}: {one['message']}")
        if problem.get("remedy"):
            self.out.warn(problem["remedy"])


class OneAct(Shell, ABC):
    """A command that does one thing."""

    @abstractmethod
    def act(self, options: Options) -> None:
        """Do it."""

    def chosen(self, options: Options) -> Verb:
        """Return the one thing."""
        return self.act


def _asks_for_help(argv: list[str]) -> bool:
    return bool({"-h", "--help"} & set(argv))


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody"  # a container without a name for its user
