"""A shop whose store and back office are joined, with its items in the books."""

from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Bridge
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import Demonstration, StoreAccess


def a_joined_shop(access: StoreAccess) -> Demonstration:
    """Set a shop up and switch it on; what that sets off was not done yet."""
    made = setting_up.set_up(access, now=utc_now())
    bring_in_step(made.bridge)
    return made


def bring_in_step(bridge: Bridge) -> None:
    """Read all, give the books the store's items, and switch it on."""
    bring_to_rest(bridge)
    setting_up.import_items(bridge, now=utc_now())
    bring_to_rest(bridge)
    setting_up.switch_on(bridge, now=utc_now())
