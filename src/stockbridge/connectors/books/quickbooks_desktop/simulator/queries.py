"""Queries: filters, iterators, and what the company is."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop.simulator import shapes
from stockbridge.connectors.books.quickbooks_desktop.simulator.refusals import (
    RequestRefusedError,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.state import (
    ITEMS,
    NAMES,
    Element,
    Record,
    State,
)
from stockbridge.domain.errors import DefectError

_KINDS = {"Item": ITEMS, "Terms": ("StandardTerms",), "Entity": NAMES}
_OPTIONS = frozenset(
    {"IncludeLineItems", "IncludeLinkedTxns", "MaxReturned", "OwnerID"}
    | {"IncludeRetElement"}
)
_LINES = "LineRet"
#: How long QuickBooks tells of what was deleted.
DELETED_DAYS = 90


@dataclass(slots=True)
class Iterators:
    """Open iterators; they die with the session."""

    left: dict[str, list[Element]] = field(default_factory=dict)
    counter: int = 0

    def clear(self) -> None:
        """Forget all: a new session began."""
        self.left.clear()

    def opened(self, rows: list[Element]) -> str:
        """Keep the rest of an answer; return the iterator's id."""
        self.counter += 1
        name = "{" + f"{self.counter:08d}-0000-0000-0000-000000000000" + "}"
        self.left[name] = rows
        return name


@dataclass(frozen=True, slots=True)
class Found:
    """What a query answers, and what its iterator says."""

    rows: tuple[Element, ...]
    attributes: dict[str, str] = field(default_factory=dict)
    is_partial: bool = False


def query(state: State, iterators: Iterators, request: Element) -> Found:
    """Return what a query finds; 3391 for an iterator of another session."""
    limit = int(request.findtext("MaxReturned") or "0")
    if request.get("iterator") == "Continue":
        name = request.get("iteratorID", "")
        if name not in iterators.left:
            raise RequestRefusedError(3391, f'The iteratorID "{name}" is not valid.')
        return _some(iterators, name, limit)
    kind = str(request.tag).removesuffix("QueryRq")
    rows = list(_rows(state, kind, request))
    if request.get("iterator") == "Start":
        return _some(iterators, iterators.opened(rows), limit)
    wanted = [one for one in request if one.tag in {"ListID", "FullName", "TxnID"}]
    is_partial = len(wanted) > len(rows) > 0
    return Found(tuple(rows[:limit] if limit else rows), is_partial=is_partial)


def deleted(state: State, request: Element) -> Found:
    """Return what was deleted, grouped by type in the order asked for.

    No iterator, no MaxReturned: the schema has none for it.
    """
    oldest = state.clock.now() - timedelta(days=DELETED_DAYS)
    first = request.findtext("DeletedDateRangeFilter/FromDeletedDate")
    last = request.findtext("DeletedDateRangeFilter/ToDeletedDate")
    rows = []
    for kind in request.findall("TxnDelType"):
        for trace in state.deleted:
            at = datetime.fromisoformat(trace.findtext("TimeDeleted") or "")
            is_known = at >= oldest and trace.findtext("TxnDelType") == kind.text
            is_after = not first or at >= datetime.fromisoformat(first)
            is_before = not last or at <= datetime.fromisoformat(last)
            if is_known and is_after and is_before:
                rows.append(copy.deepcopy(trace))
    return Found(tuple(rows))


def _some(iterators: Iterators, name: str, limit: int) -> Found:
    rows = iterators.left[name]
    taken, rest = rows[:limit], rows[limit:]
    iterators.left[name] = rest
    if not rest:
        del iterators.left[name]
    told = {"iteratorRemainingCount": str(len(rest)), "iteratorID": name}
    return Found(tuple(taken), told)


