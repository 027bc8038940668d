"""What a person says about a QuickBooks Point of Sale company."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from stockbridge.connectors.books.quickbooks_pos.texts import is_expressible
from stockbridge.connectors.quickbooks.settings import check_own_item
from stockbridge.connectors.quickbooks.shipping import MapsShipping, items_of_roles
from stockbridge.ports import ChosenFrom, Words

STORE_NUMBER_MAX = 20  # OnHandStore01 … OnHandStore20
_REASON_CHARS_MAX = 8
_ID_CHARS_MAX = 36
_UNCOUNTED_ITEM = ChosenFrom(("items",), is_uncounted=True)
_ITEM_ROLES = {
    "tax_item": "item for tax",
    "shipping_item": "item for shipping",
    "fee_item": "item for fees",
    "gift_card_item": "item for gift cards",
    "unstocked_item": "item for sales without stock",
}
_TOLD_BY_ITEM = ("tax_item", "shipping_item")


class MatchKey(StrEnum):
    """Which of an item's codes is the SKU."""

    ALU = "alu"
    UPC = "upc"
    ITEM_NUMBER = "item_number"


class TaxPolicy(StrEnum):
    """How the tax that was billed gets into a receipt: it cannot be told to POS."""

    LOCATION_OR_LINE = "location_or_line"
    LOCATION_OR_HOLD = "location_or_hold"
    LINE = "line"


class SaleDocumentKind(StrEnum):
    """As what a sale is written."""

    SALES_RECEIPT = "sales_receipt"
    SALES_ORDER = "sales_order"


class OrderFilling(StrEnum):
    """Who fills a sales order when its goods leave."""

    RECEIPT = "receipt"
    COUNTER = "counter"


class GiftTender(StrEnum):
    """With what a receipt is paid as far as a gift card was used."""

    HOLD = "hold"
    GIFT_CARD = "gift_card"
    GIFT = "gift"


class CustomerSign(StrEnum):
    """Where our sign on a customer stands."""

    CUSTOMER_ID = "customer_id"
    NOTES = "notes"


