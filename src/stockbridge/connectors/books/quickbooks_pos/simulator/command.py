"""`stockbridge simulate quickbooks-pos`: a company behind a Web Connector."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from typing import Any

from stockbridge.connectors.books.quickbooks_pos.simulator.company import Company
from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import (
    DEPARTMENT,
    FEE_ITEM,
    TAX_ITEM,
    UNSTOCKED_ITEM,
    Start,
    a_company,
    add_item,
)
from stockbridge.connectors.simulation import SystemClock
from stockbridge.connectors.webconnector.simulator import command, with_point_of_sale
from stockbridge.connectors.webconnector.simulator.catalogue import (
    ShopItem,
    items_of,
)
from stockbridge.connectors.webconnector.simulator.catalogue import (
    add_arguments as add_catalogue_arguments,
)

_ALU_CHARS_MAX = 20


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    command.add_arguments(parser)
    add_catalogue_arguments(parser)


def run(options: Mapping[str, Any]) -> None:
    """Run a company and its Web Connector until SIGINT or SIGTERM."""
    company = a_stocked_company(items_of(options), name=options["company"])
    sys.stdout.write(_greeting(options["company"], company))
    sys.stdout.flush()
    command.run(with_point_of_sale(company), options)


def a_stocked_company(
    items: Sequence[ShopItem], *, name: str = "Example Kitchenware"
) -> Company:
    """Return a company that keeps real time and has these items on its shelf."""
    company = a_company(Start(name=name, clock=SystemClock()))
    for item in items:
        add_item(
            company,
            item.sku[:_ALU_CHARS_MAX],
            on_hand=str(item.quantity),
            Desc1=item.name[:30],
            Price1=f"{item.price:.2f}",
        )
    return company


def fitting_settings() -> dict[str, str]:
    """Return what a connection to a simulated company has to be told of its lists."""
    return {
        "tax_item": TAX_ITEM,
        "fee_item": FEE_ITEM,
        "unstocked_item": UNSTOCKED_ITEM,
        "default_department": DEPARTMENT,
    }


def _greeting(name: str, company: Company) -> str:
    count = len(company.records.items.rows)
    return (
        f"{name}, a simulated QuickBooks Point of Sale company with {count} items.\n"
        f"Settings that fit it: {json.dumps(fitting_settings())}\n"
    )
