"""When two connections lead to one company, by what each side says of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.same_company import (
    CompanyFile,
    HandsOn,
    hands_on_to,
    is_said,
    is_same_place,
    is_twin,
)

SHOP = CompanyFile("C:\\Books\\Mug Shop.qbw", "Mug Shop Ltd")


@pytest.mark.parametrize(
    "said",
    [
        "C:\\Books\\Mug Shop.qbw",
        "c:/books/MUG SHOP.QBW",
        "\\\\SERVER\\QuickBooks\\Mug Shop.qbw",
        "Mug Shop",
        " mug  shop ltd ",
    ],
)
def test_the_same_file_is_known_however_it_is_named(said: str) -> None:
    assert hands_on_to(said, SHOP) is HandsOn.YES


@pytest.mark.parametrize("said", ["C:\\Books\\Bowls.qbw", "Mug Shop 2024.qbw", "Mug"])
def test_another_file_is_another_company(said: str) -> None:
    assert hands_on_to(said, SHOP) is HandsOn.NO


@pytest.mark.parametrize(
    ("said", "file"), [("", SHOP), ("  ", SHOP), ("Mug Shop.qbw", CompanyFile())]
)
def test_where_one_side_says_nothing_nothing_is_known(
    said: str, file: CompanyFile
) -> None:
    assert hands_on_to(said, file) is HandsOn.UNKNOWN


@given(st.text(min_size=1), st.text())
def test_a_file_that_is_named_as_its_own_computer_names_it_is_never_missed(
    path: str, name: str
) -> None:
    found = hands_on_to(path, CompanyFile(path, name))

    assert found is not HandsOn.NO


def test_a_twin_is_known_by_what_was_seen_or_by_what_the_file_is_signed_with() -> None:
    assert is_twin("{a}", "{a}", "b")
    assert is_twin("{b}", "", "b")
    assert not is_twin("{c}", "{a}", "b")
    assert not is_twin("", "", "b")


def test_what_a_person_said_counts_for_what_was_known_then() -> None:
    said = {"abc": ""}

    assert is_said(said, "abc", "")
    assert not is_said(said, "abc", "Mug Shop.qbw")
    assert not is_said(said, "xyz", "")


def test_a_file_without_its_sign_is_known_by_path_and_name_together() -> None:
    assert is_same_place(SHOP, CompanyFile("c:\\books\\mug shop.QBW", "MUG SHOP LTD"))
    assert not is_same_place(SHOP, CompanyFile(SHOP.path, "Bowls"))
    assert not is_same_place(SHOP, CompanyFile("D:\\Mug Shop.qbw", SHOP.name))
    assert not is_same_place(CompanyFile(), CompanyFile())
    named = CompanyFile("Mug Shop", "Mug Shop")  # as Point of Sale tells it
    assert not is_same_place(named, named)
