"""How a bridge books: the choices that a plan obeys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from stockbridge.domain.accounting import BooksRef, CustomerRecord, ItemRecord, SaleForm
from stockbridge.domain.identity import Scope
from stockbridge.domain.planning import Hold, Skip


class When(StrEnum):
    """When an order is booked."""

    PAID = "paid"
    PLACED = "placed"
    SHIPPED = "shipped"
    STATUS = "status"


class DateChoice(StrEnum):
    """Which date a document carries."""

    PLACED = "placed"
    PAID = "paid"
    SHIPPED = "shipped"


class MissingItem(StrEnum):
    """What happens when an item has no counterpart."""

    HOLD = "hold"
    CREATE = "create"
    FALLBACK = "fallback"  # one item that stands for all unknown ones


class CustomerChoice(StrEnum):
    """Who is billed."""

    MATCH_OR_CREATE = "match_or_create"
    MATCH_OR_HOLD = "match_or_hold"
    GUESTS_AS_ONE = "guests_as_one"  # guests share one customer; others as above
    ONE_FOR_ALL = "one_for_all"


class ClosedPeriod(StrEnum):
    """What happens to a date in a closed period."""

    HOLD = "hold"
    FIRST_OPEN_DAY = "first_open_day"  # the original date goes into the memo


class CentDifference(StrEnum):
    """What happens when lines and total differ."""

    HOLD = "hold"
    ROUNDING_ACCOUNT = "rounding_account"


class PartShipments(StrEnum):
    """What happens when only a part of an order has shipped."""

    WAIT = "wait"  # until all has: one fulfillment
    SPLIT = "split"  # each part is a fulfillment of its own


@dataclass(frozen=True, slots=True)
class PostingPolicy:
    """How orders of one bridge are booked."""

    form: SaleForm = SaleForm.CUSTOMER_ORDER
    when: When = When.PAID
    statuses: frozenset[str] = frozenset()  # the store's own words, for STATUS
    excluded_statuses: frozenset[str] = frozenset()
    date_choice: DateChoice = DateChoice.PLACED
    starts_at: datetime | None = None
    is_automatic: bool = True  # False: only what a person chose is booked
    prefix: str = ""
    missing_item: MissingItem = MissingItem.HOLD
    fallback_item: str = ""  # books id
    closed_period: ClosedPeriod = ClosedPeriod.HOLD
    cent_difference: CentDifference = CentDifference.HOLD
    rounding_account: str = ""
    rounding_max: Decimal = Decimal("0.05")
    books_payments: bool = True
    books_fulfillments: bool = True
    parts: PartShipments = PartShipments.WAIT
    restocks_when_unsaid: bool = True
    can_amend: bool = True
    #: Books that know no cancellation take the sale itself back.
    books_cancellations: bool = True
    #: The sale itself takes goods and money (a receipt, an invoice): what is taken back
    #: is all of it. False: it only promises, and calling it off sets that free.
    sale_moves_stock: bool = False
    #: The sale is an open order that owes nothing: what hands the goods over bills it,
    #: and payments and refunds are of that bill.
    fulfillment_bills: bool = False
    location_id: str = ""
    # What a rule gives a document instead of the books' settings:
    class_id: str = ""
    tax_code: str = ""
    department_id: str = ""
    terms_id: str = ""
    reference_chars_max: int = 64
    order_fields: tuple[str, ...] = ()  # which of the store's, by name, are carried


@dataclass(frozen=True, slots=True)
class ItemMatch:
    """A books item that one store item stands for, `factor` units each."""

    ref: BooksRef
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class ShippingPlace:
    """Where a way to ship is booked, other than as the books' settings say."""

    item: BooksRef | None = None
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class Billing:
    """Who is billed for one order, already decided."""

    ref: BooksRef | None
    create: CustomerRecord | None = None  # with it, `ref` names the new record's key
    is_shared: bool = False  # one who stands for many, by choice


@dataclass(frozen=True, slots=True)
class Ground:
    """All that planning one order must know besides the order itself."""

    scope: Scope
    policy: PostingPolicy
    zone: ZoneInfo
    today: date  # in the company's zone
    closed_until: date | None
    items: dict[str, tuple[ItemMatch, ...]]  # by the store's item id
    new_items: dict[str, ItemRecord]  # what could be created, by store item id
    accounts: dict[str, str]  # payment method → account
    is_by_hand: bool = False  # chosen by a person: start date and "when" do not count
    currency: str = ""  # the only one that the books keep; "" = any
    moves_stock: bool = True  # False: shipped before the shelf was counted
    other_books: Skip | None = None  # other books of the company take the sale
    ruled_out: Skip | None = None  # by a rule of posting
    ruled_hold: Hold | None = None
    shipping: Mapping[str, ShippingPlace] = field(default_factory=dict)  # by method
