"""Cells of a CSV file become values, or an error that names row and column."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from stockbridge.backoffice.models.columns import DECIMAL_PLACES
from stockbridge.domain.errors import InvalidInputError

_YES = frozenset({"yes", "y", "true", "1", "x"})
_NO = frozenset({"no", "n", "false", "0", ""})
_DIGITS_MAX = 14  # before the point
ERRORS_MAX = 500


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong with one cell; `row` is the line in the file."""

    row: int
    column: str
    message: str


@dataclass(slots=True)
class Report:
    """What a file would do, or did."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[CellError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing stands against it."""
        return not self.errors

    def refuse(self, row: int, error: InvalidInputError) -> None:
        """Keep an error of a row; after some hundreds more tell nothing new."""
        if len(self.errors) < ERRORS_MAX:
            text = f"{error.message} {error.remedy}".strip()
            self.errors.append(CellError(row, error.field, text))


@dataclass(frozen=True, slots=True)
class Cells:
    """One row of a file; each reading raises InvalidInputError naming the column."""

    row: int
    values: Mapping[str, str]
    has_decimal_comma: bool = False

    def has(self, column: str) -> bool:
        """Return whether the file has the column."""
        return column in self.values

    def text(self, column: str, *, chars_max: int = 500) -> str:
        """Return the text, trimmed."""
        value = self.values.get(column, "").strip()
        if len(value) > chars_max:
            raise InvalidInputError(
                f"At most {chars_max} characters, here are {len(value)}.", field=column
            )
        return value

    def needed(self, column: str, *, chars_max: int = 500) -> str:
        """Return the text; it must not be empty."""
        value = self.text(column, chars_max=chars_max)
        if not value:
            raise InvalidInputError("This cell must not be empty.", field=column)
        return value

    def number(self, column: str) -> Decimal | None:
        """Return the number; None for an empty cell."""
        value = self.text(column)
        if not value:
            return None
        try:
            number = Decimal(_with_point(value, is_comma=self.has_decimal_comma))
        except InvalidOperation as error:
            raise InvalidInputError(f"“{value}” is no number.", field=column) from error
        if not number.is_finite() or number.adjusted() >= _DIGITS_MAX:
            raise InvalidInputError(f"“{value}” is no number.", field=column)
        if number != round(number, DECIMAL_PLACES):
            raise InvalidInputError(f"At most {DECIMAL_PLACES} decimals.", field=column)
        return number

    def needed_number(self, column: str) -> Decimal:
        """Return the number; it must be there."""
        number = self.number(column)
        if number is None:
            raise InvalidInputError("This cell must not be empty.", field=column)
        return number

    def yes_no(self, column: str) -> bool:
        """Return yes or no, as people write them."""
        value = self.text(column).lower()
        if value in _YES:
            return True
        if value in _NO:
            return False
        raise InvalidInputError(f"“{value}” is neither yes nor no.", field=column)

    def day(self, column: str) -> date:
        """Return a date, as 2026-03-14: others can be read in two ways."""
        value = self.needed(column)
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise InvalidInputError(
                f"“{value}” is no date.", field=column, remedy="Write 2026-03-14."
            ) from error


def _with_point(text: str, *, is_comma: bool) -> str:
    text = text.replace(" ", "").replace("\u00a0", "")
    if "," in text and "." in text:
        comma_last = text.rfind(",") > text.rfind(".")
        thousands, point = (".", ",") if comma_last else (",", ".")
        return text.replace(thousands, "").replace(point, ".")
    if "," in text and (is_comma or len(text.rpartition(",")[2]) != 3):
        return text.replace(",", ".")
    return text  # 1,234 without another sign may mean two things: refused
