"""How documents are booked in QuickBooks Online: the choices that are no ids."""

import re
from decimal import Decimal
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from stockbridge.connectors.quickbooks.settings import (
    FROM_ORDER_FIELD,
    NEW_ITEM_TYPE,
    ORDER_FIELD_CHARS_MAX,
    PAIRS_CHARS_MAX,
    SKU_FIELD,
    CustomerNaming,
    ItemNaming,
    NameTaken,
    pairs,
    percents_of,
    valid_if_given,
)
from stockbridge.ports import AskedFor, ChosenFrom, LeadsElsewhere, Place, Words

_ID = re.compile(r"[0-9]{1,30}")
_CURRENCY = re.compile(r"[A-Z]{3}")
#: What a custom field of a document can be filled with, besides a field of the order.
FIELD_SOURCES = ("order_number", "payment", "placed_on")


def check_id(value: str) -> None:
    """Raise ValueError, with words for the form, for what is no Id."""
    if not _ID.fullmatch(value):
        raise ValueError(f"{value} is no QuickBooks id; choose from what was read.")


def field_named(source: str) -> str:
    """Return the order field that a custom field is filled with; "" for none."""
    is_field = source.startswith(FROM_ORDER_FIELD)
    return source.removeprefix(FROM_ORDER_FIELD).strip() if is_field else ""


