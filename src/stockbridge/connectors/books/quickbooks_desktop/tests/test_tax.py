"""Billed tax reaches the books to the cent, or the order is held.

The arithmetic of QuickBooks is the simulator's own, written from its documentation,
not ours: what is stored is compared with what was billed.
"""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_desktop.tax import computed_tax, plan_tax
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    TAX_ITEM,
    a_line,
    a_post,
    a_refund,
    a_sale,
    settings_of,
    usd,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    World,
    a_world,
)
from stockbridge.domain.accounting import DocumentTax
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import MappingError


def stored(world: World) -> tuple[str, str, str]:
    """Return subtotal, QuickBooks' own tax and total of the one sales receipt."""
    (record,) = world.company.state.of("SalesReceipt")
    subtotal, tax = record.text("Subtotal"), record.text("SalesTaxTotal")
    return subtotal, tax, record.text("TotalAmount")


def test_a_rate_that_gives_the_billed_tax_is_left_to_quickbooks() -> None:
    world = a_world()
    sale = a_sale(a_line(item=world.a_mug()), customer=world.ada())

    result = world.write(a_post(sale))

    assert stored(world) == ("20.00", "1.60", "21.60")
    assert result is not None
    assert (result.total, result.total_tax) == (usd("21.60"), usd("1.60"))


def test_tax_that_is_a_cent_off_becomes_a_line_and_quickbooks_taxes_nothing() -> None:
    world = a_world()
    sale = a_sale(a_line(item=world.a_mug(), tax="1.61"), customer=world.ada())

    result = world.write(a_post(sale))

    assert stored(world) == ("21.61", "0.00", "21.61")
    assert result is not None
    assert (result.total, result.total_tax) == (usd("21.61"), usd("1.61"))


def test_tax_that_no_item_gives_is_held_where_policy_says_so() -> None:
    world = a_world(tax_policy="hold")
    sale = a_sale(a_line(item=world.a_mug(), tax="1.61"), customer=world.ada())

    with pytest.raises(MappingError, match=r"billed tax of 1\.61 USD on 20\.00 USD"):
        world.books.translator.check_document(a_post(sale))


def test_only_what_the_store_taxed_is_taxable() -> None:
    world = a_world()
    taxed = a_line(item=world.a_mug())
    shipping = a_line(
        source="s", kind=LineKind.SHIPPING, total="5.00", tax="0.00", item=""
    )

    result = world.write(a_post(a_sale(taxed, shipping, customer=world.ada())))

    assert stored(world) == ("25.00", "1.60", "26.60")
    assert result is not None
    assert result.total_tax == usd("1.60")


def test_a_rate_that_by_chance_gives_the_cent_is_not_another_authoritys() -> None:
    taxes = (DocumentTax("1", "City", usd("0.01"), Decimal(6)),)
    sale = replace(a_sale(a_line(total="0.10", tax="0.01")), taxes=taxes)

    plan = plan_tax(sale, settings_of())

    assert plan.tax_item == ""
    assert plan.line == usd("0.01")


def test_two_items_of_one_rate_are_told_apart_by_the_mapped_code() -> None:
    given = settings_of(tax_items=f"{TAX_ITEM}=8; A-7=8")
    unmapped = DocumentTax("1", "State", usd("1.60"), Decimal(8))
    mapped = replace(unmapped, code="A-7")

    assert plan_tax(replace(a_sale(), taxes=(unmapped,)), given).tax_item == ""
    assert plan_tax(replace(a_sale(), taxes=(mapped,)), given).tax_item == "A-7"


@pytest.mark.parametrize(
    ("taxable", "percent", "tax"),
    [
        ("20.00", "8", "1.60"),
        ("0.06", "8.25", "0.00"),  # 0.00495
        ("1.00", "8.5", "0.09"),  # 0.085: half a cent goes up
        ("100.00", "8.875", "8.88"),
    ],
)
def test_quickbooks_rounds_half_a_cent_up(taxable: str, percent: str, tax: str) -> None:
    assert computed_tax(usd(taxable), Decimal(percent)) == usd(tax)


WORLD = a_world()
MUG, ADA = WORLD.a_mug("1000000"), WORLD.ada()
CENTS = st.integers(0, 9_999_99)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    nets=st.lists(CENTS, min_size=1, max_size=5),
    tax=st.integers(0, 9_999),
    units=st.integers(1, 999),
    number=st.integers(1, 10**11 - 1),
)
def test_any_sale_and_its_refund_are_stored_to_the_cent(
    nets: list[int], tax: int, units: int, number: int
) -> None:
    lines = [
        a_line(
            source=str(index),
            item=MUG,
            units=str(units),
            total=f"{Decimal(cents) / 100:.2f}",
            tax=f"{Decimal(tax if index == 0 else 0) / 100:.2f}",
        )
        for index, cents in enumerate(nets)
    ]
    sale = a_sale(*lines, reference=str(number), customer=ADA)
    key = f"{number}/{nets}/{tax}/{units}"

    sold = WORLD.write(a_post(sale, f"sale/{key}"))
    assert sold is not None
    assert (sold.error, sold.total, sold.total_tax) == (
        None,
        sale.total,
        sale.total_tax,
    )
    refund = a_refund(sold.books_id, *lines)
    back = WORLD.write(a_post(refund, f"refund/{key}"))

    assert back is not None
    assert (back.error, back.total) == (None, sale.total)
    assert back.total_tax == sale.total_tax
