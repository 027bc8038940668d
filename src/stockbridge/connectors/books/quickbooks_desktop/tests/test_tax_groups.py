"""Sales tax groups: several authorities on one document, to the cent or not at all."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from stockbridge.connectors.books.quickbooks_desktop.tax import plan_tax
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    TAX_ITEM,
    a_line,
    a_post,
    a_sale,
    settings_of,
    usd,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import World
from stockbridge.connectors.books.quickbooks_desktop.tests.contract_desk import (
    a_company,
    books_of,
)
from stockbridge.domain.accounting import DocumentTax
from stockbridge.ports import PageRead, ReadFeed

GROUP = "A-20"


def with_a_group() -> tuple[World, str]:
    """Return a company file with a group of five and three and a half percent."""
    company = a_company()
    state = company.add("ItemSalesTax", "S", TaxRate="5.0")
    city = company.add("ItemSalesTax", "C", TaxRate="3.5")
    group = company.add_tax_group("State and city", state, city)
    return World(company, books_of(company, tax_items=f"{group}=5.0+3.5")), group


def two_rates(state: str, city: str) -> tuple[DocumentTax, ...]:
    return (
        DocumentTax("1", "State", usd(state), Decimal(5)),
        DocumentTax("2", "City", usd(city), Decimal("3.5")),
    )


def planned(total: str, tax: str, taxes: tuple[DocumentTax, ...], items: str) -> str:
    """Return the tax item that is chosen; "" = a line."""
    sale = replace(a_sale(a_line(total=total, tax=tax)), taxes=taxes)
    return plan_tax(sale, settings_of(tax_items=items)).tax_item


def test_a_group_of_the_billed_rates_is_left_to_quickbooks() -> None:
    world, group = with_a_group()
    sale = a_sale(
        a_line(item=world.a_mug(), tax="1.70"), rate="8.5", customer=world.ada()
    )

    result = world.write(a_post(sale))

    assert result is not None
    assert (result.total, result.total_tax) == (usd("21.70"), usd("1.70"))
    (receipt,) = world.company.state.of("SalesReceipt")
    assert receipt.text("ItemSalesTaxRef/ListID") == group
    assert receipt.text("SalesTaxTotal") == "1.70"


@pytest.mark.parametrize(
    ("net", "tax", "chosen"),
    [
        ("0.30", "0.03", GROUP),  # 0.02 + 0.01 each, 0.03 together
        ("0.50", "0.04", ""),  # 0.03 + 0.02 each, 0.04 together
        ("0.50", "0.05", ""),
    ],
)
def test_where_it_matters_how_the_parts_are_rounded_the_tax_is_a_line(
    net: str, tax: str, chosen: str
) -> None:
    taxes = (DocumentTax("1", "Both", usd(tax), Decimal("8.5")),)

    assert planned(net, tax, taxes, f"{GROUP}=5+3.5") == chosen


def test_a_group_of_other_authorities_with_the_same_sum_is_not_taken() -> None:
    taxes = two_rates("1.00", "0.70")

    assert planned("20.00", "1.70", taxes, f"{GROUP}=5+3.5") == GROUP
    assert planned("20.00", "1.70", taxes, f"{GROUP}=6+2.5") == ""
    assert planned("20.00", "1.70", taxes, f"{TAX_ITEM}=8.5") == TAX_ITEM


def test_the_rates_of_a_group_are_offered_with_it() -> None:
    world, group = with_a_group()

    page = world.books.read(ReadFeed.SETUP, "", limit=100)

    assert isinstance(page, PageRead)
    assert dict(page.choices["tax_rates"])[group] == "5.0+3.5"
    assert (group, "State and city") in page.choices["tax_groups"]


@pytest.mark.parametrize("rate", ["5+", "5+x", "+", "5+-1"])
def test_what_is_no_rate_is_refused(rate: str) -> None:
    with pytest.raises(ValidationError, match="no rate in percent"):
        settings_of(tax_items=f"{TAX_ITEM}={rate}")


WORLD, _ = with_a_group()
MUG, ADA = WORLD.a_mug("1000000"), WORLD.ada()


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    cents=st.integers(1, 99_999), off=st.integers(-1, 1), number=st.integers(1, 10**9)
)
def test_any_sale_with_a_group_is_stored_to_the_cent(
    cents: int, off: int, number: int
) -> None:
    net = Decimal(cents) / 100
    tax = max(Decimal(0), (net * Decimal("0.085")).quantize(Decimal("0.01")))
    tax = max(Decimal(0), tax + Decimal(off) / 100)
    line = a_line(item=MUG, total=f"{net:.2f}", tax=f"{tax:.2f}")
    sale = a_sale(line, reference=str(number), rate="8.5", customer=ADA)

    sold = WORLD.write(a_post(sale, f"sale/{number}/{cents}/{off}"))

    assert sold is not None
    assert (sold.error, sold.total, sold.total_tax) == (
        None,
        sale.total,
        sale.total_tax,
    )
