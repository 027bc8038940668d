"""Orders for a simulated store: seeded, by known customers and by new ones."""

import random
from dataclasses import dataclass, field

from benchmarks.store_process import StoreProcess
from stockbridge.backoffice.records import RecordDraft, create_partners
from stockbridge.companies.models import Company
from stockbridge.engine.clock import utc_now


@dataclass(slots=True)
class Shoppers:
    """Buy one to four items each; every second shopper is known to the books."""

    store: StoreProcess
    skus: list[str]
    seed: int = 1
    _random: random.Random = field(init=False)
    _count: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def buy(self, count: int) -> list[int]:
        """Place so many orders; return their ids."""
        return [self._buy() for _ in range(count)]

    def _buy(self) -> int:
        self._count += 1
        chance = self._random
        chosen = chance.sample(self.skus, chance.randint(1, min(4, len(self.skus))))
        basket = {
            "items": [[sku, chance.randint(1, 3)] for sku in chosen],
            "status": "completed" if chance.random() < 0.15 else "processing",
            "address": _address(self._count),
            "shipping": chance.choice(["", "4.95", "10.00"]),
        }
        made: int = self.store.tell("orders", basket)["id"]
        return made


def make_known(company: Company, count: int) -> None:
    """Put every second of the first `count` shoppers into the back office."""
    drafts = [
        RecordDraft(
            f"bench/customer/{number}",
            {
                "name": f"Shopper {number}",
                "is_customer": True,
                "email": _address(number)["email"],
            },
        )
        for number in range(2, count + 1, 2)
    ]
    for start in range(0, len(drafts), 500):
        create_partners(company, drafts[start : start + 500], at=utc_now())


def _address(number: int) -> dict[str, str]:
    return {
        "first_name": "Shopper",
        "last_name": f"Number {number}",
        "email": f"shopper{number}@example.com",
        "address_1": f"{number} Main St",
        "city": "New York",
        "state": "NY",
        "postcode": "10002",
        "country": "US",
        "phone": "555-0100",
    }
