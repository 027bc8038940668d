"""A company file as a value that can be written down, and back."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from stockbridge.connectors.books.quickbooks_desktop.simulator.company import Company
from stockbridge.connectors.books.quickbooks_desktop.simulator.state import (
    Element,
    Kept,
    Record,
    State,
)
from stockbridge.connectors.simulation import SettableClock

Units = tuple[str, str, Decimal]  # item, site, units


def dumped(company: Company) -> dict[str, Any]:
    """Return what the company file holds, kept answers too, in JSON's types."""
    state = company.state
    until = state.closed_until
    return {
        "name": company.name,
        "stamps": company.stamps,
        "records": [_record_told(one) for one in state.records.values()],
        "kept": {
            key: [one.digest, one.answer.decode()] for key, one in state.kept.items()
        },
        "deleted": [_xml(one) for one in state.deleted],
        "closed_until": until.isoformat() if until else "",
        "counter": state.counter,
    }


def restored(
    told: Mapping[str, Any],
    clock: SettableClock,
    validate: Callable[[bytes], list[str]] | None = None,
) -> Company:
    """Return the company file that was written down."""
    company = Company(clock=clock, name=told["name"], validate=validate)
    company.stamps.update(told["stamps"])
    records = [_record(one) for one in told["records"]]
    until = told["closed_until"]
    company.state = State(
        clock,
        records={one.id: one for one in records},
        kept={key: Kept(one[0], one[1].encode()) for key, one in told["kept"].items()},
        deleted=[etree.fromstring(one) for one in told["deleted"]],
        closed_until=date.fromisoformat(until) if until else None,
        counter=told["counter"],
    )
    return company


def _record_told(record: Record) -> dict[str, Any]:
    return {
        "kind": record.kind,
        "id": record.id,
        "ret": _xml(record.ret),
        "moves": [[*one[:2], str(one[2])] for one in record.moves],
        "promises": [[*one[:2], str(one[2])] for one in record.promises],
        "links": {key: str(one) for key, one in record.links.items()},
        "is_void": record.is_void,
        "ordered": {
            key: [*one[:2], str(one[2])] for key, one in record.ordered.items()
        },
        "seen": sorted(record.seen),
        "fills": [
            [*key, None if one is None else str(one)]
            for key, one in record.fills.items()
        ],
    }


def _record(told: Mapping[str, Any]) -> Record:
    return Record(
        told["kind"],
        told["id"],
        etree.fromstring(told["ret"]),
        moves=tuple(_units(told["moves"])),
        promises=tuple(_units(told["promises"])),
        links={key: Decimal(one) for key, one in told["links"].items()},
        is_void=told["is_void"],
        ordered=dict(
            zip(told["ordered"], _units(told["ordered"].values()), strict=True)
        ),
        seen=frozenset(told["seen"]),
        fills={
            (order, line): None if one is None else Decimal(one)
            for order, line, one in told["fills"]
        },
    )


def _units(rows: Iterable[list[str]]) -> list[Units]:
    return [(item, site, Decimal(units)) for item, site, units in rows]


def _xml(element: Element) -> str:
    return str(etree.tostring(element, encoding="unicode"))
