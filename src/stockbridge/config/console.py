"""The command `stockbridge`: Django's management commands under one name."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command named on the command line (`support-bundle` and so on).

    What it writes is for the account that runs it alone: the database holds persons
    and sessions, and the home folder may have been made by somebody less careful.
    """
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockbridge.config.settings")
    words = sys.argv[1:]
    if words and not words[0].startswith("-"):
        words[0] = words[0].replace("-", "_")
    execute_from_command_line(["stockbridge", *words])
