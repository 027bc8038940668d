"""A sales order changed: closed by hand, another address or tax, other lines.

As Intuit's guide to changes says: without lines only the head changes; with lines, one
that is not named is dropped, one that is named by its TxnLineID alone stays, and one
with -1 is new. A line that was invoiced is kept here (?). What a line that stays may
change in itself nobody does here: that is a gap of this simulator.
"""

from collections.abc import Iterator
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop.simulator import shapes
from stockbridge.connectors.books.quickbooks_desktop.simulator.filling import (
    refresh_order,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.lists import (
    change_address,
    touch,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.refusals import (
    RequestRefusedError,
    not_found,
    outdated,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.sales import (
    SoldLine,
    is_taxable,
    resolved,
    sold_line,
    sums_of,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.state import (
    Element,
    Record,
    State,
)
from stockbridge.domain.errors import DefectError

_ORDER = shapes.ORDERS["SalesOrder"]
_LINE = "SalesOrderLineRet"
_MOD = "SalesOrderLineMod"
_NEW = "-1"
_ADDRESSES = frozenset({"BillAddress", "ShipAddress"})


def modify_order(state: State, told: Element) -> Record:
    """Change a sales order; the edit sequence has to be the newest."""
    record = state.find(("SalesOrder",), told.findtext("TxnID") or "")
    if record is None:
        raise not_found(told.findtext("TxnID") or "")
    sequence = told.findtext("EditSequence") or ""
    if sequence != record.text("EditSequence"):
        raise outdated(sequence)
    if told.find("IsManuallyClosed") is not None and _is_done(record):
        raise RequestRefusedError(3180, "The sales order is fully invoiced already.")
    lines = list(_lines(state, record, told)) if told.find(_MOD) is not None else None
    for child in resolved(state, told):
        if child.tag not in {"TxnID", "EditSequence", _MOD}:
            _change(record.ret, child)
    _store(state, record, _kept(state, record) if lines is None else lines)
    touch(state, record)
    return record


def _is_done(record: Record) -> bool:
    return record.text("IsFullyInvoiced") == "true"


def _change(ret: Element, child: Element) -> None:
    if child.tag in _ADDRESSES:
        change_address(ret, child, _ORDER)
        return
    old = ret.find(child.tag)
    if old is not None:
        ret.remove(old)
    shapes.insert(ret, child, _ORDER)


def _lines(state: State, record: Record, told: Element) -> Iterator[SoldLine]:
    """Return the lines as named, in their order."""
    there = {row.findtext("TxnLineID"): row for row in record.ret.iter(_LINE)}
    for line in told.iter(_MOD):
        line_id = line.findtext("TxnLineID") or ""
        if line_id == _NEW:
            rest = [part for part in line if part.tag != "TxnLineID"]
            yield sold_line(
                state, "SalesOrder", shapes.group("SalesOrderLineAdd", *rest)
            )
            continue
        if len(line) > 1:
            raise DefectError("The simulator changes no line in itself.")
        row = there.pop(line_id, None)
        if row is None:
            raise not_found(line_id)
        yield _as_it_is(state, record, row)
    if any(Decimal(row.findtext("Invoiced") or "0") for row in there.values()):
        raise RequestRefusedError(3180, "A line was invoiced already.")


def _kept(state: State, record: Record) -> list[SoldLine]:
    return [_as_it_is(state, record, row) for row in record.ret.findall(_LINE)]


def _as_it_is(state: State, record: Record, row: Element) -> SoldLine:
    amount = Decimal(row.findtext("Amount") or "0")
    moved = record.ordered.get(str(row.findtext("TxnLineID")))
    return SoldLine(row, amount, is_taxable(state, row, "SalesTaxCodeRef"), moved)


def _store(state: State, record: Record, lines: list[SoldLine]) -> None:
    for old in record.ret.findall(_LINE):
        record.ret.remove(old)
    for line in lines:
        shapes.insert(record.ret, line.ret, _ORDER)
    for sum_of in sums_of(state, "SalesOrder", record.ret, lines):
        _change(record.ret, sum_of)
    record.ordered = {
        str(line.ret.findtext("TxnLineID")): line.moved
        for line in lines
        if line.moved is not None
    }
    refresh_order(state, record)
