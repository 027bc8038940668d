"""`stockbridge demo`: the main job, shown on a simulated store."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.engine.clock import utc_now
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.checker import Report, check
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import Demonstration, StoreAccess
from stockbridge.web.demo.shopping import Shoppers

_INNER = "STOCKBRIDGE_DEMO_INNER"
_ARRIVE_EVERY_S = 20.0


class Command(BaseCommand):
    """Show orders coming in and stock going back, without any account."""

    help = "Show the main job on a simulated store; --once checks it and stops."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--once", action="store_true")
        parser.add_argument("--port", type=int, default=8421)
        parser.add_argument("--orders", type=int, default=60)
        parser.add_argument("--products", type=int, default=40)
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, **options: Any) -> None:  # noqa: ANN401 – Django's signature
        """Start again in a home folder of the demo's own, then show it."""
        if os.environ.get(_INNER):
            self._show(options)
            return
        with tempfile.TemporaryDirectory(prefix="stockbridge-demo-") as folder:
            own = {"STOCKBRIDGE_HOME": folder, "STOCKBRIDGE_DATABASE": "", _INNER: "1"}
            command = [sys.executable, "-m", "stockbridge", *sys.argv[1:]]
            try:
                done = subprocess.run(  # – ourselves, in a home of its own
                    command, env={**os.environ, **own}, check=False
                )
            except KeyboardInterrupt:
                return
        if done.returncode:
            sys.exit(done.returncode)

    def _show(self, options: dict[str, Any]) -> None:
        began = time.monotonic()
        call_command("migrate", verbosity=0, interactive=False)
        with WooCommerceSimulator(port=0, seed=options["seed"]) as store:
            store.seed_products(options["products"], seed=options["seed"])
            self._say(f"A simulated store is at {store.url}")
            access = StoreAccess(store.url, store.consumer_key, store.consumer_secret)
            demo = setting_up.set_up(access, now=utc_now())
            shoppers = Shoppers(store.url, options["seed"])
            self._say("Reading the catalogue …")
            bring_to_rest(demo.bridge)
            setting_up.import_items(demo.bridge, now=utc_now())
            bring_to_rest(demo.bridge)
            setting_up.switch_on(demo.bridge, now=utc_now())
            self._say(f"Shoppers place {options['orders']} orders …")
            shoppers.place(options["orders"])
            bring_to_rest(demo.bridge)
            if options["once"]:
                self._check(demo, shoppers, began=began)
            else:
                self._stay(demo, shoppers, port=options["port"])

    def _check(self, demo: Demonstration, shoppers: Shoppers, *, began: float) -> None:
        """Let shoppers change their minds, come to rest, and judge."""
        changed = shoppers.change_minds()
        setting_up.receive_goods(demo.company, now=utc_now())
        rounds = bring_to_rest(demo.bridge)
        calls = len(shoppers.requests())
        again = bring_to_rest(demo.bridge)
        report = check(shoppers.state(), demo.company)
        seconds = round(time.monotonic() - began, 1)
        self._say(_as_json(report, changed, round_trips=calls, seconds=seconds))
        if report.problems or again != 1:
            self._say(f"Something is off ({rounds} and {again} rounds).")
            sys.exit(1)
        self._say("All promises that were checked hold.")

    def _stay(self, demo: Demonstration, shoppers: Shoppers, *, port: int) -> None:
        """Serve the screens while shoppers go on buying."""
        self._say(f"Sign in as {setting_up.EMAIL} with the password {demo.password}")
        stopping = threading.Event()
        buying = threading.Thread(target=_buy, args=(shoppers, stopping), daemon=True)
        buying.start()
        try:
            call_command("serve", port=port)
        finally:
            stopping.set()

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _buy(shoppers: Shoppers, stopping: threading.Event) -> None:
    while not stopping.wait(_ARRIVE_EVERY_S):
        shoppers.place(1)
        shoppers.forget_all_but(20)
        shoppers.change_minds(share=0.1)


def _as_json(
    report: Report, changed: dict[str, int], *, round_trips: int, seconds: float
) -> str:
    found = {
        **asdict(report),
        "changes": changed,
        "round_trips": round_trips,
        "seconds": seconds,
    }
    return json.dumps(found, indent=2)
