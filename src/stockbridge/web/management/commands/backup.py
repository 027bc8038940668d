"""`stockbridge backup`: a copy that proves itself whole."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stockbridge.domain.errors import SyncError
from stockbridge.engine.backup import make_backup
from stockbridge.engine.clock import utc_now


class Command(BaseCommand):
    """Copy everything but the keys into one file."""

    help = "Make a backup of everything but the keys."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--to", type=Path, help="the file to make")

    def handle(self, **options: Any) -> None:  # noqa: ANN401 – Django's signature
        """Make the backup, and say where it is."""
        try:
            path = make_backup(now=utc_now(), target=options["to"])
        except SyncError as error:
            raise CommandError(f"{error} {error.remedy}".strip()) from error
        self.stdout.write(f"{path}")
        self.stdout.write("The keys are not in it: keep vault_key apart from it.")
