"""What the store changed of a customer (`record_changes` has the rules)."""

from collections.abc import Mapping

from stockbridge.domain.accounting import (
    BooksRef,
    CustomerChange,
    CustomerField,
    CustomerRecord,
)
from stockbridge.domain.commerce import Address
from stockbridge.domain.errors import SyncError
from stockbridge.domain.record_changes import Decided, Form, Said
from stockbridge.domain.three_way import FieldOwner

Told = Mapping[CustomerField, Said]


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
    changed = CUSTOMER_FORM.changed(bases, after, owners)
    if not changed:
        return None
    ruled = tuple(one for one in changed if owners[one] is FieldOwner.STORE)
    return CustomerChange(customer, before, after, changed, ruled)


def kept_remark(found: Decided[CustomerField], *, where: str) -> SyncError | None:
    """Return what is said of fields that keep what somebody typed; None: of none."""
    return CUSTOMER_FORM.kept_remark(found.kept, where=where)


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


CUSTOMER_FORM: Form[CustomerField, CustomerRecord] = Form(
    attributes={
        CustomerField.NAME: ("name",),
        CustomerField.PERSON: ("first_name", "last_name"),
        CustomerField.COMPANY: ("company",),
        CustomerField.EMAIL: ("email",),
        CustomerField.PHONE: ("phone",),
        CustomerField.BILLING: ("billing",),
        CustomerField.SHIPPING: ("shipping",),
    },
    words={
        CustomerField.NAME: "the name",
        CustomerField.PERSON: "first and last name",
        CustomerField.COMPANY: "the company",
        CustomerField.EMAIL: "the e-mail address",
        CustomerField.PHONE: "the phone number",
        CustomerField.BILLING: "the billing address",
        CustomerField.SHIPPING: "the shipping address",
    },
    said_of=said_of,
    kept_code="customer_kept",
)


def _parts(address: Address) -> Said:
    """Return an address; one that is nothing but a country or a person is none."""
    place = (address.line1, address.line2, address.city, address.state)
    if not any((*place, address.postcode)):
        return ()
    who = (address.first_name, address.last_name, address.company)
    return (*who, *place, address.postcode, address.country)
