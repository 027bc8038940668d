"""A sale's way through the books, in the accounts and on the shelf."""

from decimal import Decimal

import pytest

from stockbridge.backoffice.checks import differences
from stockbridge.backoffice.drafts import (
    AmendmentDraft,
    CancellationDraft,
    PaymentDraft,
)
from stockbridge.backoffice.models import JournalEntry, LineKind, OrderStatus
from stockbridge.backoffice.tests.builders import (
    Shop,
    a_line,
    a_refund,
    an_order,
    given_back,
    header,
    paid,
    shipping,
    tax,
    usd,
)
from stockbridge.domain.errors import ConflictError, InvalidInputError


def test_an_open_order_promises_stock_and_books_nothing(shop: Shop) -> None:
    mug = shop.stocked("5")
    entries = JournalEntry.objects.count()

    order = shop.order([a_line(mug, "20.00", "2"), shipping()])

    assert order.status == OrderStatus.OPEN
    assert shop.shelf(mug) == (5, 2)
    assert shop.level(mug).available == 3
    assert JournalEntry.objects.count() == entries
    assert differences(shop.company) == []


def test_money_that_came_before_the_goods_is_a_customer_deposit(shop: Shop) -> None:
    mug = shop.stocked("5")

    shop.order([a_line(mug, "20.00", "2"), tax("1.60")], paid=paid("21.60"))

    assert shop.balance("Undeposited Funds") == Decimal("21.60")
    assert shop.balance("Customer Deposits") == Decimal("-21.60")
    assert shop.balance("Sales") == 0


def test_handing_over_recognises_the_sale_its_tax_and_its_cost(shop: Shop) -> None:
    mug = shop.stocked("5", cost="4.00")
    order = shop.order(
        [a_line(mug, "20.00", "2"), shipping(), tax("2.00")], paid=paid("27.00")
    )

    shop.fulfill(order)

    order.refresh_from_db()
    assert order.status == OrderStatus.FULFILLED
    assert shop.shelf(mug) == (3, 0)
    assert shop.balance("Sales") == -20
    assert shop.balance("Shipping Income") == -5
    assert shop.balance("Sales Tax Payable") == -2
    assert shop.balance("Customer Deposits") == 0
    assert shop.balance("Cost of Goods Sold") == 8
    assert shop.balance("Inventory") == 12
    assert differences(shop.company) == []


def test_an_order_that_comes_paid_and_handed_over_is_one_act(shop: Shop) -> None:
    mug = shop.stocked("5")

    order = shop.order([a_line(mug, "10.00")], paid=paid("10.00"), is_fulfilled=True)

    assert order.status == OrderStatus.FULFILLED
    assert shop.level(mug).on_hand == 4
    assert order.documents.count() == 3
    assert differences(shop.company) == []


def test_goods_handed_over_before_they_are_paid_are_owed(shop: Shop) -> None:
    mug = shop.stocked("5")
    order = shop.order([a_line(mug, "10.00")], is_fulfilled=True)

    shop.post(PaymentDraft(header(), paid("4.00"), order.pk))

    assert shop.balance("Accounts Receivable") == 6
    assert shop.balance("Customer Deposits") == 0


def test_a_part_handed_over_bills_its_share_and_the_last_part_the_rest(
    shop: Shop,
) -> None:
    mug = shop.stocked("5")
    order = shop.order(
        [a_line(mug, "10.00", "3", source="a"), shipping("1.00"), tax("0.50")]
    )

    shop.fulfill(order, ("a", "1"))
    order.refresh_from_db()

    assert order.status == OrderStatus.PARTLY_FULFILLED
    assert shop.balance("Sales") == Decimal("-3.33")
    shop.fulfill(order)
    assert shop.balance("Sales") == -10
    assert shop.balance("Shipping Income") == -1
    assert shop.balance("Accounts Receivable") == Decimal("11.50")
    assert differences(shop.company) == []


def test_more_than_is_open_cannot_be_handed_over(shop: Shop) -> None:
    order = shop.order([a_line(shop.stocked("5"), quantity="2", source="a")])

    with pytest.raises(InvalidInputError) as caught:
        shop.fulfill(order, ("a", "3"))

    assert caught.value.field == "units.0"
    assert differences(shop.company) == []


def test_a_cancelled_order_gives_its_promise_back(shop: Shop) -> None:
    mug = shop.stocked("5")
    order = shop.order([a_line(mug, quantity="2"), shipping()])

    shop.post(CancellationDraft(header(), order.pk))

    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert shop.shelf(mug) == (5, 0)
    assert differences(shop.company) == []


