"""A refusal names the setting, or QuickBooks' own field, that it is about."""

import pytest

from stockbridge.connectors.books.quickbooks_desktop.errors import Status, error_of
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.domain.errors import MappingError, SettingNeededError

FEE, TAX, VISA = "80000003-12", "80000004-12", "80000005-12"
SETTINGS = QuickBooksDesktopSettings(
    fee_item=FEE,
    discount_item=FEE,
    tax_items=f"{TAX}=8.25",
    payment_methods=f"stripe={VISA}",
)


@pytest.mark.parametrize(
    ("code", "words", "settings"),
    [
        (3140, f'reference to QuickBooks Item "{FEE}".', "fee_item discount_item"),
        (3140, f'invalid reference to QuickBooks SalesTax "{TAX}".', "tax_items"),
        (3120, f'Object "{VISA}" specified in the request.', "payment_methods"),
    ],
)  # fmt: skip
def test_an_id_that_a_setting_holds_is_that_settings_trouble(
    code: int, words: str, settings: str
) -> None:
    error = error_of(Status(code, words), SETTINGS)

    assert isinstance(error, SettingNeededError)
    assert list(error.settings) == settings.split()
    assert error.remedy


@pytest.mark.parametrize(
    ("code", "words", "field"),
    [
        (3140, 'reference to QuickBooks Item "800000FF-12".', "Item"),
        (3070, 'The string in the field "FirstName" is too long.', "FirstName"),
        (3090, 'An error when storing "a:b" in the "Name" field.', "Name"),
        (3100, 'The name "Ada" of the list element is already in use.', "Name"),
        (3045, 'converting the date value "x" in the field "TxnDate"', "TxnDate"),
        (3210, "Something else.", ""),
    ],
)
def test_what_quickbooks_names_itself_is_told_as_it_says_it(
    code: int, words: str, field: str
) -> None:
    error = error_of(Status(code, words), SETTINGS)

    assert not isinstance(error, SettingNeededError)
    assert error.field == field


def test_a_linked_record_that_is_gone_is_no_settings_trouble() -> None:
    error = error_of(Status(3140, 'invalid reference to Customer "8000-1".'), SETTINGS)

    assert type(error) is MappingError
