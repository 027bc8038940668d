"""Sending prices that do not go by themselves: a person has looked at them."""

from collections.abc import Collection

from django.db import transaction

from stockbridge.domain.errors import ActionNeededError
from stockbridge.engine import ticks
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.field_owners import sends_prices
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge
from stockbridge.engine.price_answers import send_again


def send_prices_now(bridge: Bridge, item_ids: Collection[str], act: Act) -> int:
    """Let the next job write these: they differed before, or the store refused them.

    Returns how many. What a safety limit holds is allowed where it asks. Raises
    ActionNeededError where prices do not travel by themselves here.
    """
    if not bridge.is_enabled or not sends_prices(options_of(bridge)):
        raise ActionNeededError(
            "Changes of prices are not sent by themselves here.",
            remedy="Switch it on in the connection's options, or send prices by Push.",
        )
    with transaction.atomic():
        count = send_again(bridge, item_ids)
        if count:
            act.note(bridge.store, f"Prices of {count} items are sent.")
    if count:
        ticks.wake([bridge.store_id], now=act.now)
    return count
