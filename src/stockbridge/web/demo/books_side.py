"""What the demonstration asks of whichever books it shows."""

from typing import Any, Protocol

from stockbridge.engine.models import Bridge
from stockbridge.web.demo.report import Report
from stockbridge.web.demo.setting_up import Shop


class BooksSide(Protocol):
    """The books, and whoever stands behind them."""

    def join(self, shop: Shop, state: dict[str, Any]) -> Bridge:
        """Connect the books and join them to the store, whose state is told."""

    def visit(self) -> None:
        """Let the books call, where they do."""

    def receive_goods(self, shop: Shop) -> None:
        """Let goods arrive: the store has to follow."""

    def check(self, state: dict[str, Any], shop: Shop) -> Report:
        """Judge by what both systems say of themselves."""

    def figures(self) -> dict[str, int]:
        """Return what else there is to tell."""

    def move_to(self, port: int) -> None:
        """Learn where the server is that stays."""

    def close(self) -> None:
        """Stop what was started."""
