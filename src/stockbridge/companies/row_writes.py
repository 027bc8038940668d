"""Writing many rows at once, for the price of the writes.

Django's `bulk_create` and `bulk_update` build one long statement out of every value of
every row, which costs many times what running it costs. Here a short statement is
prepared once and run for each row, in the order given.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django.db import connection, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

NOTHING: Mapping[str, Any] = {}


def insert_rows(rows: Iterable[models.Model]) -> None:
    """Insert rows of one model; they do not learn the ids that they get.

    A related row that was saved after it was assigned counts with its id.
    """
    wanted = list(rows)
    if wanted:
        _run(*_insertion(wanted))


def add_rows(rows: Iterable[models.Model]) -> None:
    """Insert rows of one model, which learn the ids that they get."""
    wanted = list(rows)
    if not wanted:
        return
    statement, values = _insertion(wanted)
    key = connection.ops.quote_name(_column(wanted[0]._meta.pk))
    with _as_one(), connection.cursor() as cursor:
        for row, own in zip(wanted, values, strict=True):
            cursor.execute(f"{statement} RETURNING {key}", own)
            row.pk = cursor.fetchone()[0]
            row._state.adding, row._state.db = False, connection.alias


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
    statement, values = _insertion(wanted)
    meta, quote = wanted[0]._meta, connection.ops.quote_name

    def named(names: Sequence[str]) -> list[str]:
        return [quote(_column(meta.get_field(name))) for name in names]

    known_by = f" ({', '.join(named(unique))})" if unique else ""
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in named(columns))
    what = f"UPDATE SET {changes}" if changes else "NOTHING"
    _run(f"{statement} ON CONFLICT{known_by} DO {what}", values)


def update_rows(rows: Iterable[models.Model], columns: Sequence[str]) -> int:
    """Write these columns of rows of one model; return how many rows there were.

    What was deleted meanwhile stays deleted.
    """
    wanted = list(rows)
    if not wanted:
        return 0
    model = type(wanted[0])
    names = [model._meta.get_field(name).attname for name in columns]  # type: ignore[union-attr]
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
    return _run(
        statement,
        [
            [
                *(
                    one.prepared(v, database)
                    for one, v in zip(fields, [*new, which], strict=True)
                ),
                *old,
            ]
            for which, *new in values
        ],
    )


def _insertion(rows: Sequence[models.Model]) -> tuple[str, list[list[Any]]]:
    """Return the statement that inserts rows like these, and each row's values."""
    database = connections["default"]
    statement, columns = _inserting(type(rows[0]), database.vendor)
    return statement, [_values(row, columns, database) for row in rows]


@dataclass(frozen=True, slots=True)
class _Column:
    field: Any  # Django's
    name: str  # of the attribute; "": the field itself finds out
    as_is: frozenset[type]  # values of these types need no preparation

    def prepared(self, value: Any, database: BaseDatabaseWrapper) -> Any:  # noqa: ANN401
        """Return the value as the database's driver takes it."""
        if type(value) in self.as_is:
            return value
        if type(value) is datetime and value.tzinfo is not None:
            return _moment(value, database)  # many rows are of one moment
        return self.field.get_db_prep_save(value, database)


@lru_cache(maxsize=256)
def _moment(value: datetime, database: BaseDatabaseWrapper) -> Any:  # noqa: ANN401
    return database.ops.adapt_datetimefield_value(value)


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
_NOTHING_AS_IS: frozenset[type] = frozenset()


@cache
def _inserting(
    model: type[models.Model], _vendor: str
) -> tuple[str, tuple[_Column, ...]]:
    """Return the statement that inserts a row, and its columns; always the same."""
    meta, quote = model._meta, connection.ops.quote_name
    fields = [field for field in meta.concrete_fields if not field.primary_key]
    names = ", ".join(quote(_column(field)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(meta.db_table)} ({names}) VALUES ({marks})"
    return statement, tuple(map(_column_of, fields))


@cache
def _updating(
    model: type[models.Model],
    columns: tuple[str, ...],
    only_if: tuple[str, ...],
    key: str,
    _vendor: str,
) -> tuple[str, tuple[_Column, ...], tuple[_Column, ...]]:
    """Return the statement that changes a row, the columns it sets and asks for."""
    meta, quote = model._meta, connection.ops.quote_name
    fields = [meta.get_field(name) for name in columns]
    found_by, kept = meta.get_field(key), [meta.get_field(name) for name in only_if]
    changes = ", ".join(f"{quote(_column(field))} = %s" for field in fields)
    wheres = [f"{quote(_column(field))} = %s" for field in [found_by, *kept]]
    statement = (
        f"UPDATE {quote(meta.db_table)} SET {changes} WHERE {' AND '.join(wheres)}"
    )
    return (
        statement,
        tuple(map(_column_of, [*fields, found_by])),
        tuple(map(_column_of, kept)),
    )


def _column_of(field: Any) -> _Column:  # noqa: ANN401 – Django's field
    finds_out = field.is_relation or type(field).pre_save is not models.Field.pre_save
    as_is = _AS_IS.get(type(field), _NOTHING_AS_IS)
    return _Column(field, "" if finds_out else field.attname, as_is)


def _values(
    row: models.Model, columns: Sequence[_Column], database: BaseDatabaseWrapper
) -> list[Any]:
    return [
        one.prepared(
            getattr(row, one.name) if one.name else _value(one.field, row), database
        )
        for one in columns
    ]


def _run(statement: str, values: Sequence[Sequence[Any]]) -> int:
    if not values:
        return 0
    with _as_one(), connection.cursor() as cursor:
        cursor.executemany(statement, values)
        return int(cursor.rowcount)


def _as_one() -> AbstractContextManager[object]:
    """Return a transaction, or the caller's: a failure takes back all of it."""
    if connection.in_atomic_block:
        return transaction.mark_for_rollback_on_error(using=connection.alias)
    return transaction.atomic()


def _value(field: Any, row: models.Model) -> Any:  # noqa: ANN401 – any column's
    if field.is_relation and field.is_cached(row):
        related = field.get_cached_value(row)
        return None if related is None else related.pk
    return field.pre_save(row, True)  # noqa: FBT003 – Django's signature


def _column(field: Any) -> str:  # noqa: ANN401 – Django's field
    return str(field.column)
