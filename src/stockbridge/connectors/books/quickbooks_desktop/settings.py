"""What a person says about a QuickBooks Desktop company file.

QuickBooks' own ids (ListID, as 80000001-1234567890) name items, accounts and lists:
names change and have namesakes. The screen offers them from what was read.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from stockbridge.connectors.books.quickbooks_desktop.policies import Policies, check_id
from stockbridge.connectors.quickbooks.settings import (
    ACCOUNTING_CLASS,
    ASSET_ACCOUNT,
    COGS_ACCOUNT,
    DEPOSIT_ACCOUNT,
    FEE_LINES,
    ID_CHARS_MAX,
    INCOME_ACCOUNT,
    ITEM_ROLES,
    UNSTOCKED_LINES,
    PaymentMethods,
    account,
    check_own_item,
    named,
    pairs,
    valid_if_given,
)
from stockbridge.connectors.quickbooks.shipping import MapsShipping, items_of_roles
from stockbridge.ports import ChosenFrom

_CHARGE = ChosenFrom(("other_charges", "items"), is_uncounted=True)
Id = Annotated[str, Field(max_length=ID_CHARS_MAX), valid_if_given(check_id)]


#: Accounts that received money may land on.
MONEY_KINDS = ("Bank", "OtherCurrentAsset")


class QuickBooksDesktopSettings(Policies, MapsShipping):
    """The options of a connection to a QuickBooks Desktop company file."""

    tax_line_item: Annotated[
        Id,
        named(
            "Item for billed tax",
            "An Other Charge item that posts to the sales tax liability "
            "account, not taxable itself.",
        ),
        _CHARGE,
    ] = ""
    shipping_item: Annotated[
        Id,
        named(
            "Item for shipping",
            "An Other Charge or Service item.",
        ),
        _CHARGE,
    ] = ""
    fee_item: Annotated[
        Id,
        named(
            "Item for fees and rounding",
            f"An Other Charge or Service item. {FEE_LINES}",
        ),
        _CHARGE,
    ] = ""
    discount_item: Annotated[
        Id,
        named(
            "Item for discounts",
            "An Other Charge item with a negative amount, not a Discount "
            "item: that one would spread over other lines and change their tax.",
        ),
        _CHARGE,
    ] = ""
    gift_card_item: Annotated[
        Id,
        named(
            "Item for gift cards",
            "An Other Charge item that posts to a liability account.",
        ),
        _CHARGE,
    ] = ""
    unstocked_item: Annotated[
        Id,
        named(
            "Item for lines that move no stock",
            f"A Non-inventory or Service item. {UNSTOCKED_LINES}",
        ),
        ChosenFrom(("items",), is_uncounted=True),
    ] = ""
    guest_customer: Annotated[
        Id,
        named(
            "Customer for orders without one",
            "Invoices, sales orders and refunds need a customer.",
        ),
        ChosenFrom(("customers",)),
    ] = ""
    income_account: Annotated[
        Id,
        INCOME_ACCOUNT,
        account("Income", "OtherIncome"),
    ] = ""
    cogs_account: Annotated[
        Id,
        COGS_ACCOUNT,
        account("CostOfGoodsSold"),
    ] = ""
    asset_account: Annotated[
        Id,
        ASSET_ACCOUNT,
        account("OtherCurrentAsset"),
    ] = ""
    adjustment_account: Annotated[
        Id,
        named(
            "Account for stock adjustments",
            "What an adjustment of quantity is booked against.",
        ),
        account(),
    ] = ""
    deposit_account: Annotated[
        Id,
        DEPOSIT_ACCOUNT,
        account(*MONEY_KINDS),
    ] = ""
    ar_account: Annotated[
        Id,
        named(
            "Accounts receivable account",
            "Only needed where the company file has several, and for "
            "refund checks of sales receipts.",
        ),
        account("AccountsReceivable"),
    ] = ""
    refund_account: Annotated[
        Id,
        named(
            "Account that refunds come from",
            "Empty: the account of the order's payment method, else Undeposited Funds.",
        ),
        account("Bank", "CreditCard", "OtherCurrentAsset"),
    ] = ""
    check_account: Annotated[
        Id,
        named(
            "Bank account of refund checks",
            "Only needed where refunds are given back by check.",
        ),
        account("Bank"),
    ] = ""
    payment_methods: PaymentMethods = ""
    accounting_class: Annotated[
        Id,
        ACCOUNTING_CLASS,
        ChosenFrom(("classes",)),
    ] = ""
    template: Annotated[
        Id,
        named(
            "Template",
            "The form that documents are printed on; it has to be one of "
            "the chosen kind of document.",
        ),
        ChosenFrom(("templates",)),
    ] = ""
    terms: Annotated[
        Id,
        named(
            "Terms",
            "Payment terms of invoices and sales orders.",
        ),
        ChosenFrom(("terms",)),
    ] = ""
    sales_rep: Annotated[
        Id,
        named(
            "Sales rep",
            "Who made the sale, for QuickBooks' reports by rep.",
        ),
        ChosenFrom(("sales_reps",)),
    ] = ""

    @field_validator(*ITEM_ROLES)
    @classmethod
    def _is_an_item_of_its_own(cls, value: str, info: ValidationInfo) -> str:
        return check_own_item(value, info)

    @field_validator("payment_methods")
    @classmethod
    def _methods_are_ids(cls, value: str) -> str:
        for _, method in pairs(value):
            check_id(method)
        return value

    def of_connection(self, facts: Mapping[str, str]) -> "QuickBooksDesktopSettings":
        """Return the settings with what the connection remembers of mappings."""
        return self.with_shipping(facts, items_of_roles(self, ITEM_ROLES))

    @property
    def methods(self) -> dict[str, str]:
        """QuickBooks' payment method by the store's own word."""
        return dict(pairs(self.payment_methods))


class QuickBooksDesktopSecrets(BaseModel):
    """No keys: the Web Connector's password is the desk's, which keeps its hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")
