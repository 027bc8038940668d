"""`stockbridge simulate quickbooks-desktop`: a company file behind a Web Connector."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from stockbridge.connectors.books.quickbooks_desktop.simulator import lists
from stockbridge.connectors.books.quickbooks_desktop.simulator.company import Company
from stockbridge.connectors.books.quickbooks_desktop.simulator.program import (
    with_file_open,
)
from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.webconnector import OWNER_ID
from stockbridge.connectors.webconnector.simulator import command, with_desktop
from stockbridge.connectors.webconnector.simulator.catalogue import (
    ShopItem,
    items_of,
)
from stockbridge.connectors.webconnector.simulator.catalogue import (
    add_arguments as add_catalogue_arguments,
)

_NAME_CHARS_MAX = 31


class PresentTime(SettableClock):
    """The real time; work takes as long as it takes."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(UTC)


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    command.add_arguments(parser)
    add_catalogue_arguments(parser)
    parser.add_argument("--file-id", default="", help="FileID of the .qwc file")


def run(options: Mapping[str, Any]) -> None:
    """Run a company file and its Web Connector until SIGINT or SIGTERM."""
    company = a_stocked_company(items_of(options), name=options["company"])
    if options["file_id"]:
        stamp(company, options["file_id"])
    sys.stdout.write(_greeting(company))
    sys.stdout.flush()
    command.run(with_desktop(with_file_open(company)), options)


def a_stocked_company(
    items: Sequence[ShopItem], *, name: str = "Example Kitchenware"
) -> Company:
    """Return a company file that keeps real time and has these items in stock."""
    company = Company(clock=PresentTime(), name=name)
    for item in items:
        record = lists.add_plain(
            company.state,
            "ItemInventory",
            item.sku[:_NAME_CHARS_MAX],
            SalesDesc=item.name,
            SalesPrice=f"{item.price:.2f}",
        )
        change_quantity(company, record.id, item.quantity)
    return company


def change_quantity(company: Company, item_id: str, difference: Decimal) -> None:
    """Let more or less of an item be there, as if somebody had counted it."""
    record = company.state.records[item_id]
    record.moves = (*record.moves, (item_id, "", difference))


def stamp(company: Company, file_id: str) -> None:
    """Sign the company file as the Web Connector does when a .qwc file is added."""
    company.stamps[f"{{{OWNER_ID}}}"] = f"{{{file_id.strip('{}')}}}"


def fitting_settings(company: Company) -> dict[str, str]:
    """Return what a connection to this company file has to be told of its lists."""
    accounts = {
        "income_account": "Sales",
        "cogs_account": "Cost of Goods Sold",
        "asset_account": "Inventory Asset",
        "adjustment_account": "Inventory Shrinkage",
    }
    charges = {
        "shipping_item": "Shipping",
        "fee_item": "Fee",
        "discount_item": "Fee",
        "gift_card_item": "Gift card",
        "tax_line_item": "Billed tax",
    }
    return {
        **{key: company.id_of("Account", name) for key, name in accounts.items()},
        **{
            key: company.id_of("ItemOtherCharge", name) for key, name in charges.items()
        },
        "unstocked_item": company.id_of("ItemNonInventory", "Unstocked"),
        "guest_customer": company.id_of("Customer", "Web guest"),
        "tax_items": f"{company.id_of('ItemSalesTax', 'State')}=8",
        "tax_policy": "liability_line",
    }


def _greeting(company: Company) -> str:
    count = sum(1 for _ in company.state.of("ItemInventory"))
    return (
        f"{company.name}, a simulated QuickBooks Desktop company file with {count} "
        f"items.\nSettings that fit it: {json.dumps(fitting_settings(company))}\n"
    )
