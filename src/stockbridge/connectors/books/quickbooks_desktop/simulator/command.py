"""`stockbridge simulate quickbooks-desktop`: a company file behind a Web Connector."""

import json
import secrets
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from stockbridge.connectors.books.quickbooks_desktop.simulator import keeping, lists
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
from stockbridge.connectors.webconnector.simulator.keeping import StateFile
from stockbridge.connectors.webconnector.simulator.schemas import schema_in
from stockbridge.connectors.webconnector.simulator.timing import RealTime

_NAME_CHARS_MAX = 31
SCHEMA = "qbxmlops160.xsd"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    command.add_arguments(parser)
    add_catalogue_arguments(parser)
    parser.add_argument(
        "--company-file",
        default="",
        metavar="PATH",
        help="its path on the simulated computer; only by it, or by none, it is opened",
    )
    parser.add_argument(
        "--file-id",
        default="",
        help="FileID of the .qwc file, which is opened in this company; with --state",
    )


def run(options: Mapping[str, Any]) -> None:
    """Run a company file and its Web Connector until SIGINT or SIGTERM."""
    clock = command.clock_of(options)
    file = command.state_file(options, "quickbooks-desktop")
    company = _company(options, clock, file)
    company.entry_s = options["seconds_per_entry"]
    company.document_s = options["seconds_per_document"]
    if options["file_id"]:
        stamp(company, options["file_id"])
    path = options["company_file"] or f"C:\\Books\\{company.name}.qbw"
    sys.stdout.write(_greeting(company, path))
    sys.stdout.flush()
    program = with_file_open(company, path)
    kept = command.kept(program, file, lambda: keeping.dumped(company))
    command.run(with_desktop(kept), options, clock)


def _company(
    options: Mapping[str, Any], clock: SettableClock, file: StateFile | None
) -> Company:
    """Return the company of the file, or a new one that nobody knows yet.

    A file is signed once. Without a sign it is told from others by its name alone: a
    new one that is not kept has a name of its own.
    """
    if options["file_id"] and file is None:
        raise ValueError("--file-id signs a company that is kept: add --state FILE.")
    validate = _validate(options["schemas"]) if options["schemas"] else None
    told = file.read() if file else None
    if told is not None:
        return keeping.restored(told, clock, validate)
    own = "" if file else f" {secrets.token_hex(3)}"
    name = f"{options['company']}{own}"
    return a_stocked_company(
        items_of(options), Company(clock=clock, name=name, validate=validate)
    )


def _validate(folder: Path) -> Callable[[bytes], list[str]]:
    schema = schema_in(folder, SCHEMA)

    def faults_of(request: bytes) -> list[str]:
        schema.validate(etree.fromstring(request))
        return [str(error) for error in schema.error_log]

    return faults_of


def a_stocked_company(
    items: Sequence[ShopItem], company: Company | None = None
) -> Company:
    """Return a company file that has these items in stock."""
    company = company or Company(clock=RealTime(), name="Example Kitchenware")
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


def _greeting(company: Company, path: str) -> str:
    count = sum(1 for _ in company.state.of("ItemInventory"))
    return (
        f"{company.name}, a simulated QuickBooks Desktop company file with {count} "
        f"items.\nIts path: {path}\n"
        f"Settings that fit it: {json.dumps(fitting_settings(company))}\n"
    )
