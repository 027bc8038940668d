"""Which items a simulated company has: made up, or a store's own."""

from decimal import Decimal
from pathlib import Path

import pytest

from stockbridge.connectors.webconnector.simulator.catalogue import (
    ShopItem,
    items_of,
    sample_items,
)


def test_a_seed_makes_the_same_items_again() -> None:
    items = sample_items(20, seed=7)

    assert items == sample_items(20, seed=7)
    assert len({item.sku for item in items}) == 20
    assert items != sample_items(20, seed=8)


def test_a_stores_own_items_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "items.csv"
    file.write_text(
        "\ufeffsku,name,price,quantity,colour\nMUG-1,Mug,9.50,12,white\n",
        encoding="utf-8",
    )

    items = items_of({"items": file})

    assert items == (ShopItem("MUG-1", "Mug", Decimal("9.50"), Decimal(12)),)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("sku,name,price\nMUG-1,Mug,9.50\n", "no column quantity"),
        ("sku,name,price,quantity\nMUG-1,Mug,dear,12\n", "line 2: price or quantity"),
        ("sku,name,price,quantity\n,Mug,9.50,12\n", "without a SKU"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused(
    tmp_path: Path, content: str, said: str
) -> None:
    file = tmp_path / "items.csv"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(ValueError, match=said):
        items_of({"items": file})
