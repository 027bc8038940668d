"""Styles: which items are one product, and which of them wait."""

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.attributes import AttributeRule, Unmapped
from stockbridge.domain.catalog import BooksItem
from stockbridge.domain.styles import (
    Style,
    StyleRule,
    group_styles,
    style_key,
    style_sku,
)
from stockbridge.domain.tests.builders import a_books_item

RULE = StyleRule.DEPARTMENT_AND_NAME
COLOUR = AttributeRule("attribute", "Colour", values={"rose": "Red", "wine": "Red"})
SIZE = AttributeRule("size", "Size")
BOTH = [COLOUR, SIZE]


def a_shirt(number: int, colour: str, size: str = "", **changes: object) -> BooksItem:
    given_too: dict[str, object] = {"name": "Shirt", "department": "MEN", **changes}
    return a_books_item(
        external_id=f"S{number}",
        sku=f"SHIRT-{number}",
        attribute=colour,
        size=size,
        **given_too,
    )


def the_style(*items: BooksItem, known: tuple[str, ...] = ()) -> Style:
    (style,) = group_styles(items, RULE, BOTH, known)
    return style


def reasons(style: Style) -> dict[str, str]:
    return {one.item.external_id: one.why_not for one in style.members}


def test_items_of_one_department_and_name_are_one_product() -> None:
    style = the_style(a_shirt(1, "Blue", "S"), a_shirt(2, "Blue", "M"))

    assert style.name == "Shirt"
    assert [one.item.external_id for one in style.ready] == ["S1", "S2"]
    assert style.offered == (("Colour", "Blue"), ("Size", "S"), ("Size", "M"))


def test_another_department_is_another_style_unless_names_alone_count() -> None:
    items = [a_shirt(1, "Blue"), a_shirt(2, "Red", department="WOMEN")]

    assert group_styles(items, RULE, BOTH) == ()
    assert len(group_styles(items, StyleRule.NAME, BOTH)) == 1
    assert group_styles(items, StyleRule.NONE, BOTH) == ()


def test_an_item_alone_in_its_style_is_a_simple_product() -> None:
    assert group_styles([a_shirt(1, "Blue", "S")], RULE, BOTH) == ()


def test_an_item_without_a_name_belongs_to_no_style() -> None:
    assert style_key(a_shirt(1, "Blue", name=" "), RULE) == ""


def test_two_that_say_the_same_both_wait_and_block_no_other() -> None:
    style = the_style(
        a_shirt(1, "Rose", "S"), a_shirt(2, "Wine", "S"), a_shirt(3, "Blue", "S")
    )

    assert reasons(style) == {
        "S1": "Red, S: SHIRT-2 of the same style says the same.",
        "S2": "Red, S: SHIRT-1 of the same style says the same.",
        "S3": "",
    }
    assert style.offered == (("Colour", "Blue"), ("Size", "S"))


def test_the_one_that_the_store_has_already_keeps_its_place() -> None:
    style = the_style(a_shirt(1, "Rose", "S"), a_shirt(2, "Wine", "S"), known=("S1",))

    assert [one.item.external_id for one in style.ready] == ["S1"]


def test_one_without_a_value_that_others_have_waits() -> None:
    style = the_style(a_shirt(1, "Blue", "S"), a_shirt(2, "Blue"))

    assert reasons(style)["S2"] == "It has no Size, as others of its style have."


def test_items_that_nothing_tells_apart_wait() -> None:
    style = the_style(a_shirt(1, ""), a_shirt(2, ""))

    assert style.ready == ()
    assert all("Nothing tells it" in why for why in reasons(style).values())


def test_one_that_waits_for_a_value_blocks_only_itself() -> None:
    strict = AttributeRule("attribute", "Colour", Unmapped.WAIT, {"rose": "Red"})
    items = [a_shirt(1, "Rose", "S"), a_shirt(2, "Sky", "S"), a_shirt(3, "Rose", "M")]

    (style,) = group_styles(items, RULE, [strict, SIZE])

    assert [one.item.external_id for one in style.ready] == ["S1", "S3"]
    assert reasons(style)["S2"].endswith("yet: Sky.")
    assert style.members[1].waits_for == (("attribute", "Sky"),)


def test_the_products_sku_derives_from_books_and_style_alone() -> None:
    key = style_key(a_shirt(1, "Blue"), RULE)

    assert style_sku("books1", key) == style_sku("books1", key)
    assert style_sku("books1", key) != style_sku("books2", key)
    assert len(style_sku("books1", key)) <= 20


COLOURS = st.sampled_from(["", "Rose", "Wine", "wine ", "Blue", "Sky"])
SHIRTS = st.lists(
    st.tuples(st.sampled_from(["Shirt", "Coat"]), COLOURS, st.sampled_from("SM ")),
    max_size=10,
)


@given(SHIRTS)
def test_variations_of_one_product_always_differ(
    shirts: list[tuple[str, str, str]],
) -> None:
    items = [
        a_shirt(number, colour, size, name=name)
        for number, (name, colour, size) in enumerate(shirts)
    ]

    for style in group_styles(items, RULE, BOTH):
        told = [one.attributes for one in style.ready]
        assert len(set(told)) == len(told)
        assert len({tuple(name for name, _ in pairs) for pairs in told}) <= 1
        assert {one.item.name for one in style.members} == {style.name}


@given(SHIRTS, st.data())
def test_the_order_of_reading_changes_nothing(
    shirts: list[tuple[str, str, str]], drawn: st.DataObject
) -> None:
    items = [
        a_shirt(number, colour, size, name=name)
        for number, (name, colour, size) in enumerate(shirts)
    ]
    mixed = drawn.draw(st.permutations(items))

    def ready(rows: list[BooksItem]) -> dict[str, set[str]]:
        return {
            style.key: {one.item.external_id for one in style.ready}
            for style in group_styles(rows, RULE, BOTH)
        }

    assert ready(items) == ready(mixed)
