"""What a person says about a company in QuickBooks Online.

QuickBooks' own ids name items, accounts and lists: names change and have namesakes.
The screen offers them from what was read.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from stockbridge.connectors.books.quickbooks_online.policies import (
    PAIRS_CHARS_MAX,
    Policies,
    check_id,
    pairs,
)
from stockbridge.ports import ChosenFrom, Place

_ID_CHARS_MAX = 36
SHIPPING_ITEM = "SHIPPING_ITEM_ID"  # QuickBooks' own, where shipping is switched on
_UNCOUNTED = ChosenFrom(("items",), is_uncounted=True)


def _account(*kinds: str) -> ChosenFrom:
    """Return the choice of an account of one of QuickBooks' types; none: of any."""
    return ChosenFrom(("accounts",), kinds=frozenset(kinds))


class QuickBooksOnlineSettings(Policies):
    """The options of a connection to a company in QuickBooks Online."""

    shipping_item: Annotated[
        str,
        Field(
            title="Item for shipping",
            description="A service item; or SHIPPING_ITEM_ID, QuickBooks' own, where "
            "shipping is switched on there (Account and settings, Sales).",
            max_length=_ID_CHARS_MAX,
        ),
        ChosenFrom(("items",), is_uncounted=True, is_open=True),
    ] = ""
    fee_item: Annotated[
        str,
        Field(
            title="Item for fees and rounding",
            description="A service item. It also takes amounts refunded that no line "
            "explains.",
            max_length=_ID_CHARS_MAX,
        ),
        _UNCOUNTED,
    ] = ""
    discount_item: Annotated[
        str,
        Field(
            title="Item for discounts",
            description="A service item; its lines are negative.",
            max_length=_ID_CHARS_MAX,
        ),
        _UNCOUNTED,
    ] = ""
    gift_card_item: Annotated[
        str,
        Field(
            title="Item for gift cards",
            description="A service item that posts to a liability account.",
            max_length=_ID_CHARS_MAX,
        ),
        _UNCOUNTED,
    ] = ""
    tax_line_item: Annotated[
        str,
        Field(
            title="Item for billed tax",
            description="A service item that posts to the sales tax liability "
            "account. Only needed where QuickBooks cannot be told the billed tax.",
            max_length=_ID_CHARS_MAX,
        ),
        _UNCOUNTED,
    ] = ""
    unstocked_item: Annotated[
        str,
        Field(
            title="Item for lines that move no stock",
            description="A non-inventory or service item. It stands for goods refunded "
            "but not put back, for sales shipped before the shelf was counted, and for "
            "items that are unknown here: an inventory item always moves stock.",
            max_length=_ID_CHARS_MAX,
        ),
        _UNCOUNTED,
    ] = ""
    guest_customer: Annotated[
        str,
        Field(
            title="Customer for orders without one",
            description="Invoices and credit memos need a customer.",
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
        _account("Income", "Other Income"),
    ] = ""
    cogs_account: Annotated[
        str,
        Field(
            title="Cost of goods sold account of new items",
            description="Inventory items need one.",
            max_length=_ID_CHARS_MAX,
        ),
        _account("Cost of Goods Sold"),
    ] = ""
    asset_account: Annotated[
        str,
        Field(
            title="Inventory asset account of new items",
            description="Inventory items need one.",
            max_length=_ID_CHARS_MAX,
        ),
        _account("Other Current Asset"),
    ] = ""
    adjustment_account: Annotated[
        str,
        Field(
            title="Account for stock adjustments",
            description="What an adjustment of quantity is booked against, as "
            "Inventory Shrinkage.",
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
        _account("Bank", "Other Current Asset"),
    ] = ""
    refund_account: Annotated[
        str,
        Field(
            title="Account that refunds come from",
            description="Empty: the account of the order's payment method, else the "
            "deposit account. Refund receipts need one.",
            max_length=_ID_CHARS_MAX,
        ),
        _account("Bank", "Other Current Asset"),
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
    department: Annotated[
        str,
        Field(
            title="Location",
            description="The location (department) that each document carries. "
            "QuickBooks Online counts stock for the whole company.",
            max_length=_ID_CHARS_MAX,
        ),
        ChosenFrom(("departments",)),
    ] = ""
    terms: Annotated[
        str,
        Field(
            title="Terms",
            description="Payment terms of invoices.",
            max_length=_ID_CHARS_MAX,
        ),
        ChosenFrom(("terms",)),
    ] = ""

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

    @field_validator(
        "fee_item",
        "discount_item",
        "gift_card_item",
        "tax_line_item",
        "unstocked_item",
        "guest_customer",
        "income_account",
        "cogs_account",
        "asset_account",
        "adjustment_account",
        "deposit_account",
        "refund_account",
        "accounting_class",
        "department",
        "terms",
    )
    @classmethod
    def _is_an_id(cls, value: str) -> str:
        if value:
            check_id(value)
        return value

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
