"""What a person says of prices that do not go by themselves: send these after all."""

from collections.abc import Collection

from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.price_changes import Standing
from stockbridge.engine.models import Bridge, PriceTarget
from stockbridge.engine.price_targets import signature

#: What a person may send; what a safety limit holds is allowed where it asks.
SENDABLE = (Standing.BEFORE.value, Standing.REFUSED.value)


def allow_prices(bridge: Bridge, item_ids: Collection[str]) -> int:
    """Let these prices go beyond the limit, as they are now and no others."""
    rows = list(
        PriceTarget.objects.select_for_update().filter(
            bridge=bridge, item_id__in=item_ids, standing=Standing.LIMIT.value
        )
    )
    for row in rows:
        row.allowed, row.standing, row.reason = signature(row), Standing.DUE.value, ""
    update_rows(rows, ["allowed", "standing", "reason"])
    return len(rows)


def send_again(bridge: Bridge, item_ids: Collection[str]) -> int:
    """Let these go that differed before, or that the store refused; return how many."""
    rows = PriceTarget.objects.filter(
        bridge=bridge, item_id__in=item_ids, standing__in=SENDABLE
    )
    return rows.update(standing=Standing.DUE.value, reason="")
