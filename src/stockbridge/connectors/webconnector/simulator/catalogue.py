"""What a simulated QuickBooks company sells to begin with: made up, or from a file.

The file is a CSV with the columns sku, name, price and quantity, as a store exports
them: so a company can be made whose items match a store's.
"""

import csv
import random
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

_COLUMNS = ("sku", "name", "price", "quantity")
_WHAT = ("Mug", "Bowl", "Plate", "Jug", "Tray", "Vase", "Lamp", "Clock")
_WHICH = ("white", "blue", "green", "oak", "slate", "tall", "small", "round")


@dataclass(frozen=True, slots=True)
class ShopItem:
    """One item on the shelf; the price is in the company's only currency."""

    sku: str
    name: str
    price: Decimal
    quantity: Decimal


def add_arguments(parser: ArgumentParser) -> None:
    """Declare which items there are."""
    parser.add_argument("--company", default="Example Kitchenware")
    parser.add_argument("--products", type=int, default=100, help="items to begin with")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--items",
        type=Path,
        help="instead: a CSV file with the columns sku, name, price and quantity",
    )


def items_of(options: Mapping[str, Any]) -> tuple[ShopItem, ...]:
    """Return the items that the options ask for. Raises ValueError for a bad file."""
    if options.get("items"):
        return read_items(Path(options["items"]))
    return sample_items(int(options["products"]), int(options["seed"]))


def sample_items(count: int, seed: int) -> tuple[ShopItem, ...]:
    """Return made-up items, the same ones for the same seed."""
    chance = random.Random(seed)
    return tuple(
        ShopItem(
            f"SKU-{number:06}",
            f"{chance.choice(_WHAT)}, {chance.choice(_WHICH)} {number}",
            Decimal(chance.randint(100, 20000)) / 100,
            Decimal(chance.randint(0, 200)),
        )
        for number in range(1, count + 1)
    )


def read_items(path: Path) -> tuple[ShopItem, ...]:
    """Return the items of a CSV file; ValueError names the line that is wrong."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.DictReader(file)
        missing = set(_COLUMNS) - set(rows.fieldnames or ())
        if missing:
            raise ValueError(f"{path}: no column {', '.join(sorted(missing))}.")
        return tuple(_item(row, f"{path}, line {rows.line_num}") for row in rows)


def _item(row: Mapping[str, str], place: str) -> ShopItem:
    try:
        price, quantity = Decimal(row["price"]), Decimal(row["quantity"])
    except InvalidOperation as error:
        raise ValueError(f"{place}: price or quantity is no number.") from error
    if not row["sku"]:
        raise ValueError(f"{place}: an item without a SKU.")
    return ShopItem(row["sku"], row["name"] or row["sku"], price, quantity)
