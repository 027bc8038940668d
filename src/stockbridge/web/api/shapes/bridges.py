"""A store joined to books: its options, checklists and mappings."""

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from stockbridge.engine.actions.bridges import is_under_way
from stockbridge.engine.actions.sales import Takes
from stockbridge.engine.checklists import Checklist
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge, Connection, Mapping
from stockbridge.web.api.calls import In


class SideOut(Schema):
    """One side of a bridge."""

    uid: str
    name: str
    connector: str


class BridgeOut(Schema):
    """One store joined to one set of books."""

    uid: str
    name: str
    store: SideOut
    books: SideOut
    is_enabled: bool
    sales: str  # here; asked: held until somebody chooses; elsewhere
    activated_at: datetime | None
    last_stock_at: datetime | None
    is_under_way: bool
    options: dict[str, Any]


class BridgeIn(In):
    """What is to be joined."""

    store: str = Field(max_length=12, description="The store connection's uid.")
    books: str = Field(max_length=12, description="The books connection's uid.")
    are_separate: bool = Field(
        default=False,
        description="The store's other books are of another company: a person's word.",
    )


class SalesIn(In):
    """Which books take the sales of a store that is joined to two of one company."""

    takes: Takes


class OptionsIn(In):
    """Options to change, all at once; what is left out stays."""

    options: dict[str, Any]


class OptionsOut(Schema):
    """What was saved, and what the person should know."""

    options: dict[str, Any]
    is_under_way: bool
    warnings: list[str]


class CheckOut(Schema):
    """One line of a checklist."""

    key: str
    title: str
    is_met: bool
    detail: str
    is_for_person: bool
    ticked_by: str
    ticked_at: str


class ChecklistOut(Schema):
    """One checklist, and how far it is."""

    key: str
    title: str
    is_complete: bool
    checks: list[CheckOut]


class TickIn(In):
    """Whether the line is ticked."""

    is_ticked: bool


class MappingOut(Schema):
    """How one kind of thing translates."""

    id: int
    kind: str
    store_key: str
    label: str
    value: dict[str, str]


class MappingIn(In):
    """A choice: in the store `store_key`, in the books `value`.

    Of a payment method `{"account_id": …}`; of a shipping_method `{"item_id": …}`, in
    the back office `{"account_id": …}`; of a category `{"department_id": …}`.
    """

    kind: str = Field("payment_method", max_length=30)
    store_key: str = Field(max_length=200)
    value: dict[str, str]
    label: str = Field("", max_length=200)


def bridge_out(row: Bridge) -> BridgeOut:
    """Return a bridge."""
    return BridgeOut(
        uid=row.uid,
        name=str(row),
        store=_side(row.store),
        books=_side(row.books),
        is_enabled=row.is_enabled,
        sales=row.sales,
        activated_at=row.activated_at,
        last_stock_at=row.last_stock_at,
        is_under_way=is_under_way(row),
        options=options_of(row).model_dump(mode="json"),
    )


def checklist_out(one: Checklist) -> ChecklistOut:
    """Return a checklist."""
    return ChecklistOut(
        key=one.key,
        title=one.title,
        is_complete=one.is_complete,
        checks=[
            CheckOut(
                key=check.key,
                title=check.title,
                is_met=check.is_met,
                detail=check.detail,
                is_for_person=check.is_for_person,
                ticked_by=check.ticked_by,
                ticked_at=check.ticked_at,
            )
            for check in one.checks
        ],
    )


def mapping_out(row: Mapping) -> MappingOut:
    """Return a mapping."""
    return MappingOut(
        id=row.pk,
        kind=row.kind,
        store_key=row.store_key,
        label=row.label,
        value=row.value,
    )


def _side(row: Connection) -> SideOut:
    return SideOut(uid=row.uid, name=row.name, connector=row.connector)
