"""What every set of books that changes items promises, tried on its simulator."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from stockbridge.connectors.tests.books_desk import DeskModule, books_that, desk_of
from stockbridge.domain.accounting import (
    BooksRef,
    DocumentKind,
    ItemChange,
    ItemField,
    ItemRecord,
)
from stockbridge.domain.catalog import BooksItem
from stockbridge.domain.errors import ActionNeededError
from stockbridge.domain.tests.builders import usd
from stockbridge.ports import Books, LookUpOutcome, PostOutcome
from tests.contracts.test_books_contract import post, request_of

JUG = ItemRecord("Jug", sku="JUG-1", description="Blue, one litre", price=usd("12.00"))
DEARER = replace(JUG, price=usd("12.50"))
RESAID = replace(JUG, description="Red, one litre")


def change_items(made: DeskModule) -> bool:
    """Whether an item that they have can be changed."""
    return DocumentKind.ITEM_CHANGE in made.capabilities.kinds


@pytest.fixture(params=books_that(change_items))
def books(request: pytest.FixtureRequest) -> Iterator[Books]:
    with desk_of(request.param) as opened:
        yield opened.books()


def a_change(books_id: str, after: ItemRecord, *ruled: ItemField) -> ItemChange:
    return ItemChange(BooksRef(books_id), JUG, after, tuple(ItemField), ruled)


def the_jug(books: Books, books_id: str) -> BooksItem:
    found = books.changed_items("", limit=100).records
    (item,) = [one for one in found if one.external_id == books_id]
    return item


def test_a_changed_price_is_written_and_the_rest_stays(books: Books) -> None:
    jug = post(books, JUG, "item/jug/1").books_id
    before = the_jug(books, jug)

    result = post(books, a_change(jug, DEARER), "item_change/jug/1")

    assert (result.outcome, result.error) == (PostOutcome.POSTED, None)
    assert result.books_id == jug
    after = the_jug(books, jug)
    assert after.price == DEARER.price
    assert (after.name, after.sku, after.upc) == (before.name, before.sku, before.upc)
    assert after.description == before.description


def test_a_changed_name_is_written_where_items_are_called_by_their_names(
    books: Books,
) -> None:
    jug = post(books, JUG, "item/jug/1").books_id
    is_by_name = the_jug(books, jug).name == "Jug"

    post(books, a_change(jug, replace(JUG, name="Ewer")), "item_change/jug/1")

    assert the_jug(books, jug).name == ("Ewer" if is_by_name else "JUG-1")


def test_no_quantity_is_touched(books: Books) -> None:
    counted = replace(JUG, initial_quantity=usd("5").amount)
    jug = post(books, counted, "item/jug/1").books_id
    before = [level.on_hand for level in books.stock([jug])]

    post(books, a_change(jug, DEARER), "item_change/jug/1")

    assert [level.on_hand for level in books.stock([jug])] == before
    assert sum(before) == counted.initial_quantity


def test_the_same_change_twice_is_one(books: Books) -> None:
    jug = post(books, JUG, "item/jug/1").books_id
    post(books, a_change(jug, DEARER), "item_change/jug/1")

    again = post(books, a_change(jug, DEARER), "item_change/jug/1")

    assert (again.outcome, again.books_id) == (PostOutcome.POSTED, jug)
    assert the_jug(books, jug).price == DEARER.price


def test_what_the_books_say_meanwhile_stays_and_is_said(books: Books) -> None:
    jug = post(books, JUG, "item/jug/1").books_id
    post(books, a_change(jug, RESAID), "item_change/jug/1")
    third = replace(JUG, description="Green, one litre")

    result = post(books, a_change(jug, third), "item_change/jug/2")

    assert result.outcome is PostOutcome.POSTED
    assert isinstance(result.error, ActionNeededError)
    assert "the description" in result.error.message
    assert result.error.remedy
    assert the_jug(books, jug).description == RESAID.description


def test_where_the_store_rules_its_value_is_written_all_the_same(books: Books) -> None:
    jug = post(books, JUG, "item/jug/1").books_id
    post(books, a_change(jug, DEARER), "item_change/jug/1")
    third = replace(JUG, price=usd("13.00"))

    result = post(books, a_change(jug, third, ItemField.PRICE), "item_change/jug/2")

    assert (result.outcome, result.error) == (PostOutcome.POSTED, None)
    assert the_jug(books, jug).price == third.price


def test_a_change_is_found_once_it_is_there_and_not_before(books: Books) -> None:
    jug = post(books, JUG, "item/jug/1").books_id
    request = request_of(a_change(jug, DEARER), "item_change/jug/1")
    (before,) = books.look_up([request])
    post(books, a_change(jug, DEARER), "item_change/jug/1")

    (after,) = books.look_up([request])

    assert before.outcome is LookUpOutcome.MISSING
    assert after.outcome is LookUpOutcome.FOUND
    assert after.result is not None
    assert after.result.books_id == jug


def test_a_code_that_is_none_empties_nothing(books: Books) -> None:
    coded = replace(JUG, upc="036000291452")
    jug = post(books, coded, "item/jug/1").books_id
    before = the_jug(books, jug).upc
    change = replace(a_change(jug, JUG), before=coded, after=replace(JUG, upc=""))

    post(books, change, "item_change/jug/1")

    assert the_jug(books, jug).upc == before


def test_an_item_that_is_gone_is_not_made_anew(books: Books) -> None:
    count = len(books.changed_items("", limit=100).records)

    result = post(books, a_change("999999", DEARER), "item_change/jug/1")

    assert result.outcome is not PostOutcome.POSTED
    assert len(books.changed_items("", limit=100).records) == count
