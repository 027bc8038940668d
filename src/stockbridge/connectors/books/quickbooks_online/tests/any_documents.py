"""Any document, and any settings it may be written by: strategies for hypothesis."""

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.naming import Txn
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    CUSTOMER,
    MUG,
    a_company,
    settings_of,
)
from stockbridge.connectors.tests.any_documents import LONG, AnyDocuments
from stockbridge.domain.accounting import DocumentKind, SaleForm

SALE = Txn("Invoice", "130")
OWN = AnyDocuments(
    customer=CUSTOMER,
    item=MUG,
    location="main",
    account="36",
    forms=[SaleForm.SALES_RECEIPT, SaleForm.INVOICE],
    percents=[Decimal(20), Decimal(5)],
    references=st.text("0123456789WEB-#é", min_size=1, max_size=21),
    names=st.text(max_size=150) | LONG,
)
SETTINGS = st.builds(
    settings_of,
    strip_number_sign=st.booleans(),
    customer_naming=st.sampled_from(["name", "last_first", "name_and_email"]),
    item_naming=st.sampled_from(["sku", "name"]),
    new_item_type=st.sampled_from(["inventory", "non_inventory", "service"]),
    refund_form=st.sampled_from(["refund_receipt", "credit_memo"]),
    accounting_class=st.sampled_from(["", "5"]),
    department=st.sampled_from(["", "6"]),
    terms=st.sampled_from(["", "3"]),
    customer_currency=st.sampled_from(["", "EUR"]),
    payment_methods=st.sampled_from(["", "card=4"]),
    custom_fields=st.sampled_from(
        ["", "1=order_number; 2=payment; 3=placed_on", "1=meta:_po_number"]
    ),
    message_field=st.sampled_from(["", "gift message"]),
)
COMPANIES = st.builds(
    a_company,
    country=st.sampled_from(["US", "GB"]),
    has_many_currencies=st.booleans(),
    keeps_numbers=st.booleans(),
    uses_tax=st.booleans(),
    has_automated_tax=st.booleans(),
    class_per_line=st.booleans(),
    class_per_document=st.booleans(),
)
REVERSALS = OWN.reversals(
    ("SalesReceipt:131", DocumentKind.SALE),
    ("RefundReceipt:132", DocumentKind.REFUND),
    ("CreditMemo:133", DocumentKind.REFUND),
    ("Payment:134", DocumentKind.PAYMENT),
    ("InventoryAdjustment:135", DocumentKind.ADJUSTMENT),
)
DOCUMENTS = st.one_of(
    OWN.sales(),
    OWN.refunds([str(SALE)], lambda _: (("bundle~1", Decimal(3)),)),
    OWN.customers(),
    OWN.items(),
    OWN.payments(str(SALE)),
    OWN.adjustments(),
    REVERSALS,
)
_READ: dict[str, Any] = {"SyncToken": "2", "CustomerRef": {"value": CUSTOMER}}
RECORDS = {
    SALE: {**_READ, "Balance": Decimal(99_999_999), "PrivateNote": "x {bundle~1=19}"},
    Txn("SalesReceipt", "131"): _READ,
    Txn("RefundReceipt", "132"): _READ,
    Txn("CreditMemo", "133"): _READ,
    Txn("Payment", "134"): _READ,
    Txn("InventoryAdjustment", "135"): _READ,
    Txn("Customer", CUSTOMER): {"SyncToken": "0"},
    Txn("Item", MUG): {"SyncToken": "0", "Type": "Inventory"},
}
BASES = st.builds(Basis, SETTINGS, COMPANIES, st.just(RECORDS))
