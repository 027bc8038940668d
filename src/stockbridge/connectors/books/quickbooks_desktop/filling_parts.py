"""The lines of an invoice that bills a part of a sales order.

Each names the order's line that it fills (`LinkToTxn`), how many units of it leave, and
its amount to the cent: a linked line names no item. The order's line of billed tax has
no quantity: the first part takes it along, so that the order is closed by the last one;
the parts after it charge their tax by a line of their own. That an amount and a tax
code may stand on a linked line nobody could confirm (?).
"""

from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.lines import (
    Sold,
    line_elements,
    sale_lines,
    sign_of,
)
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Child,
    Element,
    leaf,
    node,
    text_of,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.tax import TaxPlan
from stockbridge.domain.accounting import FulfillmentDocument, SaleDocument
from stockbridge.domain.errors import ConflictError
from stockbridge.domain.money import zero

#: What a line takes from the order's: it must not be told beside the link.
_FROM_ORDER = frozenset({"ItemRef", "InventorySiteRef", "OverrideItemAccountRef"})


def rows_of(order: Element) -> list[list[str]]:
    """Return the lines of a sales order: id, our sign on it, its item."""
    return [
        [
            text_of(line, "TxnLineID"),
            text_of(line, "Other1"),
            text_of(line, "ItemRef/ListID"),
        ]
        for line in order.findall("SalesOrderLineRet")
    ]


def part_lines(
    fulfillment: FulfillmentDocument,
    sale: SaleDocument,
    plan: TaxPlan,
    basis: Basis,
    settings: QuickBooksDesktopSettings,
) -> list[Child]:
    """Return the lines of the invoice; ConflictError where the order lost one."""
    order_id = fulfillment.sale.books_id.partition(":")[2]
    signs = {sign: line_id for line_id, sign, _ in basis.lines if sign}
    told = sale_lines(sale.lines, settings)
    names = [signs.get(sign_of(line.source), "") for line in told]
    if not all(names):
        raise ConflictError(
            "The sales order in QuickBooks lost a line that is to be invoiced.",
            remedy="Invoice this part there by hand, then cancel this document here.",
        )
    taxes = [
        line_id
        for line_id, sign, item in basis.lines
        if not sign and item == settings.tax_line_item
    ]
    is_first = not any(units for _, units in fulfillment.gone)
    if taxes and is_first and plan.line is None:
        # Its tax needs no line of its own, the order's has to be taken all the same.
        nothing = Sold(settings.tax_line_item, "Sales tax", zero(sale.total.currency))
        told, names = [*told, nothing], [*names, taxes[0]]
    elif plan.line is not None:
        names.append(taxes[0] if taxes and is_first else "")
    elements = line_elements("Invoice", told, plan, settings)
    return [
        _linked(element, order_id, name) if name else element
        for element, name in zip(elements, names, strict=True)
    ]


def _linked(element: Child, order_id: str, line_id: str) -> Child:
    assert element is not None
    kept = [child for child in element if child.tag not in _FROM_ORDER]
    link = node("LinkToTxn", leaf("TxnID", order_id), leaf("TxnLineID", line_id))
    return node("InvoiceLineAdd", *kept, link)
