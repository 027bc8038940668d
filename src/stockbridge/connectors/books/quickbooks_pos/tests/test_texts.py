"""Texts reach Point of Sale in its own alphabet, cut to its fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_pos.texts import (
    ENCODING,
    cleaned,
    fit,
    is_expressible,
)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Zoë Müller", "Zoë Müller"),
        ("Łódź", "Lódz"),
        ("Dvořák", "Dvorák"),
        ("price 5 €", "price 5 €"),
        ("“quoted” – so", "“quoted” – so"),
        ("Αθήνα", "Athina"),
        ("Москва, Сергей", "Moskva, Sergey"),
        ("東京", "??"),
        ("two\r\nlines\tand tabs", "two lines and tabs"),
        ("bell\x07 and \x81 and \u200b", "bell and and"),
        ("e\u0301t\u00e9", "été"),
    ],
)
def test_what_has_no_letter_there_is_written_in_the_nearest(
    text: str, stored: str
) -> None:
    assert cleaned(text) == stored


@given(st.text(), st.integers(1, 60))
def test_any_text_fits_its_field_in_its_alphabet(text: str, chars_max: int) -> None:
    found = fit(text, chars_max)

    assert len(found) <= chars_max
    found.encode(ENCODING)
    assert fit(found, chars_max) == found


@given(st.text())
def test_what_is_expressible_stays_as_it_is(text: str) -> None:
    assert is_expressible(cleaned(text))
