"""Shoppers in a simulated store: seeded, so that a run can be repeated."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.request import Request, urlopen

from stockbridge.web.demo.store_side import rows_of

_FIRST = ("Ada", "Ben", "Cleo", "Dana", "Emil", "Fay", "Gus", "Hana", "Ivo")
_LAST = ("Archer", "Brook", "Carver", "Dale", "Ember", "Fields", "Grove")
_TIMEOUT_S = 30


@dataclass(slots=True)
class Shoppers:
    """Buy, change their minds, send goods back; all through the store's own door."""

    address: str  # of the simulated store
    seed: int
    placed: list[int] = field(default_factory=list)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def state(self) -> dict[str, Any]:
        """Return all that the store knows of itself."""
        found: dict[str, Any] = json.loads(self._ask("GET", "state"))
        return found

    def requests(self) -> list[dict[str, Any]]:
        """Return the calls that the store has answered."""
        found: list[dict[str, Any]] = json.loads(self._ask("GET", "requests"))
        return found

    def place(self, count: int) -> None:
        """Place orders: guests and regulars, fees, coupons, shipping, statuses."""
        skus = self.skus()
        for _ in range(count):
            self.placed.append(self.order(self._basket(skus)))

    def order(self, basket: Mapping[str, Any]) -> int:
        """Place this very order; return its id."""
        made: int = json.loads(self._ask("POST", "orders", basket))["id"]
        return made

    def set_status(self, order_id: int, status: str) -> None:
        """Let the shop's people set an order's status."""
        self._ask("POST", f"orders/{order_id}/status", {"status": status})

    def refund(self, order_id: int, refund: Mapping[str, Any]) -> None:
        """Let the shop's people give money back."""
        self._ask("POST", f"orders/{order_id}/refunds", refund)

    def forget_all_but(self, count: int) -> None:
        """Let only the newest orders change from here on."""
        del self.placed[:-count]

    def change_minds(self, *, share: float = 1.0) -> dict[str, int]:
        """Ship, cancel, refund in part and in full, with goods and without."""
        counts = {"shipped": 0, "cancelled": 0, "refunded": 0}
        orders = {order["id"]: order for order in rows_of(self.state()["orders"])}
        for order_id in self.placed:
            order, chance = orders[order_id], self._random.random()
            if self._random.random() >= share:
                continue
            if order["status"] not in {"processing", "completed"}:
                continue
            if chance < 0.25 and order["status"] == "processing":
                self.set_status(order_id, "completed")
                counts["shipped"] += 1
            elif chance < 0.35 and order["status"] == "processing":
                self.set_status(order_id, "cancelled")
                counts["cancelled"] += 1
            elif (
                chance < 0.55 and not order["refunds"]
            ):  # what is left may be too little
                self.refund(order_id, self._refund(order))
                counts["refunded"] += 1
        return counts

    def skus(self) -> list[str]:
        """Return what is sold, in the store's own order."""
        rows = rows_of(self.state()["products"])
        return [
            row["sku"]
            for row in rows
            if row.get("sku") and row.get("type") in {"simple", "variation"}
        ]

    def _basket(self, skus: list[str]) -> dict[str, Any]:
        chance = self._random
        items = [
            [sku, chance.randint(1, 3)]
            for sku in chance.sample(skus, chance.randint(1, min(4, len(skus))))
        ]
        first, last = chance.choice(_FIRST), chance.choice(_LAST)
        basket: dict[str, Any] = {
            "items": items,
            "status": chance.choices(
                ["processing", "completed", "on-hold", "pending"], [70, 15, 8, 7]
            )[0],
            "address": {
                "first_name": first,
                "last_name": last,
                "email": f"{first}.{last}@example.com".lower(),
                "address_1": f"{chance.randint(1, 99)} Main St",
                "city": "New York",
                "state": "NY",
                "postcode": "10002",
                "country": "US",
                "phone": "555-0100",
            },
            "shipping": chance.choice(["", "4.95", "10.00"]),
        }
        if chance.random() < 0.15:
            basket["fees"] = [["Gift wrap", "3.50"]]
        elif chance.random() < 0.1:
            basket["fees"] = [["Loyalty", "-1.25"]]
        return basket

    def _refund(self, order: Mapping[str, Any]) -> dict[str, Any]:
        lines = [line for line in order["lines"] if line["kind"] == "line_item"]
        if lines and self._random.random() < 0.7:
            line = self._random.choice(lines)
            return {
                "quantities": {str(line["id"]): 1},
                "restock": self._random.random() < 0.5,
                "reason": "Did not fit",
            }
        return {"amount": "1.00", "reason": "Goodwill", "restock": False}

    def _ask(
        self, method: str, path: str, sent: Mapping[str, Any] | None = None
    ) -> bytes:
        request = Request(
            f"{self.address}/simulator/{path}",
            method=method,
            data=json.dumps(sent or {}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=_TIMEOUT_S) as answer:
            body: bytes = answer.read()
            return body
