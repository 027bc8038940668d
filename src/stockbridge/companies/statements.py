"""SQL with gaps: what Django made of stand-ins, and the values that go there.

A stand-in is a value that nobody uses. Where it comes out of Django as it was given,
there is the gap; one that comes out changed (within a pattern, say) is a defect.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql import Query

from stockbridge.companies.driver import Sql
from stockbridge.companies.prepared_rows import MadeRows
from stockbridge.companies.times import written
from stockbridge.domain.errors import DefectError

Row = TypeVar("Row")
Shape = tuple[Any, ...]
_KINDS = (str, int, datetime, date)
_AS_THEY_ARE: dict[type, Shape] = {str: (str,), int: (int,)}  # the most, by far
_KEPT = "stockbridge_statements"  # the attribute of a database connection
_EMPTY: Shape = (None, 0)  # of a list without values
_FIRST_INT = 2_000_000_000  # fits into the columns of whole numbers, the small aside
_FIRST_DAY = date(9000, 1, 1)
_FIRST_TIME = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Fixed:
    """What is a part of the statement, like how many rows are asked for."""

    value: int


@dataclass(frozen=True, slots=True)
class Question(Generic[Row]):
    """A query, and how its rows are made into what the caller wants."""

    query: Query
    rows: Callable[[Any], MadeRows[Row]] | None  # told the compiler, once it has run


@dataclass(frozen=True, slots=True)
class Statement(Generic[Row]):
    """SQL that was put together before; valid for this thread's database connection."""

    sql: Sql
    fixed: tuple[Any, ...]  # the parameters, with gaps
    gaps: tuple[tuple[int, int], ...]  # a parameter's place; which value goes there
    locks: bool
    connection: BaseDatabaseWrapper
    make_rows: MadeRows[Row]

    def rows(self, values: Sequence[Any]) -> list[Any]:
        """Run with these values; return the rows as the driver gives them."""
        return self.sql.rows(self._filled(values), self.connection)

    def count(self, values: Sequence[Any]) -> int:
        """Run with these values; return how many rows were written."""
        return self.sql.count(self._filled(values), self.connection)

    def _filled(self, values: Sequence[Any]) -> list[Any]:
        if self.locks and not self.connection.in_atomic_block:
            raise DefectError("Rows can be locked only within a transaction.")
        params = list(self.fixed)
        for place, which in self.gaps:
            params[place] = values[which]
        return params


def statement_for(
    owner: object,
    ask: Callable[..., Question[Row]],
    args: Sequence[Any],
    named: Mapping[str, Any],
) -> tuple[Statement[Row] | None, list[Any]]:
    """Return the statement for values like these, and the values in its order.

    None: Django knows that no row can be found. Raises DefectError where a value
    does not arrive in the SQL as it was given.
    """
    connection = connections["default"]
    kept: dict[Any, Any] = vars(connection).setdefault(_KEPT, {})
    values: list[Any] = []
    shapes = [_take(value, values, connection) for value in (*args, *named.values())]
    key = (owner, ask.__name__, *shapes, *named)
    if key not in kept:
        stand_ins = _StandIns(connection)
        given = [stand_ins.like(shape) for shape in shapes]
        by_name = dict(zip(named, given[len(args) :], strict=True))
        question = ask(*given[: len(args)], **by_name)
        kept[key] = _put_together(
            question, stand_ins.made, connection, may_be_empty=_EMPTY in shapes
        )
    return kept[key], values


def _take(
    value: object,
    values: list[Any],
    connection: BaseDatabaseWrapper,
) -> Shape:
    """Add the value, as the database wants it, to `values`; return its shape."""
    if type(value) in _AS_THEY_ARE:
        values.append(value)
        return _AS_THEY_ARE[type(value)]
    kind = _kind(value)
    if kind is not None:
        values.append(_adapted(kind, value, connection))
        return (kind,)
    if not isinstance(value, Collection):
        return ("is", type(value), value)
    items = list(value)
    if not items:
        return _EMPTY
    kind = _kind(items[0])
    if kind is None:
        raise DefectError(f"A statement cannot be kept for a list of {items[0]!r}.")
    count = 1 << (len(items) - 1).bit_length()  # few lengths, so few statements
    items += items[-1:] * (count - len(items))
    if kind is not int or any(type(item) is not int for item in items):
        items = [_adapted(kind, item, connection) for item in items]
    values += items
    return (kind, count)


def _kind(value: object) -> type | None:
    if type(value) in _KINDS:
        return type(value)
    if isinstance(value, bool):
        return None
    for kind in _KINDS:
        if isinstance(value, kind):
            return kind
    return None


def _adapted(
    kind: type,
    value: Any,  # noqa: ANN401
    connection: BaseDatabaseWrapper,
) -> object:
    if kind is datetime:
        return written(value, connection)
    if kind is date:
        return connection.ops.adapt_datefield_value(value)
    return str.__str__(value) if kind is str else int.__index__(value)


class _StandIns:
    """Makes values that nobody uses, and remembers them as they come out."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.made: dict[Any, int] = {}
        self._connection = connection

    def like(self, shape: Shape) -> object:
        match shape:
            case ("is", _, value):
                return value
            case (kind, count):
                return [self._new(kind) for _ in range(count)]
            case (kind,):
                return self._new(kind)
        raise DefectError(f"{shape!r} is no shape of a value.")

    def _new(self, kind: type) -> object:
        which = len(self.made)
        made = {
            str: f"\x01{which}\x01",
            int: _FIRST_INT + which,
            datetime: _FIRST_TIME + timedelta(seconds=which),
            date: _FIRST_DAY + timedelta(days=which),
        }[kind]
        self.made[_adapted(kind, made, self._connection)] = which
        return made


def _put_together(
    question: Question[Row],
    stand_ins: Mapping[Any, int],
    connection: BaseDatabaseWrapper,
    *,
    may_be_empty: bool,
) -> Statement[Row] | None:
    compiler = question.query.get_compiler(using=connection.alias)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet as error:
        if not may_be_empty:  # a stand-in that the column cannot hold, say
            raise DefectError("Nothing can be found, whatever is asked.") from error
        return None
    told = [param if _kind(param) else None for param in params]
    gaps = [(n, stand_ins[p]) for n, p in enumerate(told) if p in stand_ins]
    if {which for _, which in gaps} != set(stand_ins.values()):
        raise DefectError(f"Not every value arrives as it was given in: {sql}")
    return Statement(
        sql=Sql.of(sql, connection.vendor),
        fixed=tuple(params),
        gaps=tuple(gaps),
        locks=question.query.select_for_update,
        connection=connection,
        make_rows=question.rows(compiler) if question.rows else list,
    )
