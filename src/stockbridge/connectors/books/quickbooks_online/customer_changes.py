"""A customer of QuickBooks takes on what the store changed, and keeps all the rest.

The customer is read just before: its version, and what stands in each field now. Then
only what may change is sent ("sparse"); QuickBooks leaves what an update does not name.
An address is named whole, its empty lines too, or an old line would stay.
"""

import re

from stockbridge.connectors.books.quickbooks_online import naming
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.client import Write
from stockbridge.connectors.books.quickbooks_online.customers import (
    PHONE_CHARS,
    TEXT_CHARS,
    customer_name,
)
from stockbridge.connectors.books.quickbooks_online.decode import record_result
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.connectors.books.quickbooks_online.payloads import (
    CustomerPayload,
    parsed,
)
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.books.quickbooks_online.texts import (
    address_of,
    line_of,
    mail_of,
)
from stockbridge.domain.accounting import CustomerChange, CustomerField, CustomerRecord
from stockbridge.domain.customer_changes import Told, kept_remark
from stockbridge.domain.errors import SyncError
from stockbridge.domain.record_changes import Decided, decide, is_there
from stockbridge.ports import PostRequest, PostResult

_OUR_SUFFIX = re.compile(r" #[A-Z2-7]{4}$")  # of `other_name`
_ADDRESSES = {CustomerField.BILLING: "BillAddr", CustomerField.SHIPPING: "ShipAddr"}
_PARTS = (
    *(f"Line{number}" for number in range(1, 6)),
    *("City", "CountrySubDivisionCode", "PostalCode", "Country"),
)


def change_write(post: PostRequest, basis: Basis, *, name: str = "") -> Write | None:
    """Return what is written; None where nothing may be, or all is there already.

    `name` is taken instead of the policy's, where somebody else has that one. Raises
    ActionNeededError where the customer is gone.
    """
    change, found = change_of(post), decided(post, basis)
    if not found.write:
        return None
    txn = customer_txn(change)
    version = str(basis.record(txn).get("SyncToken", ""))
    body: dict[str, object] = {"Id": txn.id, "SyncToken": version, "sparse": True}
    after = change.after
    wanted = name or customer_name(after, post.marker, basis.settings)
    parts: dict[CustomerField, dict[str, object]] = {
        CustomerField.NAME: {"DisplayName": wanted},
        CustomerField.PERSON: {
            "GivenName": line_of(after.first_name, TEXT_CHARS),
            "FamilyName": line_of(after.last_name, TEXT_CHARS),
        },
        CustomerField.COMPANY: {"CompanyName": line_of(after.company, TEXT_CHARS)},
        CustomerField.EMAIL: {"PrimaryEmailAddr": {"Address": mail_of(after.email)}},
        CustomerField.PHONE: {
            "PrimaryPhone": {"FreeFormNumber": line_of(after.phone, PHONE_CHARS)}
        },
        **{
            field: {tag: dict(zip(_PARTS, _address(after, field), strict=True))}
            for field, tag in _ADDRESSES.items()
        },
    }
    for field in found.write:
        body |= parts[field]
    request_id = naming.request_id(post.key, version, name)
    return Write("Customer", body, request_id, "update")


def decided(post: PostRequest, basis: Basis) -> Decided[CustomerField]:
    """Return what becomes of the fields, by the customer as read just before."""
    change, settings = change_of(post), basis.settings
    return decide(
        change,
        now=_stored(basis.record(customer_txn(change))),
        before=_fields(change.before, post.marker, settings),
        after=_fields(change.after, post.marker, settings),
    )


def unwritten(post: PostRequest, basis: Basis) -> PostResult:
    """Return the result of a change that has nothing to write."""
    row = basis.record(customer_txn(change_of(post)))
    result = record_result(post.attempt_id, row)
    return PostResult(
        result.attempt_id,
        result.outcome,
        books_id=result.books_id,
        number=result.number,
        version=result.version,
        error=remark(post, basis),
    )


def remark(post: PostRequest, basis: Basis) -> SyncError | None:
    """Return what is said of fields that keep what somebody typed there."""
    return kept_remark(decided(post, basis), where="QuickBooks")


def was_written(
    post: PostRequest, row: Record, settings: QuickBooksOnlineSettings
) -> bool:
    """Return whether a customer says all that the change would have written."""
    change = change_of(post)
    after = _fields(change.after, post.marker, settings)
    return is_there(change, now=_stored(row), after=after)


def customer_txn(change: CustomerChange) -> naming.Txn:
    """Return the customer; InvalidInputError where the id names none."""
    return naming.Txn(
        "Customer", naming.record_id(change.customer.books_id, noun="customer")
    )


def change_of(post: PostRequest) -> CustomerChange:
    """Return the change that a request is about."""
    if not isinstance(post.document, CustomerChange):
        raise TypeError("a change of a customer is wanted")
    return post.document


def _stored(row: Record) -> Told:
    """Return what QuickBooks holds; our sign on a taken name is not part of it."""
    said = parsed(CustomerPayload, row)
    return {
        CustomerField.NAME: (_plain_name(said.name),),
        CustomerField.PERSON: (said.given_name, said.family_name),
        CustomerField.COMPANY: (said.company,),
        CustomerField.EMAIL: (said.mail.address,),
        CustomerField.PHONE: (said.phone.number,),
        **{field: _parts_in(row.get(tag)) for field, tag in _ADDRESSES.items()},
    }


def _fields(
    record: CustomerRecord, marker: str, settings: QuickBooksOnlineSettings
) -> Told:
    person = (record.first_name, record.last_name)
    return {
        CustomerField.NAME: (_plain_name(customer_name(record, marker, settings)),),
        CustomerField.PERSON: tuple(line_of(name, TEXT_CHARS) for name in person),
        CustomerField.COMPANY: (line_of(record.company, TEXT_CHARS),),
        CustomerField.EMAIL: (mail_of(record.email),),
        CustomerField.PHONE: (line_of(record.phone, PHONE_CHARS),),
        **{field: _address(record, field) for field in _ADDRESSES},
    }


def _address(record: CustomerRecord, field: CustomerField) -> tuple[str, ...]:
    is_billing = field is CustomerField.BILLING
    return _parts_in(address_of(record.billing if is_billing else record.shipping))


def _parts_in(address: object) -> tuple[str, ...]:
    told = address if isinstance(address, dict) else {}
    return tuple(str(told.get(part) or "") for part in _PARTS)


def _plain_name(name: str) -> str:
    return _OUR_SUFFIX.sub("", name)
