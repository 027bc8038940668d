"""By which items shipping is known again in what QuickBooks stored."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, PrivateAttr

from stockbridge.ports import SHIPPING_ITEMS


class MapsShipping(BaseModel):
    """Settings that know, besides the item for shipping, those of single ways to ship.

    They are chosen with the mappings, and remembered by the connection.
    """

    _mapped: frozenset[str] = PrivateAttr(default=frozenset())

    @property
    def shipping_items(self) -> frozenset[str]:
        """All items whose lines are shipping, and nothing else."""
        own = str(getattr(self, "shipping_item", ""))
        return frozenset({own, *self._mapped}) - {""}

    def with_shipping(self, facts: Mapping[str, str], others: frozenset[str]) -> Self:
        """Return the settings that know the items of a connection's facts.

        `others` are items chosen for lines that are no shipping: they stay theirs.
        """
        found = self.model_copy()
        found._mapped = frozenset(str(facts.get(SHIPPING_ITEMS, "")).split()) - others
        return found


def items_of_roles(settings: BaseModel, roles: Mapping[str, str]) -> frozenset[str]:
    """Return the items that are chosen for lines other than shipping."""
    names = set(roles) - {"shipping_item"}
    return frozenset(str(getattr(settings, name, "")) for name in names) - {""}
