"""A customer to create, under a name that QuickBooks accepts."""

from stockbridge.connectors.books.quickbooks_online import naming
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.client import Write
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.books.quickbooks_online.texts import (
    address_of,
    line_of,
    listed_name,
    mail_of,
)
from stockbridge.connectors.quickbooks.naming import short_sign, suffixed
from stockbridge.domain.accounting import CustomerRecord
from stockbridge.ports import PostRequest

NAME_CHARS_MAX = 500
_SUFFIX_CHARS = 4
TEXT_CHARS, PHONE_CHARS = 100, 30


def customer_name(
    record: CustomerRecord, marker: str, settings: QuickBooksOnlineSettings
) -> str:
    """Return the name by the naming policy: never empty, no colon, 500 characters."""
    sign = short_sign(marker, _SUFFIX_CHARS)
    mail = mail_of(record.email)
    otherwise = mail or f"Customer {sign}"
    plain = listed_name(
        _by_policy(record, settings), NAME_CHARS_MAX, otherwise=otherwise
    )
    if settings.customer_naming == "name_and_email" and mail and mail != plain:
        return suffixed(plain, mail, NAME_CHARS_MAX)
    return plain


def other_name(name: str, marker: str) -> str:
    """Return the name that is taken where the first one is."""
    sign = short_sign(marker, _SUFFIX_CHARS)
    return suffixed(name, f"#{sign}", NAME_CHARS_MAX)


def customer_write(post: PostRequest, basis: Basis, *, name: str = "") -> Write:
    """Return the customer as it is created; `name` instead of the policy's."""
    record = post.document
    if not isinstance(record, CustomerRecord):
        raise TypeError("a customer is wanted")
    name = name or customer_name(record, post.marker, basis.settings)
    body: dict[str, object] = {"DisplayName": name, "Notes": post.marker}
    texts = {
        "CompanyName": line_of(record.company, TEXT_CHARS),
        "GivenName": line_of(record.first_name, TEXT_CHARS),
        "FamilyName": line_of(record.last_name, TEXT_CHARS),
    }
    body |= {field: text for field, text in texts.items() if text}
    if mail := mail_of(record.email):
        body["PrimaryEmailAddr"] = {"Address": mail}
    if phone := line_of(record.phone, PHONE_CHARS):
        body["PrimaryPhone"] = {"FreeFormNumber": phone}
    if address := address_of(record.billing):
        body["BillAddr"] = address
    if address := address_of(record.shipping):
        body["ShipAddr"] = address
    if basis.company.has_many_currencies and basis.settings.customer_currency:
        body["CurrencyRef"] = {"value": basis.settings.customer_currency}
    return Write("Customer", body, naming.request_id(post.key, name))


def _by_policy(record: CustomerRecord, settings: QuickBooksOnlineSettings) -> str:
    if settings.customer_naming == "last_first" and not record.company:
        if record.last_name and record.first_name:
            return f"{record.last_name}, {record.first_name}"
        return record.last_name or record.name
    return record.name
