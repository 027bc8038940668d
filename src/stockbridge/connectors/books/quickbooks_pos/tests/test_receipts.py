"""Sales and refunds arrive in Point of Sale to the cent, and move the stock."""

from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_pos.settings import TaxPolicy
from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import (
    TAX_ITEM,
    UNSTOCKED_ITEM,
)
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    Counter,
    a_line,
    a_refund,
    a_request,
    a_sale,
    money,
    settings,
)
from stockbridge.domain.accounting import BooksRef, DocumentTax
from stockbridge.domain.commerce import LineKind, TaxShare
from stockbridge.domain.errors import (
    ActionNeededError,
    DefectError,
    InvalidInputError,
    MappingError,
)
from stockbridge.ports import PostOutcome, Write


def test_a_sale_is_stored_with_its_total_and_takes_its_goods() -> None:
    counter = Counter()
    mug = counter.item(on_hand="10")

    result = counter.write(a_sale(a_line(mug, total="20.00", units=Decimal(2))))

    assert result.outcome is PostOutcome.POSTED, result.error
    assert result.total == money("20.00")
    assert counter.on_hand(mug) == 8


def test_three_for_ten_is_split_so_that_quantity_times_price_is_exact() -> None:
    counter = Counter()
    mug = counter.item()

    counter.write(a_sale(a_line(mug, total="10.00", units=Decimal(3))))

    lines = counter.receipts()[0]["SalesReceiptItemRet"]
    told = [(li["Qty"], li["Price"], li["ExtendedPrice"]) for li in lines]
    assert told == [("2.00", "3.33", "6.66"), ("1.00", "3.34", "3.34")]


def test_tax_that_a_location_computes_to_the_cent_is_left_to_point_of_sale() -> None:
    counter = Counter()
    mug = counter.item()

    result = counter.write(a_sale(a_line(mug, total="10.00", tax="0.80")))

    (receipt,) = counter.receipts()
    assert receipt["TaxAmount"] == "0.80"
    assert receipt["TaxCategory"] == "Local Sales Tax"
    assert (result.total, result.total_tax) == (money("10.80"), money("0.80"))


def test_tax_that_no_location_computes_becomes_a_line_that_is_not_taxed() -> None:
    counter = Counter()
    mug = counter.item()

    result = counter.write(a_sale(a_line(mug, total="10.00", tax="0.77")))

    (receipt,) = counter.receipts()
    last = receipt["SalesReceiptItemRet"][-1]
    assert receipt["TaxAmount"] == "0.00"
    assert (last["ListID"], last["ExtendedPrice"]) == (TAX_ITEM, "0.77")
    assert (result.total, result.total_tax) == (money("10.77"), money("0.77"))


def test_a_location_whose_roundings_disagree_is_not_taken() -> None:
    counter = Counter()
    mug = counter.item()
    # 3 × 0.06 at 8 %: 0.00 by unit, 0.01 by line
    line = a_line(mug, total="0.18", tax="0.01", units=Decimal(3))

    counter.write(a_sale(line))

    assert counter.receipts()[0]["TaxAmount"] == "0.00"


@pytest.mark.parametrize(("percent", "category"), [("8", "Local Sales Tax"), ("9", "")])
def test_a_location_is_taken_only_if_its_rate_is_the_one_that_was_billed(
    percent: str, category: str
) -> None:
    counter = Counter()
    # 8 % and 9 % of 0.10 are the same cent
    line = a_line(
        counter.item(),
        total="0.10",
        tax="0.01",
        taxes=(TaxShare("1", money("0.01")),),
    )
    taxes = (DocumentTax("1", "State", money("0.01"), Decimal(percent)),)

    counter.write(a_sale(line, taxes=taxes))

    (receipt,) = counter.receipts()
    taxed = receipt["TaxCategory"] if receipt["TaxAmount"] != "0.00" else ""
    assert taxed == category


def test_a_tax_that_is_mapped_to_a_location_uses_no_other() -> None:
    counter = Counter()
    taxes = (DocumentTax("1", "State", money("0.80"), code="Two Rates"),)

    counter.write(a_sale(a_line(counter.item(), tax="0.80"), taxes=taxes))

    assert counter.receipts()[0]["TaxAmount"] == "0.00"


def test_by_policy_tax_is_always_a_line() -> None:
    counter = Counter(settings=settings(tax_policy=TaxPolicy.LINE))
    mug = counter.item()

    counter.write(a_sale(a_line(mug, total="10.00", tax="0.80")))

    assert counter.receipts()[0]["TaxAmount"] == "0.00"


