"""The records of the company: rows of fields by their element names, by id."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Row = dict[str, Any]  # element name → text, or rows of an inner element
_ID_MAX = 2**63


@dataclass(slots=True)
class Table:
    """All records of one kind."""

    row_tag: str  # as CustomerRet
    id_tag: str  # ListID, TxnID
    rows: dict[str, Row] = field(default_factory=dict)

    def all(self) -> Iterator[Row]:
        """Return the rows, by their ids: POS promises no other order."""
        for key in sorted(self.rows):
            yield self.rows[key]


@dataclass(slots=True)
class Records:
    """Everything the company file holds."""

    seed: int = 7
    customers: Table = field(default_factory=lambda: Table("CustomerRet", "ListID"))
    departments: Table = field(default_factory=lambda: Table("DepartmentRet", "ListID"))
    items: Table = field(default_factory=lambda: Table("ItemInventoryRet", "ListID"))
    receipts: Table = field(default_factory=lambda: Table("SalesReceiptRet", "TxnID"))
    orders: Table = field(default_factory=lambda: Table("SalesOrderRet", "TxnID"))
    adjustments: Table = field(
        default_factory=lambda: Table("InventoryQtyAdjustmentRet", "TxnID")
    )
    deleted: list[Row] = field(default_factory=list)  # ListDeletedRet
    locked: set[str] = field(default_factory=set)
    last_number: int = 1000
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def new_id(self) -> str:
        """Return an id as POS gives them: any signed 64-bit number."""
        return str(self._random.randrange(-_ID_MAX, _ID_MAX))

    def new_number(self) -> str:
        """Return the next number of a document or item."""
        self.last_number += 1
        return str(self.last_number)


def number(row: Row, tag: str) -> Decimal:
    """Return a number of a row; what is left out is zero."""
    return Decimal(row.get(tag) or "0")


def quantity_text(quantity: Decimal) -> str:
    """Return a quantity as captured: two decimals, more where there are more."""
    exact = quantity.normalize()
    exponent = exact.as_tuple().exponent
    digits = max(2, -exponent if isinstance(exponent, int) else 0)
    return f"{quantity:.{digits}f}"


def move_stock(item: Row, store: str, delta: Decimal) -> None:
    """Change what is on hand at one store, and in all."""
    if item.get("ItemType", "Inventory") not in {"Inventory", "Assembly"}:
        return
    tag = f"OnHandStore{int(store):02d}"
    item[tag] = quantity_text(number(item, tag) + delta)
    item["QuantityOnHand"] = quantity_text(number(item, "QuantityOnHand") + delta)
