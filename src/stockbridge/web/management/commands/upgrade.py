"""`stockbridge upgrade`: bring the database up to date, after a backup."""

from stockbridge.engine.clock import utc_now
from stockbridge.engine.restore import upgrade
from stockbridge.web.command_line.shell import OneAct, Options


class Command(OneAct):
    """Upgrading."""

    help = "Bring the database up to date; a backup is made first."
    takes_company = False

    def act(self, _options: Options) -> None:
        """Upgrade, and say where the backup is."""
        backup = upgrade(now=utc_now())
        words = "The database is up to date."
        self.out.say(f"{words} Backup: {backup}" if backup else words)
        self.out.document({"backup": str(backup) if backup else None})
