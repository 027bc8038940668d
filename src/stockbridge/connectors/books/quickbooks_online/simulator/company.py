"""One company: its objects, what each document moves, and who hears of changes."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.simulator import refusals
from stockbridge.connectors.books.quickbooks_online.simulator.answers import (
    PACIFIC,
    stamp,
)
from stockbridge.connectors.books.quickbooks_online.simulator.kinds import Kind
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json, Value
from stockbridge.connectors.simulation import Clock

Listener = Callable[[str, str, str, str, datetime], None]
ZERO = Decimal(0)


@dataclass(slots=True)
class Habits:
    """What differs from company to company, or is not known for sure."""

    country: str = "US"
    currency: str = "USD"
    automated_tax: bool = False  # US companies since November 2017
    # Which sent TotalTax automated sales tax takes over: "total": any; "with_code":
    # only beside a TxnTaxCodeRef (PHP-SDK#199); "never".
    override: str = "total"
    plan: str = "Plus"  # Essentials has no inventory
    refuses_duplicate_numbers: bool = True
    sales_touch_items: bool = False  # a moved quantity makes the item "changed"
    shuffles_batches: bool = True  # the answers of a batch come in any order
    is_read_only: bool = False  # the subscription ended
    # How a batch is answered, done in any case: "whole": item by item; "short": the
    # last item is left out; "empty": items without a result; "refused": one refusal of
    # the batch with this code; "barred": the same, and nothing was done.
    batch_answers: str = "whole"
    batch_code: str = "10000"


@dataclass(slots=True)
class Deleted:
    """What CDC still tells of a deleted object."""

    kind: str
    id: str
    at: datetime


@dataclass(slots=True)
class Planned:
    """A refusal that waits for the next writes of a kind."""

    kind: str
    code: str = "6000"
    detail: str = "Something is wrong with this one."
    times: int = 1
    operation: str = ""  # create, update, delete, void; "" = any


@dataclass(slots=True)
class Company:
    """The books of one company, behind one lock."""

    realm_id: str
    clock: Clock
    name: str = "Example Kitchenware"
    habits: Habits = field(default_factory=Habits)
    records: dict[str, dict[str, Json]] = field(default_factory=dict)
    moves: dict[tuple[str, str], tuple[tuple[str, Decimal], ...]] = field(
        default_factory=dict
    )
    applied: dict[tuple[str, str], dict[str, Decimal]] = field(default_factory=dict)
    owed: dict[tuple[str, str], tuple[str, Decimal]] = field(default_factory=dict)
    deposited: dict[tuple[str, str], str] = field(default_factory=dict)
    changed: dict[tuple[str, str], datetime] = field(default_factory=dict)
    deleted: list[Deleted] = field(default_factory=list)
    planned: list[Planned] = field(default_factory=list)
    rates: dict[str, Decimal] = field(default_factory=dict)  # currency → home units
    next_id: int = 1
    next_number: int = 1001
    listeners: list[Listener] = field(default_factory=list)
    lock: Value = field(default_factory=threading.RLock)

    # --- looking -----------------------------------------------------------------

    def of(self, kind: str) -> Iterator[Json]:
        """Return all objects of a kind, the oldest first."""
        return iter(self.records.get(kind, {}).values())

    def find(self, kind: str, record_id: str) -> Json | None:
        """Return the object itself, None where there is none."""
        return self.records.get(kind, {}).get(record_id)

    def get(self, kind: str, record_id: str) -> Json:
        """Return the object itself; refuse with 610."""
        found = self.find(kind, record_id)
        if found is None:
            raise refusals.not_found()
        return found

    def named(self, kind: str, name: str) -> Json:
        """Return an object by its name; KeyError where there is none."""
        for record in self.of(kind):
            if name in {record.get("Name"), record.get("DisplayName")}:
                return record
        raise KeyError(name)

    def preference(self, group: str, name: str) -> Value:
        """Return a preference, None where it was never set."""
        return self.get("Preferences", "1").get(group, {}).get(name)

    def prefer(self, group: str, **values: object) -> None:
        """Set preferences, as a user does on the screen."""
        record = self.get("Preferences", "1")
        record.setdefault(group, {}).update(values)
        self.touch("Preferences", record)

    @property
    def is_american(self) -> bool:
        """Say whether lines say TAX or NON instead of a tax code."""
        return self.habits.country == "US"

    def today(self) -> date:
        """Return the date at the service."""
        return self.clock.now().astimezone(PACIFIC).date()

    # --- changing ----------------------------------------------------------------

    def new_id(self) -> str:
        """Return an id that nothing has."""
        self.next_id += 1
        return str(self.next_id - 1)

    def put(self, kind: str, record: Json) -> Json:
        """Store an object as it is, unchecked and unheard; for what there is at first.

        Without an Id it gets one.
        """
        if "Id" not in record:
            record["Id"] = self.new_id()
        if record["Id"].isdigit():
            self.next_id = max(self.next_id, int(record["Id"]) + 1)
        now = self.clock.now()
        record.setdefault("SyncToken", "0")
        record.setdefault("domain", "QBO")
        record.setdefault("sparse", False)
        times = {"CreateTime": stamp(now), "LastUpdatedTime": stamp(now)}
        record.setdefault("MetaData", times)
        self.records.setdefault(kind, {})[record["Id"]] = record
        self.changed.setdefault((kind, record["Id"]), now)
        return record

    def touch(self, kind: str, record: Json, *, counts: bool = True) -> None:
        """Give an object a new time of change, and a new version if it `counts`."""
        now = self.clock.now()
        if counts:
            record["SyncToken"] = str(int(record["SyncToken"]) + 1)
        record["MetaData"] = {**record["MetaData"], "LastUpdatedTime": stamp(now)}
        self.changed[(kind, record["Id"])] = now

    def remove(self, kind: str, record_id: str) -> None:
        """Delete an object; CDC remembers it."""
        del self.records[kind][record_id]
        self.changed.pop((kind, record_id), None)
        self.deleted.append(Deleted(kind, record_id, self.clock.now()))

    def announce(self, kind: Kind, record_id: str, operation: str) -> None:
        """Tell the listeners what happened to an object."""
        if kind.in_webhooks:
            now = self.clock.now()
            for listener in self.listeners:
                listener(self.realm_id, kind.name, record_id, operation, now)

    def move_stock(
        self, kind: str, record_id: str, moves: tuple[tuple[str, Decimal], ...]
    ) -> None:
        """Let a document move these quantities, instead of those it moved before."""
        before = self.moves.pop((kind, record_id), ())
        if moves:
            self.moves[(kind, record_id)] = moves
        sums: dict[str, Decimal] = {}
        for sign, rows in ((-1, before), (1, moves)):
            for item_id, quantity in rows:
                sums[item_id] = sums.get(item_id, ZERO) + sign * quantity
        for item_id, quantity in sums.items():
            item = self.find("Item", item_id)
            if item is not None and quantity:
                item["QtyOnHand"] = item.get("QtyOnHand", ZERO) + quantity
                if self.habits.sales_touch_items:
                    self.touch("Item", item, counts=False)

    def refuse_planned(self, kind: str, operation: str) -> None:
        """Raise the refusal that was planned for such a write, and use it up."""
        for plan in self.planned:
            if plan.kind == kind and plan.operation in {"", operation}:
                plan.times -= 1
                if plan.times <= 0:
                    self.planned.remove(plan)
                refusal = refusals.business(plan.detail)
                refusal.code = plan.code
                raise refusal
