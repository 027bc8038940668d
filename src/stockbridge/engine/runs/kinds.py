"""What each kind of run does when it is previewed, executed and followed."""

from collections.abc import Callable
from dataclasses import dataclass

from stockbridge.engine.models import Run
from stockbridge.engine.runs import (
    export_items,
    import_customers,
    import_items,
    import_orders,
    link_orders,
    push_prices,
    push_stock,
    refresh,
    take_stock,
    undoing,
)
from stockbridge.engine.runs.following import follow
from stockbridge.engine.runs.steps import RunWork


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of one kind; each returns whether it got to its end."""

    preview: Callable[[RunWork], bool]
    execute: Callable[[RunWork], bool]
    settle: Callable[[RunWork], None] = follow


STEPS: dict[str, Steps] = {
    Run.Kind.IMPORT_ORDERS: Steps(import_orders.preview, import_orders.execute),
    Run.Kind.LINK_ORDERS: Steps(link_orders.preview, link_orders.execute),
    Run.Kind.IMPORT_CUSTOMERS: Steps(
        import_customers.preview, import_customers.execute
    ),
    Run.Kind.IMPORT_ITEMS: Steps(import_items.preview, import_items.execute),
    Run.Kind.EXPORT_ITEMS: Steps(export_items.preview, export_items.execute),
    Run.Kind.PUSH_PRICES: Steps(push_prices.preview, push_prices.execute),
    Run.Kind.PUSH_STOCK: Steps(push_stock.preview, push_stock.execute),
    Run.Kind.TAKE_STOCK: Steps(take_stock.preview, take_stock.execute),
    Run.Kind.REFRESH: Steps(refresh.preview, refresh.execute, refresh.settle),
    Run.Kind.UNDO: Steps(undoing.preview, undoing.execute, undoing.settle),
}
