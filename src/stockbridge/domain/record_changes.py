"""What the store changed of a linked record, and what of it is written into the books.

Both sides agreed once; since then the store changed some fields. Such a field is
written where the books still say what they were last told, or nothing. Where somebody
typed something else into the books it stays, unless the store rules over the field.
What the store emptied is not carried: an empty field says nothing about what the books
know.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from stockbridge.domain.accounting import CustomerField
from stockbridge.domain.errors import ActionNeededError, SyncError
from stockbridge.domain.identity import normalized_email
from stockbridge.domain.three_way import FieldOwner

Field = TypeVar("Field", bound=StrEnum)
FieldOf = TypeVar("FieldOf", bound=StrEnum, covariant=True)
Record = TypeVar("Record", bound=Any)  # a frozen dataclass
#: A field as one side has it, in as many parts as that side keeps.
Said = tuple[str, ...]


class Change(Protocol[FieldOf]):
    """A change of a record: which fields may be written, and which whatever is said."""

    @property
    def after(self) -> Any:  # noqa: ANN401
        """What the store says now, as a record."""

    @property
    def fields(self) -> tuple[FieldOf, ...]:
        """What may be written."""

    @property
    def ruled(self) -> tuple[FieldOf, ...]:
        """What is written even where the books say something else."""


@dataclass(frozen=True, slots=True)
class Form(Generic[Field, Record]):
    """How one kind of record is told, field by field."""

    attributes: Mapping[Field, tuple[str, ...]]  # of the record, by field
    words: Mapping[Field, str]
    said_of: Callable[[Record, Field], Said]  # in the store's own parts
    kept_code: str  # of the remark that something was kept

    def agreed_record(self, before: Record, after: Record) -> Record:
        """Return the base for next time: what the store says, or last said if empty."""
        names = [
            name
            for field, names in self.attributes.items()
            if not any(self.said_of(after, field))
            for name in names
        ]
        return replace(after, **{name: getattr(before, name) for name in names})

    def taken(self, record: Record, after: Record, fields: tuple[Field, ...]) -> Record:
        """Return the record with these fields, and no others, as in `after`."""
        names = [name for field in fields for name in self.attributes[field]]
        return replace(record, **{name: getattr(after, name) for name in names})

    def title(self, name: str, fields: tuple[Field, ...]) -> str:
        """Return who changed, and what, in a line."""
        return f"{name}: {', '.join(self.words[field] for field in fields)}"

    def changed(
        self, bases: list[Record], after: Record, owners: Mapping[Field, FieldOwner]
    ) -> tuple[Field, ...]:
        """Return the fields that differ from every base and that the store may write.

        An emptied one differs from nothing.
        """
        return tuple(
            field
            for field in self.attributes
            if owners.get(field, FieldOwner.NOBODY) in STORE_WRITES
            and any(self.said_of(after, field))
            and not any(
                is_same(field, self.said_of(base, field), self.said_of(after, field))
                for base in bases
            )
        )

    def kept_remark(self, kept: tuple[Field, ...], *, where: str) -> SyncError | None:
        """Return what is said of fields that keep what somebody typed; None: none."""
        if not kept:
            return None
        words = ", ".join(self.words[field] for field in kept)
        return ActionNeededError(
            f"Kept as it stands in {where}: {words}. Somebody changed it there.",
            remedy=f"If the store is right, type it into {where}, or let the store "
            "decide in the connection's options.",
            code=self.kept_code,
        )


@dataclass(frozen=True, slots=True)
class Agreed(Generic[Record]):
    """What is known of a linked record, each as the store once said it.

    Three, because a change may be dropped, and because what changed before a person
    switched changes on is only carried by hand.
    """

    told: Record  # what the books were last told
    said: Record  # … and what counts as said: a dropped change does, too
    seen: Record  # what looks by themselves have seen, carried or not

    def posted(
        self, form: Form[Any, Record], change: "Change[Any]"
    ) -> "Agreed[Record]":
        """Return what holds once the books took a change."""
        told = form.taken(self.told, change.after, change.fields)
        return replace(self.dropped(form, change), told=told)

    def dropped(
        self, form: Form[Any, Record], change: "Change[Any]"
    ) -> "Agreed[Record]":
        """Return what holds once a person dropped a change: the books say the old."""
        said = form.taken(self.said, change.after, change.fields)
        seen = form.agreed_record(self.seen, change.after)
        return replace(self, said=said, seen=seen)

    def looked(self, form: Form[Any, Record], now: Record) -> "Agreed[Record]":
        """Return what holds once the store was looked at and nothing is carried."""
        return replace(self, seen=form.agreed_record(self.seen, now))


@dataclass(frozen=True, slots=True)
class Decided(Generic[Field]):
    """What becomes of the fields of a change; the others say it already."""

    write: tuple[Field, ...] = ()
    kept: tuple[Field, ...] = ()  # somebody typed something else


def decide(
    change: Change[Field],
    *,
    now: Mapping[Field, Said],
    before: Mapping[Field, Said],
    after: Mapping[Field, Said],
) -> Decided[Field]:
    """Return which fields are written; `now` is what the books say at this moment.

    All three in the books' own parts. Fields that these books do not have are in
    none of them.
    """
    write, kept = list[Field](), list[Field]()
    for field in change.fields:
        if field not in after:
            continue
        said, wanted = now.get(field, ()), after[field]
        is_known = is_same(field, before[field], wanted)
        if is_known or is_same(field, said, wanted):
            continue
        is_free = not any(said) or is_same(field, said, before[field])
        if is_free or field in change.ruled:
            write.append(field)
        else:
            kept.append(field)
    return Decided(tuple(write), tuple(kept))


def is_there(
    change: Change[Field],
    *,
    now: Mapping[Field, Said],
    after: Mapping[Field, Said],
    before: Mapping[Field, Said] | None = None,
) -> bool:
    """Return whether the books say all that the change would write.

    With `before`, what is the same before and after is not asked for.
    """
    return all(
        is_same(field, now.get(field, ()), after[field])
        for field in change.fields
        if field in after
        and not (before and is_same(field, before[field], after[field]))
    )


def is_same(field: StrEnum, one: Said, other: Said) -> bool:
    """Return whether two sides say the same, as this field is compared.

    Addresses of mail without regard to case, telephone numbers by their digits.
    """
    return _compared(field, one) == _compared(field, other)


STORE_WRITES = frozenset({FieldOwner.STORE, FieldOwner.CHANGED})


def _compared(field: StrEnum, said: Said) -> Said:
    parts = tuple(" ".join(part.split()) for part in said)
    if field is CustomerField.EMAIL:
        parts = tuple(normalized_email(part) for part in parts)
    elif field is CustomerField.PHONE:
        parts = tuple(_digits(part) for part in parts)
    return parts if any(parts) else ()


def _digits(phone: str) -> str:
    found = "".join(char for char in phone if char.isdecimal())
    return found or phone
