"""Rows of a statement that was kept, made into what its queryset would have returned.

This follows `django.db.models.query`: rows of a model (with what `select_related`
and annotations add), tuples of `values_list`, and single values of a flat one.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.models.sql.compiler import SQLCompiler

from stockbridge.companies.times import read
from stockbridge.domain.errors import DefectError

Row = TypeVar("Row")
MadeRows = Callable[[list[Any]], list[Row]]


def row_maker(rows: models.QuerySet[Any, Row]) -> Callable[[Any], MadeRows[Row]]:
    """Return what makes rows like these, once the compiler of the query is known.

    Raises DefectError for what no statement can be kept for.
    """
    asked: Any = rows  # what follows is not told by Django's types
    if asked._prefetch_related_lookups or asked._known_related_objects:
        raise DefectError("No statement can be kept that brings related rows along.")
    makers: dict[type, Callable[[Any], MadeRows[Any]]] = {
        ModelIterable: _models,
        ValuesListIterable: lambda compiler: _with(compiler, tuple),
        FlatValuesListIterable: lambda compiler: _with(compiler, itemgetter(0)),
    }
    if asked._iterable_class not in makers:
        name = asked._iterable_class.__name__
        raise DefectError(f"No statement can be kept for rows of {name}.")
    return makers[asked._iterable_class]


def _models(compiler: SQLCompiler) -> MadeRows[Any]:
    info = compiler.klass_info
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[start:end]]
    new_model = _new_model(info["model"], names)
    populators: Any = get_related_populators  # its types are a later Django's
    related = populators(info, compiler.select, connection.alias)
    annotated = tuple((compiler.annotation_col_map or {}).items())

    def make(row: Sequence[Any]) -> models.Model:
        made = new_model(row[start:end])
        for populator in related:
            populator.populate(row, made)
        for name, place in annotated:
            setattr(made, name, row[place])
        return made

    return _with(compiler, make)


def _new_model(
    model: type[models.Model], names: Sequence[str]
) -> Callable[[Sequence[Any]], models.Model]:
    """Return what makes a row as `Model.from_db` does, for a tenth of the price.

    Nobody listens to rows being made (`pre_init`, `post_init`), and no model of ours
    makes its rows in another way. What is not asked for is left out, as Django leaves
    it out: it is then read when somebody wants it.
    """
    alias = connection.alias

    def new(values: Sequence[Any]) -> models.Model:
        made = model.__new__(model)
        state = ModelState()
        state.adding, state.db = False, alias
        made.__dict__.update(zip(names, values, strict=True), _state=state)
        return made

    return new


def _with(compiler: SQLCompiler, make: Callable[[Any], Row]) -> MadeRows[Row]:
    wanted = compiler.col_count
    columns = [column[0] for column in compiler.select[:wanted]]
    database = compiler.connection
    converters = [
        (place, _quicker(converter, database), expression)
        for place, (found, expression) in compiler.get_converters(columns).items()
        for converter in found
    ]

    def converted(row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for place, converter, expression in converters:
            value = values[place]
            if value is not None:  # no column of ours that may be NULL makes more of it
                values[place] = converter(value, expression, database)
        return values

    def made(rows: list[Any]) -> list[Row]:
        read: Iterable[Any] = rows
        if compiler.has_extra_select:  # what is only sorted by
            read = [row[:wanted] for row in rows]
        if converters:
            read = map(converted, read)
        return [make(row) for row in read]

    return made


def _quicker(
    converter: Callable[..., object], database: BaseDatabaseWrapper
) -> Callable[..., object]:
    """Return what reads as the converter does: for times there is a shorter way."""
    slow: object = getattr(database.ops, "convert_datetimefield_value", None)
    return converter if converter != slow else lambda kept, *_: read(kept)
