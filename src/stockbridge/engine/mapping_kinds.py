"""What can be mapped at a connection, and what of the books each is mapped to.

Payment methods go to accounts, or to what such books call so. Ways to ship go to items
where the connector's settings have an item for shipping, else to accounts. Categories
go to departments where its settings have one for new items.
"""

from dataclasses import dataclass

from stockbridge.connectors import registry
from stockbridge.engine.desk.choices import Offer, offer_of
from stockbridge.engine.models import Bridge
from stockbridge.ports import chosen_from

PAYMENT, SHIPPING, CATEGORY = "payment_method", "shipping_method", "category"
ACCOUNT, ITEM, DEPARTMENT = "account_id", "item_id", "department_id"
_SHIPPING_ITEM, _DEPARTMENT = "shipping_item", "default_department"


@dataclass(frozen=True, slots=True)
class MappingKind:
    """One kind of choice: what it is kept as, and where it is chosen from."""

    kind: str
    field: str
    setting: str = ""  # what is by default; chosen from the same. "": from accounts


def mapping_kinds(bridge: Bridge) -> dict[str, MappingKind]:
    """Return what can be mapped here, by kind."""
    fields = registry.get(bridge.books.connector).settings.model_fields
    found = [MappingKind(PAYMENT, ACCOUNT)]
    if _SHIPPING_ITEM in fields:
        found.append(MappingKind(SHIPPING, ITEM, _SHIPPING_ITEM))
    else:
        found.append(MappingKind(SHIPPING, ACCOUNT))
    if _DEPARTMENT in fields:
        found.append(MappingKind(CATEGORY, DEPARTMENT, _DEPARTMENT))
    return {one.kind: one for one in found}


def mapping_offer(bridge: Bridge, kind: MappingKind) -> Offer | None:
    """Return what a kind is chosen from; None where it is an account."""
    fields = registry.get(bridge.books.connector).settings.model_fields
    how = chosen_from(fields[kind.setting]) if kind.setting else None
    return offer_of(bridge.books, how) if how is not None else None
