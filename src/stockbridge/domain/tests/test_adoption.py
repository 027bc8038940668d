"""Which documents of the books are offered to an order, and how sure it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stockbridge.domain.adoption import (
    Candidate,
    Fit,
    Match,
    Part,
    Sought,
    is_same_number,
    matches,
)
from stockbridge.domain.money import Money
from stockbridge.domain.tests.builders import TODAY, usd

SOUGHT = Sought("1", "1001", TODAY, usd("16.50"))
TYPED = Candidate("Invoice:7", "1001", TODAY, usd("16.50"), "Ada Example")
DAY = timedelta(days=1)


def match(*candidates: Candidate, sought: Sought = SOUGHT) -> Match:
    """Return what is offered to the order."""
    return matches([sought], candidates)[sought.order_id]


def ids(found: Match) -> list[str]:
    """Return the documents that are offered, the likeliest first."""
    return [offer.candidate.books_id for offer in found.offers]


def test_a_document_with_number_day_and_total_fits() -> None:
    other = replace(TYPED, books_id="Invoice:8", number="1002")

    found = match(other, TYPED)

    assert found.fit is Fit.FITS
    assert ids(found) == ["Invoice:7"]
    assert found.offers[0].differs == ()


@pytest.mark.parametrize(
    ("typed", "differs"),
    [
        (replace(TYPED, total=usd("16.51")), (Part.TOTAL,)),
        (replace(TYPED, total=Money(usd("16.50").amount, "EUR")), (Part.TOTAL,)),
        (replace(TYPED, day=TODAY + DAY), (Part.DAY,)),
        (replace(TYPED, number="7"), (Part.NUMBER,)),
        (replace(TYPED, number=""), (Part.NUMBER,)),
        (replace(TYPED, day=TODAY - DAY, total=usd(1)), (Part.DAY, Part.TOTAL)),
    ],
)
def test_a_document_that_differs_by_a_cent_a_day_or_its_number_says_so(
    typed: Candidate, differs: tuple[Part, ...]
) -> None:
    found = match(typed)

    assert found.fit is Fit.NEARLY
    assert found.offers[0].differs == differs


@pytest.mark.parametrize(
    "typed",
    [
        replace(TYPED, day=TODAY + 6 * DAY),
        replace(TYPED, number="7", day=TODAY + DAY),
        replace(TYPED, number="7", total=usd("16.51")),
    ],
)
def test_what_agrees_in_one_thing_only_or_lies_far_away_is_not_offered(
    typed: Candidate,
) -> None:
    assert match(typed) == Match(SOUGHT, Fit.NONE)


def test_of_several_that_fit_a_person_chooses_among_those() -> None:
    found = match(
        TYPED,
        replace(TYPED, books_id="SalesReceipt:9"),
        replace(TYPED, books_id="Invoice:8", number="7"),
    )

    assert found.fit is Fit.SEVERAL
    assert ids(found) == ["Invoice:7", "SalesReceipt:9"]


def test_of_several_that_nearly_fit_the_one_with_the_same_total_comes_first() -> None:
    found = match(
        replace(TYPED, books_id="Invoice:1", total=usd("16.51")),
        replace(TYPED, books_id="Invoice:2", number="7"),
    )

    assert found.fit is Fit.SEVERAL
    assert ids(found) == ["Invoice:2", "Invoice:1"]


def test_what_fits_one_order_is_offered_to_no_other() -> None:
    twin = replace(SOUGHT, order_id="2", number="1002")

    found = matches([twin, SOUGHT], [TYPED])

    assert found["1"].fit is Fit.FITS
    assert found["2"].fit is Fit.NONE


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1001", "#1001", True),
        ("1001", "WEB-1001", True),
        ("web-1001", "WEB-1001 ", True),
        ("WEB-1001", "INV-1001", False),
        ("1001", "11001", False),
        ("1001", "1001-R", False),
        ("", "", False),
        ("WEB", "", False),
        ("WEB-", "SHOP-", False),
    ],
)
def test_numbers_are_compared_without_what_only_one_of_them_has_in_front(
    one: str, other: str, *, same: bool
) -> None:
    assert is_same_number(one, other) is same
    assert is_same_number(other, one) is same
