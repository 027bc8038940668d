"""Undo: everything a document did is taken back, by a document of its own."""

from decimal import Decimal

import pytest

from stockbridge.backoffice.checks import differences
from stockbridge.backoffice.drafts import AmendmentDraft, PaymentDraft, ReversalDraft
from stockbridge.backoffice.journal import balances
from stockbridge.backoffice.models import (
    DocumentKind,
    OrderStatus,
    PostedDocument,
    StockMovement,
)
from stockbridge.backoffice.tests.builders import (
    Shop,
    a_line,
    a_refund,
    given_back,
    header,
    paid,
    shipping,
    tax,
)
from stockbridge.domain.errors import ConflictError
from stockbridge.domain.money import Money


def reverse(shop: Shop, document: PostedDocument, key: str = "") -> PostedDocument:
    return shop.post(ReversalDraft(header(key), document.pk, "booked by mistake"))


def standing(shop: Shop) -> dict[str, Decimal]:
    return {row.account.name: row.net for row in balances(shop.company) if row.net}


def test_a_sale_that_came_paid_and_handed_over_is_taken_back_whole(shop: Shop) -> None:
    mug = shop.stocked("5")
    before = standing(shop)
    order = shop.order(
        [a_line(mug, "20.00", "2"), shipping(), tax()],
        paid=paid("26.00"),
        is_fulfilled=True,
    )

    document = order.documents.get(kind=DocumentKind.ORDER)
    reversal = reverse(shop, document)

    order.refresh_from_db()
    assert order.status == OrderStatus.REVERSED
    assert order.paid == order.billed == 0
    assert shop.shelf(mug) == (5, 0)
    assert standing(shop) == before
    assert reversal.reverses == document
    assert differences(shop.company) == []


def test_a_document_is_reversed_once(shop: Shop) -> None:
    document = shop.receive(shop.item(), "5", "20.00")
    first = reverse(shop, document, "undo-1")

    assert reverse(shop, document, "undo-1").pk == first.pk
    with pytest.raises(ConflictError, match="reversed before"):
        reverse(shop, document)


def test_what_a_later_document_depends_on_is_not_reversed(shop: Shop) -> None:
    order = shop.order([a_line(shop.stocked("5"))])
    handed = shop.fulfill(order)

    with pytest.raises(ConflictError, match=handed.number):
        reverse(shop, order.documents.get(kind=DocumentKind.ORDER))


def test_a_fulfillment_taken_back_promises_the_goods_again(shop: Shop) -> None:
    mug = shop.stocked("5")
    order = shop.order([a_line(mug, "20.00", "2"), shipping()], paid=paid("25.00"))
    before = standing(shop)

    reverse(shop, shop.fulfill(order))

    order.refresh_from_db()
    assert order.status == OrderStatus.OPEN
    assert shop.shelf(mug) == (5, 2)
    assert standing(shop) == before
    assert differences(shop.company) == []


def test_a_payment_taken_back_after_the_goods_left_is_owed_again(shop: Shop) -> None:
    order = shop.order([a_line(shop.stocked("5"))])
    payment = shop.post(PaymentDraft(header(), paid("10.00"), order.pk))
    shop.fulfill(order)

    reverse(shop, payment)

    assert shop.balance("Accounts Receivable") == 10
    assert shop.balance("Customer Deposits") == 0
    assert shop.balance("Undeposited Funds") == 0
    assert differences(shop.company) == []


def test_a_refund_taken_back_leaves_the_sale_as_it_was(shop: Shop) -> None:
    mug = shop.stocked("5")
    order = shop.order(
        [a_line(mug, "20.00", "2", source="a")], paid=paid("20.00"), is_fulfilled=True
    )
    before = standing(shop)
    refund = shop.post(a_refund(order, [given_back("a", "10.00", "1", "1")]))

    reverse(shop, refund)

    order.refresh_from_db()
    assert order.paid == order.billed == 20
    assert shop.shelf(mug) == (3, 0)
    assert standing(shop) == before
    assert differences(shop.company) == []


def test_goods_received_and_partly_sold_are_taken_back_at_what_is_left(
    shop: Shop,
) -> None:
    mug = shop.item(cost="0")
    first = shop.receive(mug, "10", "10.00")
    shop.receive(mug, "10", "30.00")
    shop.order([a_line(mug, "50.00", "10")], is_fulfilled=True)

    reverse(shop, first)

    assert shop.shelf(mug) == (0, 0)
    assert shop.balance("Inventory") == 0
    assert shop.balance("Accounts Payable") == -30
    assert shop.balance("Purchase Variance") == 10
    assert differences(shop.company) == []


def test_a_reversal_moves_stock_by_movements_of_its_own(shop: Shop) -> None:
    mug = shop.item()

    reverse(shop, shop.receive(mug, "5", "20.00"))

    kinds = StockMovement.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["receipt", "reversal"]


def test_an_order_that_was_changed_twice_is_taken_back_with_its_changes(
    shop: Shop,
) -> None:
    mug, cup = shop.stocked("5"), shop.stocked("7")
    before = standing(shop)
    order = shop.order([a_line(mug, "20.00", "2")])
    for amount in ("30.00", "31.00"):
        changed = (a_line(cup, amount, "3", source="b"),)
        total = Money(Decimal(amount), "USD")
        shop.post(AmendmentDraft(header(), order.pk, changed, total))

    reverse(shop, order.documents.get(kind=DocumentKind.ORDER))

    order.refresh_from_db()
    assert order.status == OrderStatus.REVERSED
    assert shop.shelf(mug) == (5, 0)
    assert shop.shelf(cup) == (7, 0)
    assert standing(shop) == before
    assert differences(shop.company) == []
