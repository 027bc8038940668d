"""What a person says about a QuickBooks Desktop company file.

QuickBooks' own ids (ListID, as 80000001-1234567890) name items, accounts and lists:
names change and have namesakes. The screen offers them from what was read.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from stockbridge.connectors.books.quickbooks_desktop.policies import (
    PAIRS_CHARS_MAX,
    Policies,
    check_id,
    pairs,
)
from stockbridge.ports import ChosenFrom, Place

_ID_CHARS_MAX = 36  # IDTYPE
_CHARGE = ChosenFrom(("other_charges", "items"), is_uncounted=True)


def _account(*kinds: str) -> ChosenFrom:
    """Return the choice of an account of one of QuickBooks' types; none: of any."""
    return ChosenFrom(("accounts",), kinds=frozenset(kinds))


class QuickBooksDesktopSettings(Policies):
    """The options of a connection to a QuickBooks Desktop company file."""

    tax_line_item: Annotated[
        str,
        Field(
            title="Item for billed tax",
            description="An Other Charge item that posts to the sales tax liability "
            "account, not taxable itself.",
            max_length=_ID_CHARS_MAX,
        ),
        _CHARGE,
    ] = ""
    shipping_item: Annotated[
        str,
        Field(
            title="Item for shipping",
            description="An Other Charge or Service item.",
            max_length=_ID_CHARS_MAX,
        ),
        _CHARGE,
    ] = ""
    fee_item: Annotated[
        str,
        Field(
            title="Item for fees and rounding",
            description="An Other Charge or Service item. It also takes amounts "
            "refunded that no line explains.",
            max_length=_ID_CHARS_MAX,
        ),
        _CHARGE,
    ] = ""
    discount_item: Annotated[
        str,
        Field(
            title="Item for discounts",
            description="An Other Charge item with a negative amount, not a Discount "
            "item: that one would spread over other lines and change their tax.",
            max_length=_ID_CHARS_MAX,
        ),
        _CHARGE,
    ] = ""
    gift_card_item: Annotated[
        str,
        Field(
            title="Item for gift cards",
            description="An Other Charge item that posts to a liability account.",
            max_length=_ID_CHARS_MAX,
        ),
        _CHARGE,
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
        ChosenFrom(("items",), is_uncounted=True),
    ] = ""
    guest_customer: Annotated[
        str,
        Field(
            title="Customer for orders without one",
            description="Invoices, sales orders and refunds need a customer.",
            max_length=_ID_CHARS_MAX,
        ),
        ChosenFrom(("customers",)),
    ] = ""
    income_account: Annotated[
        str,
        Field(
            title="Income account of new items",
            description="Every item needs one.",
            max_length=_ID_CHARS_MAX,
        ),
        _account("Income", "OtherIncome"),
    ] = ""
    cogs_account: Annotated[
        str,
        Field(
            title="Cost of goods sold account of new items",
            description="Inventory items need one.",
            max_length=_ID_CHARS_MAX,
        ),
        _account("CostOfGoodsSold"),
    ] = ""
    asset_account: Annotated[
        str,
        Field(
            title="Inventory asset account of new items",
            description="Inventory items need one.",
            max_length=_ID_CHARS_MAX,
        ),
        _account("OtherCurrentAsset"),
    ] = ""
    adjustment_account: Annotated[
        str,
        Field(
            title="Account for stock adjustments",
            description="What an adjustment of quantity is booked against.",
            max_length=_ID_CHARS_MAX,
        ),
        _account(),
    ] = ""
    deposit_account: Annotated[
        str,
        Field(
            title="Deposit account",
            description="Where money lands, unless the payment method says otherwise. "
            "Empty: Undeposited Funds.",
            max_length=_ID_CHARS_MAX,
        ),
        _account("Bank", "OtherCurrentAsset"),
    ] = ""
    ar_account: Annotated[
        str,
        Field(
            title="Accounts receivable account",
            description="Only needed where the company file has several, and for "
            "refund checks of sales receipts.",
            max_length=_ID_CHARS_MAX,
        ),
        _account("AccountsReceivable"),
    ] = ""
    refund_account: Annotated[
        str,
        Field(
            title="Account that refunds come from",
            description="Empty: the account of the order's payment method, else "
            "Undeposited Funds.",
            max_length=_ID_CHARS_MAX,
        ),
        _account("Bank", "CreditCard", "OtherCurrentAsset"),
    ] = ""
    check_account: Annotated[
        str,
        Field(
            title="Bank account of refund checks",
            description="Only needed where refunds are given back by check.",
            max_length=_ID_CHARS_MAX,
        ),
        _account("Bank"),
    ] = ""
    payment_methods: Annotated[
        str,
        Field(
            title="Payment methods",
            description="The store's word, and what QuickBooks calls it.",
            max_length=PAIRS_CHARS_MAX,
        ),
        ChosenFrom(("payment_methods",), place=Place.RIGHT),
    ] = ""
    accounting_class: Annotated[
        str,
        Field(
            title="Class",
            description="The class that each document carries.",
            max_length=_ID_CHARS_MAX,
        ),
        ChosenFrom(("classes",)),
    ] = ""
    template: Annotated[
        str,
        Field(
            title="Template",
            description="The form that documents are printed on; it has to be one of "
            "the chosen kind of document.",
            max_length=_ID_CHARS_MAX,
        ),
        ChosenFrom(("templates",)),
    ] = ""
    terms: Annotated[
        str,
        Field(
            title="Terms",
            description="Payment terms of invoices and sales orders.",
            max_length=_ID_CHARS_MAX,
        ),
        ChosenFrom(("terms",)),
    ] = ""
    sales_rep: Annotated[
        str,
        Field(
            title="Sales rep",
            description="Who made the sale, for QuickBooks' reports by rep.",
            max_length=_ID_CHARS_MAX,
        ),
        ChosenFrom(("sales_reps",)),
    ] = ""

    @field_validator("payment_methods")
    @classmethod
    def _methods_are_ids(cls, value: str) -> str:
        for _, method in pairs(value):
            check_id(method)
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
        "check_account",
        "accounting_class",
        "template",
        "terms",
        "sales_rep",
    )
    @classmethod
    def _is_a_list_id(cls, value: str) -> str:
        if value:
            check_id(value)
        return value

    @property
    def methods(self) -> dict[str, str]:
        """QuickBooks' payment method by the store's own word."""
        return dict(pairs(self.payment_methods))


class QuickBooksDesktopSecrets(BaseModel):
    """No keys: the Web Connector's password is the desk's, which keeps its hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")
