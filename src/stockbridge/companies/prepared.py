"""Statements that are put together once and run often.

Django spends many times longer on putting a statement together than the database on
running it. What is asked again and again, with other values, is asked by a function
that returns a queryset (or a `Change`), decorated as `prepared` (or `prepared_change`):
it is called once with stand-ins, and its SQL is kept, per database connection.

    @prepared
    def _open_orders(company_id: int, now: datetime) -> QuerySet[Order]:
        return Order.objects.filter(company=company_id, due_at__lte=now)

    orders = _open_orders(company.pk, now)  # a list

The function may not look at its values: texts, whole numbers, times, days, and
sequences of one of them are stand-ins there. Anything else (None, bool, float) is what
it is, and makes a statement of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, ParamSpec, TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.sql import UpdateQuery

from stockbridge.companies.prepared_rows import row_maker
from stockbridge.companies.statements import Question, statement_for

Given = ParamSpec("Given")
Row = TypeVar("Row")


class Prepared(Generic[Given, Row]):
    """A question to the database that is put together once."""

    def __init__(self, ask: Callable[Given, QuerySet[Any, Row]]) -> None:
        self._ask = ask
        self.__doc__ = ask.__doc__

    def __call__(self, *args: Given.args, **named: Given.kwargs) -> list[Row]:
        """Return all rows."""
        statement, values = statement_for(self, self._rows, args, named)
        if statement is None:
            return []
        return statement.make_rows(statement.rows(values))

    def first(self, *args: Given.args, **named: Given.kwargs) -> Row | None:
        """Return the first row, or None. The order is the function's; it may slice."""
        rows = self(*args, **named)
        return rows[0] if rows else None

    def exists(self, *args: Given.args, **named: Given.kwargs) -> bool:
        """Return whether there is any row."""
        statement, values = statement_for(self, self._any, args, named)
        if statement is None:
            return False
        return bool(statement.rows(values))

    def _rows(self, *args: Given.args, **named: Given.kwargs) -> Question[Row]:
        rows = self._ask(*args, **named)
        return Question(rows.query, row_maker(rows))

    def _any(self, *args: Given.args, **named: Given.kwargs) -> Question[Row]:
        rows = self._ask(*args, **named)
        return Question(rows.query.exists(), None)


@dataclass(frozen=True, slots=True)
class Change:
    """Columns to be written in all rows that a queryset finds."""

    rows: QuerySet[Any, Any]
    values: Mapping[str, Any]


class PreparedChange(Generic[Given]):
    """A change of rows that is put together once."""

    def __init__(self, ask: Callable[Given, Change]) -> None:
        self._ask = ask
        self.__doc__ = ask.__doc__

    def __call__(self, *args: Given.args, **named: Given.kwargs) -> int:
        """Write; return how many rows there were."""
        statement, values = statement_for(self, self._change, args, named)
        if statement is None:
            return 0
        with transaction.mark_for_rollback_on_error(using=connection.alias):
            return statement.count(values)

    def _change(self, *args: Given.args, **named: Given.kwargs) -> Question[Any]:
        change = self._ask(*args, **named)
        query = change.rows.query.chain(UpdateQuery)
        assert isinstance(query, UpdateQuery)
        query.add_update_values(dict(change.values))
        return Question(query, None)


def prepared(ask: Callable[Given, QuerySet[Any, Row]]) -> Prepared[Given, Row]:
    """Let the rows of this queryset be asked for by a statement that is kept."""
    return Prepared(ask)


def prepared_change(ask: Callable[Given, Change]) -> PreparedChange[Given]:
    """Let this change be made by a statement that is kept."""
    return PreparedChange(ask)
