"""A refusal names the setting, or Point of Sale's own field, that it is about."""

import pytest
from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.envelopes import Response
from stockbridge.connectors.books.quickbooks_pos.errors import error_of
from stockbridge.connectors.books.quickbooks_pos.settings import PosSettings
from stockbridge.domain.errors import SettingNeededError, SyncError

FEE = "-7000000000000000003"
SETTINGS = PosSettings(fee_item=FEE)


def said(code: str, words: str) -> SyncError:
    element = etree.Element("SalesReceiptAddRs")
    response = Response("1", element.tag, code, "Error", words, element)
    return error_of(response, SETTINGS)


def test_an_id_that_a_setting_holds_is_that_settings_trouble() -> None:
    error = said("3120", f"Object Item {FEE} specified cannot be found.")

    assert isinstance(error, SettingNeededError)
    assert error.settings == ("fee_item",)
    assert "Item for fees" in error.remedy


@pytest.mark.parametrize(
    ("code", "words", "field"),
    [
        ("3120", "Object Item -7000000000000000099 cannot be found.", ""),
        ("3045", "The value of the field 'TxnDate' is wrong.", "TxnDate"),
        ("3070", 'The "Desc1" field is too long.', "Desc1"),
        ("20004", "The receipt is not balanced.", "tax_policy"),
    ],
)
def test_what_it_names_itself_is_told_as_it_says_it(
    code: str, words: str, field: str
) -> None:
    error = said(code, words)

    assert not isinstance(error, SettingNeededError)
    assert error.field == field
