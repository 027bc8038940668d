"""A sales order filled: the sales receipt that takes its goods and its money.

`SalesOrderTxnID` names the order; lines, tax and tender are the receipt's own, those of
the sale that the order was written for, or of the part of it that leaves: an order may
have several receipts. Point of Sale has no edit sequence, so the
order is read just before: one that somebody filled, changed or took a deposit for is
held.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    """What our own parts took of an order, and which of its lines are no goods.

    A line that was handed over before is known by its id alone; its item is told only
    where the part that leaves now takes of it, too.
    """

    units: Decimal = Decimal(0)
    by_item: Mapping[str, Sequence[Decimal]] = field(default_factory=dict)
    others: int = 0  # lines of the sale of which this part takes nothing
    charges: frozenset[str] = frozenset()  # items for tax, shipping and the like

    def is_all_of(self, order: etree._Element) -> bool:
        """Return whether nobody else sold of an order, or gave back.

        Exactly by item for what leaves now, unless the order has more lines of it than
        the part names: what they sold may be ours, too.
        """
        lines = order.findall(orders.LINE)
        goods = [line for line in lines if text_of(line, "ListID") not in self.charges]
        sold: dict[str, list[Decimal]] = {}
        for line in goods:
            units = decimal_of(text_of(line, "QtySold") or "0")
            sold.setdefault(text_of(line, "ListID"), []).append(units)
        if sum((sum(units) for units in sold.values()), Decimal(0)) != self.units:
            return False
        # As many other items as other lines: those are no lines of the same items.
        is_told = self.others <= len(set(sold) - set(self.by_item))
        for item in {*sold, *self.by_item}:
            there, ours = sold.get(item, []), self.by_item.get(item, [])
            is_exact = item in self.by_item and (is_told or len(there) <= len(ours))
            if sum(there) < sum(ours) or (is_exact and sum(there) != sum(ours)):
                return False
        return True


def _sold_by_us(fulfillment: FulfillmentDocument, settings: PosSettings) -> Sold:
    if fulfillment.whole is None:
        return Sold()
    gone = dict(fulfillment.gone)
    by_item: dict[str, list[Decimal]] = {}
    named = set[str]()
    for line in billed_of(fulfillment).lines:
        if line.source_id in gone:
            named.add(line.source_id)
            if line.units and line.item is not None:
                took = by_item.setdefault(line.item.books_id, [])
                took.append(gone[line.source_id])
    units = sum(gone.values(), Decimal(0))
    return Sold(units, by_item, len(set(gone) - named), settings.own_items)


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
    if not ours.is_all_of(order):
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
