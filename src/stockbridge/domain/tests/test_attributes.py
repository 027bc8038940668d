"""Attributes: which field feeds which, and what becomes of each value."""

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.attributes import (
    AttributeRule,
    Unmapped,
    ValueTally,
    field_value,
    tally_values,
    translate,
    value_key,
)
from stockbridge.domain.tests.builders import a_books_item

REDS = {"rose": "Red", "wine": "Red", "red": "Red"}
COLOUR = AttributeRule("attribute", "Colour", values=REDS)
STRICT = AttributeRule("attribute", "Colour", Unmapped.WAIT, REDS)
SIZE = AttributeRule("size", "Size")


def test_rose_and_wine_are_red_in_the_store() -> None:
    rose = translate(a_books_item(attribute="Rose", size="S"), [COLOUR, SIZE])
    wine = translate(a_books_item(attribute="WINE ", size="M"), [COLOUR, SIZE])

    assert rose.pairs == (("Colour", "Red"), ("Size", "S"))
    assert wine.pairs == (("Colour", "Red"), ("Size", "M"))


def test_a_value_that_is_not_mapped_goes_as_it_is_or_waits() -> None:
    item = a_books_item(attribute="Sky", size="S")

    assert translate(item, [COLOUR]).pairs == (("Colour", "Sky"),)
    assert translate(item, [STRICT, SIZE]).pairs == (("Size", "S"),)
    assert translate(item, [STRICT, SIZE]).waits_for == (("attribute", "Sky"),)


def test_an_empty_field_is_no_attribute_and_waits_for_nothing() -> None:
    told = translate(a_books_item(attribute="  "), [STRICT, SIZE])

    assert told.pairs == ()
    assert told.waits_for == ()


def test_a_field_without_an_attribute_stays_in_the_books() -> None:
    rule = AttributeRule("attribute", "", Unmapped.WAIT)

    assert translate(a_books_item(attribute="Rose"), [rule]).pairs == ()
    assert translate(a_books_item(attribute="Rose"), [rule]).waits_for == ()


def test_further_fields_feed_attributes_too() -> None:
    item = a_books_item(extras=(("manufacturer", " North  Mills"),), department="KIT")

    assert field_value(item, "manufacturer") == "North Mills"
    assert field_value(item, "department") == "KIT"
    assert field_value(item, "no-such-field") == ""


def test_values_are_counted_those_not_mapped_first() -> None:
    items = [
        a_books_item(external_id=str(number), attribute=value, size="S")
        for number, value in enumerate(["Rose", "rose", "Rose", "Sky", "Blue", "Blue"])
    ]

    told = tally_values(items, [COLOUR, SIZE])

    assert told == (
        ValueTally("attribute", "Blue", 2),
        ValueTally("attribute", "Sky", 1),
        ValueTally("attribute", "Rose", 3, "Red"),
        ValueTally("size", "S", 6),
    )


@given(st.lists(st.text("ab \tA", max_size=4), max_size=12))
def test_each_item_with_a_value_is_counted_once(values: list[str]) -> None:
    items = [a_books_item(attribute=value) for value in values]

    told = tally_values(items, [COLOUR])

    assert sum(one.count for one in told) == sum(bool(one.strip()) for one in values)
    keys = [value_key(one.value) for one in told]
    assert len(set(keys)) == len(keys)


@given(st.text(max_size=12), st.sampled_from(list(Unmapped)))
def test_a_value_is_either_told_or_waited_for_never_both_or_lost(
    value: str, unmapped: Unmapped
) -> None:
    rule = AttributeRule("attribute", "Colour", unmapped, REDS)
    item = a_books_item(attribute=value)

    told = translate(item, [rule])

    assert len(told.pairs) + len(told.waits_for) == bool(field_value(item, "attribute"))
