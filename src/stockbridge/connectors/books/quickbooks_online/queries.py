"""Questions in QuickBooks' query language: `and` only, quotes escaped, pages of 1000.

Pages are ordered by Id: what is changed meanwhile keeps its place, so that no record
slips from one page to another unseen.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from stockbridge.connectors.books.quickbooks_online.answers import rows_of
from stockbridge.connectors.books.quickbooks_online.client import CompanyApi
from stockbridge.connectors.books.quickbooks_online.errors import error_of
from stockbridge.connectors.books.quickbooks_online.json_text import Record

PAGE_MAX = 1000
#: A statement of a thousand long numbers would outgrow what an address may hold.
VALUES_MAX = 100
#: Inactive records come only if they are asked for.
ALL = ("Active in (true, false)",)


def quoted(text: str) -> str:
    """Return a text as it stands in a statement."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def among(field: str, values: Iterable[str]) -> str:
    """Return the condition that a field is one of these."""
    return f"{field} in ({', '.join(quoted(value) for value in values)})"


def on_day(day: date) -> str:
    """Return the condition that a document is of this day."""
    return f"TxnDate = {quoted(day.isoformat())}"


def select(
    entity: str,
    conditions: Sequence[str] = (),
    *,
    start: int = 1,
    limit: int = PAGE_MAX,
) -> str:
    """Return the statement for one page, by Id."""
    where = f" where {' and '.join(conditions)}" if conditions else ""
    return (
        f"select * from {entity}{where} orderby Id startposition {start} "
        f"maxresults {min(limit, PAGE_MAX)}"
    )


def page(
    api: CompanyApi,
    entity: str,
    conditions: Sequence[str],
    *,
    start: int,
    limit: int,
) -> tuple[Record, ...]:
    """Return one page of a list."""
    statement = select(entity, conditions, start=start, limit=limit)
    return rows_of(api.query(statement), entity)


def all_of(
    api: CompanyApi, entity: str, conditions: Sequence[str] = ()
) -> Iterator[Record]:
    """Return a whole list, page by page."""
    start = 1
    while True:
        rows = page(api, entity, conditions, start=start, limit=PAGE_MAX)
        yield from rows
        if len(rows) < PAGE_MAX:
            return
        start += len(rows)


def by_ids(api: CompanyApi, entity: str, ids: Sequence[str]) -> list[Record]:
    """Return the records with these Ids, inactive ones too; those gone are left out."""
    found: list[Record] = []
    for start in range(0, len(ids), VALUES_MAX):
        part = ids[start : start + VALUES_MAX]
        conditions = [among("Id", part), *(ALL if entity in LISTS else ())]
        found += rows_of(api.query(select(entity, conditions)), entity)
    return found


def asked(
    api: CompanyApi, statements: Sequence[tuple[str, str]]
) -> list[tuple[Record, ...]]:
    """Return the answers to (entity, statement), in few calls; raises a refusal."""
    found = []
    replies = api.ask([statement for _, statement in statements])
    for (entity, _), reply in zip(statements, replies, strict=True):
        if reply.refusal is not None:
            raise error_of(reply.refusal)
        found.append(rows_of(reply.record or {}, entity))
    return found


LISTS = frozenset({"Customer", "Vendor", "Employee", "Item", "Account"})