def test_by_policy_a_tax_that_no_location_computes_is_held() -> None:
    counter = Counter(settings=settings(tax_policy=TaxPolicy.LOCATION_OR_HOLD))
    sale = a_sale(a_line(counter.item(), total="10.00", tax="0.77"))

    with pytest.raises(MappingError, match="No tax location") as refusal:
        counter.translator.check_document(a_request(sale))

    assert refusal.value.remedy


def test_tax_as_a_line_needs_an_item_for_it() -> None:
    counter = Counter(settings=settings(tax_item=""))
    sale = a_sale(a_line(counter.item(), total="10.00", tax="0.77"))

    with pytest.raises(MappingError, match="Tax: no item"):
        counter.translator.check_document(a_request(sale))


def test_an_untaxed_sale_stays_untaxed_though_its_items_are_taxable() -> None:
    counter = Counter()
    mug = counter.item(TaxCode="Tax")

    result = counter.write(a_sale(a_line(mug, total="10.00")))

    assert result.total == money("10.00")
    assert counter.receipts()[0]["TaxAmount"] == "0.00"


def test_a_customers_own_tax_location_changes_no_total() -> None:
    counter = Counter()
    mug = counter.item()
    counter.company.records.customers.rows["-5"] = {
        "ListID": "-5",
        "LastName": "Example",
        "TaxCategory": "Two Rates",
    }

    sale = a_sale(a_line(mug, total="10.00", tax="0.80"), customer=BooksRef("-5"))
    result = counter.write(sale)

    assert result.outcome is PostOutcome.POSTED, result.error
    assert result.total == money("10.80")


def test_a_negative_fee_is_a_discount_of_the_whole_receipt() -> None:
    counter = Counter()
    fee = a_line(kind=LineKind.FEE, name="Loyalty", total="-2.50", source_id="12")

    result = counter.write(a_sale(a_line(counter.item(), total="10.00"), fee))

    assert result.total == money("7.50")
    assert counter.receipts()[0]["Discount"] == "2.50"


def test_a_discount_larger_than_all_lines_is_held() -> None:
    counter = Counter()
    fee = a_line(kind=LineKind.FEE, name="Loyalty", total="-12.50", source_id="12")
    ship = a_line(kind=LineKind.SHIPPING, name="Post", total="5.00", source_id="13")
    counter.settings = settings(shipping_item="")
    sale = a_sale(a_line(counter.item(), total="10.00"), fee, ship)

    with pytest.raises(InvalidInputError, match="more than all lines"):
        counter.translator.check_document(a_request(sale))


def test_a_discount_and_tax_together_are_to_the_cent() -> None:
    counter = Counter()
    fee = a_line(kind=LineKind.FEE, name="Loyalty", total="-2.50", source_id="12")

    result = counter.write(
        a_sale(a_line(counter.item(), total="10.00", tax="0.60"), fee)
    )

    assert result.total == money("8.10")
    assert result.total_tax == money("0.60")


def test_point_of_sale_would_tax_less_after_a_discount_so_tax_is_a_line() -> None:
    counter = Counter()
    fee = a_line(kind=LineKind.FEE, name="Loyalty", total="-2.50", source_id="12")

    result = counter.write(
        a_sale(a_line(counter.item(), total="10.00", tax="0.80"), fee)
    )

    assert result.outcome is PostOutcome.POSTED, result.error
    assert counter.receipts()[0]["TaxAmount"] == "0.00"


@pytest.mark.parametrize("has_item", [True, False])
def test_shipping_is_an_item_or_the_receipts_own_charge(*, has_item: bool) -> None:
    chosen = settings() if has_item else settings(shipping_item="")
    counter = Counter(settings=chosen)
    ship = a_line(kind=LineKind.SHIPPING, name="Post", total="5.00", source_id="13")

    result = counter.write(a_sale(a_line(counter.item(), total="10.00"), ship))

    (receipt,) = counter.receipts()
    charge = receipt.get("ShippingInformation", [{}])[0].get("Shipping", "")
    assert result.total == money("15.00")
    assert charge == ("" if has_item else "5.00")


def test_goods_that_must_not_leave_the_shelf_are_sold_under_another_item() -> None:
    counter = Counter()
    mug = counter.item(on_hand="10")

    counter.write(a_sale(a_line(mug, total="10.00", units=Decimal(0))))

    assert counter.on_hand(mug) == 10
    assert counter.receipts()[0]["SalesReceiptItemRet"][0]["ListID"] == UNSTOCKED_ITEM


def test_a_free_order_has_no_tender_and_still_takes_its_goods() -> None:
    counter = Counter()
    mug = counter.item(on_hand="10")

    result = counter.write(a_sale(a_line(mug, total="0.00")))

    assert result.outcome is PostOutcome.POSTED
    assert counter.on_hand(mug) == 9
    assert b"Tender" not in counter.last_request


