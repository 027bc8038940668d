"""Sums in the database that are exact on SQLite, too, which sums decimals as floats."""

from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, F, QuerySet, Sum
from django.db.models.functions import Cast, Round

from stockbridge.backoffice.models.columns import DECIMAL_PLACES

_SCALE = Decimal(10) ** DECIMAL_PLACES


def exact_sum(column: str) -> Sum:
    """Return a sum as a whole number of millionths; see `from_exact`."""
    return Sum(Cast(Round(F(column) * int(_SCALE)), BigIntegerField()))


def from_exact(millionths: int | None) -> Decimal:
    """Return what such a sum means; None, from no rows, is zero."""
    return Decimal(millionths or 0) / _SCALE


def sums_by(
    rows: QuerySet[Any], by: Sequence[str], columns: Sequence[str]
) -> dict[Hashable, tuple[Decimal, ...]]:
    """Return the exact sums of columns per group; one `by` gives plain keys."""
    aliases = {f"{column}_sum": exact_sum(column) for column in columns}
    found = rows.order_by().values(*by).annotate(**aliases).values_list(*by, *aliases)
    return {
        (row[0] if len(by) == 1 else row[: len(by)]): tuple(
            map(from_exact, row[len(by) :])
        )
        for row in found
    }
