"""Adjustments, and what is voided or deleted again."""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    DAY,
    a_line,
    a_post,
    a_sale,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    a_world,
)
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    BooksRef,
    DocumentKind,
    PaymentDocument,
    ReversalDocument,
    SaleForm,
)
from stockbridge.ports import LookUpOutcome, PostOutcome


def test_an_adjustment_is_a_difference_so_that_nobodys_count_is_overwritten() -> None:
    world = a_world()
    mug = world.a_mug()
    broken = AdjustmentDocument(BooksRef(mug), "main", Decimal(-1), "broken", DAY)

    for number in (1, 2):
        world.made(broken, f"adjustment/{number}")

    assert world.on_hand(mug) == "8"


def test_a_voided_sale_stays_in_the_books_with_nothing_on_it() -> None:
    world = a_world()
    mug = world.a_mug()
    sale = world.made(a_sale(a_line(item=mug), customer=world.ada()), "sale/1")
    undo = ReversalDocument(BooksRef(sale), DocumentKind.SALE, DAY, "undone")

    world.made(undo, "reversal/1")

    (record,) = world.company.state.of("SalesReceipt")
    assert record.text("TotalAmount") == "0.00"
    assert record.text("Memo").startswith("VOID:")
    assert world.on_hand(mug) == "10"


def test_a_reversed_payment_leaves_its_invoice_open() -> None:
    world = a_world(document="invoice")
    sale = a_sale(
        a_line(item=world.a_mug()), form=SaleForm.INVOICE, customer=world.ada()
    )
    invoice = world.made(sale, "sale/1")
    payment = PaymentDocument(BooksRef(invoice), sale.total, DAY)
    paid = world.made(payment, "payment/1")
    undo = ReversalDocument(BooksRef(paid), DocumentKind.PAYMENT, DAY, "undone")

    world.made(undo, "reversal/1")

    (record,) = world.company.state.of("Invoice")
    assert record.text("BalanceRemaining") == "21.60"


def test_an_item_in_use_is_not_deleted_and_the_issue_says_why() -> None:
    world = a_world()
    mug = world.a_mug()
    world.made(a_sale(a_line(item=mug), customer=world.ada()), "sale/1")
    undo = ReversalDocument(BooksRef(mug), DocumentKind.ITEM, DAY, "undone")

    result = world.write(a_post(undo, "reversal/1"))

    assert result is not None
    assert result.outcome is PostOutcome.REFUSED
    assert result.error is not None
    assert result.error.code == "3160"


def test_a_void_of_unknown_effect_is_in_doubt_and_looked_up() -> None:
    world = a_world()
    sold = world.made(a_sale(a_line(item=world.a_mug()), customer=world.ada()), "s/1")
    undo = ReversalDocument(BooksRef(sold), DocumentKind.SALE, DAY, "undone")
    world.company.refuse("TxnVoid", 3230)

    result = world.write(a_post(undo, "reversal/1"))

    assert result is None
    assert world.look_up(a_post(undo, "reversal/1")).outcome is LookUpOutcome.MISSING


def test_taking_back_what_is_gone_already_is_looked_up_and_done() -> None:
    world = a_world()
    mug, ada = world.a_mug(), world.ada()
    backup = world.company.backup()
    sold = world.made(a_sale(a_line(item=mug), customer=ada), "s/1")
    world.company.restore(backup)
    undo = a_post(
        ReversalDocument(BooksRef(sold), DocumentKind.SALE, DAY, "undone"), "reversal/1"
    )

    result = world.write(undo)

    assert result is None
    assert world.look_up(undo).outcome is LookUpOutcome.FOUND


def test_an_unused_customer_and_item_are_taken_back() -> None:
    world = a_world()
    mug, ada = world.a_mug("0"), world.ada()

    world.made(ReversalDocument(BooksRef(mug), DocumentKind.ITEM, DAY, ""), "r/1")
    world.made(ReversalDocument(BooksRef(ada), DocumentKind.CUSTOMER, DAY, ""), "r/2")

    assert mug not in world.company.state.records
    assert ada not in world.company.state.records
