"""What a person says about a QuickBooks Desktop company file.

QuickBooks' own ids (ListID, as 80000001-1234567890) name items, accounts and lists:
names change and have namesakes. The screen offers them from what was read.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

_LIST_ID = re.compile(r"[0-9A-Fa-f]{1,16}-[0-9]{1,19}")
_ID_CHARS_MAX = 36  # IDTYPE
_PAIRS_CHARS_MAX = 2000


class QuickBooksDesktopSettings(BaseModel):
    """The options of a connection to a QuickBooks Desktop company file."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    document: Annotated[
        Literal["sales_receipt", "invoice", "sales_order"],
        Field(
            title="An order becomes",
            description="Sales receipt: paid at once. Invoice: the payment follows as "
            "a document of its own. Sales order: promises goods only, and you invoice "
            "it in QuickBooks.",
        ),
    ] = "sales_receipt"
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
            description="auto takes the newest that your QuickBooks says it knows. "
            "The channel of sales orders needs 15.0.",
        ),
    ] = "auto"

    # ── tax ──────────────────────────────────────────────────────────────────
    tax_policy: Annotated[
        Literal["hold", "liability_line"],
        Field(
            title="When no tax item gives the billed tax",
            description="QuickBooks Desktop computes sales tax and cannot be told an "
            "amount. hold: such an order waits for you. liability_line: it is booked "
            "without QuickBooks' tax, with one line for the billed tax. That line does "
            "not appear in QuickBooks' sales tax reports; use our report of online "
            "tax for the filing.",
        ),
    ] = "hold"
    tax_items: Annotated[
        str,
        Field(
            title="Sales tax items",
            description="Each with its rate in percent, parted by semicolons, as "
            "80000002-1234567890=8.25; 80000003-1234567890=6. A tax group counts with "
            "its sum.",
            max_length=_PAIRS_CHARS_MAX,
        ),
    ] = ""
    taxable_code: Annotated[
        str,
        Field(
            title="Taxable code",
            description="QuickBooks' sales tax code for what is taxed.",
            max_length=3,
        ),
    ] = "Tax"
    exempt_code: Annotated[
        str,
        Field(
            title="Non-taxable code",
            description="QuickBooks' sales tax code for what is not taxed.",
            max_length=3,
        ),
    ] = "Non"
    tax_line_item: Annotated[
        str,
        Field(
            title="Item for billed tax",
            description="An Other Charge item that posts to the sales tax liability "
            "account, not taxable itself. For liability_line.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""

    # ── items that stand for lines which sell none ───────────────────────────
    shipping_item: Annotated[
        str,
        Field(
            title="Item for shipping",
            description="An Other Charge or Service item.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    fee_item: Annotated[
        str,
        Field(
            title="Item for fees and rounding",
            description="An Other Charge or Service item. It also takes amounts "
            "refunded that no line explains.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    discount_item: Annotated[
        str,
        Field(
            title="Item for discounts",
            description="An Other Charge item with a negative amount, not a Discount "
            "item: that one would spread over other lines and change their tax.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    gift_card_item: Annotated[
        str,
        Field(
            title="Item for gift cards",
            description="An Other Charge item that posts to a liability account.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    unstocked_item: Annotated[
        str,
        Field(
            title="Item for lines that move no stock",
            description="A Non-inventory or Service item. It stands for goods refunded "
            "but not put back, for sales shipped before the shelf was counted, and for "
            "items that are unknown here: an inventory item always moves stock.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""

    # ── customers and items that we create ───────────────────────────────────
    guest_customer: Annotated[
        str,
        Field(
            title="Customer for orders without one",
            description="Invoices, sales orders and refunds need a customer.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    customer_naming: Annotated[
        Literal["name", "last_first", "name_and_email"],
        Field(
            title="Name of new customers",
            description="QuickBooks wants each name once among customers, vendors, "
            "employees and other names. name_and_email is practically never taken.",
        ),
    ] = "name"
    name_taken: Annotated[
        Literal["hold", "suffix"],
        Field(
            title="When that name is taken",
            description="hold: it waits for you. suffix: a short sign is added, as "
            "Ada Example #K7Q2; asking first costs one more round trip.",
        ),
    ] = "hold"
    item_naming: Annotated[
        Literal["sku", "name"],
        Field(
            title="Name of new items",
            description="An item's name has 31 characters at most and is unique. The "
            "SKU is the safer choice; where there is none the name is taken.",
        ),
    ] = "sku"
    sku_field: Annotated[
        Literal["name", "manufacturer_part_number"],
        Field(
            title="Where the SKU stands",
            description="Which field of an item is compared with the store's SKU.",
        ),
    ] = "name"
    new_item_type: Annotated[
        Literal["inventory", "non_inventory", "service"],
        Field(
            title="Type of new items",
            description="Items that the store does not count become non-inventory "
            "items in any case.",
        ),
    ] = "inventory"

    # ── accounts ─────────────────────────────────────────────────────────────
    income_account: Annotated[
        str,
        Field(
            title="Income account of new items",
            description="Every item needs one.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    cogs_account: Annotated[
        str,
        Field(
            title="Cost of goods sold account of new items",
            description="Inventory items need one.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    asset_account: Annotated[
        str,
        Field(
            title="Inventory asset account of new items",
            description="Inventory items need one.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    adjustment_account: Annotated[
        str,
        Field(
            title="Account for stock adjustments",
            description="What an adjustment of quantity is booked against.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    deposit_account: Annotated[
        str,
        Field(
            title="Deposit account",
            description="Where money lands, unless the payment method says otherwise. "
            "Empty: Undeposited Funds.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    ar_account: Annotated[
        str,
        Field(
            title="Accounts receivable account",
            description="Only needed where the company file has several.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    refund_form: Annotated[
        Literal["credit_memo_and_refund", "credit_memo"],
        Field(
            title="A refund becomes",
            description="credit_memo_and_refund: a credit memo and, in the same step, "
            "the money given back for it. credit_memo: you give the money back in "
            "QuickBooks yourself.",
        ),
    ] = "credit_memo_and_refund"
    refund_account: Annotated[
        str,
        Field(
            title="Account that refunds come from",
            description="Empty: the account of the order's payment method, else "
            "Undeposited Funds.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""

    # ── lists ────────────────────────────────────────────────────────────────
    payment_methods: Annotated[
        str,
        Field(
            title="Payment methods",
            description="The store's word and QuickBooks' payment method, parted by "
            "semicolons, as stripe=80000004-1234567890; cod=80000005-1234567890.",
            max_length=_PAIRS_CHARS_MAX,
        ),
    ] = ""
    accounting_class: Annotated[
        str,
        Field(
            title="Class",
            description="The class that each document carries.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    template: Annotated[
        str,
        Field(
            title="Template",
            description="The form that documents are printed on; it has to be one of "
            "the chosen kind of document.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    terms: Annotated[
        str,
        Field(
            title="Terms",
            description="Payment terms of invoices and sales orders.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    sales_rep: Annotated[
        str,
        Field(
            title="Sales rep",
            description="Who made the sale, for QuickBooks' reports by rep.",
            max_length=_ID_CHARS_MAX,
        ),
    ] = ""
    store_name: Annotated[
        str,
        Field(
            title="Store name on sales orders",
            description="Shown beside the channel Ecommerce; from qbXML 15.0.",
            max_length=40,
        ),
    ] = ""
    uses_sites: Annotated[
        bool,
        Field(
            title="Inventory sites",
            description="Tick it where QuickBooks Enterprise keeps stock at several "
            "sites (Advanced Inventory).",
        ),
    ] = False

    @field_validator("tax_items")
    @classmethod
    def _rates_are_numbers(cls, value: str) -> str:
        for item, rate in pairs(value):
            _check_id(item)
            try:
                percent = Decimal(rate)
            except InvalidOperation as error:
                raise ValueError(f"{rate} is no rate in percent.") from error
            if not percent.is_finite() or percent < 0:
                raise ValueError(f"{rate} is no rate in percent.")
        return value

    @field_validator("payment_methods")
    @classmethod
    def _methods_are_ids(cls, value: str) -> str:
        for _, method in pairs(value):
            _check_id(method)
        return value

    @field_validator(
        "tax_line_item",
        "shipping_item",
        "fee_item",
        "discount_item",
        "gift_card_item",
        "unstocked_item",
        "guest_customer",
        "income_account",
        "cogs_account",
        "asset_account",
        "adjustment_account",
        "deposit_account",
        "ar_account",
        "refund_account",
        "accounting_class",
        "template",
        "terms",
        "sales_rep",
    )
    @classmethod
    def _is_a_list_id(cls, value: str) -> str:
        if value:
            _check_id(value)
        return value

    @property
    def tax_rates(self) -> tuple[tuple[str, Decimal], ...]:
        """The tax items that may be used, each with its rate in percent."""
        return tuple((item, Decimal(rate)) for item, rate in pairs(self.tax_items))

    @property
    def methods(self) -> dict[str, str]:
        """QuickBooks' payment method by the store's own word."""
        return dict(pairs(self.payment_methods))


class QuickBooksDesktopSecrets(BaseModel):
    """What the Web Connector signs in with; kept hashed, never shown again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    password: Annotated[
        str,
        Field(
            title="Password for the Web Connector",
            description="You type it into the Web Connector once.",
            repr=False,
        ),
    ] = ""


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Return `a=b; c=d` as pairs; raises ValueError with words for the form."""
    found = []
    for part in text.split(";"):
        if not part.strip():
            continue
        left, sign, right = (one.strip() for one in part.partition("="))
        if not sign or not left or not right:
            raise ValueError(f"{part.strip()} is no pair like a=b.")
        found.append((left, right))
    return tuple(found)


def _check_id(value: str) -> None:
    if not _LIST_ID.fullmatch(value):
        raise ValueError(
            f"{value} is no QuickBooks id like 80000001-1234567890; choose from what "
            "was read."
        )
