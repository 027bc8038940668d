"""Documents as QuickBooks stores them: what is mended by a rule, what a person does."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Habits,
    Options,
)
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    DAY,
    a_line,
    a_mug,
    a_payment,
    a_post,
    a_refund,
    a_sale,
    ada,
    money,
    post,
    posted,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import (
    SignedIn,
    signed_in,
)
from stockbridge.connectors.simulation import SettableClock
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    BooksRef,
    Document,
    ItemRecord,
    SaleForm,
)
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import (
    ActionNeededError,
    ConflictError,
    InvalidInputError,
    MappingError,
    SettingNeededError,
)
from stockbridge.ports import Books, PostOutcome, PostResult


def on_hand(books: Books, item: str) -> Decimal:
    (level,) = books.stock([item])
    return level.on_hand


def refusal(result: PostResult) -> ActionNeededError:
    assert result.outcome is PostOutcome.REFUSED
    assert isinstance(result.error, ActionNeededError)
    assert result.error.remedy
    return result.error


# ── sales, payments, refunds ─────────────────────────────────────────────────


def test_a_sales_receipt_has_number_date_customer_and_deposit_account(
    connected: SignedIn,
) -> None:
    books = connected.books()
    customer = posted(books, ada(), "customer/ada/1").books_id
    sale = a_sale(a_line(item=a_mug(books)), reference="#1001", customer=customer)

    result = posted(books, sale)

    (stored,) = connected.records("SalesReceipt")
    assert result.books_id == f"SalesReceipt:{stored['Id']}"
    assert (result.number, stored["DocNumber"]) == ("1001", "1001")
    assert stored["TxnDate"] == "2026-01-05"
    assert stored["CustomerRef"]["value"] == customer
    assert stored["DepositToAccountRef"]["name"] == "Checking"


def test_an_invoice_is_paid_when_the_order_is_paid(connected: SignedIn) -> None:
    books = connected.books(document="invoice")
    sale = a_sale(a_line(item=a_mug(books)), form=SaleForm.INVOICE)
    invoice = posted(books, sale)
    open_before = connected.records("Invoice")[0]["Balance"]

    paid = posted(books, a_payment(invoice.books_id), "payment/1/1")

    (stored,) = connected.records("Invoice")
    assert (open_before, stored["Balance"]) == (Decimal("21.60"), 0)
    assert paid.total == money("21.60")
    assert connected.records("Payment")[0]["UnappliedAmt"] == 0


def test_more_money_than_an_invoice_owes_is_held(connected: SignedIn) -> None:
    books = connected.books(document="invoice")
    sale = a_sale(a_line(item=a_mug(books)), form=SaleForm.INVOICE)
    invoice = posted(books, sale)
    posted(books, a_payment(invoice.books_id), "payment/1/1")

    error = refusal(post(books, a_payment(invoice.books_id, "1.00"), "payment/2/1"))

    assert isinstance(error, ConflictError)


def test_a_sales_receipt_takes_no_payment(connected: SignedIn) -> None:
    books = connected.books()
    sale = posted(books, a_sale(a_line(item=a_mug(books))))

    assert isinstance(
        refusal(post(books, a_payment(sale.books_id), "payment/1/1")),
        InvalidInputError,
    )


def test_an_invoice_needs_a_customer_a_sales_receipt_does_not(
    connected: SignedIn,
) -> None:
    books = connected.books(guest_customer="")
    line = a_line(item=a_mug(books))

    posted(books, a_sale(line, reference="1"), "sale/1/1")
    error = refusal(
        post(books, a_sale(line, form=SaleForm.INVOICE, reference="2"), "sale/2/1")
    )

    assert isinstance(error, SettingNeededError)
    assert error.field == "guest_customer"


@pytest.mark.parametrize("form", ["refund_receipt", "credit_memo"])
def test_a_refund_puts_goods_back_and_names_its_sale(
    connected: SignedIn, form: str
) -> None:
    books = connected.books(refund_form=form)
    item = a_mug(books)
    sale = posted(books, a_sale(a_line(item=item)))
    line = a_line(item=item, total="10.00", tax="0.80", units="1")
    refund = a_refund(sale.books_id, line, restocked=(("11", Decimal(1)),))

    result = posted(books, refund, "refund/70/1")

    page = books.documents(DAY, DAY, cursor="", limit=100)
    rows = {row.books_id: row for row in page.records}
    assert on_hand(books, item) == 9
    assert rows[result.books_id].sale_id == sale.books_id
    assert result.total == money("10.80")


def test_two_refunds_of_one_order_have_numbers_of_their_own(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books)
    sale = posted(books, a_sale(a_line(item=item)))
    line = a_line(item=item, total="5.00", tax="0.40", units="1")

    first = posted(books, a_refund(sale.books_id, line), "refund/70/1")
    second = posted(books, a_refund(sale.books_id, line), "refund/71/1")

    assert first.number != second.number
    assert first.number.startswith("1001-R")


def test_parts_of_a_bundle_come_back_though_the_refund_names_only_the_first(
    connected: SignedIn,
) -> None:
    books = connected.books()
    mug = a_mug(books)
    lid = posted(
        books,
        ItemRecord("Lid", sku="LID", initial_quantity=Decimal(10), initial_date=DAY),
        "item/lid/1",
    ).books_id
    lines = (
        a_line(item=mug),
        a_line(source="11~1", item=lid, total="0", tax="0", units="4"),
    )
    sale = posted(books, a_sale(*lines))
    back = a_line(item=mug, total="10.00", tax="0.80", units="1")
    restocked = (("11", Decimal(1)), ("11~1", Decimal(2)))

    posted(books, a_refund(sale.books_id, back, restocked=restocked), "refund/70/1")

    assert [on_hand(books, mug), on_hand(books, lid)] == [9, 8]


def test_a_refund_of_goods_that_stay_away_moves_no_stock(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)
    sale = posted(books, a_sale(a_line(item=item)))

    posted(books, a_refund(sale.books_id, a_line(item=item)), "refund/70/1")

    assert on_hand(books, item) == 8


def test_a_refund_receipt_needs_the_account_that_money_comes_from(
    connected: SignedIn,
) -> None:
    books = connected.books(deposit_account="")
    sale = posted(books, a_sale(a_line(item=a_mug(books))))

    error = refusal(post(books, a_refund(sale.books_id), "refund/70/1"))

    assert isinstance(error, SettingNeededError)
    assert error.settings == ("refund_account", "deposit_account")


def test_a_refund_of_a_sale_that_was_deleted_by_hand_is_held(
    connected: SignedIn,
) -> None:
    books = connected.books()
    sale = posted(books, a_sale(a_line(item=a_mug(books))))
    sent = {"Id": sale.books_id.partition(":")[2], "SyncToken": "0"}
    connected.simulator.write("SalesReceipt", sent, "delete")

    error = refusal(post(books, a_refund(sale.books_id), "refund/70/1"))

    assert isinstance(error, MappingError)


def test_a_discount_is_a_negative_line(connected: SignedIn) -> None:
    books = connected.books()
    off = a_line(kind=LineKind.DISCOUNT, total="-5.00", tax="0")

    result = posted(books, a_sale(a_line(item=a_mug(books), tax="0"), off))

    assert result.total == money("15.00")


@pytest.mark.parametrize("is_own", [False, True])
def test_shipping_is_told_apart_in_the_statement(
    connected: SignedIn, *, is_own: bool
) -> None:
    connected.simulator.company.prefer("SalesFormsPrefs", AllowShipping=True)
    own = {"shipping_item": "SHIPPING_ITEM_ID"} if is_own else {}
    books = connected.books(**own)
    shipping = a_line(kind=LineKind.SHIPPING, total="5.00", tax="0.40")

    posted(books, a_sale(a_line(item=a_mug(books)), shipping))

    (row,) = books.documents(DAY, DAY, cursor="", limit=10).records
    assert (row.shipping, row.total_tax) == (money("5.00"), money("2.00"))


def test_a_sale_in_another_currency_keeps_it_where_the_company_keeps_several(
    connected: SignedIn,
) -> None:
    connected.simulator.company.prefer("CurrencyPrefs", MultiCurrencyEnabled=True)
    connected.simulator.company.rates["EUR"] = Decimal("1.10")
    books = connected.books(customer_currency="EUR")
    customer = posted(books, ada(), "customer/ada/1").books_id
    line = a_line(item=a_mug(books), currency="EUR")

    result = posted(books, a_sale(line, customer=customer))

    (row,) = books.documents(DAY, DAY, cursor="", limit=10).records
    assert (result.total, row.total) == (money("21.60", "EUR"), money("21.60", "EUR"))
    assert connected.records("SalesReceipt")[0]["HomeTotalAmt"] == Decimal("23.76")


def test_a_sale_shipped_before_the_count_moves_no_stock(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)

    posted(books, a_sale(a_line(item=item, units="0")))

    assert on_hand(books, item) == 10


def test_class_location_payment_method_and_custom_fields_are_carried(
    connected: SignedIn,
) -> None:
    made = {
        name: connected.simulator.write(kind, {"Name": "Web"})["Id"]
        for name, kind in (("accounting_class", "Class"), ("department", "Department"))
    }
    visa = connected.simulator.company.named("PaymentMethod", "Visa")["Id"]
    books = connected.books(
        **made, payment_methods=f"card={visa}", custom_fields="1=order_number"
    )
    sale = a_sale(a_line(item=a_mug(books)))

    posted(books, replace(sale, payment_method="card"))

    (stored,) = connected.records("SalesReceipt")
    detail = stored["Line"][0]["SalesItemLineDetail"]
    assert detail["ClassRef"]["value"] == made["accounting_class"]
    assert stored["DepartmentRef"]["value"] == made["department"]
    assert stored["PaymentMethodRef"]["value"] == visa
    assert stored["CustomField"][0]["StringValue"] == "1001"


# ── names and numbers ────────────────────────────────────────────────────────


def test_a_customer_of_the_same_e_mail_is_taken_as_it_is(connected: SignedIn) -> None:
    known = connected.simulator.write(
        "Customer",
        {
            "DisplayName": "Ada Example",
            "PrimaryEmailAddr": {"Address": "ADA@example.com"},
        },
    )

    result = posted(connected.books(), ada(), "customer/ada/1")

    assert result.books_id == known["Id"]


@pytest.mark.parametrize("kind", ["Vendor", "Employee", "Customer"])
def test_a_name_that_another_has_is_refused_with_the_policies_that_help(
    connected: SignedIn, kind: str
) -> None:
    connected.simulator.write(kind, {"DisplayName": "Ada Example"})

    error = refusal(post(connected.books(), ada(), "customer/ada/1"))

    assert isinstance(error, ConflictError)
    assert f"belongs to a {kind.lower()}" in error.message
    assert "Add a short sign" in error.remedy


def test_a_taken_name_gets_a_sign_of_its_own_where_policy_says_so(
    connected: SignedIn,
) -> None:
    connected.simulator.write("Vendor", {"DisplayName": "Ada Example"})
    books = connected.books(name_taken="suffix")

    first = posted(books, ada(), "customer/ada/1")
    again = posted(connected.books(name_taken="suffix"), ada(), "customer/ada/1")

    assert first.number.startswith("Ada Example #")
    assert again.books_id == first.books_id


def test_an_item_of_the_same_name_and_sku_is_taken_as_it_is(
    connected: SignedIn,
) -> None:
    books = connected.books()
    first = a_mug(books)

    record = ItemRecord("Mug", sku="mug-1")

    assert posted(books, record, "item/other/1").books_id == first


def test_an_item_of_the_same_name_and_another_sku_is_refused(
    connected: SignedIn,
) -> None:
    books = connected.books(item_naming="name")
    a_mug(books)

    error = refusal(post(books, ItemRecord("Mug", sku="OTHER"), "item/other/1"))

    assert isinstance(error, ConflictError)


def test_a_number_that_another_sale_has_names_that_one(connected: SignedIn) -> None:
    books = connected.books()
    line = a_line(item=a_mug(books))
    first = posted(books, a_sale(line), "sale/store-one/1")

    error = refusal(post(books, a_sale(line), "sale/store-two/1"))

    assert isinstance(error, ConflictError)
    assert first.books_id.replace(":", " ") in error.message
    assert "may be this very one" not in error.message  # it carries another sign


def test_an_order_that_was_taken_back_is_booked_anew_under_a_number_of_its_own(
    connected: SignedIn,
) -> None:
    books = connected.books()
    line = a_line(item=a_mug(books))
    posted(books, a_sale(line), "sale/1001/1")
    (first,) = connected.records("SalesReceipt")
    connected.simulator.write("SalesReceipt", dict(first), "void")

    again = posted(books, a_sale(line), "sale/1001/2")

    numbers = [one["DocNumber"] for one in connected.records("SalesReceipt")]
    assert numbers == ["1001", again.number]
    assert again.number.startswith("1001-")


def test_the_same_sale_typed_by_hand_is_offered_for_adoption(
    connected: SignedIn,
) -> None:
    books = connected.books()
    line = a_line(item=a_mug(books))
    posted(books, a_sale(line), "sale/1001/1")
    (stored,) = connected.records("SalesReceipt")
    stored["PrivateNote"] = "typed by hand"

    error = refusal(post(books, a_sale(line), "sale/other/1"))

    assert "may be this very one" in error.message


def test_a_number_that_we_used_ourselves_is_the_answer(connected: SignedIn) -> None:
    books = connected.books()
    line = a_line(item=a_mug(books))
    first = posted(books, a_sale(line))
    connected.simulator.gateway.services[
        connected.simulator.realm_id
    ].repeats.kept.clear()  # QuickBooks no longer knows the request

    again = posted(connected.books(), a_sale(line))

    assert again.books_id == first.books_id
    assert len(connected.records("SalesReceipt")) == 1


# ── refusals ─────────────────────────────────────────────────────────────────


def test_one_bad_document_leaves_the_others_of_its_batch_alone(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books)
    good = [a_sale(a_line(item=item), reference=str(n)) for n in range(3)]
    bad = a_sale(a_line(item="99999"), reference="9")

    results = books.post(
        [
            a_post(one, f"sale/{n}/1")
            for n, one in enumerate([good[0], bad, good[1], good[2]])
        ]
    )

    assert [r.outcome.value for r in results] == [
        "posted",
        "refused",
        "posted",
        "posted",
    ]
    assert isinstance(results[1].error, MappingError)


def test_a_closed_period_is_refused_with_what_to_do(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)
    connected.simulator.company.prefer(
        "AccountingInfoPrefs", BookCloseDate=DAY.isoformat()
    )

    error = refusal(post(books, a_sale(a_line(item=item))))

    assert error.code == "6210"
    assert "first open day" in error.remedy


def test_a_sale_older_than_its_items_inventory_is_refused(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books)
    early = a_sale(a_line(item=item), day=DAY.replace(day=1))

    assert refusal(post(books, early)).code == "6270"


def test_a_subscription_that_ended_is_said(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)
    connected.simulator.company.habits.is_read_only = True

    assert refusal(post(books, a_sale(a_line(item=item)))).code == "6190"


def test_an_item_changed_meanwhile_is_read_again_before_it_is_written(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books)
    sent = {"Id": item, "SyncToken": "0", "sparse": True, "Description": "by hand"}
    connected.simulator.faults.interrupt(
        lambda: connected.simulator.write("Item", sent, "update"), path="/item"
    )
    record = ItemRecord("Mug", sku="MUG-1", price=money("12.50"), books_id=item)

    posted(books, record, "item/price/1")

    stored = connected.simulator.company.get("Item", item)
    assert (stored["UnitPrice"], stored["Description"]) == (Decimal("12.5"), "by hand")


@pytest.mark.parametrize("keeps", [False, True])
@pytest.mark.parametrize("count", [1, 2])
def test_a_refusal_is_not_given_again_for_ever(*, keeps: bool, count: int) -> None:
    """Whether QuickBooks keeps a refusal with its request id, nobody could say."""
    options = Options(
        habits=Habits(automated_tax=True),
        limits=UNLIMITED,
        clock=SettableClock(),
        request_ids_keep_refusals=keeps,
    )
    with signed_in(options) as connected:
        books = connected.books()
        item = a_mug(books)
        sales = [a_sale(a_line(item=item), reference=str(n)) for n in range(count)]
        posts = [a_post(one, f"sale/{one.reference}/1") for one in sales]
        connected.simulator.refuse("SalesReceipt", code="150", times=count)
        first = books.post(posts)
        connected.simulator.refuse("SalesReceipt", code="6200", times=count)
        second = connected.books().post(posts)

        third = connected.books().post(posts)

    outcomes = [{one.outcome for one in round_} for round_ in (first, second, third)]
    assert outcomes == [
        {PostOutcome.RETRY},
        {PostOutcome.REFUSED},
        {PostOutcome.POSTED},
    ]


def test_a_plan_without_inventory_is_said_with_its_remedy() -> None:
    habits = Habits(automated_tax=True, plan="Essentials")
    options = Options(habits=habits, limits=UNLIMITED, clock=SettableClock())
    with signed_in(options) as connected:
        books = connected.books()
        error = refusal(post(books, ItemRecord("Mug", sku="M"), "item/mug/1"))
        service = posted(
            books, ItemRecord("Help", sku="H", is_tracked=False), "item/help/1"
        )
        delta = AdjustmentDocument(
            BooksRef(service.books_id), "main", Decimal(1), "found", DAY
        )
        other = refusal(post(books, delta, "adjustment/1/1"))

    assert error.code == "no_inventory"
    assert other.code == "5020"


# ── stock ───────────────────────────────────────────────────────────


def test_an_adjustment_moves_stock_by_its_difference(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)
    less = AdjustmentDocument(BooksRef(item), "main", Decimal(-3), "broken", DAY)

    result = posted(books, less, "adjustment/1/1")

    assert on_hand(books, item) == 7
    assert result.total is None


# ── how many calls ───────────────────────────────────────────────────────────


def test_thirty_sales_receipts_with_half_of_the_customers_new_take_three_calls(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books, units="100")
    known = posted(books, ada(), "customer/ada/1").books_id
    new = [(ada(f"Cy {n}", f"cy{n}@example.com"), f"customer/{n}/1") for n in range(15)]
    connected.simulator.log.clear()

    first = _post_all(
        books, [*new, *((_of(item, n, known), f"sale/{n}/1") for n in range(15))]
    )
    rest = enumerate((one.books_id for one in first[:15]), start=15)
    _post_all(books, [(_of(item, n, who), f"sale/{n}/1") for n, who in rest])

    assert len(connected.records("SalesReceipt")) == 30
    assert connected.simulator.log.count() <= 3


def test_thirty_invoices_and_their_payments_take_two_calls(
    connected: SignedIn,
) -> None:
    books = connected.books(document="invoice")
    item = a_mug(books, units="100")
    connected.simulator.log.clear()

    invoices = _post_all(
        books,
        [(_of(item, n, "", SaleForm.INVOICE), f"sale/{n}/1") for n in range(30)],
    )
    _post_all(
        books,
        [(a_payment(i.books_id), f"payment/{n}/1") for n, i in enumerate(invoices)],
    )

    assert all(one["Balance"] == 0 for one in connected.records("Invoice"))
    assert connected.simulator.log.count() == 2


def _of(
    item: str, number: int, customer: str, form: SaleForm = SaleForm.SALES_RECEIPT
) -> Document:
    return a_sale(
        a_line(item=item), reference=str(2000 + number), customer=customer, form=form
    )


def _post_all(
    books: Books, documents: Sequence[tuple[Document, str]]
) -> list[PostResult]:
    results = books.post([a_post(one, key) for one, key in documents])
    assert [r.outcome for r in results] == [PostOutcome.POSTED] * len(documents)
    return list(results)
