"""An item that tells what a line is for stands for nothing else."""

import pytest
from pydantic import ValidationError

from stockbridge.connectors.books.quickbooks_pos.settings import PosSettings

ITEM = "-7000000000000000009"


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("tax_item", "shipping_item", "the item for tax already"),
        ("tax_item", "fee_item", "the item for tax already"),
        ("shipping_item", "fee_item", "the item for shipping already"),
        ("shipping_item", "gift_card_item", "the item for shipping already"),
        ("tax_item", "unstocked_item", "the item for tax already"),
    ],
)
def test_shipping_and_tax_have_items_of_their_own(
    one: str, other: str, words: str
) -> None:
    with pytest.raises(ValidationError, match=words) as told:
        PosSettings.model_validate({one: ITEM, other: ITEM})

    assert [error["loc"] for error in told.value.errors()] == [(other,)]


def test_other_lines_may_share_an_item() -> None:
    found = PosSettings(fee_item=ITEM, gift_card_item=ITEM, unstocked_item=ITEM)

    assert found.gift_card_item == found.unstocked_item == ITEM
