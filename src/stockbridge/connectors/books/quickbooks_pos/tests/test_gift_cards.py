"""Gift cards: sold to a liability, used as a way of payment, to the cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_pos.receipt_plan import Planner
from stockbridge.connectors.books.quickbooks_pos.settings import GiftTender
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    DAY,
    NOON,
    Counter,
    a_line,
    a_refund,
    a_request,
    a_sale,
    money,
    settings,
)
from stockbridge.domain.accounting import BooksRef, DocumentLine, SaleForm
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import InvalidInputError, SettingNeededError
from stockbridge.ports import LookUpOutcome, PostOutcome, Read, ReadFeed
from stockbridge.ports.desk import PageRead


def a_card(total: str, source: str = "21") -> DocumentLine:
    """Return a gift card: sold above zero, used below."""
    kind = LineKind.GIFT_CARD
    return a_line(kind=kind, name="Gift card", total=total, source_id=source)


def with_cards(tender: GiftTender = GiftTender.GIFT_CARD) -> tuple[Counter, str]:
    """Return a counter that knows gift cards, and their item there."""
    counter = Counter()
    item = counter.item("CARD", ItemType="Service")
    counter.settings = settings(gift_card_item=item, gift_card_tender=tender)
    return counter, item


def test_a_gift_card_sold_is_a_line_of_its_item_and_no_stock() -> None:
    counter, card = with_cards()

    result = counter.write(a_sale(a_line(counter.item()), a_card("25.00")))

    assert result.total == money("35.00")
    (row,) = counter.receipts()
    sold = {line["ListID"]: line for line in row["SalesReceiptItemRet"]}
    assert (sold[card]["ExtendedPrice"], sold[card]["TaxCode"]) == ("25.00", "Non")
    assert row["TenderCreditCardRet"][0]["TenderAmount"] == "35.00"


@pytest.mark.parametrize("tender", [GiftTender.GIFT_CARD, GiftTender.GIFT])
def test_a_gift_card_that_paid_a_part_is_a_tender_of_its_own(
    tender: GiftTender,
) -> None:
    counter, _ = with_cards(tender)
    sale = a_sale(a_line(counter.item(), tax="0.80"), a_card("-4.00"))

    result = counter.write(sale)

    assert (result.total, result.total_tax) == (money("6.80"), money("0.80"))
    (row,) = counter.receipts()
    tag = "TenderGiftCardRet" if tender is GiftTender.GIFT_CARD else "TenderGiftRet"
    assert row[tag][0]["TenderAmount"] == "4.00"
    assert row["TenderCreditCardRet"][0]["TenderAmount"] == "6.80"
    assert "Discount" not in row


def test_a_gift_card_that_paid_all_is_the_only_tender() -> None:
    counter, _ = with_cards()

    result = counter.write(a_sale(a_line(counter.item()), a_card("-10.00")))

    assert result.total == money("0.00")
    (row,) = counter.receipts()
    assert row["TenderGiftCardRet"][0]["TenderAmount"] == "10.00"
    assert "TenderCreditCardRet" not in row


def test_the_statement_and_a_look_up_tell_what_was_left_to_pay() -> None:
    counter, _ = with_cards()
    sale = a_sale(a_line(counter.item()), a_card("-4.00"), memo="gift cards 1.00")
    posted = counter.write(sale)

    found = counter.look_up(sale)

    (page,) = counter.ask(Read("r", ReadFeed.DOCUMENTS, "", 10, NOON))
    assert isinstance(page, PageRead)
    (row,) = page.documents
    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert found.result.books_id == posted.books_id
    assert found.result.total == posted.total == row.total == money("6.00")


def test_an_order_paid_wholly_by_a_method_that_is_a_gift_card_keeps_its_total() -> None:
    counter, _ = with_cards()
    sale = a_sale(
        a_line(counter.item()), account_id="gift_card", memo="gift cards 4.00"
    )

    result = counter.write(sale)

    assert result.total == money("10.00")


def test_a_gift_card_given_back_is_a_line_of_its_item() -> None:
    counter, card = with_cards()
    sold = counter.write(a_sale(a_card("25.00")))

    back = counter.write(a_refund(sold.books_id, a_card("25.00")), "refund/1/1")

    assert back.outcome is PostOutcome.POSTED
    assert back.total == money("25.00")
    row = counter.company.records.receipts.rows[back.books_id]
    assert row["SalesReceiptItemRet"][0]["ListID"] == card


@pytest.mark.parametrize(
    ("total", "field"), [("25.00", "gift_card_item"), ("-5.00", "gift_card_tender")]
)
def test_without_the_setting_it_waits_for_it(total: str, field: str) -> None:
    counter = Counter()
    sale = a_sale(a_line(counter.item()), a_card(total))

    with pytest.raises(SettingNeededError) as caught:
        counter.translator.check_document(a_request(sale))

    assert caught.value.field == field
    assert caught.value.remedy


def test_a_sales_order_takes_no_gift_card() -> None:
    counter, _ = with_cards()
    sale = a_sale(
        a_line(counter.item()),
        a_card("-5.00"),
        form=SaleForm.SALES_ORDER,
        customer=BooksRef("-5"),
    )

    with pytest.raises(InvalidInputError, match="gift card"):
        counter.translator.check_document(a_request(sale))


CENTS = st.integers(0, 99_999).map(lambda cents: f"{Decimal(cents) / 100:.2f}")
COUNTER, CARD = with_cards()
MUG = COUNTER.item("MUG-9")


@tried(max_examples=150)
@given(price=CENTS, tax=CENTS, sold=CENTS, share=st.integers(0, 100))
def test_any_gift_card_leaves_what_was_billed_to_the_cent(
    price: str, tax: str, sold: str, share: int
) -> None:
    charged = Decimal(price) + Decimal(tax) + Decimal(sold)
    used = (charged * share / 100).quantize(Decimal("0.01"))
    lines = [a_line(MUG, total=price, tax=tax), a_card(sold)]
    if used:
        lines.append(a_card(f"-{used}", "22"))
    sale = a_sale(*lines, business_date=DAY)

    receipt = Planner(COUNTER.settings, COUNTER.translator.facts).sale(sale)

    assert receipt.due == sale.total.amount
    assert receipt.gift == used
    assert receipt.total == charged
