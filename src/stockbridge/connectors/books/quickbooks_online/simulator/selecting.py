"""Answers to queries, and to "what has changed since"."""

import copy
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.simulator.answers import (
    PACIFIC,
    stamp,
)
from stockbridge.connectors.books.quickbooks_online.simulator.company import Company
from stockbridge.connectors.books.quickbooks_online.simulator.kinds import KINDS, Kind
from stockbridge.connectors.books.quickbooks_online.simulator.queries import (
    Condition,
    Query,
    as_number,
    parsed,
)
from stockbridge.connectors.books.quickbooks_online.simulator.refusals import (
    RefusalError,
    missing,
    unqueryable,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import (
    SHAPES,
    Json,
    Value,
)

CHANGES_MAX = 1000
CHANGES_DAYS = 30
# Not all fields can be asked for: no line, no note, no reference but these.
_ASKABLE = frozenset(
    [
        "Id",
        "DocNumber",
        "TxnDate",
        "DueDate",
        "TotalAmt",
        "Balance",
        "CustomerRef",
        "MetaData.CreateTime",
        "MetaData.LastUpdatedTime",
        "Name",
        "FullyQualifiedName",
        "DisplayName",
        "GivenName",
        "MiddleName",
        "FamilyName",
        "CompanyName",
        "PrintOnCheckName",
        "PrimaryEmailAddr",
        "Active",
        "Type",
        "Sku",
        "AccountType",
        "AccountSubType",
        "Classification",
        "ParentRef",
        "SubAccount",
        "Job",
        "Taxable",
        "PaymentRefNum",
        "UnitPrice",
        "Code",
        "UnappliedAmt",
        "CurrentBalance",
    ]
)


def answer_query(company: Company, text: str) -> Json:
    """Return the QueryResponse to a query."""
    query = parsed(text)
    kind = _kind(query.kind)
    for field in [one.field for one in query.conditions] + [
        field for field, _ in query.order
    ]:
        _check_field(kind, field)
    for field in query.fields:
        if field.split(".", maxsplit=1)[0] not in SHAPES[kind.name]:
            raise _no_field(kind, field)
    conditions = _conditions(kind, query)
    rows = [
        record
        for record in company.of(kind.name)
        if all(_holds(record, one) for one in conditions)
    ]
    if query.is_count:
        return {"totalCount": len(rows)}
    rows = _usual_order(rows, kind)
    for field, is_descending in reversed(query.order):
        rows.sort(key=lambda row: _sort_key(_at(row, field)), reverse=is_descending)
    page = rows[query.start - 1 : query.start - 1 + query.most]
    if not page:
        return {}
    found = [_picked(record, query.fields) for record in page]
    return {kind.name: found, "startPosition": query.start, "maxResults": len(found)}


def changes(company: Company, names: Iterable[str], since: str) -> Json:
    """Return the CDC answer: whole objects, and ids of deleted ones.

    No more than 1000 objects come, the newest first, and nobody says that there are
    more.
    """
    moment = _moment(since)
    if moment is None:
        raise missing("changedSince")
    if moment < company.clock.now() - timedelta(days=CHANGES_DAYS):
        raise RefusalError(
            "2190",
            "Date Range Error",
            f"changedSince must not be older than {CHANGES_DAYS} days",
            "changedSince",
        )
    kinds = [_kind(name) for name in names]
    for kind in kinds:
        if not kind.in_cdc:
            raise RefusalError(
                "2000", "Unsupported entity", f"Entity {kind.name} has no change data"
            )
    left = CHANGES_MAX
    found = []
    for kind in kinds:
        rows = _changed(company, kind, moment)[:left]
        left -= len(rows)
        row: Json = {}
        if rows:
            row = {kind.name: rows, "startPosition": 1, "maxResults": len(rows)}
        found.append(row)
    return {"CDCResponse": [{"QueryResponse": found}]}


def _changed(company: Company, kind: Kind, since: datetime) -> list[Json]:
    floor = since.replace(microsecond=0)  # MetaData knows no finer times
    rows: list[tuple[datetime, Json]] = [
        (company.changed[(kind.name, record["Id"])], copy.deepcopy(record))
        for record in company.of(kind.name)
        if company.changed[(kind.name, record["Id"])] >= floor
    ]
    rows += [
        (
            gone.at,
            {
                "domain": "QBO",
                "status": "Deleted",
                "Id": gone.id,
                "MetaData": {"LastUpdatedTime": stamp(gone.at)},
            },
        )
        for gone in company.deleted
        if gone.kind == kind.name and gone.at >= floor
    ]
    rows.sort(key=lambda row: row[0], reverse=True)
    return [record for _, record in rows]


def _kind(name: str) -> Kind:
    for kind in KINDS.values():
        if kind.name.lower() == name.lower():
            return kind
    raise unqueryable(f"Invalid context declaration: {name}")


def _usual_order(rows: list[Json], kind: Kind) -> list[Json]:
    """Return lists by name, documents the newest first."""
    if kind.is_document:
        return rows[::-1]
    return sorted(rows, key=lambda row: _name(row).casefold())


def _name(record: Json) -> str:
    return str(record.get("DisplayName") or record.get("Name") or "")


def _conditions(kind: Kind, query: Query) -> tuple[Condition, ...]:
    """Return the conditions; inactive entries come only if they are asked for."""
    asked = {one.field for one in query.conditions}
    if "Active" in SHAPES[kind.name] and "Active" not in asked:
        return (*query.conditions, Condition("Active", "=", ("true",)))
    return query.conditions


def _check_field(kind: Kind, field: str) -> None:
    first = field.split(".", maxsplit=1)[0]
    if first not in SHAPES[kind.name]:
        raise _no_field(kind, field)
    if field not in _ASKABLE:
        raise unqueryable(f"Property {field} is not queryable")


def _no_field(kind: Kind, field: str) -> RefusalError:
    return unqueryable(f"Property {field} not found for Entity {kind.name}")


def _at(record: Json, field: str) -> Value:
    found: Value = record
    for name in field.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, dict):
        return found.get("value", found.get("Address"))
    return found