def test_an_order_whose_lines_miss_the_total_by_a_cent_is_refused(shop: Shop) -> None:
    draft = an_order([a_line(shop.item())])
    off = type(draft)(draft.header, draft.lines, usd("10.01"), draft.placed_at)

    with pytest.raises(InvalidInputError) as caught:
        shop.post(off)

    assert caught.value.field == "total"


def test_an_open_order_takes_another_form(shop: Shop) -> None:
    mug, cup = shop.stocked("5"), shop.stocked("5")
    order = shop.order([a_line(mug, quantity="2", source="a"), shipping()])

    for amount in ("30.00", "31.00"):
        shop.post(
            AmendmentDraft(
                header(),
                order.pk,
                (a_line(cup, amount, "3", source="b"), shipping("1.00")),
                usd(Decimal(amount) + 1),
            )
        )

    order.refresh_from_db()
    assert order.total == 32
    assert shop.level(mug).committed == 0
    assert shop.level(cup).committed == 3
    shop.fulfill(order)
    assert shop.balance("Sales") == -31
    assert differences(shop.company) == []


def test_an_order_that_was_handed_over_no_longer_changes(shop: Shop) -> None:
    mug = shop.stocked("5")
    order = shop.order([a_line(mug)], is_fulfilled=True)

    with pytest.raises(ConflictError):
        shop.post(
            AmendmentDraft(header(), order.pk, (a_line(mug, "9.00"),), usd("9.00"))
        )


def test_an_order_in_another_currency_is_refused(shop: Shop) -> None:
    draft = an_order([a_line(None, kind=LineKind.FEE)])
    shop.company.currency = "EUR"

    with pytest.raises(InvalidInputError, match="keeps its books in EUR"):
        shop.post(draft)


def test_the_books_keep_their_currency_when_the_company_changes_its_own(
    shop: Shop,
) -> None:
    mug = shop.stocked("5")
    shop.company.currency = "EUR"
    shop.company.save()

    order = shop.order([a_line(mug)], is_fulfilled=True)

    assert order.currency == "USD"
    assert differences(shop.company) == []


def test_goods_back_on_the_shelf_come_at_the_cost_at_which_they_left(
    shop: Shop,
) -> None:
    mug = shop.stocked("5", cost="4.00")
    order = shop.order(
        [a_line(mug, "20.00", "2", source="a"), tax("2.00")],
        paid=paid("22.00"),
        is_fulfilled=True,
    )

    shop.post(
        a_refund(order, [given_back("a", "10.00", "1", "1"), given_back("tax", "1.00")])
    )

    order.refresh_from_db()
    assert order.status == OrderStatus.FULFILLED
    assert shop.level(mug).on_hand == 4
    assert shop.balance("Inventory") == 16
    assert shop.balance("Sales") == -10
    assert shop.balance("Sales Tax Payable") == -1
    assert shop.balance("Undeposited Funds") == 11
    assert shop.balance("Accounts Receivable") == 0
    assert differences(shop.company) == []


def test_a_refund_without_goods_moves_no_stock(shop: Shop) -> None:
    mug = shop.stocked("5")
    order = shop.order(
        [a_line(mug, "20.00", "2", source="a")], paid=paid("20.00"), is_fulfilled=True
    )

    shop.post(a_refund(order, [given_back("a", "20.00", "2")]))

    order.refresh_from_db()
    assert order.status == OrderStatus.RETURNED
    assert shop.level(mug).on_hand == 3
    assert shop.balance("Sales") == 0
    assert differences(shop.company) == []


def test_a_refund_before_the_goods_left_lowers_what_is_billed_later(
    shop: Shop,
) -> None:
    mug = shop.stocked("5")
    order = shop.order(
        [a_line(mug, "20.00", "2", source="a"), tax("2.00")], paid=paid("22.00")
    )

    shop.post(
        a_refund(order, [given_back("a", "10.00", "1", "1"), given_back("tax", "1.00")])
    )
    assert shop.level(mug).committed == 1
    assert shop.balance("Customer Deposits") == -11
    shop.fulfill(order)

    assert shop.level(mug).on_hand == 4
    assert shop.balance("Sales") == -10
    assert shop.balance("Sales Tax Payable") == -1
    assert shop.balance("Customer Deposits") == 0
    assert differences(shop.company) == []


def test_more_than_was_sold_is_not_given_back(shop: Shop) -> None:
    order = shop.order(
        [a_line(shop.stocked("5"), source="a")], paid=paid("10.00"), is_fulfilled=True
    )
    shop.post(a_refund(order, [given_back("a", "6.00")]))

    with pytest.raises(InvalidInputError, match="more than what is left"):
        shop.post(a_refund(order, [given_back("a", "4.01")]))
