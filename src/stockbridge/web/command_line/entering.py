"""Entering values: settings as KEY=VALUE, secrets from where nobody looks.

What stands on a command line can be read by every user of the machine, and stays in
the shell's history; so secrets come from a file, standard input or the environment.
"""

import getpass
import json
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, TextIO

from stockbridge.domain.errors import InvalidInputError
from stockbridge.web.command_line.output import Output
from stockbridge.web.command_line.shell import Options, UsageError

PREFIX = "STOCKBRIDGE_SECRET_"
PASSWORD = "STOCKBRIDGE_PASSWORD"
_JSON_BEGINS = ("[", "{")
_WORDS = {"true": True, "false": False, "null": None}


def declare_secrets(parser: ArgumentParser) -> None:
    """Declare the ways in which secrets come in."""
    parser.add_argument(
        "--secret-file", metavar="FILE", help="lines of NAME=VALUE; - is standard input"
    )
    parser.add_argument(
        "--secret",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="seen by all users of this machine: a file is better",
    )


def secrets_of(options: Options, names: list[str], out: Output) -> dict[str, str]:
    """Return the secrets that were given; later ways win over earlier ones.

    The environment's names are STOCKBRIDGE_SECRET_ and the name in capitals.
    """
    found = {
        name: os.environ[PREFIX + name.upper()]
        for name in names
        if os.environ.get(PREFIX + name.upper())
    }
    if options["secret_file"]:
        found |= _parsed(_lines(options["secret_file"]))
    if options["secret"]:
        out.warn(
            "A secret on the command line can be read by every user of this machine "
            "and stays in the shell's history. Use --secret-file."
        )
        found |= _parsed(options["secret"])
    unknown = sorted(set(found) - set(names))
    if unknown:
        raise InvalidInputError(
            f"There is no secret {unknown[0]}.",
            field=unknown[0],
            remedy=f"There are: {', '.join(names)}." if names else "None is needed.",
        )
    return found


def values_of(pairs: list[str]) -> dict[str, Any]:
    """Return KEY=VALUE pairs; lists and objects as JSON, true, false and null too."""
    found: dict[str, Any] = {}
    for key, text in _parsed(pairs).items():
        if text in _WORDS:
            found[key] = _WORDS[text]
        elif text.startswith(_JSON_BEGINS):
            try:
                found[key] = json.loads(text)
            except ValueError as error:
                raise UsageError(f"{key}: this is no JSON: {text}") from error
        else:
            found[key] = text
    return found


def typed_line(options: Options) -> str:
    """Return the next line of the standard input, or of what stands for it."""
    source: TextIO = options.get("stdin") or sys.stdin
    return source.readline()


def password_of(options: Options) -> str:
    """Return the password from file, environment or the keyboard; "" for none."""
    if options["password_file"]:
        lines = _lines(options["password_file"])
        return lines[0] if lines else ""
    if os.environ.get(PASSWORD):
        return os.environ[PASSWORD]
    if not sys.stdin.isatty():
        return ""
    first = getpass.getpass("Password (empty: one is made): ")
    if first and getpass.getpass("Again: ") != first:
        raise InvalidInputError("The passwords differ.", remedy="Try again.")
    return first


def _lines(place: str) -> list[str]:
    if place == "-":
        text = sys.stdin.read()
    else:
        try:
            text = Path(place).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInputError(
                f"{place} cannot be read.", remedy="Check the path and its rights."
            ) from error
    return [line.strip() for line in text.splitlines() if line.strip()]


def _parsed(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign or not key.strip():
            raise UsageError("Give it as NAME=VALUE.")  # never quoted: maybe a secret
        found[key.strip()] = value.strip()
    return found
