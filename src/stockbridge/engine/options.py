"""The options of a bridge: one group per part of the screen, sane defaults.

`description` is the line of help that the screen shows; `group` says where.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.customer_matching import CustomerMatching
from stockbridge.domain.online import OnlineBy
from stockbridge.domain.policy import (
    CentDifference,
    ClosedPeriod,
    CustomerChoice,
    DateChoice,
    MissingItem,
    PartShipments,
    PostingPolicy,
    When,
)
from stockbridge.domain.stock import Owner, Quantity, StockPolicy
from stockbridge.domain.styles import StyleRule
from stockbridge.domain.three_way import FieldOwner
from stockbridge.ports import BooksCapabilities


def _option(default: Any, title: str, help_text: str, group: str, **more: Any) -> Any:  # noqa: ANN401
    return Field(
        default,
        title=title,
        description=help_text,
        json_schema_extra={"group": group},
        **more,
    )


#: In place of a rounding account, where books have none: the item for fees takes it.
_BY_ITEM = "item"
#: A field: QuickBooks' stays, the store's counts, or only its changes.
FieldRule = Literal[FieldOwner.NOBODY, FieldOwner.CHANGED, FieldOwner.STORE]


class BridgeOptions(BaseModel):
    """All options of a bridge; saved together, in force at the next step."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    # Orders
    orders_enabled: bool = _option(
        False,
        "Import orders automatically",
        "Import one order by hand first: you see what happens before it happens "
        "by itself.",
        "orders",
    )
    orders_interval_min: int = _option(
        5,
        "Look for orders every (minutes)",
        "5 is a good value.",
        "orders",
        ge=1,
        le=1440,
    )
    when: When = _option(
        When.PAID, "Import an order when it is", "Unpaid orders wait.", "orders"
    )
    statuses: list[str] = _option(
        [],
        "Statuses",
        "Where the choice before is “in one of the statuses”: the store's own words.",
        "orders",
    )
    excluded_statuses: list[str] = _option(
        [], "Never import these statuses", "The store's own words.", "orders"
    )
    start_date: datetime | None = _option(
        None,
        "Start date",
        "Orders placed before it are imported only by hand.",
        "orders",
    )
    parts: PartShipments = _option(
        PartShipments.WAIT,
        "When only a part has shipped",
        "Booking each part needs a store that tells what shipped (see its settings), "
        "and books in which the order stays open until then: sales orders, and the "
        "embedded back office. Sales receipts and invoices take all at once; they "
        "always wait.",
        "orders",
    )
    date_choice: DateChoice = _option(
        DateChoice.PLACED, "Date of the document", "The day the books count.", "orders"
    )
    prefix: str = _option(
        "", "Prefix of order numbers", "As WEB-.", "orders", max_length=12
    )
    customers: CustomerChoice = _option(
        CustomerChoice.MATCH_OR_CREATE, "Customers", "Who is billed.", "orders"
    )
    customer_matching: CustomerMatching = _option(
        CustomerMatching.EMAIL,
        "A customer of the books is the buyer if equal is",
        "Of a buyer who is not linked. Where several fit, nobody is guessed: the order "
        "waits for you. Without a match the choice above counts.",
        "orders",
    )
    change_customers: bool = _option(
        False,
        "Carry changes of customers into the books",
        "Of linked customers, from now on. By hand: import them again.",
        "customers",
    )
    customer_name_owner: FieldRule = _option(
        FieldOwner.CHANGED, "Names and company", "", "customers"
    )
    customer_email_owner: FieldRule = _option(
        FieldOwner.CHANGED, "E-mail address", "", "customers"
    )
    customer_phone_owner: FieldRule = _option(
        FieldOwner.CHANGED, "Phone number", "", "customers"
    )
    customer_address_owner: FieldRule = _option(
        FieldOwner.CHANGED, "Addresses", "Billing and shipping.", "customers"
    )
    new_customers: bool = _option(
        False,
        "Create new customers of the store in the books",
        "Those who open an account from now on, without waiting for an order.",
        "customers",
    )
    shared_customer: str = _option(
        "", "Customer for all", "Used where guests or all share one.", "orders"
    )
    missing_item: MissingItem = _option(
        MissingItem.HOLD,
        "If an item is not found",
        "An order that waits lists what is missing.",
        "orders",
    )
    fallback_item: str = _option(
        "", "Fallback item", "Stands for unknown items, if so chosen above.", "orders"
    )
    match_by_lookup_code: bool = _option(
        True, "Also match by lookup code", "Where no SKU fits.", "orders"
    )
    cent_difference: CentDifference = _option(
        CentDifference.HOLD,
        "If an order does not add up",
        "What is a cent off waits, or the cent goes to the account below.",
        "orders",
    )
    rounding_account: str = _option("", "Rounding account", "", "orders")
    closed_period: ClosedPeriod = _option(
        ClosedPeriod.HOLD, "Dates in a closed period", "", "orders"
    )
    books_payments: bool = _option(
        True, "Book payments", "With the order, once it is paid.", "orders"
    )
    restocks_when_unsaid: bool = _option(
        True,
        "Put refunded goods back into stock",
        "Where the store does not say whether it did.",
        "orders",
    )
    location: str = _option("", "Location of sales", "Where goods leave.", "orders")
    # Stock
    stock_enabled: bool = _option(
        False, "Sync stock", "Quantities go to the store by themselves.", "stock"
    )
    stock_interval_min: int = _option(
        5,
        "Sync stock every (minutes)",
        "5 to 15 suits WooCommerce; below 2 a small host gets slow.",
        "stock",
        ge=1,
        le=1440,
    )
    locations: list[str] = _option(
        [], "Locations that count", "None chosen means all.", "stock"
    )
    quantity: Quantity = _option(
        Quantity.AVAILABLE,
        "Quantity",
        "On hand, or available (on hand less open orders).",
        "stock",
    )
    buffer: Decimal = _option(
        Decimal(0), "Buffer", "Kept back from the store.", "stock", ge=0
    )
    negative_to_zero: bool = _option(True, "Show negative stock as zero", "", "stock")
    owner: Owner = _option(
        Owner.BOOKS,
        "Who owns stock",
        "Books: a quantity edited in the store is overwritten, and you are told.",
        "stock",
    )
    log_missing: bool = _option(True, "Write missing matches to the log", "", "stock")
    # Prices and products
    price_owner: Literal["none", "books", "store"] = _option(
        "none",
        "Who owns prices",
        "The books: a price is theirs, and is written to the store by Push, or by "
        "itself if switched on below. The store: no price is written to products that "
        "it has; what the books ask stays theirs, too.",
        "items",
    )
    send_prices: bool = _option(
        False,
        "Send changed prices to the store by themselves",
        "Where the books own them, and writing to the store is allowed. From now on; "
        "what differs already is listed under Prices and stays until you send it.",
        "items",
    )
    regular_price_from: str = _option(
        "",
        "Regular price in the store",
        "Which price of an item goes there. By default the one that its books name.",
        "items",
        max_length=20,
    )
    sale_price_from: str = _option(
        "",
        "Sale price in the store",
        "Where it is below the regular price the item is on sale, else it is not. "
        "None chosen: sale prices are the store's own.",
        "items",
        max_length=20,
    )
    change_items: bool = _option(
        False,
        "Carry changes of products into the books",
        "Of linked products, from now on; never quantities. By hand: import them "
        "again. Prices only where the store owns them.",
        "items",
    )
    item_name_owner: FieldRule = _option(FieldOwner.CHANGED, "Name", "", "items")
    item_description_owner: FieldRule = _option(
        FieldOwner.CHANGED, "Description", "", "items"
    )
    item_upc_owner: FieldRule = _option(
        FieldOwner.CHANGED, "UPC (barcode)", "", "items"
    )
    new_items: bool = _option(
        False,
        "Create new products of the store in the books",
        "Those that are created from now on, once they are published, with the "
        "quantity that they have then.",
        "items",
    )
    online_by: OnlineBy = _option(
        OnlineBy.MARK,
        "What is sold online",
        "Only such items are created in the store.",
        "items",
    )
    online_departments: list[str] = _option(
        [],
        "Departments sold online",
        "Where the choice before is “in one of the departments”: as items name them.",
        "items",
    )
    online_keyword: str = _option(
        "",
        "Keyword of what is sold online",
        "Where the choice before is “with the keyword”: whole words in an item's "
        "keywords, name or description.",
        "items",
        max_length=60,
    )
    style_rule: StyleRule = _option(
        StyleRule.NONE,
        "Group items into products",
        "Items of one style become one product with variations; see Attributes.",
        "items",
    )
    create_as_draft: bool = _option(
        True, "Create products as drafts", "You publish them in the store.", "items"
    )
    # Permissions
    allow_orders: bool = _option(True, "Allow importing orders", "", "permissions")
    allow_customers: bool = _option(
        True, "Allow importing customers", "", "permissions"
    )
    allow_items: bool = _option(True, "Allow importing items", "", "permissions")
    allow_export: bool = _option(
        False, "Allow creating and updating items in the store", "", "permissions"
    )
    # Safety limits (per run, and over 24 hours)
    zeroed_max: int = _option(
        25, "Items that may go to zero", "More stops and asks.", "safety", ge=0
    )
    zeroed_share_max: int = _option(
        30, "… or per cent of all items", "", "safety", ge=0, le=100
    )
    repriced_percent_max: int = _option(
        50, "Price change in per cent", "A larger one stops and asks.", "safety", ge=0
    )
    created_max: int = _option(200, "Records that may be created", "", "safety", ge=0)
    posted_max: int = _option(2000, "Documents in 24 hours", "", "safety", ge=1)
    posted_value_max: Decimal = _option(
        Decimal(0),
        "Value booked in 24 hours",
        "Sales and refunds together; 0 means any.",
        "safety",
        ge=0,
    )

    @field_validator("start_date")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("The start date needs a time zone.")
        return value


