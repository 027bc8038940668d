"""Quantity × price is the amount, exactly, or there is no such line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_pos.splitting import split_line

CENTS = st.integers(0, 10_000_000).map(lambda n: Decimal(n) / 100)


@given(quantity=st.integers(1, 100_000).map(Decimal), total=CENTS)
def test_whole_quantities_always_have_exact_parts(
    quantity: Decimal, total: Decimal
) -> None:
    parts = split_line(quantity, total)

    assert parts is not None
    assert 1 <= len(parts) <= 2
    assert sum(count for count, _ in parts) == quantity
    assert sum(count * price for count, price in parts) == total


@given(
    quantity=st.integers(1, 10_000_000).map(lambda n: Decimal(n) / 1000), total=CENTS
)
def test_each_part_is_in_cents_whatever_the_quantity(
    quantity: Decimal, total: Decimal
) -> None:
    parts = split_line(quantity, total)

    if parts is None:
        assert quantity < 1
        return
    assert sum(count for count, _ in parts) == quantity
    assert sum(count * price for count, price in parts) == total
    for count, price in parts:
        for amount in (price, count * price):
            assert amount == amount.quantize(Decimal("0.01"))
            assert amount >= 0


@pytest.mark.parametrize(
    ("quantity", "total", "parts"),
    [
        ("3", "10.00", [("2", "3.33"), ("1", "3.34")]),
        ("4", "10.00", [("4", "2.50")]),
        ("2", "0.00", [("2", "0.00")]),
        ("3", "0.01", [("2", "0.00"), ("1", "0.01")]),
        ("0.5", "3.33", [("0.5", "6.66")]),
        ("1.5", "10.00", [("0.5", "6.66"), ("1", "6.67")]),
    ],
)
def test_amounts_are_split_as_a_cashier_would(
    quantity: str, total: str, parts: list[tuple[str, str]]
) -> None:
    wanted = tuple((Decimal(count), Decimal(price)) for count, price in parts)

    assert split_line(Decimal(quantity), Decimal(total)) == wanted


def test_a_third_of_a_metre_for_one_dollar_has_no_price() -> None:
    assert split_line(Decimal("0.3"), Decimal("1.00")) is None
