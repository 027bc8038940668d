"""What to do about a name or a number that another record of QuickBooks has.

Ours from an earlier try, or somebody's with the same e-mail address or SKU: it is taken
as it is. A number that only voided sales of ours have gets a sign behind it. Anybody
else's: another name where the policy allows it, else a person acts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stockbridge.connectors.books.quickbooks_online import naming, queries
from stockbridge.connectors.books.quickbooks_online.answers import Refusal
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.client import CompanyApi, Write
from stockbridge.connectors.books.quickbooks_online.customer_changes import (
    change_write,
)
from stockbridge.connectors.books.quickbooks_online.customers import (
    customer_write,
    other_name,
)
from stockbridge.connectors.books.quickbooks_online.decode import (
    document_result,
    record_result,
    total_of,
)
from stockbridge.connectors.books.quickbooks_online.errors import (
    NAME_TAKEN,
    NUMBER_TAKEN,
    error_of,
)
from stockbridge.connectors.books.quickbooks_online.items import is_same_item
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.connectors.books.quickbooks_online.payloads import (
    CustomerPayload,
    DocumentPayload,
    ItemPayload,
    parsed,
)
from stockbridge.connectors.books.quickbooks_online.reversals import is_live
from stockbridge.connectors.quickbooks.naming import short_sign
from stockbridge.domain.accounting import (
    CustomerChange,
    CustomerRecord,
    ItemChange,
    ItemRecord,
    total_of_document,
)
from stockbridge.domain.errors import ActionNeededError, ConflictError, SyncError
from stockbridge.domain.identity import normalized_email
from stockbridge.ports import PostRequest, PostResult

_SIGN_CHARS = 4
PEOPLE = ("Customer", "Vendor", "Employee")
NUMBERED = ("SalesReceipt", "Invoice", "RefundReceipt", "CreditMemo")


@dataclass(frozen=True, slots=True)
class Taken:
    """What becomes of one write: a result, an error, or another write."""

    write: Write | None = None
    result: PostResult | None = None
    error: ActionNeededError | None = None


def names_taken(
    api: CompanyApi, pairs: Sequence[tuple[PostRequest, Write]], basis: Basis
) -> list[Taken]:
    """Return what to do about each name, asking once for all."""
    people = [_name(write) for _, write in pairs if write.entity == "Customer"]
    things = [_name(write) for _, write in pairs if write.entity == "Item"]
    statements = [
        (entity, _named(entity, "DisplayName", people)) for entity in PEOPLE if people
    ]
    if things:
        statements.append(("Item", _named("Item", "Name", things)))
    rows = queries.asked(api, statements) if statements else []
    owners = {
        (entity if entity == "Item" else "person", _key(row, entity)): (entity, row)
        for (entity, _), found in zip(statements, rows, strict=True)
        for row in found
    }
    return [
        _person(post, write, owners.get(("person", _name(write).casefold())), basis)
        if write.entity == "Customer"
        else _item(post, owners.get(("Item", _name(write).casefold())))
        for post, write in pairs
    ]


def numbers_taken(
    api: CompanyApi, pairs: Sequence[tuple[PostRequest, Write]], basis: Basis
) -> list[Taken]:
    """Return what to do about each number: ours from an earlier try is the answer."""
    numbers = [str(write.body.get("DocNumber", "")) for _, write in pairs]
    condition = [queries.among("DocNumber", sorted(set(numbers)))]
    statements = [(one, queries.select(one, condition)) for one in NUMBERED]
    rows = queries.asked(api, statements)
    known = [
        (entity, row)
        for (entity, _), found in zip(statements, rows, strict=True)
        for row in found
    ]
    return [
        _document(post, write, [k for k in known if _number(k[1]) == number], basis)
        for (post, write), number in zip(pairs, numbers, strict=True)
    ]


def _person(
    post: PostRequest, write: Write, owner: tuple[str, Record] | None, basis: Basis
) -> Taken:
    if not isinstance(post.document, CustomerChange):
        return _customer(post, write, owner, basis)
    name = other_name(_name(write), post.marker)
    has_tried = f"#{short_sign(post.marker, 4)}" in _name(write)
    if basis.settings.name_taken == "suffix" and not has_tried:
        return Taken(write=change_write(post, basis, name=name))
    return Taken(error=_named_error(_name(write), owner))


def _customer(
    post: PostRequest, write: Write, owner: tuple[str, Record] | None, basis: Basis
) -> Taken:
    record = post.document
    if not isinstance(record, CustomerRecord):
        raise TypeError("a customer is wanted")
    if owner is not None and owner[0] == "Customer":
        said = parsed(CustomerPayload, owner[1])
        mail = normalized_email(record.email)
        is_same = bool(mail) and normalized_email(said.mail.address) == mail
        if naming.carries(said.notes, post.marker) or (is_same and said.is_active):
            return Taken(result=record_result(post.attempt_id, owner[1]))
    name = other_name(_name(write), post.marker)
    has_tried = f"#{short_sign(post.marker, 4)}" in _name(write)
    if basis.settings.name_taken == "suffix" and not has_tried:
        return Taken(write=customer_write(post, basis, name=name))
    return Taken(error=_named_error(_name(write), owner))


def _item(post: PostRequest, owner: tuple[str, Record] | None) -> Taken:
    record = post.document
    if isinstance(record, ItemChange):
        return Taken(error=_named_error(record.after.name, owner))
    if not isinstance(record, ItemRecord):
        raise TypeError("an item is wanted")
    if owner is not None:
        said = parsed(ItemPayload, owner[1])
        if said.is_active and is_same_item(record, said.sku):
            return Taken(result=record_result(post.attempt_id, owner[1]))
    return Taken(error=_named_error(record.name, owner))


def _document(
    post: PostRequest,
    write: Write,
    owners: Sequence[tuple[str, Record]],
    basis: Basis,
) -> Taken:
    for entity, row in owners:
        if naming.carries(str(row.get("PrivateNote", "")), post.marker):
            result = document_result(post.attempt_id, entity, row, basis)
            return Taken(result=result)
    if other := _other_number(post, write, owners):
        return Taken(write=other)
    told = [_told(entity, row, basis) for entity, row in owners]
    who = f" It is {told[0]}." if told else ""
    alike = [
        entity for entity, row in owners if is_alike(post, write, entity, row, basis)
    ]
    if alike:
        who += " Number, date and total are the same: it may be this very one."
    number = write.body.get("DocNumber")
    refusal = Refusal(NUMBER_TAKEN, f"the number {number} is taken.{who}")
    return Taken(error=_action(error_of(refusal)))


def _other_number(
    post: PostRequest, write: Write, owners: Sequence[tuple[str, Record]]
) -> Write | None:
    """Return the write with a sign behind its number; None: a person has to look.

    Only where all that have it are voided sales of ours: an order that was taken back
    is booked anew, and what is voided keeps its number. A live one may be this very
    order, booked by an installation that is gone.
    """
    number = str(write.body.get("DocNumber", ""))
    rows = [row for _, row in owners]
    if not rows or not all(map(_is_taken_back, rows)) or number.endswith(_sign(post)):
        return None
    fresh = signed_number(post, number)
    request_id = naming.request_id(post.key, fresh)
    return replace(
        write, body={**write.body, "DocNumber": fresh}, request_id=request_id
    )


def signed_number(post: PostRequest, number: str) -> str:
    """Return a number with the sign of its document behind it, cut to fit."""
    sign = _sign(post)
    return number[: naming.REFERENCE_CHARS_MAX - len(sign)] + sign


def _is_taken_back(row: Record) -> bool:
    return naming.is_marked(str(row.get("PrivateNote", ""))) and not is_live(row)


def _sign(post: PostRequest) -> str:
    return "-" + short_sign(post.marker, _SIGN_CHARS)


def is_alike(
    post: PostRequest, write: Write, entity: str, row: Record, basis: Basis
) -> bool:
    """Return whether a document without our sign could be this very one.

    Same kind, date and total: typed by hand, or stripped of its note. A candidate for a
    person to adopt, never "missing".
    """
    if entity != write.entity or naming.is_marked(str(row.get("PrivateNote", ""))):
        return False
    said = parsed(DocumentPayload, row)
    total = total_of_document(post.document)
    is_same_day = str(said.day) == str(write.body.get("TxnDate"))
    return is_same_day and total is not None and total_of(said, basis) == total


def _told(entity: str, row: Record, basis: Basis) -> str:
    said = parsed(DocumentPayload, row)
    return f"{entity} {said.id} of {said.day} over {total_of(said, basis)}"


def _named_error(name: str, owner: tuple[str, Record] | None) -> ActionNeededError:
    who = f"a {owner[0].lower()}" if owner else "another record"
    refusal = Refusal(NAME_TAKEN, f"the name {name!r} belongs to {who}")
    return _action(error_of(refusal))


def _action(error: SyncError) -> ActionNeededError:
    return error if isinstance(error, ActionNeededError) else ConflictError(str(error))


def _named(entity: str, field: str, names: Sequence[str]) -> str:
    return queries.select(entity, [queries.among(field, sorted(set(names)))])


def _name(write: Write) -> str:
    return str(write.body.get("DisplayName") or write.body.get("Name") or "")


def _key(row: Record, entity: str) -> str:
    field = "Name" if entity == "Item" else "DisplayName"
    return str(row.get(field, "")).casefold()


def _number(row: Record) -> str:
    return str(row.get("DocNumber", ""))
