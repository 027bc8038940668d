"""Ways to ship that a person gave items, or accounts, of their own."""

from stockbridge.domain.accounting import BooksRef, SaleDocument
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.order_changes import as_now
from stockbridge.domain.policy import Ground, ShippingPlace
from stockbridge.domain.posting import sale_of, substance_of
from stockbridge.domain.tests.builders import a_ground, a_shipping_line, an_order

PARCEL = ShippingPlace(BooksRef("I9"))


def a_sale(ground: Ground) -> SaleDocument:
    sale = sale_of(an_order(), ground, None)
    assert isinstance(sale, SaleDocument)
    return sale


def shipping_items(sale: SaleDocument) -> list[str]:
    return [
        line.item.books_id if line.item else ""
        for line in sale.lines
        if line.kind is LineKind.SHIPPING
    ]


def test_only_the_mapped_way_has_its_own_item() -> None:
    assert shipping_items(a_sale(a_ground(shipping={"flat": PARCEL}))) == ["I9"]
    assert shipping_items(a_sale(a_ground(shipping={"pickup": PARCEL}))) == [""]


def test_an_account_stands_on_the_line() -> None:
    sale = a_sale(a_ground(shipping={"flat": ShippingPlace(account_id="4400")}))

    assert [li.account_id for li in sale.lines] == ["", "4400"]


def test_a_mapping_moves_no_money_and_makes_no_other_sale() -> None:
    plain, mapped = a_sale(a_ground()), a_sale(a_ground(shipping={"flat": PARCEL}))

    assert substance_of(plain) == substance_of(mapped)
    assert [li.total for li in plain.lines] == [li.total for li in mapped.lines]


def test_what_was_booked_keeps_its_item_and_only_a_new_line_follows_the_mapping() -> (
    None
):
    second = a_shipping_line(external_id="99", method_id="express")
    later = an_order(lines=(*an_order().lines, second))
    form = a_sale(a_ground())
    ground = a_ground(shipping={"flat": PARCEL, "express": PARCEL})

    now, _told = as_now(later, ground, form)

    assert isinstance(now, SaleDocument)
    assert shipping_items(now) == ["", "I9"]


def test_an_item_that_was_booked_stays_when_the_mapping_is_gone() -> None:
    form = a_sale(a_ground(shipping={"flat": PARCEL}))

    now, _told = as_now(an_order(), a_ground(), form)

    assert isinstance(now, SaleDocument)
    assert shipping_items(now) == ["I9"]
