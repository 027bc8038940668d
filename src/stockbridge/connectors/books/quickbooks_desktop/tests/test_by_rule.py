"""What a rule gives a sale and its refund is in QuickBooks Desktop."""

from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_desktop.simulator.state import Record
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    TAX_ITEM,
    a_line,
    a_post,
    a_refund,
    a_sale,
    settings_of,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    World,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.contract_desk import (
    a_company,
    books_of,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.open_order import FILL, Shop
from stockbridge.connectors.books.quickbooks_desktop.translator import capabilities_of
from stockbridge.domain.accounting import SaleForm
from stockbridge.domain.tests.booking import under


def only(world: World, kind: str) -> Record:
    (record,) = world.company.state.of(kind)
    return record


def test_class_and_terms_of_a_rule_count_instead_of_the_settings() -> None:
    company = a_company()
    usual, ruled = (company.add("Class", name) for name in ("Usual", "Ruled"))
    soon, later = (company.add("StandardTerms", name) for name in ("Soon", "Later"))
    books = books_of(company, document="invoice", accounting_class=usual, terms=soon)
    world = World(company, books)
    line = a_line(item=world.a_mug())
    sale = a_sale(line, form=SaleForm.INVOICE, customer=world.ada())

    sold = world.made(replace(sale, class_id=ruled, terms_id=later), "sale/1001/1")
    back = a_line(
        item=line.item.books_id if line.item else "",
        total="10.00",
        tax="0.80",
        units="1",
    )
    world.made(
        replace(a_refund(sold, back, restocked=(("11", Decimal(1)),)), class_id=ruled),
        "refund/70/1",
    )

    invoice, credit = only(world, "Invoice"), only(world, "CreditMemo")
    assert invoice.text("ClassRef/ListID") == ruled
    assert invoice.text("InvoiceLineRet/ClassRef/ListID") == ruled
    assert invoice.text("TermsRef/ListID") == later
    assert credit.text("ClassRef/ListID") == ruled


def test_the_invoice_of_a_sales_order_has_what_the_rule_gave_the_order() -> None:
    shop = Shop()
    company = shop.world.company
    ruled = company.add("Class", "Ruled")
    later = company.add("StandardTerms", "Later")
    filling = shop.filling()
    assert filling.billed is not None
    billed = replace(filling.billed, class_id=ruled, terms_id=later)

    shop.world.write(a_post(replace(filling, billed=billed), FILL))

    invoice = only(shop.world, "Invoice")
    assert invoice.text("ClassRef/ListID") == ruled
    assert invoice.text("TermsRef/ListID") == later


def test_of_two_tax_items_of_one_rate_the_rule_says_which() -> None:
    company = a_company()
    state = company.id_of("ItemSalesTax", "State")
    other = company.add("ItemSalesTax", "Abroad", TaxRate="8.0")
    books = books_of(company, tax_items=f"{state}=8; {other}=8", tax_policy="hold")
    world = World(company, books)
    sale = a_sale(a_line(item=world.a_mug()), customer=world.ada())

    world.refuses(sale, "billed tax")
    world.made(under(sale, other), "sale/1001/1")

    receipt = only(world, "SalesReceipt")
    assert receipt.text("ItemSalesTaxRef/ListID") == other
    assert receipt.text("SalesTaxTotal") == "1.60"


def test_a_tax_item_that_does_not_give_the_billed_tax_is_held() -> None:
    company = a_company()
    state = company.id_of("ItemSalesTax", "State")
    other = company.add("ItemSalesTax", "Abroad", TaxRate="5.0")
    books = books_of(company, tax_items=f"{state}=8; {other}=5", tax_policy="hold")
    world = World(company, books)

    world.refuses(under(a_sale(a_line(item=world.a_mug())), other), "billed tax")


@pytest.mark.parametrize(("percent", "is_used"), [("0.0", True), ("5.0", False)])
def test_an_untaxed_sale_stands_under_a_tax_item_of_a_rule_that_charges_nothing(
    percent: str, *, is_used: bool
) -> None:
    company = a_company()
    out = company.add("ItemSalesTax", "Out of state", TaxRate=percent)
    world = World(company, books_of(company, tax_items=f"{out}={percent}"))
    line = a_line(item=world.a_mug(), tax="0")

    world.made(under(a_sale(line, customer=world.ada()), out), "sale/1001/1")

    receipt = only(world, "SalesReceipt")
    assert (receipt.text("ItemSalesTaxRef/ListID") == out) is is_used
    assert receipt.text("TotalAmount") == "20.00"


def test_terms_are_offered_where_something_is_due() -> None:
    offered = {
        kind: {
            name
            for name, _how in capabilities_of(settings_of(document=kind)).sale_choices
        }
        for kind in ("sales_receipt", "invoice", "sales_order")
    }

    assert offered["sales_receipt"] == {"tax_code", "class_id"}
    assert offered["invoice"] == offered["sales_order"]
    assert "terms_id" in offered["invoice"]
    assert capabilities_of(settings_of(tax_items="")).tax_codes == frozenset()
    assert TAX_ITEM in (capabilities_of(settings_of()).tax_codes or ())
