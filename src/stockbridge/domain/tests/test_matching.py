"""Matching finds one counterpart or says why none."""

from typing import Any

import pytest

from stockbridge.domain.matching import (
    ItemKey,
    Match,
    NoMatch,
    WhyNot,
    build_index,
    match_item,
    upc_digits,
)
from stockbridge.domain.tests.builders import a_books_item, a_store_item


def matched(store: dict[str, Any], *books: dict[str, Any]) -> Match | NoMatch:
    items = [
        a_books_item(**{"external_id": f"I{n}", **one}) for n, one in enumerate(books)
    ]
    return match_item(a_store_item(**store), build_index(items))


@pytest.mark.parametrize(
    ("store", "books", "key"),
    [
        ({"sku": "MUG"}, {"sku": "mug "}, ItemKey.SKU),
        ({"sku": "MUG"}, {"sku": "X", "lookup_codes": ("Mug",)}, ItemKey.LOOKUP_CODE),
        ({"sku": "", "upc": "0 12345 67890 5"}, {"upc": "012345678905"}, ItemKey.UPC),
        ({"sku": "NEW", "upc": "0012345678905"}, {"upc": "12345678905"}, ItemKey.UPC),
    ],
)
def test_a_match_names_the_key_that_found_it(
    store: dict[str, Any], books: dict[str, Any], key: ItemKey
) -> None:
    found = matched(store, books)

    assert isinstance(found, Match)
    assert found.books_id == "I0"
    assert found.key == key


@pytest.mark.parametrize(
    ("store", "books", "why"),
    [
        ({"kind": "variable"}, {}, WhyNot.GROUPING),
        ({"sku": " "}, {}, WhyNot.NO_CODE),
        ({"sku": "CUP"}, {}, WhyNot.NOT_IN_BOOKS),
        ({"sku": "MUG", "is_sku_inherited": True}, {}, WhyNot.INHERITED_SKU),
        ({"sku": "MUG"}, {"is_active": False}, WhyNot.NOT_IN_BOOKS),
    ],
)
def test_no_match_says_why(
    store: dict[str, Any], books: dict[str, Any], why: WhyNot
) -> None:
    found = matched(store, books)

    assert isinstance(found, NoMatch)
    assert found.why is why
    assert found.message


def test_an_inherited_sku_does_not_keep_a_upc_from_matching() -> None:
    item = {"is_sku_inherited": True, "upc": "12345678905"}

    assert isinstance(matched(item, {"sku": "", "upc": "12345678905"}), Match)


def test_two_items_of_the_books_with_one_code_are_a_persons_choice() -> None:
    found = matched({"sku": "MUG", "upc": "1"}, {}, {"upc": "1"})

    assert isinstance(found, NoMatch)
    assert found.why is WhyNot.DUPLICATE_IN_BOOKS
    assert found.candidates == ("I0", "I1")


def test_one_item_with_a_code_twice_is_still_one() -> None:
    found = matched({"sku": "A"}, {"sku": "", "lookup_codes": ("A", "a ")})

    assert isinstance(found, Match)


def test_a_sku_that_two_store_items_share_matches_neither() -> None:
    twins = [a_store_item(), a_store_item(external_id="94", sku=" mug")]
    index = build_index([a_books_item()], twins)

    found = [match_item(item, index) for item in twins]

    assert all(
        isinstance(f, NoMatch) and f.why is WhyNot.DUPLICATE_IN_STORE for f in found
    )


def test_an_inherited_sku_makes_no_twins() -> None:
    items = [a_store_item(), a_store_item(external_id="94", is_sku_inherited=True)]

    assert isinstance(match_item(items[0], build_index([a_books_item()], items)), Match)


def test_a_key_that_is_not_allowed_is_not_tried() -> None:
    books = [a_books_item(sku="X", lookup_codes=("MUG",))]

    found = match_item(a_store_item(), build_index(books, keys=[ItemKey.SKU]))

    assert isinstance(found, NoMatch)
    assert "lookup" not in found.message


@pytest.mark.parametrize(
    ("upc", "digits"), [("0-12345-67890-5", "12345678905"), ("", ""), ("000", "")]
)
def test_a_upc_is_its_digits_without_the_zeros_before(upc: str, digits: str) -> None:
    assert upc_digits(upc) == digits