class Policies(BaseModel):
    """What kind of document an order becomes, its tax, the names of new records."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    environment: Annotated[
        Literal["production", "sandbox"],
        Field(
            title="Environment",
            description="Sandbox companies have keys of their own.",
        ),
        Words({"production": "Your company", "sandbox": "A sandbox company"}),
        AskedFor(),
        LeadsElsewhere(),
    ] = "production"
    address: Annotated[
        str,
        Field(
            title="Address",
            description="For tests only: where a simulated QuickBooks answers. Empty: "
            "Intuit's own.",
            max_length=200,
        ),
    ] = ""
    document: Annotated[
        Literal["sales_receipt", "invoice"],
        Field(
            title="An order becomes",
            description="Sales receipt: paid at once. Invoice: the payment follows as "
            "a document of its own, when the order is paid.",
        ),
        Words({"sales_receipt": "Sales receipt", "invoice": "Invoice, then a payment"}),
    ] = "sales_receipt"
    strip_number_sign: Annotated[
        bool,
        Field(
            title="Numbers without #",
            description="An order #1001 gets the number 1001.",
        ),
    ] = True
    tax_policy: Annotated[
        Literal["hold", "tax_line"],
        Field(
            title="When QuickBooks does not compute the billed tax",
            description="With a line for the billed tax the order is booked without "
            "QuickBooks' tax; that line does not appear in QuickBooks' tax reports, so "
            "mind it when you file.",
        ),
        Words(
            {
                "hold": "Wait for me",
                "tax_line": "Book it with a line for the billed tax",
            }
        ),
    ] = "hold"
    tax_codes: Annotated[
        str,
        Field(
            title="Tax codes",
            description="Each with its rate in percent; a code of several rates with "
            "each of them, as 5+9.975. Not needed with automated sales tax.",
            max_length=PAIRS_CHARS_MAX,
        ),
        ChosenFrom(("tax_codes",), place=Place.LEFT, figures="tax_rates"),
    ] = ""
    exempt_code: Annotated[
        str,
        Field(
            title="Tax code of what is not taxed",
            description="Outside the United States each line needs one.",
            max_length=36,
        ),
        valid_if_given(check_id),
        ChosenFrom(("tax_codes",)),
    ] = ""
    customer_naming: Annotated[
        CustomerNaming,
        Field(
            title="Name of new customers",
            description="QuickBooks wants each name once among customers, vendors and "
            "employees. With the e-mail address it is practically never taken.",
        ),
    ] = "name"
    name_taken: Annotated[
        NameTaken,
        Field(
            title="When that name is taken",
            description="A customer with the same e-mail address is taken in any case. "
            "A short sign looks as in Ada Example #K7Q2.",
        ),
    ] = "hold"
    customer_currency: Annotated[
        str,
        Field(
            title="Currency of new customers",
            description="Each customer of QuickBooks has one, for good. Empty: the "
            "home currency. Only needed where the company keeps several.",
            max_length=3,
        ),
    ] = ""
    item_naming: Annotated[
        ItemNaming,
        Field(
            title="Name of new items",
            description="An item's name has 100 characters at most and is unique. The "
            "SKU is the safer choice; where there is none the name is taken.",
        ),
    ] = "sku"
    sku_field: Annotated[
        Literal["sku", "name"],
        SKU_FIELD,
        Words({"sku": "SKU", "name": "Item name"}),
    ] = "sku"
    new_item_type: Annotated[
        Literal["inventory", "non_inventory", "service"],
        NEW_ITEM_TYPE,
        Words(
            {
                "inventory": "Inventory",
                "non_inventory": "Non-inventory",
                "service": "Service",
            }
        ),
    ] = "inventory"
    refund_form: Annotated[
        Literal["refund_receipt", "credit_memo"],
        Field(
            title="A refund becomes",
            description="Refund receipt: goods, tax and money go back. With a credit "
            "memo you give the money back in QuickBooks yourself.",
        ),
        Words({"refund_receipt": "Refund receipt", "credit_memo": "Credit memo"}),
    ] = "refund_receipt"
    custom_fields: Annotated[
        str,
        Field(
            title="Custom fields",
            description="Number of the field, and what it holds: 1=order_number; "
            "2=payment; 3=placed_on; or a field of the order that the store's settings "
            "name, as 2=meta:_po_number. So the PO number is filled, too. 31 "
            "characters fit.",
            max_length=PAIRS_CHARS_MAX,
        ),
    ] = ""
    message_field: Annotated[
        str,
        Field(
            title="Message to the customer",
            description="The field of the order that is printed on the document, as "
            "gift_message; the store's settings name it, too. Empty: none.",
            max_length=ORDER_FIELD_CHARS_MAX,
        ),
    ] = ""

    @field_validator("address")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if not value:
            return ""
        parts = urlsplit(value)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname)
        if not is_good or parts.query or parts.fragment or parts.username:
            raise ValueError("This is no address like http://127.0.0.1:8430.")
        return value.rstrip("/")

    @field_validator("customer_currency")
    @classmethod
    def _is_a_currency(cls, value: str) -> str:
        if value and not _CURRENCY.fullmatch(value):
            raise ValueError("Use the three letters, as EUR.")
        return value

    @field_validator("tax_codes")
    @classmethod
    def _rates_are_numbers(cls, value: str) -> str:
        for code, rate in pairs(value):
            check_id(code)
            percents_of(rate)
        return value

    @field_validator("exempt_code")
    @classmethod
    def _is_a_code(cls, value: str) -> str:
        if value:
            check_id(value)
        return value

    @field_validator("custom_fields")
    @classmethod
    def _fields_are_known(cls, value: str) -> str:
        for number, source in pairs(value):
            check_id(number)
            if source not in FIELD_SOURCES and not field_named(source):
                raise ValueError(
                    f"{source} is none of {', '.join(FIELD_SOURCES)}, and no field of "
                    f"the order like {FROM_ORDER_FIELD}_po_number."
                )
        return value

    @model_validator(mode="after")
    def _is_encrypted(self) -> "Policies":
        parts = urlsplit(self.address)
        if parts.scheme == "http" and parts.hostname not in {"127.0.0.1", "localhost"}:
            raise ValueError("The address is not encrypted. Use https://.")
        return self

    @property
    def tax_rates(self) -> tuple[tuple[str, tuple[Decimal, ...]], ...]:
        """The tax codes that may be used, each with its rates in percent."""
        return tuple((code, percents_of(rate)) for code, rate in pairs(self.tax_codes))

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """The custom fields to fill, and with what."""
        return pairs(self.custom_fields)

    @property
    def order_fields(self) -> tuple[str, ...]:
        """The fields of the store's orders that documents carry."""
        named = (field_named(source) for _, source in self.fields)
        found = [*named, self.message_field]
        return tuple(dict.fromkeys(name for name in found if name))
