"""`stockbridge restore`: put a backup back; nothing is sent until you have looked."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stockbridge.domain.errors import SyncError
from stockbridge.engine.aftermath import resume_after_restore
from stockbridge.engine.clock import utc_now
from stockbridge.engine.restore import restore


class Command(BaseCommand):
    """Put a backup back, or go on after one was put back."""

    help = "Put a backup back; --resume goes on after you have looked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("backup", type=Path, nargs="?")
        parser.add_argument("--resume", action="store_true")

    def handle(self, **options: Any) -> None:  # noqa: ANN401 – Django's signature
        """Restore, or resume."""
        if options["resume"]:
            count = resume_after_restore(now=utc_now(), by="command line")
            self.stdout.write(f"{count} connections go on.")
            return
        if options["backup"] is None:
            raise CommandError("Name the backup to put back.")
        try:
            done = restore(options["backup"], now=utc_now())
        except SyncError as error:
            raise CommandError(f"{error} {error.remedy}".strip()) from error
        for warning in done.warnings:
            self.stderr.write(warning)
        self.stdout.write(
            f"Put back. {done.in_doubt} documents will be looked up; everything is "
            "paused until `stockbridge restore --resume`."
        )
