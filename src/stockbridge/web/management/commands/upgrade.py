"""`stockbridge upgrade`: bring the database up to date, after a backup."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stockbridge.domain.errors import SyncError
from stockbridge.engine.clock import utc_now
from stockbridge.engine.restore import upgrade


class Command(BaseCommand):
    """Apply what the database lacks; a backup is made first."""

    help = "Bring the database up to date; a backup is made first."

    def handle(self, **_: Any) -> None:  # noqa: ANN401 – Django's signature
        """Upgrade, and say where the backup is."""
        try:
            backup = upgrade(now=utc_now())
        except SyncError as error:
            raise CommandError(f"{error} {error.remedy}".strip()) from error
        self.stdout.write(
            f"The database is up to date. Backup: {backup}"
            if backup
            else "The database is up to date."
        )
