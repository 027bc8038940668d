"""`stockbridge simulate …`: outside systems to try everything with."""

from argparse import ArgumentParser
from importlib import import_module
from typing import Any

from django.core.management.base import BaseCommand, CommandError

SIMULATORS = {
    "woocommerce": "stockbridge.connectors.stores.woocommerce.simulator.command",
    "quickbooks-pos": "stockbridge.connectors.books.quickbooks_pos.simulator.command",
    "quickbooks-desktop": (
        "stockbridge.connectors.books.quickbooks_desktop.simulator.command"
    ),
    "quickbooks-online": (
        "stockbridge.connectors.books.quickbooks_online.simulator.command"
    ),
}


class Command(BaseCommand):
    """Run a simulated outside system until stopped."""

    help = "Run a simulated outside system on this machine, until stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare one subcommand per simulator, with its own options."""
        systems = parser.add_subparsers(dest="system", required=True)
        for slug, module in SIMULATORS.items():
            import_module(module).add_arguments(systems.add_parser(slug))

    def handle(self, **options: Any) -> None:
        """Run it."""
        try:
            import_module(SIMULATORS[options["system"]]).run(options)
        except ValueError as error:  # an option that cannot be, or a file that is bad
            raise CommandError(str(error)) from error
