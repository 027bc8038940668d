"""Writing many rows at once, for the price of the writes.

Django's `bulk_create` and `bulk_update` build one long statement out of every value of
every row, which costs many times what running it costs. Here a short statement is
prepared once and run for each row, in the order given.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeAlias

from django.db import connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from stockbridge.companies.driver import Sql
from stockbridge.companies.times import written
from stockbridge.domain.errors import DefectError

AnyField: TypeAlias = "models.Field[Any, Any]"
NOTHING: Mapping[str, Any] = {}


def insert_rows(rows: Iterable[models.Model]) -> None:
    """Insert rows of one model; they do not learn the ids that they get.

    A related row that was saved after it was assigned counts with its id.
    """
    wanted = list(rows)
    if wanted:
        database = connections["default"]
        statement = _inserting(type(wanted[0]), database.vendor).alone
        _run(statement, _values_of(wanted, database), database)


def add_rows(rows: Iterable[models.Model]) -> None:
    """Insert rows of one model, which learn the ids that they get."""
    wanted = list(rows)
    if not wanted:
        return
    database = connections["default"]
    statement = _inserting(type(wanted[0]), database.vendor).that_returns_id
    with _as_one(database):
        for row, values in zip(wanted, _values_of(wanted, database), strict=True):
            row.pk = statement.rows(values, database)[0][0]
            row._state.adding, row._state.db = False, database.alias


def put_rows(
    rows: Iterable[models.Model],
    *,
    unique: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> None:
    """Insert rows of one model; one that is there already takes on `columns`.

    `unique` says by what it is known. Without `columns` it stays as it is.
    """
    wanted = list(rows)
    if not wanted:
        return
    database = connections["default"]
    statement = _putting(
        type(wanted[0]), tuple(unique), tuple(columns), database.vendor
    )
    _run(statement, _values_of(wanted, database), database)


def update_rows(rows: Iterable[models.Model], columns: Sequence[str]) -> int:
    """Write these columns of rows of one model; return how many rows there were.

    What was deleted meanwhile stays deleted.
    """
    wanted = list(rows)
    if not wanted:
        return 0
    model = type(wanted[0])
    names = [_field(model, name).attname for name in columns]
    values = [(row.pk, *(getattr(row, name) for name in names)) for row in wanted]
    return update_each(model, columns, values)


def update_each(
    model: type[models.Model],
    columns: Sequence[str],
    values: Sequence[Sequence[Any]],
    *,
    only_if: Mapping[str, Any] = NOTHING,
    key: str = "id",
) -> int:
    """Write `values`, each a key and then a value per column; return how many.

    Only rows that still have the values of `only_if` are written (compare and set).
    """
    database = connections["default"]
    if not values:
        return 0
    statement, fields, kept = _updating(
        model, tuple(columns), tuple(only_if), key, database.vendor
    )
    old = [
        one.prepared(v, database) for one, v in zip(kept, only_if.values(), strict=True)
    ]
    written = [
        [
            *(
                one.prepared(v, database)
                for one, v in zip(fields, [*new, which], strict=True)
            ),
            *old,
        ]
        for which, *new in values
    ]
    return _run(statement, written, database)


@dataclass(frozen=True, slots=True)
class _Column:
    field: AnyField
    name: str  # of the attribute; "": the field itself finds out its value
    as_is: frozenset[type]  # values of these types need no preparation
    is_time: bool = False  # aware times; the database's way of writing them will do
    is_decimal: bool = False
    digits: tuple[int, int] = (0, 0)  # of a decimal: all, and those after the point

    def prepared(self, value: object, database: BaseDatabaseWrapper) -> object:
        """Return the value as the database's driver takes it."""
        if type(value) in self.as_is:
            return value
        if self.is_time and type(value) is datetime:
            return written(value, database)
        if self.is_decimal and type(value) is Decimal and value.is_finite():
            return database.ops.adapt_decimalfield_value(value, *self.digits)
        return self.field.get_db_prep_save(value, database)


_TEXTS = (models.CharField, models.TextField, models.SlugField, models.EmailField)
_NUMBERS = (
    models.BigAutoField,
    models.IntegerField,
    models.BigIntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.ForeignKey,
    models.OneToOneField,
)
_AS_IS: dict[type, frozenset[type]] = {
    models.BooleanField: frozenset({bool, type(None)}),
    models.FloatField: frozenset({float, type(None)}),
    models.DecimalField: frozenset({type(None)}),
    models.DateTimeField: frozenset({type(None)}),
    models.DateField: frozenset({type(None)}),
    **dict.fromkeys(_TEXTS, frozenset({str, type(None)})),
    **dict.fromkeys(_NUMBERS, frozenset({int, type(None)})),
}


