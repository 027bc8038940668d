"""Products and customers who are new in the store: created in the books by themselves.

Nothing is forced: only what was created in the store after a person switched it on. It
is an import like one by hand, begun and approved by itself: with the same reasons to
skip, the same limits, and the first quantity. Each is looked at once, and again when
it changed since; an import that a limit stopped waits for a person, and new ones wait
behind it.
"""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from stockbridge.companies.row_writes import update_rows
from stockbridge.engine.fetch import CUSTOMERS, ITEMS, cursor_at
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Binding, Bridge, Mapping, Run, RunRow, Snapshot
from stockbridge.engine.runs.lifecycle import AT_ONCE, BY
from stockbridge.engine.runs.parameters import valid
from stockbridge.engine.runs.steps import BY_ITSELF
from stockbridge.engine.session import Session

RECORDS_MAX = 500  # of one import
WHO = "Stockbridge"
_OPEN = (Run.State.PREVIEWING, Run.State.RUNNING, Run.State.HALTED, Run.State.STOPPING)


@dataclass(frozen=True, slots=True)
class NewRecords:
    """One kind of record that is created by itself."""

    feed: str
    links: str  # kind of its links
    run: Run.Kind
    chosen: str  # the import's parameter that names the records
    switch: str  # the bridge's option
    allowed: str  # … and the one without which nothing of this is done
    since: str  # the bridge's column: since when


NEW_ITEMS = NewRecords(
    feed=ITEMS,
    links="item",
    run=Run.Kind.IMPORT_ITEMS,
    chosen="items",
    switch="new_items",
    allowed="allow_items",
    since="new_items_since",
)
NEW_CUSTOMERS = NewRecords(
    feed=CUSTOMERS,
    links="customer",
    run=Run.Kind.IMPORT_CUSTOMERS,
    chosen="customers",
    switch="new_customers",
    allowed="allow_customers",
    since="new_customers_since",
)


#: WordPress' own roles of people who run the shop, or only left a comment.
_NO_SHOPPERS = [
    *("administrator", "shop_manager", "editor", "author", "contributor"),
    "subscriber",
]


def note_new_switch(session: Session, bridge: Bridge, new: NewRecords) -> None:
    """Note since when new records are created, as soon as a person switched it on."""
    options = options_of(bridge)
    is_on = getattr(options, new.switch) and getattr(options, new.allowed)
    if is_on is (getattr(bridge, new.since) is not None):
        return
    setattr(bridge, new.since, session.now() if is_on else None)
    with session.fenced():
        update_rows([bridge], [new.since])


def queue_new(session: Session, bridge: Bridge, new: NewRecords) -> Run | None:
    """Begin an import of what is new in the store; None where nothing is, or may be.

    Not before the books were read to their end: what they have is linked, not created.
    """
    if getattr(bridge, new.since) is None or bridge.sales != Bridge.Sales.HERE:
        return None
    ids = list(_new(bridge, new).values_list("external_id", flat=True)[:RECORDS_MAX])
    if not ids or _is_under_way(bridge, new) or not _are_books_read(bridge, new):
        return None
    chosen: dict[str, object] = {new.chosen: ids}
    if new is NEW_CUSTOMERS:
        chosen["match_by"] = [
            one.value for one in options_of(bridge).customer_matching.keys
        ]
    parameters = valid(new.run, chosen)
    own = {BY: WHO, AT_ONCE: True, BY_ITSELF: True}
    with session.fenced():
        return Run.objects.create(
            company_id=bridge.company_id,
            bridge=bridge,
            kind=new.run,
            state=Run.State.PREVIEWING,
            parameters={**parameters, **own},
            created_at=session.now(),
        )


def _new(bridge: Bridge, new: NewRecords) -> QuerySet[Snapshot]:
    """Return what was created since, is not linked, and was not looked at as it is."""
    linked = Binding.objects.filter(
        store_connection=bridge.store_id,
        books_connection=bridge.books_id,
        kind=new.links,
        store_id=OuterRef("external_id"),
    )
    unlinked = Mapping.objects.filter(
        bridge=bridge, kind="unlinked", store_key=OuterRef("external_id")
    )
    looked = RunRow.objects.filter(
        run__bridge=bridge,
        run__kind=new.run,
        run__created_at__gte=OuterRef("seen_at"),
        run__parameters__has_key=BY_ITSELF,
        subject_id=OuterRef("external_id"),
    )
    rows = Snapshot.objects.filter(
        connection=bridge.store_id,
        feed=new.feed,
        at__gte=getattr(bridge, new.since),
        deleted_at=None,
        problem="",
    ).exclude(data=None)
    if new.feed == ITEMS:
        rows = rows.filter(~Exists(unlinked), status="publish")
        rows = rows.exclude(data__kind="variable")
    else:
        rows = rows.exclude(data__role__in=_NO_SHOPPERS)
    return rows.filter(~Exists(linked), ~Exists(looked)).order_by("at", "id")


def _is_under_way(bridge: Bridge, new: NewRecords) -> bool:
    runs = Run.objects.filter(bridge=bridge, kind=new.run, state__in=_OPEN)
    return runs.filter(parameters__has_key=BY_ITSELF).exists()


def _are_books_read(bridge: Bridge, new: NewRecords) -> bool:
    cursor = cursor_at(bridge.books_id, new.feed)
    return cursor is not None and cursor.caught_up_at is not None
