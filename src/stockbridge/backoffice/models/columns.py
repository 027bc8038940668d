"""The columns that several tables share: money, quantities, company."""

from decimal import Decimal

from django.db import models

from stockbridge.companies.models import Company

#: Amounts and quantities may be finer than a cent or a piece, by six decimals.
DIGITS_MAX = 20
DECIMAL_PLACES = 6
ZERO = Decimal(0)


def money() -> "models.DecimalField[Decimal, Decimal]":
    """Return a column for an amount; its currency stands beside it."""
    return models.DecimalField(
        max_digits=DIGITS_MAX, decimal_places=DECIMAL_PLACES, default=ZERO
    )


def optional_money() -> "models.DecimalField[Decimal | None, Decimal | None]":
    """Return a column for an amount that may be unknown, which is not zero."""
    return models.DecimalField(
        max_digits=DIGITS_MAX, decimal_places=DECIMAL_PLACES, null=True, blank=True
    )


def units() -> "models.DecimalField[Decimal, Decimal]":
    """Return a column for a number of units."""
    return models.DecimalField(
        max_digits=DIGITS_MAX, decimal_places=DECIMAL_PLACES, default=ZERO
    )


def of_company(related_name: str) -> "models.ForeignKey[Company, Company]":
    """Return the link to the company; a company with books is not deleted."""
    return models.ForeignKey(Company, models.PROTECT, related_name=related_name)
