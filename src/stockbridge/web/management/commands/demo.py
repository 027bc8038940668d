"""`stockbridge demo`: the main job, shown on a simulated store."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from dataclasses import asdict, dataclass
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Bridge
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.books_side import BooksSide
from stockbridge.web.demo.embedded import EmbeddedSide
from stockbridge.web.demo.online import OnlineSide
from stockbridge.web.demo.quickbooks import KINDS, QuickBooksSide
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import Shop, StoreAccess
from stockbridge.web.demo.shopping import Shoppers

_INNER = "STOCKBRIDGE_DEMO_INNER"
_ARRIVE_EVERY_S = 20.0
_CALL_EVERY_S = 15.0


class Command(BaseCommand):
    """Show orders coming in and stock going back, without any account."""

    help = "Show the main job on a simulated store; --once checks it and stops."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--once", action="store_true")
        books = ["embedded", *KINDS, "online"]
        parser.add_argument("--books", choices=books, default="embedded")
        parser.add_argument("--port", type=int, default=8421)
        parser.add_argument("--orders", type=int, default=60)
        parser.add_argument("--products", type=int, default=40)
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, **options: Any) -> None:
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
            shop = setting_up.open_shop(access, now=utc_now())
            shoppers = Shoppers(store.url, options["seed"])
            side = self._side(options["books"])
            try:
                self._run(Scene(shop, shoppers, side, began), options)
            finally:
                side.close()

    def _side(self, books: str) -> BooksSide:
        if books == "embedded":
            return EmbeddedSide()
        if books == "online":
            return OnlineSide()
        return QuickBooksSide(KINDS[books], self._say)

    def _run(self, scene: "Scene", options: dict[str, Any]) -> None:
        side, shoppers = scene.side, scene.shoppers
        self._say("Connecting the books and reading the catalogue …")
        bridge = side.join(scene.shop, shoppers.state())
        bring_to_rest(bridge, visit=side.visit)
        setting_up.switch_on(bridge, now=utc_now())
        self._say(f"Shoppers place {options['orders']} orders …")
        shoppers.place(options["orders"])
        bring_to_rest(bridge, visit=side.visit)
        if options["once"]:
            self._check(scene, bridge)
        else:
            self._stay(scene, port=options["port"])

    def _check(self, scene: "Scene", bridge: Bridge) -> None:
        """Let shoppers change their minds, come to rest, and judge."""
        side, shoppers = scene.side, scene.shoppers
        changed = shoppers.change_minds()
        side.receive_goods(scene.shop)
        rounds = bring_to_rest(bridge, visit=side.visit)
        figures = {"round_trips": len(shoppers.requests()), **side.figures()}
        again = bring_to_rest(bridge, visit=side.visit)
        report = side.check(shoppers.state(), scene.shop)
        seconds = round(time.monotonic() - scene.began, 1)
        found = {**asdict(report), "changes": changed, **figures, "seconds": seconds}
        self._say(json.dumps(found, indent=2))
        if report.problems or again != 1:
            self._say(f"Something is off ({rounds} and {again} rounds).")
            sys.exit(1)
        self._say("All promises that were checked hold.")

    def _stay(self, scene: "Scene", *, port: int) -> None:
        """Serve the screens while shoppers go on buying."""
        password = scene.shop.password
        self._say(f"Sign in as {setting_up.EMAIL} with the password {password}")
        scene.side.move_to(port)
        stopping = threading.Event()
        for work in (_buy, _call):
            going = threading.Thread(target=work, args=(scene, stopping), daemon=True)
            going.start()
        try:
            call_command("serve", port=port)
        finally:
            stopping.set()

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


@dataclass(frozen=True, slots=True)
class Scene:
    """Who takes part in the demonstration, and when it began."""

    shop: Shop
    shoppers: Shoppers
    side: BooksSide
    began: float


def _buy(scene: Scene, stopping: threading.Event) -> None:
    while not stopping.wait(_ARRIVE_EVERY_S):
        scene.shoppers.place(1)
        scene.shoppers.forget_all_but(20)
        scene.shoppers.change_minds(share=0.1)


def _call(scene: Scene, stopping: threading.Event) -> None:
    while not stopping.wait(_CALL_EVERY_S):
        scene.side.visit()
