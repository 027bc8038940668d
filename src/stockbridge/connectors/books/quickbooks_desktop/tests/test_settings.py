"""An item that tells what a line is for stands for nothing else."""

import pytest
from pydantic import ValidationError

from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)

ITEM = "80000001-1234567890"


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("tax_line_item", "shipping_item", "the item for billed tax already"),
        ("tax_line_item", "fee_item", "the item for billed tax already"),
        ("shipping_item", "fee_item", "the item for shipping already"),
        ("shipping_item", "discount_item", "the item for shipping already"),
        ("shipping_item", "gift_card_item", "the item for shipping already"),
        ("tax_line_item", "unstocked_item", "the item for billed tax already"),
    ],
)
def test_shipping_and_billed_tax_have_items_of_their_own(
    one: str, other: str, words: str
) -> None:
    with pytest.raises(ValidationError, match=words) as told:
        QuickBooksDesktopSettings.model_validate({one: ITEM, other: ITEM})

    assert [error["loc"] for error in told.value.errors()] == [(other,)]


def test_other_lines_may_share_an_item() -> None:
    found = QuickBooksDesktopSettings(
        fee_item=ITEM, discount_item=ITEM, gift_card_item=ITEM, unstocked_item=ITEM
    )

    assert found.discount_item == found.unstocked_item == ITEM
