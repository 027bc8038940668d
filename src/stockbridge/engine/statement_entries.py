"""The books' side of the statement: their documents, as sales and refunds of ours."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import Q

from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.delivery import State
from stockbridge.domain.identity import Source
from stockbridge.domain.planning import FULFILLMENT, REFUND, SALE
from stockbridge.domain.reconciliation import Entry
from stockbridge.engine.ground import scope_of
from stockbridge.engine.models import Bridge, DeliverySource
from stockbridge.ports import Books, StoredDocument

PAGE = 500
#: What hands goods over bills them where it has a total: it is then the sale.
_BILL = Q(effect=FULFILLMENT, delivery__total__isnull=False)
SOLD = Q(effect__in=[SALE, REFUND]) | _BILL


def stored_documents(books: Books, first: date, last: date) -> Iterator[StoredDocument]:
    """Return what the books hold of these days, read now."""
    cursor = ""
    while True:
        page = books.documents(first, last, cursor=cursor, limit=PAGE)
        yield from page.records
        cursor = page.cursor
        if page.is_last:
            return


def entries_of(bridge: Bridge, documents: Iterable[StoredDocument]) -> Iterator[Entry]:
    """Return entries; a document of many sources makes one for each, by its share."""
    wanted = [
        one for one in documents if one.kind in (DocumentKind.SALE, DocumentKind.REFUND)
    ]
    shares: dict[str, list[DeliverySource]] = defaultdict(list)
    rows = DeliverySource.objects.filter(
        SOLD,
        bridge=bridge,
        delivery__books_id__in=[one.books_id for one in wanted],
        delivery__state=State.POSTED.value,
    ).select_related("delivery")
    for row in rows.order_by("id"):
        shares[row.delivery.books_id].append(row)
    filled = _filled(bridge, list(shares))
    for one in wanted:
        if one.books_id in filled:
            continue
        sources = shares.get(one.books_id, [])
        yield from _shared(bridge, one, sources) if len(sources) > 1 else [_entry(one)]


def _filled(bridge: Bridge, books_ids: list[str]) -> set[str]:
    """Return those that are open no more: what bills them is the sale that counts."""
    live = DeliverySource.objects.filter(
        bridge=bridge, is_live=True, delivery__state=State.POSTED.value
    )
    billed = live.filter(_BILL).values("order_id")
    sales = live.filter(
        effect=SALE, order_id__in=billed, delivery__books_id__in=books_ids
    )
    return set(sales.values_list("delivery__books_id", flat=True))


def _entry(one: StoredDocument) -> Entry:
    return Entry(
        books_id=one.books_id,
        kind=one.kind,
        number=one.reference,
        day=one.business_date,
        total=one.total,
        tax=one.total_tax,
        shipping=one.shipping,
        key=one.key,
        is_live=one.is_live,
    )


def _shared(
    bridge: Bridge, one: StoredDocument, sources: list[DeliverySource]
) -> list[Entry]:
    scope = scope_of(bridge)
    weights = [abs(row.amount or Decimal(0)) for row in sources]
    totals = one.total.split(weights)
    taxes, shippings = one.total_tax.split(weights), one.shipping.split(weights)
    return [
        replace(
            _entry(one),
            books_id=f"{one.books_id}#{place}",
            key=scope.document_key(row.effect, Source(row.kind, row.source_id)),
            total=totals[place],
            tax=taxes[place],
            shipping=shippings[place],
        )
        for place, row in enumerate(sources)
    ]
