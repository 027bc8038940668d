"""The demonstration's books where they are our own back office."""

from typing import Any

from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Bridge
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.checker import check
from stockbridge.web.demo.report import Report
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import Shop


class EmbeddedSide:
    """The back office in this very process."""

    def join(self, shop: Shop, _state: dict[str, Any]) -> Bridge:
        """Join it to the store; its items come from there."""
        bridge = setting_up.join_back_office(shop, now=utc_now())
        bring_to_rest(bridge)
        setting_up.import_items(bridge, now=utc_now())
        return bridge

    def visit(self) -> None:
        """Nobody has to call."""

    def receive_goods(self, shop: Shop) -> None:
        """Let goods arrive: the store has to follow."""
        setting_up.receive_goods(shop.company, now=utc_now())

    def check(self, state: dict[str, Any], shop: Shop) -> Report:
        """Judge by the store's state and the back office's tables."""
        return check(state, shop.company)

    def figures(self) -> dict[str, int]:
        """Return nothing more to tell."""
        return {}

    def move_to(self, port: int) -> None:
        """Nobody has to be told our address."""

    def close(self) -> None:
        """Nothing runs beside us."""
