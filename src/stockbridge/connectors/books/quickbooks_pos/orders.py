"""Sales orders: a sale that promises goods, until it is filled at the counter.

Its id in the engine is marked, because POS deletes an order but reverses a receipt, and
an id alone does not say which of both it is.
"""

from collections.abc import Callable

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.addresses import receipt_address
from stockbridge.connectors.books.quickbooks_pos.envelopes import (
    Message,
    Node,
    Response,
    text_of,
)
from stockbridge.connectors.books.quickbooks_pos.errors import not_expressible
from stockbridge.connectors.books.quickbooks_pos.markers import Signed, signed_text
from stockbridge.connectors.books.quickbooks_pos.numbers import amount_text
from stockbridge.connectors.books.quickbooks_pos.receipt_plan import Planner
from stockbridge.connectors.books.quickbooks_pos.receipt_values import Receipt
from stockbridge.connectors.books.quickbooks_pos.receipts import (
    line_nodes,
    money_at,
    tax_of,
)
from stockbridge.connectors.books.quickbooks_pos.settings import (
    PosSettings,
    SaleDocumentKind,
)
from stockbridge.connectors.books.quickbooks_pos.texts import fit
from stockbridge.domain.accounting import (
    CancellationDocument,
    DocumentKind,
    ReversalDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.ports import (
    NotDone,
    PostOutcome,
    PostRequest,
    PostResult,
    Prepare,
    Prepared,
)

ADD = "SalesOrderAddRq"
ROW = "SalesOrderRet"
LINE = "SalesOrderItemRet"
_PREFIX = "order:"
_INSTRUCTIONS_CHARS_MAX = 2000
_NUMBER_CHARS_MAX = 32


def is_order(sale: SaleDocument, settings: PosSettings) -> bool:
    """Return whether a sale is written as a sales order: planned so, or by choice."""
    is_chosen = settings.sale_document is SaleDocumentKind.SALES_ORDER
    return is_chosen or sale.form is SaleForm.SALES_ORDER


def order_id(txn_id: str) -> str:
    """Return the id of a sales order as the engine keeps it."""
    return f"{_PREFIX}{txn_id}"


def txn_of_order(books_id: str) -> str:
    """Return the TxnID of a sales order; "": the id is a receipt's."""
    return books_id.removeprefix(_PREFIX) if books_id.startswith(_PREFIX) else ""


def question(request: Prepare, txn_id: str) -> Message:
    """Return the query for an order as it stands, before it is filled or changed."""
    return Message("SalesOrderQueryRq", request.attempt_id, [("TxnID", txn_id)])


def prepared(
    request: Prepare,
    response: Response,
    *,
    why_not: Callable[[etree._Element], tuple[str, str] | None],
    basis: Callable[[etree._Element], str],
) -> Prepared | NotDone:
    """Return what the write needs to know of the order, or why it may not be made.

    `why_not` tells what stands against it, and what to do.
    """
    attempt = request.attempt_id
    if response.is_error:
        return NotDone(
            attempt, f"Point of Sale did not give the order: {response.text}"
        )
    rows = response.rows(ROW)
    against = why_not(rows[0]) if rows else _GONE
    if against is not None:
        return NotDone(attempt, *against, is_retryable=False)
    return Prepared(attempt, basis(rows[0]))


_GONE = (
    "The sales order is no longer in Point of Sale.",
    "Undo the import of the order and import it again, or enter the sale by hand.",
)


def deletion_of(document: CancellationDocument) -> ReversalDocument:
    """Return a cancellation as the deletion of its sales order.

    A receipt is no open sale: it cannot be called off, only reversed.
    """
    if not txn_of_order(document.sale.books_id):
        raise not_expressible(
            "A sales receipt took the goods already; it cannot be called off.",
            field="sale",
            remedy="Undo the import of the order, or give the money back in the store.",
        )
    if document.is_rest:
        raise not_expressible(
            "A part of this sales order was sold; what is left of it is not deleted.",
            field="sale",
            remedy="Close the order in Point of Sale, then cancel this document here.",
        )
    return ReversalDocument(
        document.sale, DocumentKind.SALE, document.business_date, document.reason
    )


def sales_order(post: PostRequest, sale: SaleDocument, planner: Planner) -> list[Node]:
    """Return what is inside SalesOrderAddRq."""
    if sale.customer is None or not sale.customer.is_known:
        raise not_expressible(
            "A sales order of Point of Sale needs a customer.",
            field="customer",
            remedy="Choose another way to bill guests, or write sales as receipts.",
        )
    receipt = planned(sale, planner)
    instructions = signed_text(
        Signed(post.marker, sale.reference),
        sale.memo,
        chars_max=_INSTRUCTIONS_CHARS_MAX,
    )
    charge = amount_text(receipt.shipping) if receipt.shipping else ""
    address = receipt_address(sale.shipping_address, charge)
    children: list[Node] = [
        ("Cashier", fit(planner.settings.cashier, 16)),
        ("CustomerListID", sale.customer.books_id),
        ("Discount", amount_text(receipt.discount) if receipt.discount else ""),
        ("Instructions", instructions),
        ("PriceLevelNumber", str(planner.settings.price_level)),
        ("SalesOrderNumber", fit(sale.reference, _NUMBER_CHARS_MAX)),
        ("SalesOrderType", "WebOrder"),
        ("TaxCategory", receipt.tax_category),
        ("TxnDate", sale.business_date.isoformat()),
        (
            "ShippingInformation",
            address if any(value for _, value in address) else None,
        ),
        *[("SalesOrderItemAdd", line_nodes(line)) for line in receipt.lines],
    ]
    return [("SalesOrderAdd", children)]


def planned(sale: SaleDocument, planner: Planner) -> Receipt:
    """Return what an order promises; raises ActionNeededError for a gift card used."""
    receipt = planner.sale(sale)
    if receipt.gift:
        raise not_expressible(
            "A sales order of Point of Sale takes no gift card as payment.",
            field="lines",
            remedy="Write sales as receipts; or take the card when the order is "
            "filled, and mark this order as booked elsewhere.",
        )
    return receipt


def posted_order(
    attempt_id: str, row: etree._Element, settings: PosSettings
) -> PostResult:
    """Return a stored sales order as a result."""
    return PostResult(
        attempt_id,
        PostOutcome.POSTED,
        books_id=order_id(text_of(row, "TxnID")),
        number=text_of(row, "SalesOrderNumber"),
        version=text_of(row, "TimeModified"),
        total=money_at(row, "Total", settings),
        total_tax=tax_of(row, LINE, settings),
    )