def _rows(state: State, kind: str, request: Element) -> Iterator[Element]:
    if kind == "ItemSites":
        yield from _site_rows(state)
        return
    with_lines = request.findtext("IncludeLineItems") == "true"
    with_links = request.findtext("IncludeLinkedTxns") == "true"
    parts = {one.text for one in request.findall("IncludeRetElement")}
    for record in list(state.of(*_KINDS.get(kind, (kind,)))):
        if all(_passes(record, one, request) for one in request):
            shown = _shown(state, record, with_lines=with_lines, with_links=with_links)
            yield _only(shown, parts) if parts else shown


def _only(ret: Element, parts: set[str | None]) -> Element:
    """Return the record with the elements that were asked for, and no other."""
    for child in list(ret):
        if child.tag not in parts:
            ret.remove(child)
    return ret


def _passes(record: Record, condition: Element, request: Element) -> bool:
    tag, text = condition.tag, condition.text or ""
    if tag in _OPTIONS:
        return True
    if tag in {"ListID", "TxnID"}:
        return record.id in {one.text for one in request.findall(tag)}
    if tag in {"FullName", "RefNumber"}:
        said = record.text(tag) or (record.text("Name") if tag == "FullName" else "")
        wanted = {(one.text or "").casefold() for one in request.findall(tag)}
        return said.casefold() in wanted
    if tag == "ActiveStatus":
        is_active = record.text("IsActive") != "false"
        return text == "All" or is_active is (text == "ActiveOnly")
    if tag == "FromModifiedDate":
        changed = datetime.fromisoformat(record.text("TimeModified"))
        return changed >= datetime.fromisoformat(text)
    if tag == "TxnDateRangeFilter":
        day = date.fromisoformat(record.text("TxnDate"))
        first = date.fromisoformat(condition.findtext("FromTxnDate") or "1900-01-01")
        last = date.fromisoformat(condition.findtext("ToTxnDate") or "9999-12-31")
        return first <= day <= last
    raise DefectError(f"The simulator knows no filter {tag}.")


def _shown(
    state: State, record: Record, *, with_lines: bool, with_links: bool
) -> Element:
    ret = copy.deepcopy(record.ret)
    for child in list(ret):
        is_line = str(child.tag).endswith(_LINES) and not with_lines
        if is_line or (child.tag == "LinkedTxn" and not with_links):
            ret.remove(child)
    if record.kind == "ItemInventory":
        order = (*shapes.LIST_HEAD, *shapes.ITEM_PARTS)
        held = _over_sites(state.on_hand(), record.id)
        promised = _over_sites(state.ordered(), record.id)
        shapes.put(ret, "QuantityOnHand", f"{held.normalize():f}", order)
        shapes.put(ret, "QuantityOnOrder", "0", order)
        shapes.put(ret, "QuantityOnSalesOrder", f"{promised.normalize():f}", order)
    return ret


def _over_sites(stock: dict[tuple[str, str], Decimal], item: str) -> Decimal:
    return sum((units for (one, _), units in stock.items() if one == item), Decimal(0))


def _site_rows(state: State) -> Iterator[Element]:
    promised = state.ordered()
    for (item, site), units in state.on_hand().items():
        row, place = state.records[item], state.records.get(site)
        if place is None:
            continue
        listed = shapes.leaf("ListID", item)
        ordered = promised.get((item, site), Decimal(0))
        yield shapes.group(
            "ItemSitesRet",
            shapes.leaf("ListID", f"{item[:8]}-{site[-10:]}"),
            shapes.leaf("TimeCreated", row.text("TimeCreated")),
            shapes.leaf("TimeModified", row.text("TimeModified")),
            shapes.leaf("EditSequence", row.text("EditSequence")),
            shapes.group(
                "ItemInventoryRef", listed, shapes.leaf("FullName", row.text("Name"))
            ),
            shapes.group(
                "InventorySiteRef",
                shapes.leaf("ListID", site),
                shapes.leaf("FullName", place.text("Name")),
            ),
            shapes.leaf("QuantityOnHand", f"{units.normalize():f}"),
            shapes.leaf("QuantityOnSalesOrders", f"{ordered.normalize():f}"),
        )
