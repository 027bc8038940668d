"""Adds a posted document to a batch: its number, its day, its key."""

from dataclasses import dataclass
from datetime import date, timedelta

from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.drafts import Header, OnClosed
from stockbridge.backoffice.models import (
    CustomerOrder,
    DocumentKind,
    Partner,
    PostedDocument,
)
from stockbridge.companies.models import Company
from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.domain.money import Money

KEY_CHARS_MAX = 180  # leaves room for the parts of a document
_SERIES = {
    DocumentKind.ORDER: "CO",
    DocumentKind.FULFILLMENT: "FU",
    DocumentKind.CANCELLATION: "CA",
    DocumentKind.AMENDMENT: "AM",
    DocumentKind.PAYMENT: "PA",
    DocumentKind.REFUND: "RE",
    DocumentKind.GOODS_RECEIPT: "GR",
    DocumentKind.OPENING: "OP",
    DocumentKind.ADJUSTMENT: "AD",
    DocumentKind.TRANSFER: "TR",
    DocumentKind.ENTRY: "EN",
}


@dataclass(frozen=True, slots=True)
class About:
    """What a document is, and what it belongs to."""

    kind: DocumentKind
    total: Money
    order: CustomerOrder | None = None
    partner: Partner | None = None
    number: str = ""  # "" = the next of its kind
    part_of: PostedDocument | None = None
    reverses: PostedDocument | None = None


def add_document(batch: Batch, header: Header, about: About) -> PostedDocument:
    """Return the new document, added to the batch.

    Raises ActionNeededError for a day in a closed period, unless the header says
    what to do then, and InvalidInputError for a key that cannot be kept.
    """
    if not header.key or len(header.key) > KEY_CHARS_MAX:
        raise InvalidInputError(
            f"A key has 1 to {KEY_CHARS_MAX} characters.", field="key"
        )
    day, memo = _open_day(batch.company, header)
    partner = about.partner or (about.order.partner if about.order else None)
    document = PostedDocument(
        company=batch.company,
        key=_key(header, about),
        kind=about.kind,
        number=about.number or batch.number(_SERIES[about.kind]),
        business_date=day,
        posted_at=batch.at,
        total=about.total.amount,
        currency=about.total.currency,
        reference=header.reference[:100],
        marker=header.marker[:200],
        memo=memo[:500],
        partner=partner,
        order=about.order,
        part_of=about.part_of,
        reverses=about.reverses,
    )
    batch.news.documents.append(document)
    batch.remember(batch.books.documents, document.key, document)
    return document


def _key(header: Header, about: About) -> str:
    return f"{header.key}#{about.kind}" if about.part_of else header.key


def _open_day(company: Company, header: Header) -> tuple[date, str]:
    """Return the day to post on, and the memo."""
    day, closed = header.business_date, company.closed_until
    if closed is None or day > closed:
        return day, header.memo
    if header.on_closed is OnClosed.FIRST_OPEN_DAY:
        return closed + timedelta(days=1), f"{header.memo} ({day.isoformat()})".strip()
    raise ActionNeededError(
        f"{day.isoformat()} is in a closed period: the books are closed until "
        f"{closed.isoformat()}.",
        remedy="Post it on the first open day, or open the period.",
        code="closed_period",
    )
