"""Settings that both QuickBooks ask alike, and how what is typed there is read."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal, Protocol, get_args

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic.fields import FieldInfo

from stockbridge.ports import ChosenFrom, Place, Words

ID_CHARS_MAX = 36
PAIRS_CHARS_MAX = 2000

CustomerPolicy = Literal["name", "last_first", "name_and_email"]
ItemPolicy = Literal["sku", "name"]
#: Every policy there is: what is in doubt may have left under another one.
CUSTOMER_NAMINGS: tuple[CustomerPolicy, ...] = get_args(CustomerPolicy)
ITEM_NAMINGS: tuple[ItemPolicy, ...] = get_args(ItemPolicy)
CustomerNaming = Annotated[
    CustomerPolicy,
    Words(
        {
            "name": "First and last name",
            "last_first": "Last name, first name",
            "name_and_email": "Name and e-mail address",
        }
    ),
]
NameTaken = Annotated[
    Literal["hold", "suffix"],
    Words({"hold": "Wait for me", "suffix": "Add a short sign"}),
]
ItemNaming = Annotated[
    ItemPolicy,
    Words({"sku": "The SKU", "name": "The name"}),
]
PaymentMethods = Annotated[
    str,
    Field(
        title="Payment methods",
        description="The store's word, and what QuickBooks calls it.",
        max_length=PAIRS_CHARS_MAX,
    ),
    ChosenFrom(("payment_methods",), place=Place.RIGHT),
]


ORDER_FIELD_CHARS_MAX = 100
FROM_ORDER_FIELD = "meta:"  # before the name of an order field, among other sources
#: What a line of a sale can be that is none of the shop's products, and those of them
#: that are known again by their item.
ITEM_ROLES = {
    "shipping_item": "item for shipping",
    "fee_item": "item for fees and rounding",
    "discount_item": "item for discounts",
    "gift_card_item": "item for gift cards",
    "tax_line_item": "item for billed tax",
    "unstocked_item": "item for lines that move no stock",
}
TOLD_BY_ITEM = ("shipping_item", "tax_line_item")


class BothSettings(Protocol):
    """The settings that the rules here ask for; "" where nothing is chosen."""

    @property
    def shipping_item(self) -> str:
        """The id of the item of lines for shipping."""

    @property
    def fee_item(self) -> str:
        """The id of the item of lines for fees and rounding."""

    @property
    def discount_item(self) -> str:
        """The id of the item of lines for discounts."""

    @property
    def gift_card_item(self) -> str:
        """The id of the item of lines for gift cards."""

    @property
    def unstocked_item(self) -> str:
        """The id of the item of lines that move no stock."""

    @property
    def income_account(self) -> str:
        """The id of the income account of new items."""

    @property
    def cogs_account(self) -> str:
        """The id of the cost account of new items."""

    @property
    def asset_account(self) -> str:
        """The id of the asset account of new items."""

    @property
    def adjustment_account(self) -> str:
        """The id of the account that adjustments are booked against."""

    @property
    def item_naming(self) -> Literal["sku", "name"]:
        """What becomes the name of a new item."""

    @property
    def new_item_type(self) -> Literal["inventory", "non_inventory", "service"]:
        """The type of new items."""


def named(title: str, description: str) -> FieldInfo:
    """Return what is asked of a person who chooses an id."""
    found: FieldInfo = Field(title=title, description=description)
    return found


def account(*kinds: str) -> ChosenFrom:
    """Return the choice of an account of one of QuickBooks' types; none: of any."""
    return ChosenFrom(("accounts",), kinds=frozenset(kinds))


FEE_LINES = "It also takes amounts refunded that no line explains."
UNSTOCKED_LINES = (
    "It stands for goods refunded but not put back, for sales shipped before the shelf "
    "was counted, and for items that are unknown here: an inventory item always moves "
    "stock."
)
INCOME_ACCOUNT = named("Income account of new items", "Every item needs one.")
COGS_ACCOUNT = named(
    "Cost of goods sold account of new items", "Inventory items need one."
)
ASSET_ACCOUNT = named(
    "Inventory asset account of new items", "Inventory items need one."
)
DEPOSIT_ACCOUNT = named(
    "Deposit account",
    "Where money lands, unless the payment method says otherwise. Empty: Undeposited "
    "Funds.",
)
ACCOUNTING_CLASS = named("Class", "The class that each document carries.")
SKU_FIELD = named(
    "Where the SKU stands", "Which field of an item is compared with the store's SKU."
)
NEW_ITEM_TYPE = named(
    "Type of new items",
    "Items that the store does not count become non-inventory items in any case.",
)


def valid_if_given(check: Callable[[str], None]) -> AfterValidator:
    """Return the rule that a text, unless it is empty, passes this check."""

    def checked(value: str) -> str:
        if value:
            check(value)
        return value

    return AfterValidator(checked)


def check_own_item(
    value: str,
    info: ValidationInfo,
    *,
    roles: Mapping[str, str] = ITEM_ROLES,
    told_by_item: Sequence[str] = TOLD_BY_ITEM,
) -> str:
    """Return the item of a role; ValueError for one of two where its item tells a line.

    Shipping and billed tax are read back by their items: with one item for both, or for
    other lines, too, the statement would count every such line as each of them.
    """
    rivals = roles if info.field_name in told_by_item else told_by_item
    for name in rivals:
        if value and name != info.field_name and info.data.get(name) == value:
            raise ValueError(
                f"It is the {roles[name]} already. Each needs an item of its own: "
                "shipping and billed tax are told from other lines by their items."
            )
    return value


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


def percent_of(text: str, *, typed: str = "") -> Decimal:
    """Return a rate in percent; raises ValueError that names it, or what was typed."""
    no_rate = ValueError(f"{typed or text} is no rate in percent.")
    try:
        percent = Decimal(text)
    except InvalidOperation as error:
        raise no_rate from error
    if not percent.is_finite() or percent < 0:
        raise no_rate
    return percent


def percents_of(text: str) -> tuple[Decimal, ...]:
    """Return `5+9.975` as rates in percent, each rounded for itself when it is used.

    Raises ValueError, with words for the form.
    """
    return tuple(percent_of(part.strip(), typed=text) for part in text.split("+"))