def _holds(record: Json, condition: Condition) -> bool:
    value = _at(record, condition.field)
    if value is None and condition.field == "Active":
        value = True
    if value is None:
        return False
    if condition.operator == "like":
        return _is_like(str(value), condition.values[0])
    if condition.operator == "in":
        return any(_compare(value, one) == 0 for one in condition.values)
    order = _compare(value, condition.values[0])
    return {
        "=": order == 0,
        "<": order < 0,
        ">": order > 0,
        "<=": order <= 0,
        ">=": order >= 0,
    }[condition.operator]


def _compare(value: Value, literal: str) -> int:
    mine: Value = value
    other: Value = literal
    if isinstance(value, bool):
        mine, other = str(value).lower(), literal.lower()
    elif isinstance(value, Decimal | int):
        number = as_number(literal)
        if number is None:
            raise unqueryable(f"{literal} is no number")
        other = number
    elif _moment(str(value)) is not None and "T" in str(value):
        mine, other = _moment(str(value)), _moment(literal)
        if other is None:
            raise unqueryable(f"{literal} is no time")
    else:
        mine, other = str(value).casefold(), literal.casefold()
    return int(mine > other) - int(mine < other)


def _is_like(value: str, pattern: str) -> bool:
    parts = (re.escape(part) for part in pattern.split("%"))
    return re.fullmatch(".*".join(parts), value, re.I | re.S) is not None


def _sort_key(value: Value) -> tuple[int, Value]:
    if value is None:
        return (0, "")
    if isinstance(value, bool):
        return (1, int(value))
    if isinstance(value, Decimal | int):
        return (2, value)
    text = str(value)
    moment = _moment(text) if "T" in text else None
    if moment is not None:
        return (3, moment.timestamp())
    return (4, int(text)) if text.isdigit() else (5, text.casefold())


def _moment(text: str) -> datetime | None:
    """Return a time; one without an offset is taken as Pacific time."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=PACIFIC)
    return found


def _picked(record: Json, fields: tuple[str, ...]) -> Json:
    if not fields:
        return copy.deepcopy(record)
    found: Json = {"domain": "QBO", "sparse": True}
    for field in fields:
        first = field.split(".", maxsplit=1)[0]
        if first in record:
            found[first] = copy.deepcopy(record[first])
    return found
