"""Which records' changes are carried into the books, and how each kind is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from stockbridge.domain import customer_changes, item_changes
from stockbridge.domain.accounting import (
    BooksRef,
    CustomerChange,
    DocumentKind,
    ItemChange,
)
from stockbridge.domain.billing import customer_record
from stockbridge.domain.customer_changes import CUSTOMER_FORM
from stockbridge.domain.item_changes import ITEM_FORM, told_part
from stockbridge.domain.record_changes import Form
from stockbridge.domain.shared_records import item_record
from stockbridge.engine.codec import (
    CUSTOMER,
    CUSTOMER_RECORD,
    ITEM_RECORD,
    STORE_ITEM,
)
from stockbridge.engine.fetch import CUSTOMERS, ITEMS
from stockbridge.engine.field_owners import customer_owners, item_owners
from stockbridge.engine.models import Bridge, Snapshot
from stockbridge.engine.options import BridgeOptions

AnyChange = CustomerChange | ItemChange


@dataclass(frozen=True, slots=True)
class Carried:
    """One kind of linked record whose changes reach the books."""

    kind: str  # of its links and of a change's source
    feed: str
    effect: str
    document: DocumentKind
    form: Form[Any, Any]
    kept: TypeAdapter[Any]  # of the record that is kept with a link
    record_of: Callable[[Snapshot], Any]  # what the books are told of it
    change_of: Callable[..., AnyChange | None]
    owners: Callable[[BridgeOptions], Mapping[Any, Any]]
    is_on: Callable[[BridgeOptions], bool]  # by itself; by hand it always is
    since: str  # the bridge's column: since when changes are carried by themselves
    noun: str

    def since_of(self, bridge: Bridge) -> Any:  # noqa: ANN401
        """Return since when changes are carried by themselves; None: they are not."""
        return getattr(bridge, self.since)

    def told(self, record: Any) -> Any:  # noqa: ANN401
        """Return of a record what is kept with its link."""
        return told_part(record) if self is CARRIED_ITEMS else record


def ref_of(change: AnyChange) -> BooksRef:
    """Return the record of the books that a change is about."""
    return change.item if isinstance(change, ItemChange) else change.customer


CARRIED_CUSTOMERS = Carried(
    kind="customer",
    feed=CUSTOMERS,
    effect="change",
    document=DocumentKind.CUSTOMER_CHANGE,
    form=CUSTOMER_FORM,
    kept=CUSTOMER_RECORD,
    record_of=lambda row: customer_record(CUSTOMER.validate_python(row.data)),
    change_of=customer_changes.change_of,
    owners=customer_owners,
    is_on=lambda options: options.change_customers and options.allow_customers,
    since="customers_since",
    noun="customer",
)
CARRIED_ITEMS = Carried(
    kind="item",
    feed=ITEMS,
    effect="item_change",
    document=DocumentKind.ITEM_CHANGE,
    form=ITEM_FORM,
    kept=ITEM_RECORD,
    record_of=lambda row: told_part(item_record(STORE_ITEM.validate_python(row.data))),
    change_of=item_changes.change_of,
    owners=item_owners,
    is_on=lambda options: options.change_items and options.allow_items,
    since="items_since",
    noun="item",
)
BY_KIND = {one.kind: one for one in (CARRIED_CUSTOMERS, CARRIED_ITEMS)}
BY_DOCUMENT = {one.document.value: one for one in BY_KIND.values()}
