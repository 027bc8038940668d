"""`stockbridge backup`: a copy that proves itself whole."""

from pathlib import Path

from django.core.management.base import CommandParser

from stockbridge.engine.backup import make_backup, verify
from stockbridge.engine.clock import utc_now
from stockbridge.web.command_line.shell import OneAct, Options


class Command(OneAct):
    """Backing up."""

    help = "Copy everything but the keys into one file, and prove it whole."
    takes_company = False

    def declare(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--to", type=Path, metavar="FILE", help="the file to make, or its folder"
        )

    def act(self, options: Options) -> None:
        """Make the backup, and say where it is."""
        path = make_backup(now=utc_now(), target=options["to"])
        manifest = verify(path)
        self.out.say(f"{path}")
        self.out.say("The keys are not in it: keep vault_key apart from it.")
        self.out.document(
            {
                "path": str(path),
                "version": manifest.version,
                "made_at": manifest.made_at,
                "database": manifest.database,
                "bytes": manifest.bytes,
                "sha256": manifest.sha256,
                "counts": dict(manifest.counts),
            }
        )
