"""Any document, and any settings it may be written by: strategies for hypothesis."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    CUSTOMER,
    DAY,
    MUG,
    OTHER_CHARGE,
    TAX_ITEM,
    settings_of,
)
from stockbridge.connectors.tests.any_documents import DAYS, LONG, TEXTS, AnyDocuments
from stockbridge.domain.accounting import (
    AmendmentDocument,
    BooksRef,
    CancellationDocument,
    CustomerChange,
    CustomerField,
    DocumentKind,
    DocumentLine,
    FulfillmentDocument,
    RefundDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.posting import coded

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
OWN = AnyDocuments(
    customer=CUSTOMER,
    item=MUG,
    location="F-1",
    account="D-9",
    forms=[SaleForm.SALES_RECEIPT, SaleForm.INVOICE, SaleForm.SALES_ORDER],
    percents=[Decimal(8), Decimal(6)],
    references=st.text(alphabet="0123456789WEB-#", min_size=1, max_size=11),
    names=st.text(max_size=80) | LONG,
)
SETTINGS = st.builds(
    settings_of,
    qbxml_version=st.sampled_from(["auto", "13.0", "14.0", "15.0", "16.0"]),
    name_taken=st.sampled_from(["hold", "suffix"]),
    customer_naming=st.sampled_from(["name", "last_first", "name_and_email"]),
    item_naming=st.sampled_from(["sku", "name"]),
    tax_policy=st.sampled_from(["liability_line", "hold"]),
    tax_items=st.sampled_from([f"{TAX_ITEM}=8", f"{TAX_ITEM}=5+3", ""]),
    gift_card_item=st.sampled_from(["", OTHER_CHARGE, "A-7"]),
    guest_customer=st.sampled_from(["", CUSTOMER, "C-2"]),
    new_item_type=st.sampled_from(["inventory", "non_inventory", "service"]),
    refund_form=st.sampled_from(
        ["credit_memo_and_refund", "credit_memo_and_check", "credit_memo"]
    ),
    check_account=st.sampled_from(["", "D-10"]),
    uses_sites=st.booleans(),
    accounting_class=st.sampled_from(["", "E-1"]),
    template=st.sampled_from(["", "E-2"]),
    terms=st.sampled_from(["", "E-3"]),
    sales_rep=st.sampled_from(["", "E-4"]),
    ar_account=st.sampled_from(["", "D-7"]),
    deposit_account=st.sampled_from(["", "D-8"]),
    po_number_field=st.sampled_from(["", "_po_number"]),
    store_name=st.sampled_from(["", "Mug shop"]),
    payment_methods=st.sampled_from(["", "card=E-5"]),
)


def _back(lines: Sequence[DocumentLine]) -> tuple[tuple[str, Decimal], ...]:
    first = ((line.source_id, Decimal(1)) for line in lines[:2])
    return (*first, ("bundle~1", Decimal(3)))


def _ruled(
    document: SaleDocument | RefundDocument, chosen: str, tax_code: str
) -> SaleDocument | RefundDocument:
    """Return what a rule gave class, terms and tax item."""
    taxes = coded(document.taxes, tax_code)
    if isinstance(document, RefundDocument):
        return replace(document, class_id=chosen, taxes=taxes)
    ruled = replace(document, class_id=chosen, terms_id=chosen)
    return replace(ruled, tax_code=tax_code, taxes=taxes)


_REFUNDS = OWN.refunds(["SalesReceipt:1-1", "Invoice:1-2"], _back)
RULED = st.builds(
    _ruled,
    OWN.sales() | _REFUNDS,
    st.sampled_from(["E-11", ""]),
    st.sampled_from([TAX_ITEM, "A-10", ""]),
)
FULFILLMENTS = st.builds(
    FulfillmentDocument,
    sale=st.just(BooksRef("SalesOrder:1-3")),
    business_date=DAYS,
    memo=TEXTS,
    billed=OWN.sales(),
)
AMENDMENTS = st.builds(
    AmendmentDocument,
    sale=st.just(BooksRef("SalesOrder:1-3")),
    document=OWN.sales(),
    before=OWN.sales(),
)
CHANGES = st.builds(
    CustomerChange,
    customer=st.just(BooksRef(CUSTOMER)),
    before=OWN.customers(),
    after=OWN.customers(),
    fields=st.sets(st.sampled_from(CustomerField)).map(lambda found: tuple(found)),
)
REVERSALS = OWN.reversals(
    ("SalesReceipt:1-1", DocumentKind.SALE),
    ("Invoice:1-1", DocumentKind.SALE),
    ("SalesOrder:1-1", DocumentKind.SALE),
    ("Invoice:1-1", DocumentKind.FULFILLMENT),
    ("ReceivePayment:1-1", DocumentKind.PAYMENT),
    ("CreditMemo:1-1+ARRefundCreditCard:1-2", DocumentKind.REFUND),
    ("CreditMemo:1-1+Check:1-2", DocumentKind.REFUND),
    ("InventoryAdjustment:1-1", DocumentKind.ADJUSTMENT),
)
CANCELLATIONS = st.sampled_from(
    [
        CancellationDocument(BooksRef(f"{kind}:1-1"), DAY)
        for kind in ("SalesReceipt", "Invoice", "SalesOrder")
    ]
)
DOCUMENTS = st.one_of(
    RULED,
    FULFILLMENTS,
    AMENDMENTS,
    OWN.customers(),
    CHANGES,
    OWN.items(),
    OWN.item_changes(),
    OWN.payments("Invoice:1-2"),
    OWN.adjustments(),
    REVERSALS,
    CANCELLATIONS,
)
BASIS = Basis(
    type="ItemInventory",
    edit_sequence="1700000000",
    customer=CUSTOMER,
    tax_item="A-8",
    tax_code="Tax",
    receivable="D-7",
    items={"bundle~1": MUG},
    lines=(("1-4", "", "", "", "0.00", ""), ("1-5", "11", MUG, "2", "20.00", "Tax")),
    write=tuple(CustomerField),
)
