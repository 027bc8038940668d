"""Why stock may be wrong online: the usual causes, looked for one by one."""

from stockbridge.engine import workers
from stockbridge.engine.models import Lease, StockReading, StockTarget
from stockbridge.engine.signs import Ground, Sign, many

LONG_INTERVAL_MIN = 60


def stock_signs(ground: Ground) -> list[Sign]:
    """Return why what the store shows may be wrong: location, interval, machine."""
    bridge, options = ground.bridge, ground.options
    signs = []
    if not options.stock_enabled:
        signs.append(
            Sign("Stock is not synced by itself.", "Switch Sync stock on.", "options")
        )
    signs += _stock_locations(ground)
    if options.stock_interval_min > LONG_INTERVAL_MIN:
        signs.append(
            Sign(
                f"Stock is synced every {options.stock_interval_min} minutes only.",
                "5 to 15 minutes suit most stores.",
                "options",
            )
        )
    signs += _stock_machine(ground)
    targets = StockTarget.objects.filter(bridge=bridge)
    if refused := targets.exclude(error="").count():
        signs.append(
            Sign(
                f"The store refused {many(refused, 'quantity', 'quantities')}.",
                "Often stock tracking is off there: the Stock screen says it per item.",
                "stock",
            )
        )
    if held := targets.filter(is_held=True, error="").count():
        what = many(held, "quantity waits", "quantities wait")
        signs.append(
            Sign(
                f"{what} at a safety limit.",
                "Look at them and let them through, or raise the limit.",
                "issues",
            )
        )
    return signs


def _stock_locations(ground: Ground) -> list[Sign]:
    chosen = set(ground.options.locations)
    readings = StockReading.objects.filter(books=ground.bridge.books, on_hand__gt=0)
    holding = set(readings.values_list("location_id", flat=True).distinct())
    signs = []
    if chosen and holding - chosen:
        signs.append(
            Sign(
                many(
                    len(holding - chosen),
                    "location holds stock and does not count.",
                    "locations hold stock and do not count.",
                ),
                "Choose them, too, if their goods are sold online.",
                "options",
            )
        )
    if not chosen and len(holding) > 1:
        signs.append(
            Sign(
                f"No location is chosen, so all {len(holding)} that hold stock count.",
                "Choose those whose goods are sold online.",
                "options",
            )
        )
    return signs


def _stock_machine(ground: Ground) -> list[Sign]:
    lease = Lease.objects.filter(connection=ground.bridge.store).first()
    alive = {worker.machine for worker in workers.alive(ground.now)}
    others = alive - {lease.machine if lease else ""}
    signs = []
    if lease and lease.machine and alive and lease.machine not in alive:
        signs.append(
            Sign(
                f"{lease.machine} synced this store last; no worker runs there now.",
                "If it was switched off, all is well; the others have taken over.",
                "store",
            )
        )
    if lease and lease.machine and len(others) > 0 and lease.machine in alive:
        signs.append(
            Sign(
                f"{lease.machine} syncs this store; {', '.join(sorted(others))} could.",
                "That is fine: only one at a time does. Make sure that no other "
                "program or plugin writes stock into the store.",
                "store",
            )
        )
    return signs
