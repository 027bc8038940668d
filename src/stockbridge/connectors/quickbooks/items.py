"""How an item that is created is called, of which type it is, and its accounts."""

import re
from collections.abc import Mapping
from typing import Literal, Protocol

from stockbridge.connectors.quickbooks.naming import short_sign
from stockbridge.connectors.quickbooks.settings import BothSettings
from stockbridge.domain.accounting import ItemRecord
from stockbridge.domain.errors import SettingNeededError

_SIGN_CHARS = 6
_SIGN = re.compile(rf" [A-Z2-7]{{{_SIGN_CHARS}}}$")
_CUT_SLACK = 3  # blanks at the end of what was cut are left out
_ACCOUNT_SETTINGS = {
    "income": "income_account",
    "cost_of_goods_sold": "cogs_account",
    "asset": "asset_account",
}


class ListedName(Protocol):
    """Makes a text a name for a list of QuickBooks; `otherwise` where none is left."""

    def __call__(self, text: str, chars_max: int, *, otherwise: str = "") -> str:
        """Return the name, cut to so many characters."""


def name_within(
    record: ItemRecord,
    marker: str,
    settings: BothSettings,
    *,
    chars_max: int,
    listed_name: ListedName,
) -> str:
    """Return the item's name: by policy the SKU or the name; unique.

    A longer name is cut, and ends in a sign of its own: two long names that begin
    alike stay two.
    """
    by_sku = settings.item_naming == "sku" and record.sku
    wanted = record.sku if by_sku else record.name or record.sku
    sign = short_sign(marker, _SIGN_CHARS)
    name = listed_name(wanted, 10 * chars_max, otherwise=f"Item {sign}")
    if len(name) <= chars_max:
        return name
    return f"{name[: chars_max - _SIGN_CHARS - 1].strip()} {sign}"


def unsigned_name(name: str, chars_max: int) -> str:
    """Return a name without the sign that it got because it was too long.

    Each attempt at naming has a sign of its own: names are compared without it.
    """
    is_cut = len(name) >= chars_max - _CUT_SLACK
    return _SIGN.sub("", name) if is_cut else name


def type_of_new_item(
    record: ItemRecord, settings: BothSettings
) -> Literal["inventory", "non_inventory", "service"]:
    """Return the type of item that is created; one not counted is no inventory."""
    if record.is_tracked or settings.new_item_type == "service":
        return settings.new_item_type
    return "non_inventory"


def accounts_of(record: ItemRecord, settings: BothSettings) -> dict[str, str]:
    """Return the item's accounts by their role: its own, else the chosen ones."""
    given = dict(record.accounts)
    cost = given.get("cost_of_goods_sold") or given.get("cogs")
    return {
        "income": given.get("income") or settings.income_account,
        "cost_of_goods_sold": cost or settings.cogs_account,
        "asset": given.get("asset") or settings.asset_account,
    }


def account_of(accounts: Mapping[str, str], role: str) -> str:
    """Return the account of this role; raises SettingNeededError."""
    if not accounts[role]:
        name = role.replace("_", " ")
        raise SettingNeededError(
            f"A new item needs its {name} account.",
            field=_ACCOUNT_SETTINGS[role],
            remedy=f"Choose the {name} account of new items in the connection's "
            "settings.",
        )
    return accounts[role]


def adjustment_account_of(settings: BothSettings) -> str:
    """Return the account that adjustments are booked against; SettingNeededError."""
    if not settings.adjustment_account:
        raise SettingNeededError(
            "QuickBooks books an adjustment of stock against an account.",
            field="adjustment_account",
            remedy="Choose the account for stock adjustments in the connection's "
            "settings.",
        )
    return settings.adjustment_account
