"""Texts in any language become what QuickBooks keeps; settings refuse what is none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from stockbridge.connectors.books.quickbooks_desktop.tests.builders import settings_of
from stockbridge.connectors.books.quickbooks_desktop.text import (
    fitted,
    legible,
    listed_name,
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Müller & Söhne", "Müller & Söhne"),
        ("Łódź", "Lódz"),
        ("Dvořák", "Dvorák"),
        ("Ελλάδα", "Ellada"),
        ("Москва", "Moskva"),
        ("“10 € – ‘ok’…”", "\"10 EUR - 'ok'...\""),
        ("a\r\n\tb\x00c", "a b c"),
        ("ﬁne ½", "fine ½"),
        ("東京 Mug", "?? Mug"),
        ("e\u0301", "é"),
        ("👍🏽", "??"),
    ],
)
def test_a_reader_recognises_what_is_kept(text: str, kept: str) -> None:
    assert legible(text) == kept


@given(st.text(max_size=300))
def test_anything_becomes_one_line_of_printable_latin_1(text: str) -> None:
    kept = legible(text)

    kept.encode("iso-8859-1")
    assert kept.isprintable() or "\xa0" in kept
    assert legible(kept) == kept


@given(st.text(max_size=300), st.integers(1, 60))
def test_a_text_fits_its_field(text: str, chars_max: int) -> None:
    assert len(fitted(text, chars_max)) <= chars_max


@given(st.text(max_size=100))
def test_a_name_has_no_colon_and_is_never_empty(text: str) -> None:
    name = listed_name(text, 41, otherwise="Customer 1")

    assert name
    assert ":" not in name
    assert len(name) <= 41


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("shipping_item", "Shipping"),
        ("tax_items", "8.25"),
        ("tax_items", "A-1=much"),
        ("tax_items", "A-1=-8"),
        ("tax_items", "State=8"),
        ("payment_methods", "card=Credit Card"),
        ("document", "cash"),
        ("currency", "dollars"),
    ],
)
def test_a_setting_that_is_none_is_refused_beside_its_field(
    field: str, value: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        settings_of(**{field: value})

    assert caught.value.errors()[0]["loc"] == (field,)


def test_settings_tell_their_pairs() -> None:
    given = settings_of(tax_items="A-1=8.25; A-2=5+1.5;", payment_methods="card=B-1")

    assert given.tax_rates == (
        ("A-1", (Decimal("8.25"),)),
        ("A-2", (Decimal(5), Decimal("1.5"))),
    )
    assert given.methods == {"card": "B-1"}
