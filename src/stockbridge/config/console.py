"""The command `stockbridge`: Django's management commands under one name."""

import os
import sys

import django
from django.core.management import execute_from_command_line

from stockbridge.web.command_line.listing import listing

_HELP: tuple[list[str], ...] = ([], ["help"], ["--help"], ["-h"])


def main() -> None:
    """Run the command named on the command line (`support-bundle` and so on).

    What it writes is for the account that runs it alone: the database holds persons
    and sessions, and the home folder may have been made by somebody less careful.
    """
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockbridge.config.settings")
    words = sys.argv[1:]
    if words in _HELP:
        _list_commands()
        return
    # The name comes first, or after `help`; it is typed with hyphens.
    for place, word in enumerate(words[:2]):
        if not word.startswith("-") and (place == 0 or words[0] == "help"):
            words[place] = word.replace("-", "_")
    execute_from_command_line(["stockbridge", *words])


def _list_commands() -> None:
    django.setup()
    sys.stdout.write(listing() + "\n")
