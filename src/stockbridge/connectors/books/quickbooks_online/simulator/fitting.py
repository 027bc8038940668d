"""What a connection to a simulated company has to be told, and a shelf to begin with.

For demonstrations, measures and tests: what a person would choose on the screens.
"""

from collections.abc import Mapping
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.simulator.simulated import (
    QuickBooksOnlineSimulator,
)

_ACCOUNTS = {
    "income_account": "Sales of Product Income",
    "cogs_account": "Cost of Goods Sold",
    "asset_account": "Inventory Asset",
    "adjustment_account": "Inventory Shrinkage",
    "deposit_account": "Checking",
}
_ITEMS = {
    "shipping_item": ("Shipping", "Shipping Income"),
    "fee_item": ("Fee", "Services"),
    "discount_item": ("Discount", "Services"),
    "gift_card_item": ("Gift card", "Services"),
    "tax_line_item": ("Billed tax", "Services"),
    "unstocked_item": ("Unstocked", "Services"),
}


def fitting_settings(simulator: QuickBooksOnlineSimulator) -> dict[str, str]:
    """Return the settings, after somebody made the items and the customer for them."""
    guest = simulator.write("Customer", {"DisplayName": "Web guest"})
    return {
        **{key: _account(simulator, name) for key, name in _ACCOUNTS.items()},
        **{key: a_service(simulator, *how) for key, how in _ITEMS.items()},
        "guest_customer": str(guest["Id"]),
        "tax_policy": "tax_line",
    }


def a_service(simulator: QuickBooksOnlineSimulator, name: str, account: str) -> str:
    """Let somebody make a service item on QuickBooks' own screens; return its Id."""
    ref = {"value": _account(simulator, account)}
    sent = {"Name": name, "Type": "Service", "IncomeAccountRef": ref}
    return str(simulator.write("Item", sent)["Id"])


def a_stocked_item(
    simulator: QuickBooksOnlineSimulator,
    sku: str,
    quantity: Decimal,
    fields: Mapping[str, object] | None = None,
) -> str:
    """Let somebody make an inventory item there; return its Id."""
    refs = {
        "IncomeAccountRef": "Sales of Product Income",
        "ExpenseAccountRef": "Cost of Goods Sold",
        "AssetAccountRef": "Inventory Asset",
    }
    sent = {
        "Name": sku,
        "Sku": sku,
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": quantity,
        "InvStartDate": "2020-01-01",
        **{key: {"value": _account(simulator, name)} for key, name in refs.items()},
        **(fields or {}),
    }
    return str(simulator.write("Item", sent)["Id"])


def adjust(simulator: QuickBooksOnlineSimulator, item_id: str, units: Decimal) -> None:
    """Let somebody write an inventory adjustment on QuickBooks' own screens."""
    detail = {"ItemRef": {"value": item_id}, "QtyDiff": units}
    line = {
        "DetailType": "ItemAdjustmentLineDetail",
        "ItemAdjustmentLineDetail": detail,
    }
    account = {"value": _account(simulator, "Inventory Shrinkage")}
    simulator.write(
        "InventoryAdjustment", {"AdjustAccountRef": account, "Line": [line]}
    )


def _account(simulator: QuickBooksOnlineSimulator, name: str) -> str:
    return str(simulator.company.named("Account", name)["Id"])
