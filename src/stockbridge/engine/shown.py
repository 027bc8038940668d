"""Learning what a store shows: each reading of an item brings its target up to date."""

from collections.abc import Sequence

from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.catalog import StoreItem
from stockbridge.domain.stock import Owner
from stockbridge.engine.ground import options_of
from stockbridge.engine.logbook import Line, log_all
from stockbridge.engine.models import Bridge, StockTarget
from stockbridge.engine.session import Session


def take_quantities(session: Session, items: Sequence[StoreItem]) -> None:
    """Note the quantities that the store reported; a difference makes it due.

    Where the books own stock, a quantity that somebody edited in the store will
    be overwritten: the log says so.
    """
    read = {item.external_id: item for item in items}
    targets = StockTarget.objects.filter(
        bridge__store=session.connection, item_id__in=list(read)
    ).select_related("bridge", "bridge__company")
    changed = []
    for row in targets:
        item = read[row.item_id]
        quantity = item.stock_quantity
        if row.shown == quantity and not row.error:
            continue
        row.shown, row.shown_at = quantity, session.now()
        row.is_due = row.desired is not None and row.desired != quantity
        row.is_due &= options_of(row.bridge).owner is not Owner.STORE
        row.is_held, row.error = row.is_held and not row.error, ""
        row.is_stale = True
        changed.append(row)
    update_rows(
        changed, ["shown", "shown_at", "is_due", "is_stale", "is_held", "error"]
    )
    _say(session, changed, read)


def _say(
    session: Session, rows: Sequence[StockTarget], read: dict[str, StoreItem]
) -> None:
    bridges: dict[int, Bridge] = {row.bridge_id: row.bridge for row in rows}
    owned = {
        pk
        for pk, bridge in bridges.items()
        if options_of(bridge).owner is Owner.BOOKS and options_of(bridge).stock_enabled
    }
    lines = [
        Line(
            channel="stock",
            level="info",
            message=f"{read[row.item_id].sku or read[row.item_id].name}: the store "
            f"shows {row.shown}, the books say {row.desired}; the books' number "
            "will be written.",
            subject_kind="item",
            subject_id=row.item_id,
        )
        for row in rows
        if row.bridge_id in owned and row.is_due and row.agreed is not None
    ]
    if lines:
        log_all(lines, session.connection, session.now())
