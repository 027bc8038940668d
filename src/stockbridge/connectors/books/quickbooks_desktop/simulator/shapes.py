"""The order of elements in what QuickBooks answers, by kind."""

import copy

from lxml import etree

from stockbridge.connectors.books.quickbooks_desktop.simulator.state import Element

LIST_HEAD = ("ListID", "TimeCreated", "TimeModified", "EditSequence")
_HEAD = ("TxnID", "TimeCreated", "TimeModified", "EditSequence", "TxnNumber")
_ADDRESSES = ("BillAddress", "ShipAddress")
_TO = (*_HEAD, "CustomerRef", "ClassRef")
_DATED = ("TemplateRef", "TxnDate", "RefNumber", *_ADDRESSES)
_SUMS = (
    "SalesRepRef",
    "Subtotal",
    "ItemSalesTaxRef",
    "SalesTaxPercentage",
    "SalesTaxTotal",
)
ORDERS: dict[str, tuple[str, ...]] = {
    "SalesReceipt": (
        *_TO,
        *_DATED,
        "PaymentMethodRef",
        *_SUMS,
        "TotalAmount",
        "Memo",
        "CustomerSalesTaxCodeRef",
        "DepositToAccountRef",
        "SalesReceiptLineRet",
    ),
    "Invoice": (
        *_TO,
        "ARAccountRef",
        *_DATED,
        "PONumber",
        "TermsRef",
        *_SUMS,
        "AppliedAmount",
        "BalanceRemaining",
        "Memo",
        "IsPaid",
        "CustomerSalesTaxCodeRef",
        "LinkedTxn",
        "InvoiceLineRet",
    ),
    "SalesOrder": (
        *_TO,
        *_DATED,
        "PONumber",
        "TermsRef",
        *_SUMS,
        "TotalAmount",
        "IsManuallyClosed",
        "IsFullyInvoiced",
        "Memo",
        "CustomerSalesTaxCodeRef",
        "LinkedTxn",
        "SalesOrderLineRet",
        "SOChannel",
        "StoreName",
    ),
    "CreditMemo": (
        *_TO,
        "ARAccountRef",
        *_DATED,
        "TermsRef",
        *_SUMS,
        "TotalAmount",
        "CreditRemaining",
        "Memo",
        "CustomerSalesTaxCodeRef",
        "LinkedTxn",
        "CreditMemoLineRet",
    ),
    "ReceivePayment": (
        *_HEAD,
        "CustomerRef",
        "ARAccountRef",
        "TxnDate",
        "RefNumber",
        "TotalAmount",
        "PaymentMethodRef",
        "Memo",
        "DepositToAccountRef",
        "UnusedPayment",
        "UnusedCredits",
        "AppliedToTxnRet",
    ),
    "ARRefundCreditCard": (
        *_HEAD,
        "CustomerRef",
        "RefundFromAccountRef",
        "ARAccountRef",
        "TxnDate",
        "RefNumber",
        "TotalAmount",
        "PaymentMethodRef",
        "Memo",
        "RefundAppliedToTxnRet",
    ),
    "Check": (
        *_HEAD,
        "AccountRef",
        "PayeeEntityRef",
        "RefNumber",
        "TxnDate",
        "Amount",
        "Memo",
        "IsToBePrinted",
        "LinkedTxn",
        "ExpenseLineRet",
    ),
    "InventoryAdjustment": (
        *_HEAD,
        "AccountRef",
        "InventorySiteRef",
        "TxnDate",
        "RefNumber",
        "ClassRef",
        "Memo",
        "InventoryAdjustmentLineRet",
    ),
}
LINE_PARTS = (
    "TxnLineID",
    "ItemRef",
    "Desc",
    "Quantity",
    "Rate",
    "ClassRef",
    "Amount",
    "InventorySiteRef",
    "SalesTaxCodeRef",
    "Invoiced",  # of sales orders, as is the next
    "IsManuallyClosed",
    "Other1",
)
ADDRESS_PARTS = (
    *("Addr1", "Addr2", "Addr3", "Addr4", "Addr5"),
    *("City", "State", "PostalCode", "Country", "Note"),
)
CUSTOMER_PARTS = (
    "Name",
    "FullName",
    "IsActive",
    "ClassRef",
    "Sublevel",
    "CompanyName",
    "FirstName",
    "LastName",
    *_ADDRESSES,
    "Phone",
    "Email",
    "TermsRef",
    "SalesRepRef",
    "Balance",
    "TotalBalance",
    "Notes",
    "ExternalGUID",
)
ITEM_PARTS = (
    "Name",
    "FullName",
    "BarCodeValue",
    "IsActive",
    "ClassRef",
    "Sublevel",
    "ManufacturerPartNumber",
    "SalesTaxCodeRef",
    "SalesOrPurchase",
    "SalesAndPurchase",
    "SalesDesc",
    "SalesPrice",
    "IncomeAccountRef",
    "COGSAccountRef",
    "AssetAccountRef",
    "QuantityOnHand",
    "QuantityOnOrder",
    "QuantityOnSalesOrder",
    "ExternalGUID",
)


def leaf(tag: str, text: str) -> Element:
    """Return an element with text."""
    element = etree.Element(tag)
    element.text = text
    return element


def group(tag: str, *children: Element) -> Element:
    """Return an element with children."""
    element = etree.Element(tag)
    element.extend(children)
    return element


def ordered(tag: str, children: list[Element], order: tuple[str, ...]) -> Element:
    """Return an element whose children are copied into the schema's order."""
    known = [copy.deepcopy(child) for child in children if child.tag in order]
    return group(tag, *sorted(known, key=lambda child: order.index(child.tag)))


def put(ret: Element, tag: str, text: str, order: tuple[str, ...]) -> None:
    """Set a child's text, adding the child where it belongs."""
    found = ret.find(tag)
    if found is not None:
        found.text = text
        return
    insert(ret, leaf(tag, text), order)


def insert(ret: Element, child: Element, order: tuple[str, ...]) -> None:
    """Add a child where it belongs: behind those that come before it."""
    place = order.index(child.tag)
    before = sum(1 for other in ret if order.index(other.tag) < place)
    ret.insert(before, child)
