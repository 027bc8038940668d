"""Gift cards: lines of an item that posts to a liability; sold above zero, used below.

QuickBooks Desktop takes lines below zero, so a card that is used needs no tender.
"""

import pytest

from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
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
from stockbridge.domain.accounting import DocumentLine, SaleForm
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import SettingNeededError


def a_card(total: str, source: str = "21") -> DocumentLine:
    """Return a gift card: sold above zero, used below."""
    kind = LineKind.GIFT_CARD
    return a_line(source=source, kind=kind, total=total, tax="0.00", item="", units="0")


def lines_of(world: World, kind: str) -> list[tuple[str, str, str]]:
    (row,) = world.company.state.of(kind)
    return [
        (
            line.findtext("ItemRef/FullName") or "",
            line.findtext("Amount") or "",
            line.findtext("SalesTaxCodeRef/FullName") or "",
        )
        for line in row.ret.iter(f"{kind}LineRet")
    ]


def test_a_gift_card_sold_is_an_untaxed_line_of_its_item() -> None:
    world = a_world()
    sale = a_sale(a_line(item=world.a_mug()), a_card("25.00"), customer=world.ada())

    result = world.write(a_post(sale))

    assert result is not None
    assert (result.total, result.total_tax) == (usd("46.60"), usd("1.60"))
    assert ("Gift card", "25.00", "Non") in lines_of(world, "SalesReceipt")


@pytest.mark.parametrize("form", [SaleForm.SALES_RECEIPT, SaleForm.INVOICE])
def test_a_gift_card_used_is_a_line_below_zero_and_the_tax_stays(
    form: SaleForm,
) -> None:
    world = a_world(document=form.value)
    sale = a_sale(
        a_line(item=world.a_mug()), a_card("-15.00"), customer=world.ada(), form=form
    )

    result = world.write(a_post(sale))

    assert result is not None
    assert (result.total, result.total_tax) == (usd("6.60"), usd("1.60"))
    kind = "Invoice" if form is SaleForm.INVOICE else "SalesReceipt"
    assert ("Gift card", "-15.00", "Non") in lines_of(world, kind)


def test_a_gift_card_that_paid_all_leaves_a_receipt_of_nothing() -> None:
    world = a_world()
    sale = a_sale(a_line(item=world.a_mug()), a_card("-21.60"), customer=world.ada())

    result = world.write(a_post(sale))

    assert result is not None
    assert result.total == usd("0.00")
    assert world.on_hand(world.company.id_of("ItemInventory", "MUG-1")) == "8"


def test_a_gift_card_given_back_takes_the_liability_back() -> None:
    world = a_world()
    sale = world.made(a_sale(a_card("25.00"), customer=world.ada()), "sale/1")

    world.made(a_refund(sale, a_card("25.00")), "refund/1")

    assert lines_of(world, "CreditMemo") == [("Gift card", "25.00", "Non")]


def test_without_its_item_it_waits_for_the_setting() -> None:
    world = a_world(gift_card_item="")
    sale = a_sale(a_card("25.00"))

    with pytest.raises(SettingNeededError) as caught:
        world.books.translator.check_document(a_post(sale))

    assert caught.value.field == "gift_card_item"
