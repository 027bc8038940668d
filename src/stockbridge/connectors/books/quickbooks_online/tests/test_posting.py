"""Documents as QuickBooks stores them: what is mended by a rule, what a person does."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    DAY,
    a_line,
    a_mug,
    a_payment,
    a_post,
    a_sale,
    ada,
    money,
    on_hand,
    post,
    posted,
    refusal,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import (
    SignedIn,
)
from stockbridge.domain.accounting import (
    Document,
    SaleForm,
)
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import (
    ConflictError,
    InvalidInputError,
    SettingNeededError,
)
from stockbridge.ports import Books, PostOutcome, PostResult

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


def test_fields_of_the_order_fill_custom_fields_and_the_message(
    connected: SignedIn,
) -> None:
    books = connected.books(
        custom_fields="1=meta:_po_number; 2=meta:reseller; 3=order_number",
        message_field="gift message",
    )
    sale = a_sale(a_line(item=a_mug(books)))
    typed = (("_po_number", "PO " + "7" * 40), ("gift message", "Happy\nbirthday"))

    posted(books, replace(sale, order_fields=typed))

    assert books.capabilities.order_fields == ("_po_number", "reseller", "gift message")
    (stored,) = connected.records("SalesReceipt")
    told = [(one["DefinitionId"], one["StringValue"]) for one in stored["CustomField"]]
    assert told == [("1", "PO " + "7" * 28), ("3", "1001")]
    assert stored["CustomerMemo"]["value"] == "Happy birthday"


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
