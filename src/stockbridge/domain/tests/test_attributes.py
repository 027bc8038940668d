"""Attributes: which field feeds which, and what becomes of each value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.attributes import (
    AttributeRule,
    Unmapped,
    ValueTally,
    field_value,
    fields_from,
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


@pytest.mark.parametrize(
    "pairs",
    [
        (("Size", "M"), ("Colour", "Sky")),
        (("Colour", "Sky"), ("Size", "M")),
        (("Größe", "M"), ("Farbe", "Sky")),
        (("Finish", "Sky"), ("size", "M")),
        (("Finish", "Sky"), ("Width", "M")),
    ],
)
def test_an_attribute_is_known_by_its_name_before_its_place(
    pairs: tuple[tuple[str, str], ...],
) -> None:
    assert fields_from(pairs, [COLOUR, SIZE]) == {"attribute": "Sky", "size": "M"}


def test_one_that_has_a_field_of_its_own_takes_no_others_place() -> None:
    brand = AttributeRule("manufacturer", "Brand")

    told = fields_from((("Brand", "Acme"), ("Finish", "Matt")), [brand])

    assert told == {"attribute": "Matt"}


def test_a_value_comes_back_as_the_books_would_write_it() -> None:
    told = fields_from((("Colour", "Red"),), [STRICT])
    only = AttributeRule("attribute", "Colour", Unmapped.WAIT, {"rose": "Red"})

    assert told == {"attribute": "Red"}
    assert fields_from((("Colour", "Red"),), [only]) == {"attribute": "rose"}


VALUES = st.sampled_from(["Rose", "rose", "Wine", "Red", "Sky", "M", "L", ""])
MAPPED = st.dictionaries(
    st.sampled_from(["rose", "wine", "red", "m"]),
    st.sampled_from(["Red", "Wine", "M", "Medium"]),
)


@given(
    attribute=VALUES,
    size=VALUES,
    names=st.permutations(["Colour", "Size", "Attribute", "Width"]),
    values=st.tuples(MAPPED, MAPPED),
    unmapped=st.sampled_from(Unmapped),
    is_turned=st.booleans(),
)
def test_to_the_store_and_back_is_the_same_whatever_the_order(
    *,
    attribute: str,
    size: str,
    names: list[str],
    values: tuple[dict[str, str], dict[str, str]],
    unmapped: Unmapped,
    is_turned: bool,
) -> None:
    rules = [
        AttributeRule("attribute", names[0], unmapped, values[0]),
        AttributeRule("size", names[1], unmapped, values[1]),
    ]
    there = translate(a_books_item(attribute=attribute, size=size), rules)

    pairs = there.pairs[::-1] if is_turned else there.pairs
    back = translate(a_books_item(**fields_from(pairs, rules)), rules)

    assert back.pairs == there.pairs
    assert back.waits_for == ()