def posting_policy(
    options: BridgeOptions, books: BooksCapabilities | None = None
) -> PostingPolicy:
    """Return what planning an order obeys, within what the books can do."""
    chosen = _chosen_policy(options)
    if books is None:
        return chosen
    has_payments = DocumentKind.PAYMENT in books.kinds
    return replace(
        chosen,
        form=books.sale_forms[0],
        books_payments=chosen.books_payments
        and (has_payments or books.can_choose_form),
        books_fulfillments=DocumentKind.FULFILLMENT in books.kinds,
        books_cancellations=DocumentKind.CANCELLATION in books.kinds,
        sale_moves_stock=books.sale_moves_stock,
        fulfillment_bills=books.fulfillment_bills,
        can_amend=books.can_amend,
        reference_chars_max=books.reference_chars_max,
        order_fields=books.order_fields,
        rounding_account=chosen.rounding_account
        or ("" if books.has_accounts else _BY_ITEM),
    )


def _chosen_policy(options: BridgeOptions) -> PostingPolicy:
    return PostingPolicy(
        is_automatic=options.orders_enabled,
        when=options.when,
        statuses=frozenset(options.statuses),
        excluded_statuses=frozenset(options.excluded_statuses),
        parts=options.parts,
        date_choice=options.date_choice,
        starts_at=options.start_date,
        prefix=options.prefix,
        missing_item=options.missing_item,
        fallback_item=options.fallback_item,
        closed_period=options.closed_period,
        cent_difference=options.cent_difference,
        rounding_account=options.rounding_account,
        books_payments=options.books_payments,
        restocks_when_unsaid=options.restocks_when_unsaid,
        location_id=options.location,
    )


def stock_policy(options: BridgeOptions) -> StockPolicy:
    """Return what computing sellable obeys."""
    return StockPolicy(
        quantity=options.quantity,
        locations=frozenset(options.locations),
        buffer=options.buffer,
        negative_to_zero=options.negative_to_zero,
        owner=options.owner,
    )
