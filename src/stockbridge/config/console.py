"""The command `stockbridge`: Django's management commands under one name."""

import os
import sys

import django
from django.core.management import execute_from_command_line

from stockbridge.web.command_line.listing import listing

PIPE_CLOSED = 141  # as a shell says it of a program that SIGPIPE ended
_HELP: tuple[list[str], ...] = ([], ["help"], ["--help"], ["-h"])


def main() -> None:
    """Run the command named on the command line (`support-bundle` and so on).

    What it writes is for the account that runs it alone: the database holds persons
    and sessions, and the home folder may have been made by somebody less careful.
    """
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockbridge.config.settings")
    try:
        _run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read has enough (`| head`). Nothing is left to be flushed at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(PIPE_CLOSED)


def _run(words: list[str]) -> None:
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
