"""Traps of QuickBooks' documents: names, lines, stock, refunds, payments, undo."""

from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    DAY,
    a_line,
    a_post,
    a_refund,
    a_sale,
    usd,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    World,
    a_world,
)
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    BooksRef,
    CancellationDocument,
    CustomerRecord,
    DocumentKind,
    ItemRecord,
    PaymentDocument,
    ReversalDocument,
    SaleForm,
)
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import ActionNeededError, ConflictError
from stockbridge.ports import LookUpOutcome, NotDone, PostOutcome, Prepare


def refused(world: World, document: object, words: str, key: str = "x/1") -> None:
    """Check that a document is held before it leaves, and why."""
    with pytest.raises(ActionNeededError, match=words) as caught:
        world.books.translator.check_document(a_post(document, key))  # type: ignore[arg-type]
    assert caught.value.remedy


# ── customers and items ──────────────────────────────────────────────────────


def test_a_name_that_a_vendor_has_is_refused_with_the_policies_that_help() -> None:
    world = a_world()
    world.company.add("Vendor", "Ada Example")

    result = world.write(a_post(CustomerRecord("Ada Example"), "customer/ada/1"))

    assert result is not None
    assert result.outcome is PostOutcome.REFUSED
    assert isinstance(result.error, ConflictError)
    assert "Name and e-mail address" in result.error.remedy


def test_a_taken_name_gets_a_sign_of_its_own_where_policy_says_so() -> None:
    world = a_world(name_taken="suffix")
    world.company.add("Vendor", "Ada Example")
    post = a_post(CustomerRecord("Ada Example"), "customer/ada/1")

    result = world.write(post)

    assert result is not None
    assert result.outcome is PostOutcome.POSTED
    assert result.number.startswith("Ada Example #")
    assert world.look_up(post).outcome is LookUpOutcome.FOUND


def test_a_free_name_stays_as_it_is_under_the_suffix_policy() -> None:
    world = a_world(name_taken="suffix")

    result = world.write(a_post(CustomerRecord("Ada Example"), "customer/ada/1"))

    assert result is not None
    assert result.number == "Ada Example"


def test_a_colon_in_a_name_makes_no_parent() -> None:
    world = a_world()

    result = world.write(a_post(CustomerRecord("Ada: the first"), "customer/ada/1"))

    assert result is not None
    assert result.number == "Ada - the first"


@pytest.mark.parametrize("name", ["王小明", "محمد", "   ", "::", "\u0000"])
def test_a_name_that_quickbooks_cannot_keep_becomes_the_e_mail(name: str) -> None:
    world = a_world()
    record = CustomerRecord(name, email="wang@example.com")

    result = world.write(a_post(record, "customer/1"))

    assert result is not None
    assert result.number == "wang@example.com"


def test_two_long_item_names_that_begin_alike_stay_two() -> None:
    world = a_world(item_naming="name")
    begun = "A very long name of a mug, hand-made, "
    names = [f"{begun}white", f"{begun}black"]

    results = [
        world.write(a_post(ItemRecord(name), f"item/{name}/1")) for name in names
    ]

    numbers = [result.number for result in results if result]
    assert len(set(numbers)) == 2
    assert all(len(number) <= 31 for number in numbers)


def test_a_new_item_needs_its_accounts() -> None:
    world = a_world(cogs_account="")

    refused(world, ItemRecord("Mug", "MUG-1"), "cost of goods sold account")


def test_an_item_changed_by_somebody_else_is_read_again_before_it_is_written() -> None:
    world = a_world()
    mug = world.a_mug()
    post = a_post(
        ItemRecord("Mug", "MUG-1", price=usd("12.50"), books_id=mug), "item/price/1"
    )
    stale = world.prepared(post)
    world.made(
        ItemRecord("Mug", "MUG-1", price=usd("11.00"), books_id=mug), "item/price/0"
    )
    body = world.books.translator.encode([stale], batch_id="E" * 23)

    result = world.understood(post, (stale, world.company.process(body)))
    again = world.write(post)

    assert result is not None
    assert result.outcome is PostOutcome.RETRY
    assert again is not None
    assert again.outcome is PostOutcome.POSTED
    assert world.company.state.records[mug].text("SalesPrice") == "12.5"


# ── sales ────────────────────────────────────────────────────────────────────


def test_amounts_stand_where_quantity_times_price_cannot_give_them() -> None:
    world = a_world()
    line = a_line(item=world.a_mug(), units="3", total="10.00", tax="0.80")

    result = world.write(a_post(a_sale(line, customer=world.ada())))

    assert result is not None
    assert result.total == usd("10.80")
    (record,) = world.company.state.of("SalesReceipt")
    assert record.text("SalesReceiptLineRet/Rate") == "3.33333"


