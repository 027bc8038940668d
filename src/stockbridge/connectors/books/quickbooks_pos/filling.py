"""A sales order filled: the sales receipt that takes its goods and its money.

`SalesOrderTxnID` names the order; lines, tax and tender are the receipt's own, those of
the sale that the order was written for, or of the part of it that leaves: an order may
have several receipts. Point of Sale has no edit sequence, so the
order is read just before: one that somebody filled, changed or took a deposit for is
held.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos import orders
from stockbridge.connectors.books.quickbooks_pos.envelopes import (
    Node,
    Response,
    text_of,
)
from stockbridge.connectors.books.quickbooks_pos.errors import not_expressible
from stockbridge.connectors.books.quickbooks_pos.numbers import decimal_of
from stockbridge.connectors.books.quickbooks_pos.receipt_plan import Planner
from stockbridge.connectors.books.quickbooks_pos.receipts import (
    money_at,
    sale_receipt,
    tax_of,
)
from stockbridge.connectors.books.quickbooks_pos.settings import PosSettings
from stockbridge.domain.accounting import (
    BooksRef,
    FulfillmentDocument,
    SaleDocument,
)
from stockbridge.domain.errors import DefectError
from stockbridge.ports import NotDone, PostRequest, Prepare, Prepared

_BY_HAND = "Or fill it in Point of Sale by hand, then cancel this document here."


def order_of(fulfillment: FulfillmentDocument) -> str:
    """Return the TxnID of the sales order; raises ActionNeededError for a receipt."""
    txn_id = orders.txn_of_order(fulfillment.sale.books_id)
    if not txn_id:
        raise not_expressible(
            "Only a sales order is filled: a sales receipt took the goods already.",
            field="sale",
            remedy="Cancel this document: nothing is left to be done.",
        )
    return txn_id


def billed_of(fulfillment: FulfillmentDocument) -> SaleDocument:
    """Return the sale of the receipt: the order's, or that of the part that leaves."""
    if fulfillment.lines and fulfillment.whole is None:
        raise not_expressible(
            "A part of a sales order is not filled from here.",
            field="lines",
            remedy="Fill that part in Point of Sale by hand, then cancel this document "
            "here.",
        )
    if fulfillment.billed is None:
        raise DefectError("This does not say what is billed.")
    memo = f"{fulfillment.billed.memo} {fulfillment.memo}".strip()
    day = fulfillment.business_date
    return replace(fulfillment.billed, business_date=day, memo=memo)


def filling_receipt(
    post: PostRequest, fulfillment: FulfillmentDocument, planner: Planner
) -> list[Node]:
    """Return what is inside SalesReceiptAddRq for an order whose goods leave."""
    sale = billed_of(fulfillment)
    return sale_receipt(post, sale, planner, fills=order_of(fulfillment))


def prepared(
    request: Prepare,
    fulfillment: FulfillmentDocument,
    response: Response,
    settings: PosSettings,
) -> Prepared | NotDone:
    """Return that the order may be filled, or why not."""
    return orders.prepared(
        request,
        response,
        why_not=lambda row: _why_not(row, fulfillment, settings),
        basis=lambda row: order_of(fulfillment),
    )


def _why_not(
    order: etree._Element, fulfillment: FulfillmentDocument, settings: PosSettings
) -> tuple[str, str] | None:
    sale = billed_of(fulfillment)
    number = text_of(order, "SalesOrderNumber")
    why = not_open(
        order, sale.customer, by_hand=_BY_HAND, ours=_sold_by_us(fulfillment, settings)
    )
    if why is not None:
        return why
    billed, charged = fulfillment.whole or (sale.total, sale.total_tax)
    total, tax = (
        money_at(order, "Total", settings),
        tax_of(order, orders.LINE, settings),
    )
    if (total, tax) != (billed, charged):
        return (
            f"Sales order {number} was changed in Point of Sale: it comes to {total} "
            f"with {tax} tax, the store billed {billed} with {charged}.",
            f"Change it back there, then retry. {_BY_HAND}",
        )
    return None


@dataclass(frozen=True, slots=True)
class Sold:
    """What our own parts took of an order, and which of its lines are no goods."""

    units: Decimal = Decimal(0)
    charges: frozenset[str] = frozenset()  # items for tax, shipping and the like


def _sold_by_us(fulfillment: FulfillmentDocument, settings: PosSettings) -> Sold:
    if fulfillment.whole is None:
        return Sold()
    own = (settings.tax_item, settings.shipping_item, settings.fee_item)
    charges = frozenset((*own, settings.unstocked_item, settings.gift_card_item))
    units = sum((count for _, count in fulfillment.gone), Decimal(0))
    return Sold(units, charges - {""})


def not_open(
    order: etree._Element,
    customer: BooksRef | None,
    *,
    by_hand: str,
    ours: Sold | None = None,
) -> tuple[str, str] | None:
    """Return that somebody filled, took a deposit for, or gave away the order.

    `ours` is what parts of ours have sold of it: other units somebody else has.
    """
    number = text_of(order, "SalesOrderNumber")
    ours = ours or Sold()
    if _units_sold(order, ours.charges) != ours.units:
        return (
            f"Sales order {number}, or a part of it, has been filled in Point of Sale.",
            "Fill the rest there, then cancel this document here. Refunds of the order "
            "are then yours to enter, too.",
        )
    if decimal_of(text_of(order, "DepositBalance") or "0"):
        return (
            f"A deposit was taken for sales order {number} in Point of Sale.",
            f"Give the deposit back there, then retry. {by_hand}",
        )
    if text_of(order, "CustomerListID") != (customer.books_id if customer else ""):
        return (
            f"Sales order {number} was given to another customer in Point of Sale.",
            f"Change it back there, then retry. {by_hand}",
        )
    return None


def _units_sold(order: etree._Element, without: frozenset[str]) -> Decimal:
    """Return how many units of an order were sold, its charges left out."""
    lines = order.findall(orders.LINE)
    goods = [line for line in lines if text_of(line, "ListID") not in without]
    said = (decimal_of(text_of(line, "QtySold") or "0") for line in goods)
    return sum(said, Decimal(0))
