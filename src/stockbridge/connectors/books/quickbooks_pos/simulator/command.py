"""`stockbridge simulate quickbooks-pos`: a company behind a Web Connector."""

import json
import secrets
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from typing import Any

from stockbridge.connectors.books.quickbooks_pos.simulator import keeping
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
from stockbridge.connectors.simulation import Clock, SystemClock
from stockbridge.connectors.webconnector.simulator import command, with_point_of_sale
from stockbridge.connectors.webconnector.simulator.catalogue import (
    ShopItem,
    items_of,
)
from stockbridge.connectors.webconnector.simulator.catalogue import (
    add_arguments as add_catalogue_arguments,
)
from stockbridge.connectors.webconnector.simulator.keeping import StateFile
from stockbridge.connectors.webconnector.simulator.schemas import schema_in

_ALU_CHARS_MAX = 20
SCHEMA = "qbposxml30.derived.xsd"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    command.add_arguments(parser)
    add_catalogue_arguments(parser)
    parser.add_argument(
        "--quickbooks-file",
        default="",
        help="the QuickBooks company file to which its sales are handed on",
    )


def run(options: Mapping[str, Any]) -> None:
    """Run a company and its Web Connector until SIGINT or SIGTERM."""
    clock = command.clock_of(options)
    file = command.state_file(options, "quickbooks-pos")
    company = _company(options, clock, file)
    company.seconds_per_list_entry = options["seconds_per_entry"]
    company.seconds_per_document = options["seconds_per_document"]
    if options["quickbooks_file"]:
        company.company["QuickBooksCompanyFile"] = options["quickbooks_file"]
    if options["schemas"]:
        company.schema = schema_in(options["schemas"], SCHEMA)
    sys.stdout.write(_greeting(company))
    sys.stdout.flush()
    kept = command.kept(company, file, lambda: keeping.dumped(company))
    command.run(with_point_of_sale(kept), options, clock)


def _company(
    options: Mapping[str, Any], clock: Clock, file: StateFile | None
) -> Company:
    """Return the company of the file, or a new one that nobody knows yet."""
    told = file.read() if file else None
    if told is not None:
        return keeping.restored(told, clock)
    code = 100_000 + secrets.randbelow(900_000)
    start = Start(name=options["company"], clock=clock, store_code=code)
    return a_stocked_company(items_of(options), start)


def a_stocked_company(items: Sequence[ShopItem], start: Start | None = None) -> Company:
    """Return a company that has these items on its shelf."""
    company = a_company(start or Start(clock=SystemClock()))
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


def _greeting(company: Company) -> str:
    name = company.company["CompanyName"]
    count = len(company.records.items.rows)
    return (
        f"{name}, a simulated QuickBooks Point of Sale company with {count} items.\n"
        f"Settings that fit it: {json.dumps(fitting_settings())}\n"
    )
