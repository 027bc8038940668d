"""A sales order invoiced in parts: each line by its units, the parts to the cent."""

from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    DAY,
    a_line,
    a_post,
    a_refund,
    usd,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import World
from stockbridge.connectors.books.quickbooks_desktop.tests.contract_desk import books_of
from stockbridge.connectors.books.quickbooks_desktop.tests.open_order import Shop
from stockbridge.domain.accounting import (
    BooksRef,
    FulfillmentDocument,
    PaymentDocument,
)
from stockbridge.domain.part_amounts import part_of_sale
from stockbridge.ports import LookUpOutcome, NotDone, Prepare

ONE, TWO = "fulfillment/fulfillment:F1/1", "fulfillment/fulfillment:F2/1"


def part(shop: Shop, units: int, *earlier: FulfillmentDocument) -> FulfillmentDocument:
    """Return the next part of the order: so many mugs."""
    before = [one.billed for one in earlier if one.billed is not None]
    billed = part_of_sale(shop.sale, before, {"11": Decimal(units)})
    gone = sum((line[1] for one in earlier for line in one.lines), Decimal(0))
    return FulfillmentDocument(
        BooksRef(shop.order_id),
        DAY,
        lines=(("11", Decimal(units)),),
        billed=billed,
        whole=(shop.sale.total, shop.sale.total_tax),
        gone=(("11", gone),),
    )


def open_flags(shop: Shop) -> tuple[str, str]:
    row = "SalesOrderLineRet/Invoiced"
    return shop.order.text("IsFullyInvoiced"), shop.order.text(row)


def test_two_parts_invoice_an_order_to_the_cent_and_close_it() -> None:
    shop = Shop()
    first = part(shop, 1)
    second = part(shop, 1, first)

    one = shop.world.write(a_post(first, ONE))
    between = open_flags(shop), shop.world.on_hand(shop.mug), shop.promised
    two = shop.world.write(a_post(second, TWO))

    assert one is not None
    assert two is not None
    assert (one.total, one.total_tax) == (usd("15.80"), usd("0.80"))
    assert (two.total, two.total_tax) == (usd("10.80"), usd("0.80"))
    assert between == (("false", "1"), "9", "1")
    assert open_flags(shop) == ("true", "2")
    assert (shop.world.on_hand(shop.mug), shop.promised) == ("8", "0")


def test_an_untaxed_part_stands_under_the_tax_item_of_a_rule_that_charges_nothing() -> (
    None
):
    shop = Shop()
    out = shop.world.company.add("ItemSalesTax", "Out of state", TaxRate="0.0")
    books = books_of(shop.world.company, document="sales_order", tax_items=f"{out}=0")
    shop.world = World(shop.world.company, books)
    untaxed = shop.of(a_line(item=shop.mug, tax="0.00"), shop.post)
    shop.sale = replace(untaxed, reference="1002", tax_code=out)
    shop.order_id = shop.world.made(shop.sale, "sale/1002/1")

    shop.world.made(part(shop, 1), ONE)

    (invoice,) = shop.world.company.state.of("Invoice")
    assert invoice.text("ItemSalesTaxRef/ListID") == out
    assert invoice.text("SalesTaxTotal") == "0.00"


def test_an_order_whose_tax_is_a_line_is_closed_by_its_last_part() -> None:
    shop = Shop(tax_items="")
    first = part(shop, 1)
    second = part(shop, 1, first)

    shop.world.made(first, ONE)
    assert open_flags(shop)[0] == "false"
    two = shop.world.write(a_post(second, TWO))

    assert two is not None
    assert (two.total, two.total_tax) == (usd("10.80"), usd("0.80"))
    assert open_flags(shop) == ("true", "2")


def test_a_part_that_somebody_invoiced_by_hand_is_not_invoiced_again() -> None:
    shop = Shop()
    first = part(shop, 1)
    line = (
        "<InvoiceLineAdd><Quantity>1</Quantity><LinkToTxn>"
        f"<TxnID>{shop.order.id}</TxnID><TxnLineID>{shop.lines['11']}</TxnLineID>"
        "</LinkToTxn></InvoiceLineAdd>"
    )
    shop.invoice_by_hand(line)

    shop.refuses("A part of sales order", first)
    shop.refuses("A part of sales order", part(shop, 1, first, first))


def test_what_our_own_part_took_does_not_hold_the_next() -> None:
    shop = Shop()
    first = part(shop, 1)
    shop.world.made(first, ONE)

    (told,) = shop.world.books.ask([Prepare("p", a_post(part(shop, 1, first), TWO))])
    (again,) = shop.world.books.ask([Prepare("p", a_post(first, ONE))])

    assert not isinstance(told, NotDone)
    assert isinstance(again, NotDone)


def test_an_order_that_was_changed_between_its_parts_is_held() -> None:
    shop = Shop()
    first = part(shop, 1)
    dearer = replace(part(shop, 1, first), whole=(usd("99.00"), usd("1.60")))
    shop.world.made(first, ONE)

    (told,) = shop.world.books.ask([Prepare("p", a_post(dearer, TWO))])

    assert isinstance(told, NotDone)
    assert "was changed in QuickBooks" in told.message


def test_parts_in_doubt_are_told_apart() -> None:
    shop = Shop()
    first = part(shop, 1)
    second = part(shop, 1, first)
    one = shop.world.made(first, ONE)

    missing = shop.world.look_up(a_post(second, TWO))
    two = shop.world.made(second, TWO)
    found = [
        shop.world.look_up(a_post(first, ONE)),
        shop.world.look_up(a_post(second, TWO)),
    ]

    assert missing.outcome is LookUpOutcome.MISSING
    ids = [look.result.books_id for look in found if look.result is not None]
    assert ids == [one, two]


@pytest.mark.parametrize("tax_items", [None, ""])
def test_each_part_is_paid_and_given_back_on_its_own_invoice(
    tax_items: str | None,
) -> None:
    shop = Shop(**({} if tax_items is None else {"tax_items": tax_items}))
    invoice = shop.world.made(part(shop, 1), ONE)

    shop.world.made(PaymentDocument(BooksRef(invoice), usd("15.80"), DAY), "payment/1")
    mug = shop.mugs("1")
    refund = a_refund(invoice, mug, restocked=(("11", Decimal(1)),))
    shop.world.made(refund, "refund/70/1")

    (record,) = shop.world.company.state.of("Invoice")
    assert record.text("BalanceRemaining") == "0.00"
    assert shop.world.on_hand(shop.mug) == "10"
