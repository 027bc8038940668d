"""Customers of POS: created, and read (`customer_changes` changes them)."""

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.addresses import (
    SHIPPING_NAME,
    bill_address,
    ship_address,
)
from stockbridge.connectors.books.quickbooks_pos.envelopes import Node, text_of
from stockbridge.connectors.books.quickbooks_pos.settings import (
    CustomerSign,
    PosSettings,
)
from stockbridge.connectors.books.quickbooks_pos.texts import fit
from stockbridge.domain.accounting import CustomerRecord
from stockbridge.domain.catalog import BooksCustomer
from stockbridge.ports import PostOutcome, PostRequest, PostResult

ADD = "CustomerAddRq"
ROW = "CustomerRet"
NAME_CHARS_MAX = 30
READ = (
    "ListID",
    "TimeModified",
    "CompanyName",
    "EMail",
    "FirstName",
    "LastName",
    "Phone",
)


def customer(
    post: PostRequest, record: CustomerRecord, settings: PosSettings
) -> list[Node]:
    """Return what is inside CustomerAddRq."""
    is_id = settings.customer_sign is CustomerSign.CUSTOMER_ID
    ship = ship_address(record.shipping)
    children: list[Node] = [
        ("CompanyName", fit(record.company, 41)),
        ("CustomerID", post.marker if is_id else ""),
        ("EMail", fit(record.email, 99)),
        ("FirstName", fit(record.first_name, NAME_CHARS_MAX)),
        ("LastName", last_name_of(record)),
        ("Notes", "" if is_id else post.marker),
        ("Phone", fit(record.phone or record.billing.phone, 40)),
        ("BillAddress", bill_address(record.billing)),
        ("DefaultShipAddress", SHIPPING_NAME if ship else ""),
        ("ShipAddress", ship),
    ]
    return [("CustomerAdd", _without_empty(children))]


def posted_customer(attempt_id: str, row: etree._Element) -> PostResult:
    """Return a stored customer as a result."""
    return PostResult(
        attempt_id,
        PostOutcome.POSTED,
        books_id=text_of(row, "ListID"),
        version=text_of(row, "TimeModified"),
    )


def customer_of(row: etree._Element) -> BooksCustomer:
    """Return a customer as POS holds it. Raises ValueError without an id."""
    if not text_of(row, "ListID"):
        raise ValueError("It has no ListID.")
    first, last = text_of(row, "FirstName"), text_of(row, "LastName")
    company = text_of(row, "CompanyName")
    return BooksCustomer(
        external_id=text_of(row, "ListID"),
        name=f"{first} {last}".strip() or company,
        email=text_of(row, "EMail"),
        phone=text_of(row, "Phone"),
        first_name=first,
        last_name=last,
        company=company,
    )


def last_name_of(record: CustomerRecord) -> str:
    """Return the one name that POS insists on."""
    for text in (record.last_name, record.name, record.company, record.email):
        if found := fit(text, NAME_CHARS_MAX):
            return found
    return "Unknown"


def _without_empty(children: list[Node]) -> list[Node]:
    return [(tag, value) for tag, value in children if _says_something(value)]


def _says_something(value: object) -> bool:
    if isinstance(value, list):
        return any(_says_something(inner) for _, inner in value)
    return bool(value)
