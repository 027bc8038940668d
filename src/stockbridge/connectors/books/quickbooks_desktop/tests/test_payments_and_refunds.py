"""What is paid and what is given back, and how much of it QuickBooks takes."""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    DAY,
    a_line,
    a_post,
    a_refund,
    a_sale,
    usd,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    a_world,
)
from stockbridge.domain.accounting import (
    BooksRef,
    ItemRecord,
    PaymentDocument,
    SaleForm,
)
from stockbridge.ports import NotDone, PostOutcome, Prepare


def test_a_payment_is_booked_on_its_own_invoice_and_no_more_than_it_owes() -> None:
    world = a_world(document="invoice")
    sale = a_sale(
        a_line(item=world.a_mug()), form=SaleForm.INVOICE, customer=world.ada()
    )
    invoice = BooksRef(world.made(sale, "sale/1"))
    payment = PaymentDocument(invoice, sale.total, DAY, reference="ch_1")

    first = world.write(a_post(payment, "payment/1"))
    second = world.write(a_post(payment, "payment/2"))

    assert first is not None
    assert first.total == sale.total
    assert second is not None
    assert second.outcome is PostOutcome.REFUSED


def test_a_sales_receipt_takes_no_payment() -> None:
    payment = PaymentDocument(BooksRef("SalesReceipt:1-1"), usd("1.00"), DAY)

    a_world().refuses(payment, "Only an invoice")


def test_what_a_payment_pays_and_is_gone_is_said_not_tried_for_ever() -> None:
    world = a_world(document="invoice")
    payment = PaymentDocument(BooksRef("Invoice:1-1"), usd("1.00"), DAY)

    (told,) = world.books.ask([Prepare("p", a_post(payment, "payment/1"))])

    assert isinstance(told, NotDone)
    assert not told.is_retryable
    assert told.remedy


def test_a_refund_gives_goods_and_money_back_and_leaves_no_credit() -> None:
    world = a_world()
    mug = world.a_mug()
    sale = world.made(a_sale(a_line(item=mug), customer=world.ada()), "sale/1")
    refund = a_refund(sale, a_line(item=mug), restocked=(("11", Decimal(2)),))

    back = world.write(a_post(refund, "refund/1"))

    assert back is not None
    assert back.total == usd("21.60")
    assert world.on_hand(mug) == "10"
    (memo,) = world.company.state.of("CreditMemo")
    assert memo.text("CreditRemaining") == "0.00"


def test_money_back_without_goods_moves_no_stock() -> None:
    world = a_world()
    mug = world.a_mug()
    sale = world.made(a_sale(a_line(item=mug), customer=world.ada()), "sale/1")

    world.made(a_refund(sale, a_line(item=mug)), "refund/1")

    assert world.on_hand(mug) == "8"


def test_parts_of_a_bundle_come_back_though_the_refund_names_only_the_first() -> None:
    world = a_world()
    mug = world.a_mug()
    spoon = world.made(
        ItemRecord("Spoon", "SPOON", initial_quantity=Decimal(10)), "item/spoon/1"
    )
    set_of_both = (
        a_line(item=mug),
        a_line(source="11~1", item=spoon, total="0.00", tax="0.00", units="4"),
    )
    sale = world.made(a_sale(*set_of_both, customer=world.ada()), "sale/1")
    restocked = (("11", Decimal(2)), ("11~1", Decimal(4)))

    world.made(a_refund(sale, a_line(item=mug), restocked=restocked), "refund/1")

    assert (world.on_hand(mug), world.on_hand(spoon)) == ("10", "10")


def test_the_credit_memo_alone_where_policy_says_so() -> None:
    world = a_world(refund_form="credit_memo")
    sale = world.made(
        a_sale(a_line(item=world.a_mug()), customer=world.ada()), "sale/1"
    )

    world.made(a_refund(sale), "refund/1")

    assert not list(world.company.state.of("ARRefundCreditCard"))


def test_a_sales_order_cannot_be_credited() -> None:
    a_world().refuses(a_refund("SalesOrder:1-1"), "nothing to credit")
