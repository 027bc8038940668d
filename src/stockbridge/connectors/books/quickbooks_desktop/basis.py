"""What a write depends on, read before it, as opaque text for the engine."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from stockbridge.domain.errors import DefectError


@dataclass(frozen=True, slots=True)
class Basis:
    """What `Prepare` read of the records that a write touches."""

    type: str = ""  # of the item, as ItemInventory
    edit_sequence: str = ""
    customer: str = ""
    tax_item: str = ""  # of a sales order, as its invoice carries it
    tax_code: str = ""  # the customer's, on that order
    receivable: str = ""  # the invoice's accounts receivable account
    items: Mapping[str, str] = field(default_factory=dict)  # Other1 → item
    is_name_taken: bool = False
    has_purchase_side: bool = False  # the item is bought, too: two halves
    lines: Sequence[Sequence[str]] = ()  # of a sales order: id, then what we write
    write: Sequence[str] = ()  # fields of a customer or item that may be changed
    kept: Sequence[str] = ()  # … that keep what somebody typed
    item: str = ""  # ListID of a new item of ours, where an earlier try got that far
    has_quantity: bool = False  # … and of its first quantity
    credit_memo: str = ""  # TxnID of ours, where an earlier try got that far

    def dumped(self) -> str:
        """Return it as text."""
        return json.dumps(asdict(self), sort_keys=True)


def loaded(text: str) -> Basis:
    """Return what was read; DefectError where nothing was."""
    if not text:
        raise DefectError("This document has to be prepared before it is written.")
    return Basis(**json.loads(text))
