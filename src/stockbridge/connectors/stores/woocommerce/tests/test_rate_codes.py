"""Country and state of a tax come from the code of its rate, or stay unsaid."""

import pytest

from stockbridge.connectors.stores.woocommerce.rate_codes import who_charges


@pytest.mark.parametrize(
    ("code", "label", "said"),
    [
        ("US-NY-NYC CITY-2", "NYC City", ("US", "NY")),
        ("CA-QC-QST-2", "QST", ("CA", "QC")),
        ("DE-MWST-19-1", "MwSt-19", ("DE", "")),
        ("DE-DE-BW-MWST-1", "MwSt", ("DE", "DE-BW")),
        ("GB-TAX-1", "Tax", ("GB", "")),
        ("US-CA-TAX-1", "Sales tax", ("US", "CA")),
        ("VAT-1", "VAT", ("", "")),
        ("EU-VAT-1", "EU-VAT", ("", "")),
        ("EU CITY-VAT-1", "VAT", ("", "")),
    ],
)
def test_country_and_state_are_read_from_the_code(
    code: str, label: str, said: tuple[str, str]
) -> None:
    assert who_charges(code, label) == said


def test_a_rate_that_was_renamed_keeps_its_country_alone() -> None:
    assert who_charges("US-NY-OLD NAME-1", "New name") == ("US", "")


@pytest.mark.parametrize("code", ["", "US", "US-NY-TAX", "-", "TAX"])
def test_what_is_no_code_says_nothing(code: str) -> None:
    assert who_charges(code, "Tax") == ("", "")
