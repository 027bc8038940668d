"""The command `stockbridge`: Django's management commands under one name."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockbridge.config.settings")
    execute_from_command_line(["stockbridge", *sys.argv[1:]])
