"""What a rule gives a sale and its refund is in QuickBooks Online, or it waits."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from stockbridge.connectors.books.quickbooks_online.books import capabilities_with
from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Habits,
    Options,
)
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    a_line,
    a_mug,
    a_refund,
    a_sale,
    post,
    posted,
    refusal,
    settings_of,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import (
    SignedIn,
    signed_in,
)
from stockbridge.connectors.simulation import SettableClock
from stockbridge.domain.accounting import SaleForm
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.tests.booking import under


@pytest.fixture
def british() -> Iterator[SignedIn]:
    """Return a company outside the United States, where each line has a tax code."""
    habits = Habits(country="GB", currency="GBP")
    options = Options(habits=habits, limits=UNLIMITED, clock=SettableClock())
    with signed_in(options) as connected:
        yield connected


def code_named(connected: SignedIn, name: str) -> str:
    codes = {code["Name"]: str(code["Id"]) for code in connected.records("TaxCode")}
    return codes[name]


def twin_of(connected: SignedIn, name: str) -> str:
    """Return one more code of the same rate."""
    company = connected.simulator.company
    twin = {**company.named("TaxCode", name), "Id": "777", "Name": f"{name} online"}
    return str(company.put("TaxCode", twin)["Id"])


def codes_on(document: dict[str, object]) -> list[str]:
    """Return the tax codes of a stored document's lines."""
    lines = document["Line"]
    assert isinstance(lines, list)
    details = [one.get("SalesItemLineDetail") for one in lines]
    return [str(one["TaxCodeRef"]["value"]) for one in details if one]


def test_class_location_and_terms_of_a_rule_count_instead_of_the_settings(
    connected: SignedIn,
) -> None:
    usual, ruled = (
        {
            kind: str(connected.simulator.write(kind, {"Name": f"{name} {kind}"})["Id"])
            for kind in ("Class", "Department", "Term")
        }
        for name in ("Usual", "Ruled")
    )
    books = connected.books(
        accounting_class=usual["Class"],
        department=usual["Department"],
        terms=usual["Term"],
    )
    item, customer = a_mug(books), connected.records("Customer")[0]["Id"]
    sale = a_sale(a_line(item=item), form=SaleForm.INVOICE, customer=str(customer))
    chosen: dict[str, Any] = {
        "class_id": ruled["Class"],
        "department_id": ruled["Department"],
    }

    plain = posted(books, sale, "sale/1/1")
    other = replace(sale, reference="1002", terms_id=ruled["Term"], **chosen)
    sold = posted(books, other, "sale/2/1")
    line = a_line(item=item, total="10.00", tax="0.80", units="1")
    posted(books, replace(a_refund(sold.books_id, line), **chosen), "refund/2/1")

    first, second = connected.records("Invoice")
    (refund,) = connected.records("RefundReceipt")
    for stored, names in ((first, usual), (second, ruled)):
        detail = stored["Line"][0]["SalesItemLineDetail"]
        assert detail["ClassRef"]["value"] == names["Class"]
        assert stored["DepartmentRef"]["value"] == names["Department"]
        assert stored["SalesTermRef"]["value"] == names["Term"]
    assert refund["DepartmentRef"]["value"] == ruled["Department"]
    assert plain.books_id != sold.books_id


def test_a_sales_receipt_has_no_terms_since_it_is_paid(connected: SignedIn) -> None:
    term = str(connected.simulator.write("Term", {"Name": "Later"})["Id"])
    books = connected.books()

    posted(books, replace(a_sale(a_line(item=a_mug(books))), terms_id=term))

    (stored,) = connected.records("SalesReceipt")
    assert "SalesTermRef" not in stored


def test_of_two_codes_of_one_rate_the_rule_says_which(british: SignedIn) -> None:
    twenty = code_named(british, "20.0% S")
    other = twin_of(british, "20.0% S")
    books = british.books(tax_codes=f"{twenty}=20; {other}=20", tax_policy="hold")
    line = a_line(kind=LineKind.FEE, total="20.00", tax="4.00", currency="GBP", item="")
    sale = a_sale(line, percent="20")

    undecided = refusal(post(books, sale, "sale/1/1"))
    posted(books, under(replace(sale, reference="1002"), other), "sale/2/1")

    (stored,) = british.records("SalesReceipt")
    assert "tax" in undecided.message
    assert codes_on(stored) == [other]
    assert stored["TxnTaxDetail"]["TotalTax"] == Decimal("4.00")


def test_a_code_that_does_not_give_the_billed_tax_is_held(british: SignedIn) -> None:
    reduced = code_named(british, "5.0% R")
    twenty = code_named(british, "20.0% S")
    books = british.books(
        tax_codes=f"{twenty}=20; {reduced}=5",
        tax_policy="hold",
        exempt_code=code_named(british, "0.0% Z"),
    )
    line = a_line(kind=LineKind.FEE, total="20.00", tax="4.00", currency="GBP", item="")

    error = refusal(post(books, under(a_sale(line, percent="20"), reduced)))

    assert "rule" in error.remedy
    assert british.records("SalesReceipt") == []


def test_an_untaxed_sale_stands_under_the_code_of_its_rule_where_that_charges_nothing(
    british: SignedIn,
) -> None:
    exempt, zero = code_named(british, "0.0% Z"), twin_of(british, "0.0% Z")
    twenty = code_named(british, "20.0% S")
    books = british.books(tax_codes=f"{twenty}=20; {zero}=0", exempt_code=exempt)
    line = a_line(kind=LineKind.FEE, total="20.00", tax="0", currency="GBP", item="")
    sale = a_sale(line)

    for number, code in (("1", zero), ("2", ""), ("3", twenty)):
        numbered = replace(sale, reference=number)
        posted(books, under(numbered, code), f"sale/{number}/1")

    found = {one["DocNumber"]: codes_on(one) for one in british.records("SalesReceipt")}
    # A code that charges something would tax what was not taxed.
    assert found == {"1": [zero], "2": [exempt], "3": [exempt]}


def test_a_refund_stands_under_the_code_of_its_sale(british: SignedIn) -> None:
    exempt, zero = code_named(british, "0.0% Z"), twin_of(british, "0.0% Z")
    books = british.books(tax_codes=f"{zero}=0", exempt_code=exempt)
    line = a_line(kind=LineKind.FEE, total="20.00", tax="0", currency="GBP", item="")
    sold = posted(books, under(a_sale(line), zero))
    refund = replace(a_refund(sold.books_id, line), taxes=(), tax_code=zero)

    posted(books, refund, "refund/1/1")

    (stored,) = british.records("RefundReceipt")
    assert codes_on(stored) == [zero]


def test_only_codes_whose_rates_the_settings_tell_can_be_chosen() -> None:
    able = capabilities_with(settings_of(tax_codes="7=20"))

    assert able.tax_codes == frozenset({"7"})
    assert "tax_code" in dict(able.sale_choices)
