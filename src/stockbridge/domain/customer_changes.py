"""What the store changed of a customer, and what of it is written into the books.

Both sides agreed once; since then the store changed some fields. Such a field is
written where the books still say what they were last told, or nothing. Where somebody
typed something else into the books it stays, unless the store rules over the field.
What the store emptied is not carried: an empty field says nothing about what the books
know.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from stockbridge.domain.accounting import (
    BooksRef,
    CustomerChange,
    CustomerField,
    CustomerRecord,
)
from stockbridge.domain.commerce import Address
from stockbridge.domain.errors import ActionNeededError, SyncError
from stockbridge.domain.identity import normalized_email
from stockbridge.domain.three_way import FieldOwner

#: A field as one side has it, in as many parts as that side keeps.
Said = tuple[str, ...]
Told = Mapping[CustomerField, Said]


@dataclass(frozen=True, slots=True)
class Decided:
    """What becomes of the fields of a change; the others say it already."""

    write: tuple[CustomerField, ...] = ()
    kept: tuple[CustomerField, ...] = ()  # somebody typed something else


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is known of a linked customer, each as the store once said it.

    Three, because a change may be dropped, and because what changed before a person
    switched changes on is only carried by hand.
    """

    told: CustomerRecord  # what the books were last told
    said: CustomerRecord  # … and what counts as said: a dropped change does, too
    seen: CustomerRecord  # what looks by themselves have seen, carried or not

    def posted(self, change: CustomerChange) -> "Agreed":
        """Return what holds once the books took a change."""
        told = _taken(self.told, change)
        return replace(self.dropped(change), told=told)

    def dropped(self, change: CustomerChange) -> "Agreed":
        """Return what holds once a person dropped a change: the books say the old."""
        return replace(
            self,
            said=_taken(self.said, change),
            seen=agreed_record(self.seen, change.after),
        )

    def looked(self, now: CustomerRecord) -> "Agreed":
        """Return what holds once the store was looked at and nothing is carried."""
        return replace(self, seen=agreed_record(self.seen, now))


def change_of(
    customer: BooksRef,
    before: CustomerRecord,
    after: CustomerRecord,
    owners: Mapping[CustomerField, FieldOwner],
    *,
    since: CustomerRecord | None = None,
) -> CustomerChange | None:
    """Return what the store changed and may write; None: nothing.

    `before` is what the books were last told, `since` what changes are counted from
    where that is something else.
    """
    bases = [before] if since is None else [before, since]
    changed = tuple(
        field
        for field in CustomerField
        if owners.get(field, FieldOwner.NOBODY) in _STORE_WRITES
        and any(said_of(after, field))
        and not any(
            is_same(field, said_of(base, field), said_of(after, field))
            for base in bases
        )
    )
    if not changed:
        return None
    ruled = tuple(one for one in changed if owners[one] is FieldOwner.STORE)
    return CustomerChange(customer, before, after, changed, ruled)


def decide(change: CustomerChange, *, now: Told, before: Told, after: Told) -> Decided:
    """Return which fields are written; `now` is what the books say at this moment.

    All three in the books' own parts. Fields that these books do not have are in
    none of them.
    """
    write, kept = [], []
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


def agreed_record(before: CustomerRecord, after: CustomerRecord) -> CustomerRecord:
    """Return the base for next time: what the store says, or last said where empty."""
    return replace(
        after,
        **{
            attribute: getattr(before, attribute)
            for field, attributes in _ATTRIBUTES.items()
            if not any(said_of(after, field))
            for attribute in attributes
        },
    )


def _taken(record: CustomerRecord, change: CustomerChange) -> CustomerRecord:
    """Return the record with the fields of a change, and no others, as after it."""
    attributes = [name for field in change.fields for name in _ATTRIBUTES[field]]
    return replace(record, **{name: getattr(change.after, name) for name in attributes})


def title_of(change: CustomerChange) -> str:
    """Return who changed, and what, in a line."""
    words = ", ".join(_WORDS[field] for field in change.fields)
    return f"{change.after.name}: {words}"


def kept_remark(found: Decided, *, where: str) -> SyncError | None:
    """Return what is said of fields that keep what somebody typed; None: of none."""
    if not found.kept:
        return None
    words = ", ".join(_WORDS[field] for field in found.kept)
    return ActionNeededError(
        f"Kept as it stands in {where}: {words}. Somebody changed it there.",
        remedy=f"If the store is right, type it into {where}, or let the store decide "
        "in the connection's options.",
        code="customer_kept",
    )


def is_there(change: CustomerChange, *, now: Told, after: Told) -> bool:
    """Return whether the books say all that the change would write."""
    return all(
        is_same(field, now.get(field, ()), after[field])
        for field in change.fields
        if field in after
    )


def is_same(field: CustomerField, one: Said, other: Said) -> bool:
    """Return whether two sides say the same, as this field is compared.

    Addresses of mail without regard to case, telephone numbers by their digits.
    """
    return _compared(field, one) == _compared(field, other)


def said_of(record: CustomerRecord, field: CustomerField) -> Said:
    """Return a field of the record in the store's own parts."""
    match field:
        case CustomerField.NAME:
            return (record.name,)
        case CustomerField.PERSON:
            return (record.first_name, record.last_name)
        case CustomerField.COMPANY:
            return (record.company,)
        case CustomerField.EMAIL:
            return (record.email,)
        case CustomerField.PHONE:
            return (record.phone,)
        case CustomerField.BILLING:
            return _parts(record.billing)
        case CustomerField.SHIPPING:
            return _parts(record.shipping)


_WORDS = {
    CustomerField.NAME: "the name",
    CustomerField.PERSON: "first and last name",
    CustomerField.COMPANY: "the company",
    CustomerField.EMAIL: "the e-mail address",
    CustomerField.PHONE: "the phone number",
    CustomerField.BILLING: "the billing address",
    CustomerField.SHIPPING: "the shipping address",
}
_ATTRIBUTES = {
    CustomerField.NAME: ("name",),
    CustomerField.PERSON: ("first_name", "last_name"),
    CustomerField.COMPANY: ("company",),
    CustomerField.EMAIL: ("email",),
    CustomerField.PHONE: ("phone",),
    CustomerField.BILLING: ("billing",),
    CustomerField.SHIPPING: ("shipping",),
}
_STORE_WRITES = frozenset({FieldOwner.STORE, FieldOwner.CHANGED})


def _parts(address: Address) -> Said:
    """Return an address; one that is nothing but a country or a person is none."""
    place = (address.line1, address.line2, address.city, address.state)
    if not any((*place, address.postcode)):
        return ()
    who = (address.first_name, address.last_name, address.company)
    return (*who, *place, address.postcode, address.country)


def _compared(field: CustomerField, said: Said) -> Said:
    parts = tuple(" ".join(part.split()) for part in said)
    if field is CustomerField.EMAIL:
        parts = tuple(normalized_email(part) for part in parts)
    elif field is CustomerField.PHONE:
        parts = tuple(_digits(part) for part in parts)
    return parts if any(parts) else ()


def _digits(phone: str) -> str:
    found = "".join(char for char in phone if char.isdecimal())
    return found or phone