class PosSettings(MapsShipping):
    """The options of a connection to a QuickBooks Point of Sale company."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    match_key: Annotated[
        MatchKey,
        Field(
            title="Code that is the SKU",
            description="Which field of an item holds what the store calls SKU.",
        ),
        Words(
            {
                MatchKey.ALU: "Alternate lookup (ALU)",
                MatchKey.UPC: "UPC",
                MatchKey.ITEM_NUMBER: "Item number",
            }
        ),
    ] = MatchKey.ALU
    sale_document: Annotated[
        SaleDocumentKind,
        Field(
            title="Write sales as",
            description="A sales receipt takes the goods off the shelf. A sales order "
            "only promises them, until it is filled.",
        ),
        Words(
            {
                SaleDocumentKind.SALES_RECEIPT: "Sales receipts",
                SaleDocumentKind.SALES_ORDER: "Sales orders",
            }
        ),
    ] = SaleDocumentKind.SALES_RECEIPT
    fills_orders: Annotated[
        OrderFilling,
        Field(
            title="When the goods of a sales order leave",
            description="The store says when its order is completed. Only where sales "
            "are sales orders.",
        ),
        Words(
            {
                OrderFilling.RECEIPT: "Fill it by a sales receipt",
                OrderFilling.COUNTER: "It is filled at the counter",
            }
        ),
    ] = OrderFilling.RECEIPT
    tax_policy: Annotated[
        TaxPolicy,
        Field(
            title="Tax",
            description="Point of Sale computes tax itself. A tax location is used "
            "where it gives the billed tax to the cent. A line for the tax is not "
            "taxed itself, and Point of Sale's tax report does not show it.",
        ),
        Words(
            {
                TaxPolicy.LOCATION_OR_LINE: "By a tax location, else as a line",
                TaxPolicy.LOCATION_OR_HOLD: "By a tax location, else wait for me",
                TaxPolicy.LINE: "Always as a line",
            }
        ),
    ] = TaxPolicy.LOCATION_OR_LINE
    tax_category: Annotated[
        str,
        Field(
            title="Tax location",
            description="The only tax location that may be used. Empty: any that gives "
            "the billed tax.",
            max_length=20,
        ),
        ChosenFrom(("tax_categories",)),
    ] = ""
    nontaxable_code: Annotated[
        str,
        Field(
            title="Tax code of untaxed items",
            description="The item tax code that is charged nothing, as Non.",
            min_length=1,
            max_length=3,
        ),
        ChosenFrom(("tax_codes",)),
    ] = "Non"
    tax_item: Annotated[
        str,
        Field(
            title="Item for tax",
            description="The item, not of the kind Inventory, under which tax is "
            "written as a line.",
            max_length=_ID_CHARS_MAX,
        ),
        _UNCOUNTED_ITEM,
    ] = ""
    shipping_item: Annotated[
        str,
        Field(
            title="Item for shipping",
            description="The item under which shipping is written. Empty: as the "
            "receipt's own shipping charge.",
            max_length=_ID_CHARS_MAX,
        ),
        _UNCOUNTED_ITEM,
    ] = ""
    fee_item: Annotated[
        str,
        Field(
            title="Item for fees",
            description="The item under which fees are written, and amounts refunded "
            "for no item.",
            max_length=_ID_CHARS_MAX,
        ),
        _UNCOUNTED_ITEM,
    ] = ""
    gift_card_item: Annotated[
        str,
        Field(
            title="Item for gift cards",
            description="The item under which gift cards are sold. It posts to a "
            "liability account, and is not taxed.",
            max_length=_ID_CHARS_MAX,
        ),
        _UNCOUNTED_ITEM,
    ] = ""
    gift_card_tender: Annotated[
        GiftTender,
        Field(
            title="Gift cards that were used are",
            description="How a part that was paid with a gift card is written.",
        ),
        Words(
            {
                GiftTender.HOLD: "Not written: wait for me",
                GiftTender.GIFT_CARD: "Paid with a gift card",
                GiftTender.GIFT: "Paid with a gift certificate",
            }
        ),
    ] = GiftTender.HOLD
    unstocked_item: Annotated[
        str,
        Field(
            title="Item for sales without stock",
            description="The item under which a sale is written that must not move "
            "stock: shipped before the shelf was counted, or an item unknown here.",
            max_length=_ID_CHARS_MAX,
        ),
        _UNCOUNTED_ITEM,
    ] = ""
    stores: Annotated[
        list[str],
        Field(
            title="Stores",
            description="The stores whose stock counts. None means all.",
        ),
        ChosenFrom(("locations",)),
    ] = Field(default_factory=list)
    primary_store: Annotated[
        int,
        Field(
            title="Store that sells",
            description="The store that online sales are written to, unless a location "
            "is chosen.",
            ge=1,
            le=STORE_NUMBER_MAX,
        ),
        ChosenFrom(("locations",)),
    ] = 1
    price_level: Annotated[
        int,
        Field(
            title="Price level",
            description="Which of the five prices is the online price.",
            ge=1,
            le=5,
        ),
        ChosenFrom(("price_levels",)),
    ] = 1
    cashier: Annotated[
        str,
        Field(
            title="Cashier",
            description="The name that receipts carry as cashier.",
            max_length=16,
        ),
    ] = ""
    default_department: Annotated[
        str,
        Field(
            title="Department of new items",
            description="The department of items that name none.",
            max_length=_ID_CHARS_MAX,
        ),
        ChosenFrom(("departments",), aliases="department_names"),
    ] = ""
    card_names: Annotated[
        list[str],
        Field(
            title="Cards",
            description="The credit cards that are set up in Point of Sale.",
        ),
    ] = Field(default_factory=lambda: ["Visa", "MasterCard", "Discover"])
    default_tender: Annotated[
        str,
        Field(
            title="How unlisted payments were paid",
            description="For payment methods that are not mapped. Empty: such an order "
            "waits for you.",
            max_length=40,
        ),
        ChosenFrom(("accounts",), is_open=True),
    ] = "credit_card:Visa"
    customer_sign: Annotated[
        CustomerSign,
        Field(
            title="Our sign on customers",
            description="Where the sign stands by which we find a customer again.",
        ),
        Words(
            {
                CustomerSign.CUSTOMER_ID: "In the customer id",
                CustomerSign.NOTES: "At the beginning of the notes",
            }
        ),
    ] = CustomerSign.CUSTOMER_ID
    adjustment_reason: Annotated[
        str,
        Field(
            title="Reason of quantity adjustments",
            description="At most eight characters, as Point of Sale lists them.",
            min_length=1,
            max_length=_REASON_CHARS_MAX,
        ),
    ] = "ONLINE"
    currency: Annotated[
        str,
        Field(
            title="Currency",
            description="The currency of the company; Point of Sale has only one.",
            pattern="^[A-Z]{3}$",
        ),
    ] = "USD"

    @field_validator(*_ITEM_ROLES)
    @classmethod
    def _is_an_item_of_its_own(cls, value: str, info: ValidationInfo) -> str:
        return check_own_item(
            value, info, roles=_ITEM_ROLES, told_by_item=_TOLD_BY_ITEM
        )

    @field_validator("stores")
    @classmethod
    def _are_store_numbers(cls, value: list[str]) -> list[str]:
        for number in value:
            is_number = number.isascii() and number.isdecimal()
            if not is_number or not 1 <= int(number) <= STORE_NUMBER_MAX:
                raise ValueError("A store number is 1 to 20.")
        return [str(int(number)) for number in value]

    @field_validator("cashier", "adjustment_reason", "tax_category", "nontaxable_code")
    @classmethod
    def _can_be_written(cls, value: str) -> str:
        if not is_expressible(value):
            raise ValueError("Point of Sale cannot hold these characters.")
        return value

    @property
    def own_items(self) -> frozenset[str]:
        """The items that are chosen for lines of none of the shop's products."""
        return items_of_roles(self, _ITEM_ROLES) | self.shipping_items

    def of_connection(self, facts: Mapping[str, str]) -> "PosSettings":
        """Return the settings with what the connection remembers of mappings."""
        return self.with_shipping(facts, items_of_roles(self, _ITEM_ROLES))


class PosSecrets(BaseModel):
    """No keys: the Web Connector's password is the desk's, and kept as a hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")
