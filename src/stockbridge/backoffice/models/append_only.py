"""Rows that are written once: what is posted is reversed, never changed."""

from collections.abc import Iterable
from typing import NoReturn, TypeVar

from django.db import models
from django.db.models.base import ModelBase

from stockbridge.domain.errors import DefectError

_M = TypeVar("_M", bound=models.Model, covariant=True)


class AppendOnlyQuerySet(models.QuerySet[_M]):
    """Adds and reads; refuses to change or delete."""

    def update(self, **_fields: object) -> NoReturn:
        """Raise DefectError."""
        _refuse(self.model)

    def bulk_update(self, *_args: object, **_more: object) -> NoReturn:
        """Raise DefectError."""
        _refuse(self.model)

    def delete(self) -> NoReturn:
        """Raise DefectError."""
        _refuse(self.model)


class AppendOnly(models.Model):
    """A row that is written once; changing or deleting it raises DefectError."""

    class Meta:
        abstract = True

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Write the row for the first time."""
        if not self._state.adding or force_update or update_fields:
            _refuse(type(self))
        super().save(force_insert=force_insert, using=using)

    def delete(self, *_args: object, **_more: object) -> NoReturn:
        """Raise DefectError."""
        _refuse(type(self))


def _refuse(model: type[models.Model]) -> NoReturn:
    raise DefectError(
        f"A {model._meta.verbose_name} is never changed or deleted.",
        remedy="Reverse the document that it belongs to.",
    )
