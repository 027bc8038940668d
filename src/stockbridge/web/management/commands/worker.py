"""`stockbridge worker`: work beside the web processes, on this or another machine."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from stockbridge.engine import logbook
from stockbridge.engine.upkeep import new_runner


class Command(BaseCommand):
    """Do what is due, until stopped; any number may run side by side."""

    help = "Do what is due, until stopped. Several may run, on several machines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--threads", type=int, default=2)
        parser.add_argument("--json-log", action="store_true")

    def handle(self, **options: Any) -> None:
        """Work until SIGTERM or Ctrl-C; the present step is finished first."""
        logbook.set_up(is_json=options["json_log"])
        runner = new_runner(threads=options["threads"])
        self.stdout.write(f"Working as {runner.name}. Stop with Ctrl-C.")
        runner.run_until_stopped()
