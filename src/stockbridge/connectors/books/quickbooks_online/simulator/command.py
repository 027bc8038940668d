"""`stockbridge simulate quickbooks-online`: a company that runs until it is stopped."""

import sys
import threading
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import TextIO

from stockbridge.connectors.books.quickbooks_online.simulator.company import Habits
from stockbridge.connectors.books.quickbooks_online.simulator.furnishing import seed
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Value
from stockbridge.connectors.books.quickbooks_online.simulator.simulated import (
    Options,
    QuickBooksOnlineSimulator,
)
from stockbridge.connectors.simulated_running import stopped_by_signals

_WEBHOOKS_EVERY_S = 1.0
_CURRENCIES = {"US": "USD", "CA": "CAD", "GB": "GBP", "AU": "AUD", "IE": "EUR"}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--port", type=int, default=8766, help="0 takes any free one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--products", type=int, default=20, help="items to begin with")
    parser.add_argument("--customers", type=int, default=5)
    parser.add_argument("--country", default="US", choices=sorted(_CURRENCIES))
    parser.add_argument(
        "--automated-tax", action="store_true", help="US: QuickBooks computes the tax"
    )
    parser.add_argument("--webhooks-to", default="", help="address that gets them")


def run(options: Mapping[str, Value]) -> None:
    """Run a company until SIGINT or SIGTERM."""
    with stopped_by_signals() as stopping:
        serve(options, stopping, sys.stdout)


def serve(options: Mapping[str, Value], stopping: threading.Event, out: TextIO) -> None:
    """Run until `stopping` is set; address and keys are written to `out`."""
    country = str(options.get("country", "US"))
    habits = Habits(
        country=country,
        currency=_CURRENCIES[country],
        automated_tax=bool(options.get("automated_tax")),
    )
    number = int(options.get("seed", 1))
    simulator = QuickBooksOnlineSimulator(
        Options(port=int(options.get("port", 0)), seed=number, habits=habits)
    )
    seed(
        simulator.company,
        products=int(options.get("products", 0)),
        customers=int(options.get("customers", 0)),
        seed=number,
    )
    simulator.webhooks.url = str(options.get("webhooks_to") or "")
    with simulator:
        out.write(_greeting(simulator))
        out.flush()
        while not stopping.wait(_WEBHOOKS_EVERY_S):
            simulator.webhooks.send_all()
    out.write("The simulated QuickBooks Online has stopped.\n")
    out.flush()


def _greeting(simulator: QuickBooksOnlineSimulator) -> str:
    url = simulator.url
    return (
        f"{simulator.company.name}, in a simulated QuickBooks Online at {url}\n"
        f"Client ID:     {simulator.client_id}\n"
        f"Client secret: {simulator.client_secret}\n"
        f"Realm ID:      {simulator.realm_id}\n"
        f"Webhook verifier token: {simulator.webhooks.verifier_token}\n"
        f"Sign-in page: {url}/connect/oauth2; a code without a browser:\n"
        f"  curl -X POST {url}/simulator/authorise\n"
        f"Drive and inspect it: {url}/simulator/ says how\n"
    )
