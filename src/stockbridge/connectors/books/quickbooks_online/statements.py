"""Documents by business date, for the page Store = books."""

import json
from collections.abc import Callable
from datetime import date
from functools import partial

from stockbridge.connectors.books.quickbooks_online import queries
from stockbridge.connectors.books.quickbooks_online.accounts import (
    undeposited_account,
)
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.client import CompanyApi
from stockbridge.connectors.books.quickbooks_online.company import company_of
from stockbridge.connectors.books.quickbooks_online.decode import statement_row
from stockbridge.connectors.books.quickbooks_online.feeds import decoded_by
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.ports import Page, StoredDocument, Unreadable

#: Payments count for accounts only.
ENTITIES = ("SalesReceipt", "Invoice", "RefundReceipt", "CreditMemo", "Payment")


def documents(
    api: CompanyApi, days: tuple[date, date], *, cursor: str, limit: int
) -> Page[StoredDocument]:
    """Return about `limit` documents of these days, one kind after the other."""
    at, start = json.loads(cursor) if cursor else (0, 1)
    first, last = (queries.quoted(day.isoformat()) for day in days)
    between = (f"TxnDate >= {first}", f"TxnDate <= {last}")
    basis = Basis(api.settings, company_of(api))
    undeposited = partial(undeposited_account, api)
    records: list[StoredDocument] = []
    unreadable: list[Unreadable] = []
    left = min(limit, queries.PAGE_MAX)
    while left > 0 and at < len(ENTITIES):
        entity = ENTITIES[at]
        rows = queries.page(api, entity, between, start=start, limit=left)
        good, bad = decoded_by(partial(_row, entity, basis, undeposited), rows)
        records += good
        unreadable += bad
        is_end = len(rows) < left
        at, start = (at + 1, 1) if is_end else (at, start + len(rows))
        left -= len(rows)
    return Page(
        tuple(records),
        json.dumps((at, start)),
        is_last=at == len(ENTITIES),
        unreadable=tuple(unreadable),
    )


def _row(
    entity: str, basis: Basis, undeposited: Callable[[], str], record: Record
) -> StoredDocument:
    return statement_row(entity, record, basis, undeposited)
