"""Fields have owners; what both sides changed is shown, never overwritten."""

import pytest

from stockbridge.domain.tests.builders import usd
from stockbridge.domain.three_way import (
    Base,
    FieldMerge,
    FieldOwner,
    ItemFields,
    Side,
    agreed_on,
    merge_field,
    merge_item,
)

OWNER = FieldOwner


def merged(base: str | None, store: str, books: str, owner: FieldOwner) -> FieldMerge:
    known: Base = {} if base is None else {"name": base}
    return merge_field("name", known, (store, books), owner)


@pytest.mark.parametrize("owner", FieldOwner)
def test_what_is_the_same_is_left_alone(owner: FieldOwner) -> None:
    found = merged(None, "Mug  white", "Mug white", owner)

    assert found.write_to is None
    assert not found.is_conflict


@pytest.mark.parametrize(
    ("owner", "side"), [(OWNER.BOOKS, Side.STORE), (OWNER.STORE, Side.BOOKS)]
)
def test_the_owners_value_goes_to_the_other_side(owner: FieldOwner, side: Side) -> None:
    found = merged("Mug", "Cup", "Jug", owner)

    assert found.write_to is side
    assert found.value == ("Jug" if side is Side.STORE else "Cup")
    assert found.overwrites_change


def test_overwriting_an_old_value_is_no_overwritten_change() -> None:
    assert not merged("Mug", "Mug", "Jug", OWNER.BOOKS).overwrites_change


@pytest.mark.parametrize(
    ("base", "store", "books", "side"),
    [("Mug", "Cup", "Mug", Side.BOOKS), ("Mug", "Mug", "Jug", Side.STORE)],
)
def test_the_side_that_changed_it_wins_where_that_is_the_rule(
    base: str, store: str, books: str, side: Side
) -> None:
    assert merged(base, store, books, OWNER.CHANGED).write_to is side


@pytest.mark.parametrize("base", ["Mug", None])
def test_both_changed_or_never_agreed_is_a_conflict_with_both_shown(
    base: str | None,
) -> None:
    found = merged(base, "Cup", "Jug", OWNER.CHANGED)

    assert found.is_conflict
    assert found.write_to is None
    assert (found.store, found.books) == ("Cup", "Jug")


def test_a_field_without_an_owner_stays_different() -> None:
    store, books = ItemFields(price=usd("5")), ItemFields(price=usd("6"))

    assert merge_item({}, store, books, {}) == ()


def test_a_price_that_was_taken_away_is_a_change() -> None:
    base: Base = {"price": usd("5")}
    found = merge_item(
        base, ItemFields(), ItemFields(price=usd("5.00")), {"price": OWNER.CHANGED}
    )

    assert found[0].write_to is Side.BOOKS
    assert found[0].value is None


def test_a_conflict_stays_until_both_say_the_same() -> None:
    store, books = ItemFields(name="Cup"), ItemFields(name="Jug")
    owners = {"name": OWNER.CHANGED}

    base = agreed_on({"name": "Mug"}, store, books)
    assert merge_item(base, store, books, owners)[0].is_conflict

    settled = agreed_on(base, books, books)
    assert merge_item(settled, store, books, owners)[0].write_to is Side.BOOKS
