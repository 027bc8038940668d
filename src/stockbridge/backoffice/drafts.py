"""What a caller asks to be posted: values, checked before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from stockbridge.backoffice.models.orders import LineKind
from stockbridge.domain.money import Money

#: Names an order: by its id, or by the key under which it is posted.
OrderRef = int | str
#: Names an order line: by its id, or by the store's id of the line.
LineRef = int | str


class OnClosed(StrEnum):
    """What becomes of a document that falls into a closed period."""

    REFUSE = "refuse"
    FIRST_OPEN_DAY = "first_open_day"  # its own date goes into the memo


@dataclass(frozen=True, slots=True)
class Header:
    """What every document says about itself.

    `key` names the intent: posting it again returns the first document.
    `business_date` is a day of the company's time zone, decided by the caller.
    """

    key: str
    business_date: date
    reference: str = ""  # the store's number
    marker: str = ""  # the source's sign
    memo: str = ""
    on_closed: OnClosed = OnClosed.REFUSE


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line of an order. The amount is without tax; tax has lines of its own."""

    kind: LineKind
    amount: Money  # in whole coins
    quantity: Decimal = Decimal(1)
    description: str = ""
    item_id: int | None = None
    location_id: int | None = None  # None: the order's
    account_id: int | None = None  # None: the item's, else the default one
    source_line: str = ""
    unit_price: Money | None = None  # None: amount / quantity
    moves_stock: bool | None = None  # None: as the item says


@dataclass(frozen=True, slots=True)
class MoneyMoved:
    """Money received or given back: always positive here."""

    amount: Money
    method: str = ""
    transaction_id: str = ""
    account_id: int | None = None  # None: the default deposit account


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """A sale. Its lines add up to `total`, to the cent."""

    header: Header
    lines: tuple[LineDraft, ...]
    total: Money
    placed_at: datetime
    partner_id: int | None = None
    location_id: int | None = None
    bill_to: Mapping[str, str] = field(default_factory=dict)
    ship_to: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    paid: MoneyMoved | None = None  # received with the order
    is_fulfilled: bool = False  # all of it handed over at once


@dataclass(frozen=True, slots=True)
class FulfillmentDraft:
    """Goods of an order handed over; no units means all that is still open."""

    header: Header
    order: OrderRef
    units: tuple[tuple[LineRef, Decimal], ...] = ()
    location_id: int | None = None  # None: where each line was promised


@dataclass(frozen=True, slots=True)
class CancellationDraft:
    """What is still open of an order is called off."""

    header: Header
    order: OrderRef


@dataclass(frozen=True, slots=True)
class AmendmentDraft:
    """An open order takes another form: these lines instead of the old ones."""

    header: Header
    order: OrderRef
    lines: tuple[LineDraft, ...]
    total: Money
    ship_to: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class PaymentDraft:
    """Money received from a customer, or paid to a vendor."""

    header: Header
    moved: MoneyMoved
    order: OrderRef | None = None
    partner_id: int | None = None
    is_outgoing: bool = False


@dataclass(frozen=True, slots=True)
class RefundLineDraft:
    """Part of a refund; positive amounts without tax. `restock` moves the stock."""

    kind: LineKind
    amount: Money
    order_line: LineRef | None = None
    quantity: Decimal = Decimal(0)
    restock: Decimal = Decimal(0)
    description: str = ""
    location_id: int | None = None  # None: where it was sold from
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class RefundDraft:
    """Money given back for an order, with or without goods back."""

    header: Header
    order: OrderRef
    lines: tuple[RefundLineDraft, ...]
    total: Money
    paid_out: MoneyMoved | None = None  # None: the customer keeps it as a credit


@dataclass(frozen=True, slots=True)
class ReceiptLineDraft:
    """Goods of one item that came in, for `amount` together."""

    item_id: int
    quantity: Decimal
    amount: Money
    description: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptDraft:
    """Goods received from a vendor."""

    header: Header
    lines: tuple[ReceiptLineDraft, ...]
    vendor_id: int | None = None
    location_id: int | None = None


@dataclass(frozen=True, slots=True)
class CountDraft:
    """A change of one level: by `delta`, or to what was `counted`."""

    item_id: int
    location_id: int | None = None
    delta: Decimal | None = None
    counted: Decimal | None = None
    unit_cost: Money | None = None  # None: as stock, else as the item says


@dataclass(frozen=True, slots=True)
class AdjustmentDraft:
    """Stock found, lost or counted, with a reason; or the opening quantities."""

    header: Header
    lines: tuple[CountDraft, ...]
    reason: str
    is_opening: bool = False


@dataclass(frozen=True, slots=True)
class TransferDraft:
    """Units carried from one location to another."""

    header: Header
    from_location_id: int
    to_location_id: int
    units: tuple[tuple[int, Decimal], ...]  # item id, units


@dataclass(frozen=True, slots=True)
class EntryLineDraft:
    """One side of a journal entry made by hand."""

    account_id: int
    debit: Money | None = None
    credit: Money | None = None
    memo: str = ""


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """A journal entry made by hand, as by an accountant."""

    header: Header
    lines: tuple[EntryLineDraft, ...]


@dataclass(frozen=True, slots=True)
class ReversalDraft:
    """A posted document taken back, by a document of its own."""

    header: Header
    document_id: int
    reason: str


Draft = (
    OrderDraft
    | FulfillmentDraft
    | CancellationDraft
    | AmendmentDraft
    | PaymentDraft
    | RefundDraft
    | ReceiptDraft
    | AdjustmentDraft
    | TransferDraft
    | EntryDraft
    | ReversalDraft
)
