"""How documents are booked in QuickBooks Desktop: the choices that are no ids."""

import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from stockbridge.connectors.quickbooks.settings import (
    NEW_ITEM_TYPE,
    ORDER_FIELD_CHARS_MAX,
    PAIRS_CHARS_MAX,
    SKU_FIELD,
    CustomerNaming,
    ItemNaming,
    NameTaken,
    pairs,
    percents_of,
)
from stockbridge.ports import ChosenFrom, Place, Words

_LIST_ID = re.compile(r"[0-9A-Fa-f]{1,16}-[0-9]{1,19}")


class Policies(BaseModel):
    """What kind of document an order becomes, its tax, the names of new records."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    document: Annotated[
        Literal["sales_receipt", "invoice", "sales_order"],
        Field(
            title="An order becomes",
            description="Sales receipt: paid at once. Invoice: the payment follows as "
            "a document of its own. Sales order: promises goods only, until it is "
            "invoiced.",
        ),
        Words(
            {
                "sales_receipt": "Sales receipt",
                "invoice": "Invoice, then a payment",
                "sales_order": "Sales order",
            }
        ),
    ] = "sales_receipt"
    fills_orders: Annotated[
        Literal["invoice", "by_hand"],
        Field(
            title="When the goods of a sales order leave",
            description="The store says when its order is completed. Only where orders "
            "become sales orders.",
        ),
        Words(
            {
                "invoice": "Invoice it, then book the payment",
                "by_hand": "I invoice it in QuickBooks",
            }
        ),
    ] = "invoice"
    currency: Annotated[
        str,
        Field(
            title="Currency",
            description="The company file's home currency, as USD. Orders in another "
            "one are held.",
            min_length=3,
            max_length=3,
        ),
    ] = "USD"
    qbxml_version: Annotated[
        Literal["auto", "13.0", "14.0", "15.0", "16.0"],
        Field(
            title="qbXML version",
            description="The channel of sales orders needs 15.0.",
        ),
        Words({"auto": "The newest that your QuickBooks knows"}),
    ] = "auto"
    tax_policy: Annotated[
        Literal["hold", "liability_line"],
        Field(
            title="When no tax item gives the billed tax",
            description="QuickBooks Desktop computes sales tax and cannot be told an "
            "amount. With a line for the billed tax the order is booked without "
            "QuickBooks' tax; that line does not appear in QuickBooks' sales tax "
            "reports, so mind it when you file.",
        ),
        Words(
            {
                "hold": "Wait for me",
                "liability_line": "Book it with a line for the billed tax",
            }
        ),
    ] = "hold"
    tax_items: Annotated[
        str,
        Field(
            title="Sales tax items",
            description="Each with its rate in percent; of a tax group its rates, "
            "as 5+3.5.",
            max_length=PAIRS_CHARS_MAX,
        ),
        ChosenFrom(("tax_items", "tax_groups"), place=Place.LEFT, figures="tax_rates"),
    ] = ""
    taxable_code: Annotated[
        str,
        Field(
            title="Taxable code",
            description="QuickBooks' sales tax code for what is taxed.",
            max_length=3,
        ),
        ChosenFrom(("tax_codes",)),
    ] = "Tax"
    exempt_code: Annotated[
        str,
        Field(
            title="Non-taxable code",
            description="QuickBooks' sales tax code for what is not taxed.",
            max_length=3,
        ),
        ChosenFrom(("tax_codes",)),
    ] = "Non"
    customer_naming: Annotated[
        CustomerNaming,
        Field(
            title="Name of new customers",
            description="QuickBooks wants each name once among customers, vendors, "
            "employees and other names. With the e-mail address it is practically "
            "never taken.",
        ),
    ] = "name"
    name_taken: Annotated[
        NameTaken,
        Field(
            title="When that name is taken",
            description="A short sign as in Ada Example #K7Q2; asking first costs one "
            "more round trip.",
        ),
    ] = "hold"
    item_naming: Annotated[
        ItemNaming,
        Field(
            title="Name of new items",
            description="An item's name has 31 characters at most and is unique. The "
            "SKU is the safer choice; where there is none the name is taken.",
        ),
    ] = "sku"
    sku_field: Annotated[
        Literal["name", "manufacturer_part_number"],
        SKU_FIELD,
        Words(
            {
                "name": "Item name",
                "manufacturer_part_number": "Manufacturer's part number",
            }
        ),
    ] = "name"
    new_item_type: Annotated[
        Literal["inventory", "non_inventory", "service"],
        NEW_ITEM_TYPE,
        Words(
            {
                "inventory": "Inventory part",
                "non_inventory": "Non-inventory part",
                "service": "Service",
            }
        ),
    ] = "inventory"
    refund_form: Annotated[
        Literal["credit_memo_and_refund", "credit_memo_and_check", "credit_memo"],
        Field(
            title="A refund becomes",
            description="With a credit memo only you give the money back in QuickBooks "
            "yourself.",
        ),
        Words(
            {
                "credit_memo_and_refund": "Credit memo, and the money given back to "
                "the card",
                "credit_memo_and_check": "Credit memo, and a check to be printed",
                "credit_memo": "Credit memo only",
            }
        ),
    ] = "credit_memo_and_refund"
    uses_sites: Annotated[
        bool,
        Field(
            title="Inventory sites",
            description="Tick it where QuickBooks Enterprise keeps stock at several "
            "sites (Advanced Inventory).",
        ),
    ] = False
    store_name: Annotated[
        str,
        Field(
            title="Store name on sales orders",
            description="Shown beside the channel Ecommerce; from qbXML 15.0.",
            max_length=40,
        ),
    ] = ""

    po_number_field: Annotated[
        str,
        Field(
            title="P.O. number",
            description="The field of the order that holds the customer's purchase "
            "order number, as _po_number; the store's settings name it, too. On "
            "invoices and sales orders: sales receipts have none. 25 characters fit.",
            max_length=ORDER_FIELD_CHARS_MAX,
        ),
    ] = ""

    @field_validator("tax_items")
    @classmethod
    def _rates_are_numbers(cls, value: str) -> str:
        for item, rate in pairs(value):
            check_id(item)
            percents_of(rate)
        return value

    @property
    def tax_rates(self) -> tuple[tuple[str, tuple[Decimal, ...]], ...]:
        """The tax items that may be used, each with its rates: a group has several."""
        return tuple((item, percents_of(rate)) for item, rate in pairs(self.tax_items))


def check_id(value: str) -> None:
    """Raise ValueError, with words for the form, for what is no ListID."""
    if not _LIST_ID.fullmatch(value):
        raise ValueError(
            f"{value} is no QuickBooks id like 80000001-1234567890; choose from what "
            "was read."
        )
