"""A customer to create, under a name that QuickBooks accepts."""

from collections.abc import Iterator

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.postal import address
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Element,
    leaf,
    node,
    ref,
    request,
    words,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.text import (
    legible,
    listed_name,
)
from stockbridge.connectors.quickbooks.naming import short_sign, suffixed
from stockbridge.connectors.quickbooks.settings import CUSTOMER_NAMINGS
from stockbridge.domain.accounting import CustomerRecord
from stockbridge.ports import PostRequest

NAME_CHARS_MAX = 41
_SUFFIX_CHARS = 4


def customer_name(
    record: CustomerRecord, marker: str, settings: QuickBooksDesktopSettings
) -> str:
    """Return the name by the naming policy: never empty, no colon, 41 characters.

    Of a name in a script that QuickBooks cannot keep the e-mail address remains, or
    else the marker's sign.
    """
    plain = listed_name(_by_policy(record, settings), NAME_CHARS_MAX)
    if not plain:
        sign = short_sign(marker, _SUFFIX_CHARS)
        return listed_name(record.email, NAME_CHARS_MAX, otherwise=f"Customer {sign}")
    if settings.customer_naming == "name_and_email" and record.email:
        email = legible(record.email).replace(":", "-")[: NAME_CHARS_MAX - 8]
        return suffixed(plain, email, NAME_CHARS_MAX) if email != plain else plain
    return plain


def possible_names(
    record: CustomerRecord, marker: str, settings: QuickBooksDesktopSettings
) -> Iterator[str]:
    """Yield each name that the customer may have been created under.

    The policies may have been changed since he was sent.
    """
    for naming_policy in CUSTOMER_NAMINGS:
        then = settings.model_copy(update={"customer_naming": naming_policy})
        name = customer_name(record, marker, then)
        yield from (name, other_name(name, marker))


def other_name(name: str, marker: str) -> str:
    """Return the name that is taken where the first one is."""
    sign = short_sign(marker, _SUFFIX_CHARS)
    return suffixed(name, f"#{sign}", NAME_CHARS_MAX)


def customer_request(
    post: PostRequest, basis: Basis, settings: QuickBooksDesktopSettings
) -> Element:
    """Return the request that adds the customer."""
    record = post.document
    if not isinstance(record, CustomerRecord):
        raise TypeError("a customer is wanted")
    name = customer_name(record, post.marker, settings)
    if basis.is_name_taken:
        name = other_name(name, post.marker)
    body = node(
        "CustomerAdd",
        leaf("Name", name),
        words("CompanyName", record.company, 41),
        words("FirstName", record.first_name, 25),
        words("LastName", record.last_name, 25),
        address("BillAddress", record.billing),
        address("ShipAddress", record.shipping),
        words("Phone", record.phone, 21),
        words("Email", record.email, 1023),
        ref("TermsRef", settings.terms if settings.document != "sales_receipt" else ""),
        ref("SalesRepRef", settings.sales_rep),
        leaf("Notes", post.marker),
        leaf("ExternalGUID", naming.guid_of(post.key)),
    )
    return request("CustomerAddRq", naming.request_id(post.attempt_id), body)


def _by_policy(record: CustomerRecord, settings: QuickBooksDesktopSettings) -> str:
    if settings.customer_naming == "last_first" and not record.company:
        if record.last_name and record.first_name:
            return f"{record.last_name}, {record.first_name}"
        return record.last_name or record.name
    return record.name
