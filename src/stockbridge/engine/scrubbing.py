"""Taking the person out of a record, and leaving what the books are about."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from stockbridge.domain.catalog import BooksCustomer
from stockbridge.domain.commerce import Address, Customer, Order, Shipment
from stockbridge.engine.suppression import Erased

Record = TypeVar("Record")
ERASED_NAME = "Erased"
#: The fields of documents and addresses that say who somebody is.
PERSONAL = frozenset(
    {
        *("email", "phone", "first_name", "last_name", "company"),
        *("line1", "line2", "city", "postcode", "memo"),
    }
)
#: What a shopper typed into fields of the shop's own: anything.
_TYPED = "order_fields"
#: A customer inside a document: before and after a change.
_RECORDS = frozenset({"before", "after"})


def without_erased(record: Record, erased: Erased) -> Record:
    """Return the record; without the person, if that person was erased.

    What somebody buys after the erasure is a new relation and stays as it is.
    """
    if not erased.marks:
        return record
    scrub = _SCRUBS.get(type(record))
    if scrub is None:
        return record
    since = erased.since(_email_of(record))
    if since is None or (isinstance(record, Order) and record.placed_at > since):
        return record
    found: Record = scrub(record)
    return found


def scrubbed_order(order: Order) -> Order:
    """Return the order without the person: country and state stay, for taxes.

    Amounts, lines and dates are what the documents prove; they stay.
    """
    return replace(
        order,
        customer=scrubbed_customer(order.customer),
        shipping_address=scrubbed_address(order.shipping_address),
        note="",
        meta=(),
        refunds=tuple(replace(refund, reason="") for refund in order.refunds),
        shipments=_untracked(order.shipments),
    )


def _untracked(shipments: tuple[Shipment, ...] | None) -> tuple[Shipment, ...] | None:
    """Return what left, and when; the parcel's number leads to the person."""
    if shipments is None:
        return None
    return tuple(replace(one, carrier="", tracking="") for one in shipments)


def scrubbed_customer(customer: Customer) -> Customer:
    """Return the customer as an opaque id of the store."""
    return Customer(
        external_id=customer.external_id,
        billing=scrubbed_address(customer.billing),
        shipping=scrubbed_address(customer.shipping),
        role=customer.role,
        changed_at=customer.changed_at,
    )


def scrubbed_books_customer(customer: BooksCustomer) -> BooksCustomer:
    """Return the customer of the books as an opaque id."""
    return BooksCustomer(external_id=customer.external_id, name=ERASED_NAME)


def scrubbed_address(address: Address) -> Address:
    """Return the parts of an address that taxes depend on."""
    return Address(state=address.state, country=address.country)


def scrubbed_document(data: object, *, is_customer: bool) -> object:
    """Return a kept document without the person."""
    if isinstance(data, Mapping):
        clean = {key: _field(key, value) for key, value in data.items()}
        if is_customer and "name" in clean:
            clean["name"] = ERASED_NAME
        return clean
    if isinstance(data, list):
        return [scrubbed_document(one, is_customer=False) for one in data]
    return data


def _field(key: str, value: object) -> object:
    if key in PERSONAL and isinstance(value, str):
        return ""
    if key == _TYPED:
        return []
    if key in _RECORDS:
        return scrubbed_document(value, is_customer=True)
    return scrubbed_document(value, is_customer=False)


def _email_of(record: object) -> str:
    if isinstance(record, Order):
        return record.customer.email
    return str(getattr(record, "email", ""))


_SCRUBS: dict[type, Callable[[Any], Any]] = {
    Order: scrubbed_order,
    Customer: scrubbed_customer,
    BooksCustomer: scrubbed_books_customer,
}
