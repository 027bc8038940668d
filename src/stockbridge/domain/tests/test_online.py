"""Sold online: by the item's mark, its department or a keyword."""

import pytest

from stockbridge.domain.catalog import BooksItem
from stockbridge.domain.online import OnlineBy, OnlineRule, why_not_online
from stockbridge.domain.tests.builders import a_books_item

WEB = OnlineRule(OnlineBy.KEYWORD, keyword="Web Shop")
KITCHEN = OnlineRule(OnlineBy.DEPARTMENT, departments=("kit", "Garden"))


def test_the_mark_decides_unless_something_else_is_chosen() -> None:
    marked, plain = a_books_item(), a_books_item(is_sold_online=False)

    assert why_not_online(marked, OnlineRule()) == ""
    assert why_not_online(plain, OnlineRule()) == "It is not marked to sell online."


def test_a_department_decides_whatever_the_mark_says() -> None:
    kitchen = a_books_item(department="KIT", is_sold_online=False)
    other = a_books_item(department="OFF")

    assert why_not_online(kitchen, KITCHEN) == ""
    assert "Its department OFF is not one" in why_not_online(other, KITCHEN)


def test_an_item_without_a_department_is_in_none_of_those_chosen() -> None:
    assert why_not_online(a_books_item(department=""), KITCHEN)
    assert why_not_online(a_books_item(), OnlineRule(OnlineBy.DEPARTMENT))


@pytest.mark.parametrize(
    "item",
    [
        a_books_item(extras=(("keywords", "mugs, web shop"),)),
        a_books_item(description="For the WEB  SHOP only"),
        a_books_item(name="Mug (web shop)"),
    ],
)
def test_a_keyword_is_found_in_keywords_name_and_description(item: BooksItem) -> None:
    assert why_not_online(item, WEB) == ""


def test_a_keyword_is_whole_words_and_an_empty_one_is_in_nothing() -> None:
    webbing = a_books_item(description="web shopper's bag, webbing")

    assert "keyword Web Shop" in why_not_online(webbing, WEB)
    assert why_not_online(webbing, OnlineRule(OnlineBy.KEYWORD))
