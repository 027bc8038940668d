"""Whose prices a store gets: those of one of its books, never of two by turns."""

from stockbridge.engine.field_owners import sends_prices
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge


def other_sender(bridge: Bridge) -> Bridge | None:
    """Return another bridge of the store that sends prices by itself, the oldest."""
    rows = Bridge.objects.filter(store=bridge.store_id, is_enabled=True)
    others = rows.exclude(pk=bridge.pk).select_related("books").order_by("pk")
    return next((one for one in others if sends_prices(options_of(one))), None)


def is_second_sender(bridge: Bridge) -> bool:
    """Whether an older bridge sends prices to the same store: then this one does not.

    Each would take the other's price for one that somebody typed in the store.
    """
    other = other_sender(bridge)
    return other is not None and other.pk < bridge.pk
