"""What is no setting of QuickBooks Online is refused beside its field."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from stockbridge.connectors.books.quickbooks_online.settings import (
    SHIPPING_ITEM,
    QuickBooksOnlineSettings,
)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("fee_item", "Fees", "Fees is no QuickBooks id"),
        ("shipping_item", "Shipping", "Shipping is no QuickBooks id"),
        ("exempt_code", "NON", "NON is no QuickBooks id"),
        ("payment_methods", "card=Visa", "Visa is no QuickBooks id"),
        ("payment_methods", "card", "card is no pair like a=b"),
        ("custom_fields", "1=po_number", "po_number is none of order_number"),
        ("custom_fields", "1=meta:", "no field of the order like meta:_po_number"),
        ("tax_codes", "5=-8", "-8 is no rate in percent"),
        ("tax_codes", "5=5+x", r"5\+x is no rate in percent"),
    ],
)
def test_what_is_none_is_refused_beside_its_field(
    field: str, value: str, words: str
) -> None:
    with pytest.raises(ValidationError, match=words) as caught:
        QuickBooksOnlineSettings.model_validate({field: value})

    assert caught.value.errors()[0]["loc"] == (field,)


@pytest.mark.parametrize(
    ("field", "other", "words"),
    [
        ("fee_item", "shipping_item", "the item for shipping already"),
        ("unstocked_item", "shipping_item", "the item for shipping already"),
        ("unstocked_item", "tax_line_item", "the item for billed tax already"),
        ("tax_line_item", "discount_item", "the item for discounts already"),
        ("tax_line_item", "shipping_item", "the item for shipping already"),
    ],
)
def test_shipping_and_billed_tax_have_items_of_their_own(
    field: str, other: str, words: str
) -> None:
    with pytest.raises(ValidationError, match=words) as told:
        QuickBooksOnlineSettings.model_validate({other: "7", field: "7"})

    assert [error["loc"] for error in told.value.errors()] == [(field,)]


def test_other_lines_may_share_an_item() -> None:
    names = ("fee_item", "discount_item", "gift_card_item", "unstocked_item")

    found = QuickBooksOnlineSettings.model_validate(dict.fromkeys(names, "7"))

    assert [getattr(found, name) for name in names] == ["7"] * 4


def test_settings_tell_their_pairs_and_quickbooks_own_item_for_shipping() -> None:
    given = QuickBooksOnlineSettings(
        tax_codes="5=5+9.975; 6=0;",
        payment_methods="card = 3",
        shipping_item=SHIPPING_ITEM,
    )

    percents = (Decimal(5), Decimal("9.975"))
    assert given.tax_rates == (("5", percents), ("6", (Decimal(0),)))
    assert given.methods == {"card": "3"}
    assert given.shipping_item == SHIPPING_ITEM


def test_settings_tell_which_fields_of_an_order_they_name() -> None:
    given = QuickBooksOnlineSettings(
        custom_fields="1=order_number; 2=meta:PO number; 3=meta:gift",
        message_field="gift",
    )

    assert given.order_fields == ("PO number", "gift")
    assert QuickBooksOnlineSettings(custom_fields="1=payment").order_fields == ()
