"""`stockbridge serve`: the screens, the API, and a worker in the same process."""

import os
import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
#: Open ones count, whether or not they ask for anything; a browser keeps six.
CONNECTIONS_MAX = 512
HEADERS_WITHIN_MS = 10_000


class Command(BaseCommand):
    """Serve the screens; on one machine, nothing else has to run."""

    help = "Serve the screens and the API, with a worker in the same process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--address", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8420)
        parser.add_argument(
            "--no-worker",
            action="store_true",
            help="screens and API alone; run `stockbridge worker` beside it",
        )
        parser.add_argument(
            "--processes",
            type=int,
            default=1,
            help="web processes (PostgreSQL only; SQLite wants one)",
        )

    def handle(self, **options: Any) -> None:
        """Bring the database up to date and serve until stopped."""
        if options["processes"] > 1 and _is_sqlite():
            raise CommandError(
                "SQLite is served by one process. Use PostgreSQL for several."
            )
        address, port = options["address"], options["port"]
        _refuse_a_taken_port(address, port)
        bring_up_to_date(self)
        os.environ["STOCKBRIDGE_RUNNER"] = "" if options["no_worker"] else "1"
        os.environ["STOCKBRIDGE_LOOPBACK"] = "1" if address in LOOPBACK else ""
        shown = settings.PUBLIC_URL or f"http://{address}:{port}"
        self.stdout.write(f"Stockbridge is at {shown}/  (stop it with Ctrl-C)")
        Granian(
            "stockbridge.config.wsgi:application",
            address=address,
            port=port,
            interface=Interfaces.WSGI,
            workers=options["processes"],
            blocking_threads=4,
            backpressure=CONNECTIONS_MAX,
            # With HTTP/2 on offer a caller that says nothing is waited for without end.
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN_MS),
            log_access=False,
            websockets=False,
        ).serve()


def _refuse_a_taken_port(address: str, port: int) -> None:
    """Raise where somebody listens already: the server itself would share the port."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} of {address} cannot be used: {error.strerror}. "
                "Stop what listens there, or choose another with --port."
            ) from error


def bring_up_to_date(command: BaseCommand) -> None:
    """Apply what the database lacks: by itself on SQLite, by hand elsewhere."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not pending:
        return
    is_new = not executor.loader.applied_migrations
    if not (is_new or _is_sqlite()):
        raise CommandError(
            f"The database lacks {len(pending)} changes. Stop the workers and run "
            "`stockbridge upgrade`: it makes a backup first."
        )
    command.stdout.write("Preparing the database …")
    if is_new:
        call_command("migrate", verbosity=0, interactive=False)
    else:
        call_command("upgrade")


def _is_sqlite() -> bool:
    return connections[DEFAULT_DB_ALIAS].vendor == "sqlite"