@dataclass(frozen=True, slots=True)
class _Insertion:
    """How a row of one model is inserted."""

    alone: Sql
    that_returns_id: Sql
    columns: tuple[_Column, ...]


@cache
def _inserting(model: type[models.Model], vendor: str) -> _Insertion:
    """Return the statements that insert a row, and its columns; always the same."""
    meta, quote = model._meta, connection.ops.quote_name
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    names = ", ".join(quote(_column(field)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    text = f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES ({marks})"
    key = quote(_column(meta.pk))
    return _Insertion(
        alone=Sql.of(text, vendor),
        that_returns_id=Sql.of(f"{text} RETURNING {key}", vendor),
        columns=tuple(map(_column_of, fields)),
    )


@cache
def _putting(
    model: type[models.Model],
    unique: tuple[str, ...],
    columns: tuple[str, ...],
    vendor: str,
) -> Sql:
    """Return the statement that inserts a row, or changes the one that is there."""
    quote = connection.ops.quote_name

    def named(names: Sequence[str]) -> list[str]:
        return [quote(_column(_field(model, name))) for name in names]

    known_by = f" ({', '.join(named(unique))})" if unique else ""
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in named(columns))
    what = f"UPDATE SET {changes}" if changes else "NOTHING"
    text = _inserting(model, vendor).alone.text
    return Sql.of(f"{text} ON CONFLICT{known_by} DO {what}", vendor)


@cache
def _updating(
    model: type[models.Model],
    columns: tuple[str, ...],
    only_if: tuple[str, ...],
    key: str,
    vendor: str,
) -> tuple[Sql, tuple[_Column, ...], tuple[_Column, ...]]:
    """Return the statement that changes a row, the columns it sets and asks for."""
    meta, quote = model._meta, connection.ops.quote_name
    fields = [_field(model, name) for name in columns]
    found_by, kept = _field(model, key), [_field(model, name) for name in only_if]
    changes = ", ".join(f"{quote(_column(field))} = %s" for field in fields)
    wheres = [f"{quote(_column(field))} = %s" for field in [found_by, *kept]]
    statement = (
        f"UPDATE {quote(meta.db_table)} SET {changes} WHERE {' AND '.join(wheres)}"
    )
    return (
        Sql.of(statement, vendor),
        tuple(map(_column_of, [*fields, found_by])),
        tuple(map(_column_of, kept)),
    )


def _column_of(field: AnyField) -> _Column:
    finds_out = type(field).pre_save is not models.Field.pre_save
    name = "" if finds_out else field.attname
    as_is = _AS_IS.get(type(field))
    if as_is is None:
        return _Column(field, name, frozenset())
    return _Column(
        field,
        name,
        as_is,
        is_time=type(field) is models.DateTimeField,
        is_decimal=isinstance(field, models.DecimalField),
        digits=_digits(field),
    )


def _digits(field: AnyField) -> tuple[int, int]:
    if isinstance(field, models.DecimalField):
        return field.max_digits, field.decimal_places
    return 0, 0


def _values_of(
    rows: Sequence[models.Model], database: BaseDatabaseWrapper
) -> list[list[Any]]:
    """Return the values of rows to be inserted, as the driver takes them."""
    columns = _inserting(type(rows[0]), database.vendor).columns
    return [_values(row, columns, database) for row in rows]


def _values(
    row: models.Model, columns: Sequence[_Column], database: BaseDatabaseWrapper
) -> list[Any]:
    values, known = [], vars(row)
    for one in columns:
        value = known.get(one.name)
        if value is None:  # unknown, deferred, or saved since it was assigned
            value = _value(one.field, row)
        if type(value) not in one.as_is:
            value = one.prepared(value, database)
        values.append(value)
    return values


def _run(
    statement: Sql, many: Sequence[Sequence[Any]], database: BaseDatabaseWrapper
) -> int:
    if not many:
        return 0
    with _as_one(database):
        return statement.count_all(many, database)


def _as_one(database: BaseDatabaseWrapper) -> AbstractContextManager[object]:
    """Return a transaction, or the caller's: a failure takes back all of it."""
    if database.in_atomic_block:
        return transaction.mark_for_rollback_on_error(using=database.alias)
    return transaction.atomic()


def _value(field: AnyField, row: models.Model) -> object:
    if isinstance(field, models.ForeignKey) and field.is_cached(row):
        related = field.get_cached_value(row)
        return None if related is None else related.pk
    return field.pre_save(row, True)  # noqa: FBT003 – Django's signature


def _field(model: type[models.Model], name: str) -> AnyField:
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise DefectError(f"{name} of {model.__name__} has no column.")
    return field


def _column(field: AnyField) -> str:
    return str(field.column)
