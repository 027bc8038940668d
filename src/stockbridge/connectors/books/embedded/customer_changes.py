"""A customer of the back office takes on what the store changed, once per key."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from stockbridge.backoffice.models import Partner
from stockbridge.backoffice.partners import change_partner
from stockbridge.backoffice.records import keep_key
from stockbridge.companies.models import Company
from stockbridge.connectors.books.embedded import answers
from stockbridge.connectors.books.embedded.encode import partner_fields, record_id
from stockbridge.domain.accounting import CustomerChange, CustomerField, CustomerRecord
from stockbridge.domain.customer_changes import Told, kept_remark
from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.domain.record_changes import Said, decide
from stockbridge.ports import PostRequest, PostResult

_COLUMNS = {
    CustomerField.NAME: ("name",),
    CustomerField.PERSON: ("first_name", "last_name"),
    CustomerField.COMPANY: ("business_name",),
    CustomerField.EMAIL: ("email",),
    CustomerField.PHONE: ("phone",),
    CustomerField.BILLING: ("billing",),
    CustomerField.SHIPPING: ("shipping",),
}


def change_customer(
    company: Company, request: PostRequest, *, at: datetime
) -> PostResult:
    """Write what may be written; what somebody typed here stays, and is said."""
    change = request.document
    assert isinstance(change, CustomerChange)
    try:
        with transaction.atomic():
            partner = _partner(company, change)
            before = _fields(change.before)
            after = _fields(change.after)
            found = decide(
                change,
                now=_told(_held(partner)),
                before=_told(before),
                after=_told(after),
            )
            if not keep_key(company, request.key, partner):
                return answers.of_partner(request, partner)
            columns = [name for field in found.write for name in _COLUMNS[field]]
            changes = {name: after[name] for name in columns}
            partner = change_partner(partner, changes, at=at)
    except ActionNeededError as error:
        return answers.refused(request, error)
    remark = kept_remark(found, where="the back office")
    return replace(answers.of_partner(request, partner), error=remark)


def _partner(company: Company, change: CustomerChange) -> Partner:
    found = company.partners.filter(pk=record_id(change.customer.books_id, "customer"))
    partner = found.select_related("merged_into").first()
    if partner is None:
        raise InvalidInputError(
            "There is no such customer in this back office.",
            field="customer",
            remedy="Link the customer anew on the Customers screen.",
        )
    return partner.merged_into or partner


def _fields(record: CustomerRecord) -> Mapping[str, Any]:
    return partner_fields(record, "")


def _held(partner: Partner) -> Mapping[str, Any]:
    names = [name for columns in _COLUMNS.values() for name in columns]
    return {name: getattr(partner, name) for name in names}


def _told(fields: Mapping[str, Any]) -> Told:
    return {
        field: tuple(
            part for name in columns for part in _parts(fields.get(name) or "")
        )
        for field, columns in _COLUMNS.items()
    }


def _parts(value: str | Mapping[str, str]) -> Said:
    if isinstance(value, str):
        return (value,)
    return tuple(str(value.get(name) or "") for name in _ADDRESS)


_ADDRESS = (
    *("first_name", "last_name", "company", "line1", "line2"),
    *("city", "state", "postcode", "country", "phone"),
)