def test_the_payment_method_chooses_the_tender() -> None:
    counter = Counter()
    line = a_line(counter.item(), total="10.00")

    counter.write(a_sale(line, account_id="credit_card:American Express Gold"))
    counter.write(a_sale(line, account_id="cash"), key="sale/13/1")

    cards = [r.get("TenderCreditCardRet") for r in counter.receipts()]
    cash = [r.get("TenderCashRet") for r in counter.receipts()]
    assert [{"CardName": "American Express", "TenderAmount": "10.00"}] in cards
    assert [{"TenderAmount": "10.00"}] in cash


def test_a_payment_method_that_is_not_mapped_is_held_where_none_is_usual() -> None:
    counter = Counter(settings=settings(default_tender=""))

    with pytest.raises(MappingError, match="not mapped"):
        counter.translator.check_document(a_request(a_sale(a_line(counter.item()))))


def test_another_currency_is_held() -> None:
    counter = Counter(settings=settings(currency="CAD"))

    with pytest.raises(InvalidInputError, match="kept in CAD"):
        counter.translator.check_document(a_request(a_sale(a_line(counter.item()))))


def test_a_quantity_that_no_price_in_cents_fits_is_held() -> None:
    counter = Counter()
    line = a_line(counter.item(), total="1.00", units=Decimal("0.3"))

    with pytest.raises(InvalidInputError, match="no price in cents"):
        counter.translator.check_document(a_request(a_sale(line)))


def test_a_document_may_be_checked_before_its_customer_and_items_exist() -> None:
    counter = Counter()
    line = replace(a_line("-1"), item=BooksRef(key="item/mug/1"))
    sale = a_sale(line, customer=BooksRef(key="customer/ada/1"))

    counter.translator.check_document(a_request(sale))

    request = a_request(sale)
    with pytest.raises(DefectError, match="without an item"):
        counter.translator.encode([Write("a", request)], batch_id="b")


def test_a_refund_puts_back_only_what_was_restocked() -> None:
    counter = Counter()
    mug = counter.item(on_hand="10")
    plate = counter.item("PLATE", on_hand="10")
    back = a_line(mug, total="10.00", tax="0.80", source_id="11")
    kept = a_line(plate, total="20.00", tax="1.60", source_id="12")

    result = counter.write(
        a_refund("-9", back, kept, restocked=(("11", Decimal(1)),)), "refund/70/1"
    )

    assert result.outcome is PostOutcome.POSTED, result.error
    assert (result.total, result.total_tax) == (money("32.40"), money("2.40"))
    assert (counter.on_hand(mug), counter.on_hand(plate)) == (Decimal(11), Decimal(10))


def test_a_refund_of_goods_that_it_does_not_name_is_held() -> None:
    counter = Counter()
    refund = a_refund("-9", a_line(total="10.00"), restocked=(("11~1", Decimal(1)),))

    with pytest.raises(MappingError, match="does not name"):
        counter.translator.check_document(a_request(refund))


def test_an_amount_given_back_for_no_item_is_a_fee_that_comes_back() -> None:
    counter = Counter()
    amount = a_line(kind=LineKind.FEE, name="Amount refunded", total="3.00")

    result = counter.write(a_refund("-9", amount), "refund/70/1")

    assert result.total == money("3.00")
    assert counter.receipts()[0]["SalesReceiptType"] == "Return"


def test_a_location_that_is_no_store_is_held() -> None:
    counter = Counter()
    sale = a_sale(a_line(counter.item()), location_id="Main")

    with pytest.raises(ActionNeededError, match="no store 'Main'"):
        counter.translator.check_document(a_request(sale))


def test_goods_leave_the_store_that_the_document_names() -> None:
    counter = Counter()
    mug = counter.item(OnHandStore02="4.00")

    counter.write(a_sale(a_line(mug), location_id="2"))

    assert (counter.on_hand(mug, 1), counter.on_hand(mug, 2)) == (
        Decimal(10),
        Decimal(3),
    )


def test_point_of_sale_says_20004_to_tenders_that_are_not_its_total() -> None:
    counter = Counter()
    mug = counter.item()
    counter.company.rates["Local Sales Tax"]["Tax"] = (Decimal(9),)  # since the check

    result = counter.write(a_sale(a_line(mug, total="10.00", tax="0.80")))

    assert result.outcome is PostOutcome.REFUSED
    assert result.error is not None
    assert result.error.code == "20004"
    assert "0.10" in result.error.message
    assert counter.on_hand(mug) == 10