def test_a_sale_shipped_before_the_count_moves_no_stock() -> None:
    world = a_world()
    mug = world.a_mug()
    line = replace(a_line(item=mug), units=Decimal(0))

    world.made(a_sale(line, customer=world.ada()), "sale/1")

    assert world.on_hand(mug) == "10"


def test_without_an_item_that_moves_no_stock_such_a_sale_is_held() -> None:
    world = a_world(unstocked_item="")
    line = replace(a_line(), units=Decimal(0))

    refused(world, a_sale(line), "always moves it")


@pytest.mark.parametrize(
    ("kind", "setting"),
    [
        (LineKind.SHIPPING, "shipping_item"),
        (LineKind.FEE, "fee_item"),
        (LineKind.DISCOUNT, "discount_item"),
        (LineKind.GIFT_CARD, "gift_card_item"),
    ],
)
def test_a_line_without_an_item_is_held_with_the_setting_it_needs(
    kind: LineKind, setting: str
) -> None:
    world = a_world(**{setting: ""})

    refused(world, a_sale(a_line(kind=kind, item="")), "needs an item for")


def test_an_invoice_needs_a_customer_a_sales_receipt_does_not() -> None:
    world = a_world(guest_customer="")
    line = a_line(item=world.a_mug())

    receipt = world.write(a_post(a_sale(line, customer="")))

    assert receipt is not None
    assert receipt.outcome is PostOutcome.POSTED
    refused(world, a_sale(line, customer="", form=SaleForm.INVOICE), "needs a customer")


def test_a_sales_order_promises_and_once_closed_promises_nothing() -> None:
    world = a_world(document="sales_order", qbxml_version="16.0")
    mug = world.a_mug()
    sale = a_sale(a_line(item=mug), form=SaleForm.SALES_ORDER, customer=world.ada())
    order = world.made(sale, "sale/1")
    (promised,) = world.books.stock([mug])

    world.made(CancellationDocument(BooksRef(order), DAY), "cancel/1")

    (free,) = world.books.stock([mug])
    assert (promised.on_hand, promised.available) == (Decimal(10), Decimal(8))
    assert (free.on_hand, free.available) == (Decimal(10), Decimal(10))


@pytest.mark.parametrize("document", ["sales_receipt", "invoice", "sales_order"])
def test_what_is_planned_follows_the_chosen_kind_of_document(document: str) -> None:
    can = a_world(document=document).books.capabilities

    assert can.sale_forms[0] == document
    assert (DocumentKind.PAYMENT in can.kinds) is (document == "invoice")
    assert can.sale_moves_stock is (document != "sales_order")


def test_a_closed_period_is_refused_with_what_to_do() -> None:
    world = a_world()
    sale = a_sale(a_line(item=world.a_mug()), customer=world.ada())
    world.company.close_books_until(DAY)

    result = world.write(a_post(sale))

    assert result is not None
    assert result.outcome is PostOutcome.REFUSED
    assert result.error is not None
    assert "closed period" in result.error.remedy


def test_a_record_that_somebody_works_on_is_tried_again() -> None:
    world = a_world()
    ada = world.ada()
    world.company.lock(ada)

    result = world.write(a_post(a_sale(a_line(item=world.a_mug()), customer=ada)))

    assert result is not None
    assert result.outcome is PostOutcome.RETRY


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("The transaction could not be locked. It is in use by another user.", "retry"),
        ("The amount is wrong.", "refused"),
    ],
)
def test_an_error_when_saving_is_temporary_only_if_its_words_say_so(
    text: str, outcome: str
) -> None:
    world = a_world()
    world.company.refuse("SalesReceiptAdd", 3180, text)

    sale = a_sale(a_line(item=world.a_mug()), customer=world.ada())
    result = world.write(a_post(sale))

    assert result is not None
    assert result.outcome == outcome


# ── payments and refunds ─────────────────────────────────────────────────────


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

    refused(a_world(), payment, "Only an invoice")


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
    refused(a_world(), a_refund("SalesOrder:1-1"), "nothing to credit")


# ── stock and undo ───────────────────────────────────────────────────────────


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


def test_an_unused_customer_and_item_are_taken_back() -> None:
    world = a_world()
    mug, ada = world.a_mug("0"), world.ada()

    world.made(ReversalDocument(BooksRef(mug), DocumentKind.ITEM, DAY, ""), "r/1")
    world.made(ReversalDocument(BooksRef(ada), DocumentKind.CUSTOMER, DAY, ""), "r/2")

    assert mug not in world.company.state.records
    assert ada not in world.company.state.records
