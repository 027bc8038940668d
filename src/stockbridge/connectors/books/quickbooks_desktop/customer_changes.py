"""A customer of QuickBooks takes on what the store changed, and keeps all the rest.

Prepared by reading the customer: its edit sequence, and what stands in each field now.
Then only what may change is named; QuickBooks leaves what a change does not name. An
address is named whole, its empty lines too, or an old line would stay. Stale (3200) is
read again: what somebody typed meanwhile is seen then.
"""

import re

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.customers import (
    customer_name,
    other_name,
)
from stockbridge.connectors.books.quickbooks_desktop.postal import (
    ADDRESS_PARTS,
    address,
)
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Child,
    Element,
    leaf,
    node,
    request,
    text_of,
    told,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.text import fitted
from stockbridge.domain.accounting import CustomerChange, CustomerField, CustomerRecord
from stockbridge.domain.customer_changes import Told
from stockbridge.domain.record_changes import Decided, decide, is_there
from stockbridge.ports import PostRequest

_OUR_SUFFIX = re.compile(r" #[A-Z2-7]{4}$")  # of `other_name`
_ADDRESS_TAGS = {
    CustomerField.BILLING: "BillAddress",
    CustomerField.SHIPPING: "ShipAddress",
}


def change_request(
    post: PostRequest, basis: Basis, settings: QuickBooksDesktopSettings
) -> Element:
    """Return the request: what may be written, by what was read just before."""
    change = _change(post)
    write = frozenset(basis.write)
    after, name = change.after, customer_name(change.after, post.marker, settings)
    if basis.is_name_taken:
        name = other_name(name, post.marker)
    named: list[Child] = []
    if CustomerField.NAME in write:
        named.append(leaf("Name", name))
    if CustomerField.COMPANY in write:
        named.append(told("CompanyName", fitted(after.company, 41)))
    if CustomerField.PERSON in write:
        first, last = _person(after)
        named += [told("FirstName", first), told("LastName", last)]
    for field, tag in _ADDRESS_TAGS.items():
        if field in write:
            lines = zip(ADDRESS_PARTS, _address(after, field), strict=True)
            named.append(node(tag, *(told(part, text) for part, text in lines)))
    if CustomerField.PHONE in write:
        named.append(told("Phone", fitted(after.phone, 21)))
    if CustomerField.EMAIL in write:
        named.append(told("Email", fitted(after.email, 1023)))
    head = [
        leaf("ListID", change.customer.books_id),
        leaf("EditSequence", basis.edit_sequence),
    ]
    number = naming.request_id(post.attempt_id)
    return request("CustomerModRq", number, node("CustomerMod", *head, *named))


def decided(
    post: PostRequest, ret: Element, settings: QuickBooksDesktopSettings
) -> Decided[CustomerField]:
    """Return what becomes of the fields, by the customer as read now."""
    change = _change(post)
    return decide(
        change,
        now=stored_fields(ret),
        before=_fields(change.before, post.marker, settings),
        after=_fields(change.after, post.marker, settings),
    )


def was_written(
    post: PostRequest, ret: Element, settings: QuickBooksDesktopSettings
) -> bool:
    """Return whether a customer says all that the change would have written."""
    change = _change(post)
    after = _fields(change.after, post.marker, settings)
    return is_there(change, now=stored_fields(ret), after=after)


def stored_fields(ret: Element) -> Told:
    """Return what QuickBooks holds; our suffix on a taken name is not part of it."""
    return {
        CustomerField.NAME: (_plain_name(text_of(ret, "Name")),),
        CustomerField.PERSON: (text_of(ret, "FirstName"), text_of(ret, "LastName")),
        CustomerField.COMPANY: (text_of(ret, "CompanyName"),),
        CustomerField.EMAIL: (text_of(ret, "Email"),),
        CustomerField.PHONE: (text_of(ret, "Phone"),),
        **{
            field: tuple(text_of(ret, f"{tag}/{part}") for part in ADDRESS_PARTS)
            for field, tag in _ADDRESS_TAGS.items()
        },
    }


def _fields(
    record: CustomerRecord, marker: str, settings: QuickBooksDesktopSettings
) -> Told:
    return {
        CustomerField.NAME: (_plain_name(customer_name(record, marker, settings)),),
        CustomerField.PERSON: _person(record),
        CustomerField.COMPANY: (fitted(record.company, 41),),
        CustomerField.EMAIL: (fitted(record.email, 1023),),
        CustomerField.PHONE: (fitted(record.phone, 21),),
        **{field: _address(record, field) for field in _ADDRESS_TAGS},
    }


def _person(record: CustomerRecord) -> tuple[str, str]:
    return fitted(record.first_name, 25), fitted(record.last_name, 25)


def _address(record: CustomerRecord, field: CustomerField) -> tuple[str, ...]:
    is_billing = field is CustomerField.BILLING
    value = record.billing if is_billing else record.shipping
    found = address(_ADDRESS_TAGS[field], value)
    return tuple(text_of(found, part) for part in ADDRESS_PARTS)


def _plain_name(name: str) -> str:
    """Return a name without the sign that it got because it was taken."""
    return _OUR_SUFFIX.sub("", name)


def _change(post: PostRequest) -> CustomerChange:
    if not isinstance(post.document, CustomerChange):
        raise TypeError("a change of a customer is wanted")
    return post.document
