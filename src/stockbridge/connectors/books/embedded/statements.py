"""Documents by business date, for the page Store = books."""

from datetime import date

from stockbridge.backoffice.models import DocumentKind, PostedDocument
from stockbridge.companies.models import Company
from stockbridge.connectors.books.embedded.decode import STATEMENT_KINDS, stored_of
from stockbridge.ports import Page, StoredDocument


def documents(
    company: Company, days: tuple[date, date], *, cursor: int, limit: int
) -> Page[StoredDocument]:
    """Return about `limit` documents of these days after `cursor`, a document id."""
    rows = list(
        PostedDocument.objects.filter(
            company=company,
            business_date__range=days,
            kind__in=STATEMENT_KINDS,
            pk__gt=cursor,
        )
        .select_related("order", "reversed_by")
        .prefetch_related("lines", "order__lines", "payments")
        .order_by("pk")[:limit]
    )
    sales = _sales(rows)
    return Page(
        tuple(stored_of(row, sale_id=sales.get(row.order_id or 0, "")) for row in rows),
        cursor=str(rows[-1].pk) if rows else str(cursor),
        is_last=len(rows) < limit,
    )


def _sales(rows: list[PostedDocument]) -> dict[int, str]:
    """Return, by order, the document that posted it."""
    found = PostedDocument.objects.filter(
        order__in={row.order_id for row in rows if row.order_id},
        kind=DocumentKind.ORDER,
        reverses=None,
    ).values_list("order_id", "pk")
    return {order: str(pk) for order, pk in found if order is not None}
