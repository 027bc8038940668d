"""What a person says about a company in QuickBooks Online.

QuickBooks' own ids name items, accounts and lists: names change and have namesakes.
The screen offers them from what was read.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from stockbridge.connectors.books.quickbooks_online.policies import Policies, check_id
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
from stockbridge.ports import AskedFor, ChosenFrom

SHIPPING_ITEM = "SHIPPING_ITEM_ID"  # QuickBooks' own, where shipping is switched on
_UNCOUNTED = ChosenFrom(("items",), is_uncounted=True)
Id = Annotated[str, Field(max_length=ID_CHARS_MAX), valid_if_given(check_id)]


#: Accounts that received money may land on.
MONEY_KINDS = ("Bank", "Other Current Asset")


class QuickBooksOnlineSettings(Policies, MapsShipping):
    """The options of a connection to a company in QuickBooks Online."""

    shipping_item: Annotated[
        str,
        Field(max_length=ID_CHARS_MAX),
        named(
            "Item for shipping",
            "A service item; or SHIPPING_ITEM_ID, QuickBooks' own, where "
            "shipping is switched on there (Account and settings, Sales).",
        ),
        ChosenFrom(("items",), is_uncounted=True, is_open=True),
    ] = ""
    fee_item: Annotated[
        Id,
        named(
            "Item for fees and rounding",
            f"A service item. {FEE_LINES}",
        ),
        _UNCOUNTED,
    ] = ""
    discount_item: Annotated[
        Id,
        named(
            "Item for discounts",
            "A service item; its lines are negative.",
        ),
        _UNCOUNTED,
    ] = ""
    gift_card_item: Annotated[
        Id,
        named(
            "Item for gift cards",
            "A service item that posts to a liability account.",
        ),
        _UNCOUNTED,
    ] = ""
    tax_line_item: Annotated[
        Id,
        named(
            "Item for billed tax",
            "A service item that posts to the sales tax liability "
            "account. Only needed where QuickBooks cannot be told the billed tax.",
        ),
        _UNCOUNTED,
    ] = ""
    unstocked_item: Annotated[
        Id,
        named(
            "Item for lines that move no stock",
            f"A non-inventory or service item. {UNSTOCKED_LINES}",
        ),
        _UNCOUNTED,
    ] = ""
    guest_customer: Annotated[
        Id,
        named(
            "Customer for orders without one",
            "Invoices and credit memos need a customer.",
        ),
        ChosenFrom(("customers",)),
    ] = ""
    income_account: Annotated[
        Id,
        INCOME_ACCOUNT,
        account("Income", "Other Income"),
    ] = ""
    cogs_account: Annotated[
        Id,
        COGS_ACCOUNT,
        account("Cost of Goods Sold"),
    ] = ""
    asset_account: Annotated[
        Id,
        ASSET_ACCOUNT,
        account("Other Current Asset"),
    ] = ""
    adjustment_account: Annotated[
        Id,
        named(
            "Account for stock adjustments",
            "What an adjustment of quantity is booked against, as Inventory Shrinkage.",
        ),
        account(),
    ] = ""
    deposit_account: Annotated[
        Id,
        DEPOSIT_ACCOUNT,
        account(*MONEY_KINDS),
    ] = ""
    refund_account: Annotated[
        Id,
        named(
            "Account that refunds come from",
            "Empty: the account of the order's payment method, else the "
            "deposit account. Refund receipts need one.",
        ),
        account("Bank", "Other Current Asset"),
    ] = ""
    payment_methods: PaymentMethods = ""
    accounting_class: Annotated[
        Id,
        ACCOUNTING_CLASS,
        ChosenFrom(("classes",)),
    ] = ""
    department: Annotated[
        Id,
        named(
            "Location",
            "The location (department) that each document carries. "
            "QuickBooks Online counts stock for the whole company.",
        ),
        ChosenFrom(("departments",)),
    ] = ""
    terms: Annotated[
        Id,
        named(
            "Terms",
            "Payment terms of invoices.",
        ),
        ChosenFrom(("terms",)),
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

    @field_validator("shipping_item")
    @classmethod
    def _is_an_id_or_quickbooks_own(cls, value: str) -> str:
        if value and value != SHIPPING_ITEM:
            check_id(value)
        return value

    def of_connection(self, facts: Mapping[str, str]) -> "QuickBooksOnlineSettings":
        """Return the settings with what the connection remembers of mappings."""
        return self.with_shipping(facts, items_of_roles(self, ITEM_ROLES))

    @property
    def methods(self) -> dict[str, str]:
        """QuickBooks' payment method by the store's own word."""
        return dict(pairs(self.payment_methods))


class QuickBooksOnlineSecrets(BaseModel):
    """What signs in: the app's keys are typed, Intuit gives the rest."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    client_id: Annotated[
        str,
        Field(
            title="Client ID",
            description="Of your app on developer.intuit.com, under Keys and "
            "credentials.",
            min_length=8,
            repr=False,
        ),
    ]
    client_secret: Annotated[
        str,
        Field(
            title="Client secret",
            description="Stands beside the client ID.",
            min_length=8,
            repr=False,
        ),
    ]
    webhook_token: Annotated[
        str,
        Field(
            title="Webhook verifier token",
            description="Of your app, under Webhooks. Without it we look for changes "
            "at intervals.",
            repr=False,
        ),
        AskedFor(),
    ] = ""
    realm_id: Annotated[
        str,
        Field(
            title="Company ID",
            description="Intuit tells it when you connect.",
            pattern=r"^[0-9]{0,30}$",
        ),
    ] = ""
    access_token: Annotated[
        str,
        Field(
            title="Access token",
            description="Intuit gives it when you connect; lasts an hour.",
            repr=False,
        ),
    ] = ""
    access_until: Annotated[
        str,
        Field(title="Access token's end", description="Kept beside the token."),
    ] = ""
    refresh_token: Annotated[
        str,
        Field(
            title="Refresh token",
            description="Intuit gives it when you connect, and a new one about daily.",
            repr=False,
        ),
    ] = ""
    refresh_until: Annotated[
        str,
        Field(title="Refresh token's end", description="Kept beside the token."),
    ] = ""
