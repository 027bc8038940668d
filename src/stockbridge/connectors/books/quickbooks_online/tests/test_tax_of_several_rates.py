"""A tax code of several rates: QuickBooks rounds each of them for itself."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_online.lists import choices
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Habits,
    Options,
    taxservice,
)
from stockbridge.connectors.books.quickbooks_online.tax import (
    Charged,
    TaxPlan,
    plan_tax,
)
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    a_company,
    a_line,
    a_sale,
    money,
    posted,
    settings_of,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import (
    SignedIn,
    signed_in,
)
from stockbridge.connectors.simulation import SettableClock
from stockbridge.domain.accounting import DocumentLine, DocumentTax, SaleDocument
from stockbridge.domain.commerce import LineKind, TaxShare

CANADIAN = {"country": "CA", "currency": "CAD", "has_automated_tax": False}
BY_CODE = {"has_automated_tax": False}
QUEBEC = "7=5+9.975"


def plan(sale: SaleDocument, company: Mapping[str, object], codes: str) -> TaxPlan:
    charged = Charged(sale.lines, sale.taxes, sale.total_tax)
    return plan_tax(charged, settings_of(tax_codes=codes), a_company(**company))


def fee(total: str, tax: str, currency: str = "CAD") -> DocumentLine:
    return a_line(kind=LineKind.FEE, total=total, tax=tax, currency=currency)


@pytest.mark.parametrize(("company", "currency"), [(CANADIAN, "CAD"), (BY_CODE, "USD")])
@pytest.mark.parametrize(("tax", "is_booked"), [("0.02", True), ("0.01", False)])
def test_each_rate_of_a_code_is_rounded_for_itself(
    company: Mapping[str, object], currency: str, tax: str, *, is_booked: bool
) -> None:
    """0.10 at 5 and at 9.975 percent are a cent each; at 14.975 they are one cent."""
    sale = a_sale(fee("0.10", tax, currency), percent="14.975")

    made = plan(sale, company, QUEBEC)

    assert (made.line is None) == is_booked
    assert (made.line or money(tax, currency)) == money(tax, currency)


def test_two_codes_that_may_share_a_rate_are_used_where_both_ways_give_the_cent() -> (
    None
):
    """5 percent of 0.10 and of 0.10 are two cents apart, one together."""
    codes = "7=5+7; 8=5; 9=0"
    apart = a_sale(fee("0.10", "0.02"), fee("0.10", "0.01"))
    either = a_sale(fee("20.00", "2.40"), fee("10.00", "0.50"))

    made = [plan(_taxed(one, ("7", "8")), CANADIAN, codes) for one in (apart, either)]

    assert [one.line is None for one in made] == [False, True]


def _taxed(sale: SaleDocument, codes: tuple[str, ...]) -> SaleDocument:
    """Return the sale with a rate of its own for each line, mapped to these codes."""
    lines = tuple(
        replace(line, taxes=(TaxShare(code, line.tax),))
        for line, code in zip(sale.lines, codes, strict=True)
    )
    taxes = tuple(
        DocumentTax(code, "Tax", line.tax, None, code)
        for line, code in zip(sale.lines, codes, strict=True)
    )
    return replace(sale, lines=lines, taxes=taxes)


def test_two_sets_of_several_rates_are_the_same_authorities_or_none() -> None:
    """5 and 9.975 billed are not the code of 7 and 7.975, though the sum is one."""
    shares = (("a", "5.00", "5"), ("b", "9.98", "9.975"))
    line = replace(
        fee("100.00", "14.98"),
        taxes=tuple(TaxShare(i, money(tax, "CAD")) for i, tax, _ in shares),
    )
    taxes = tuple(
        DocumentTax(i, i, money(tax, "CAD"), Decimal(rate)) for i, tax, rate in shares
    )
    sale = replace(a_sale(line), taxes=taxes)

    made = [plan(sale, CANADIAN, code) for code in (QUEBEC, "7=7+7.975")]

    assert [one.line is None for one in made] == [True, False]


# ── as QuickBooks stores it ──────────────────────────────────────────────────


def two_rates(first: str, second: str) -> dict[str, object]:
    """Return a tax code of two rates, as somebody makes it there."""
    details = [
        {
            "TaxRateName": f"Rate {percent}",
            "RateValue": Decimal(percent),
            "TaxAgencyId": "1",
            "TaxApplicableOn": "Sales",
        }
        for percent in (first, second)
    ]
    return {"TaxCode": f"{first} and {second}", "TaxRateDetails": details}


@pytest.fixture(scope="module", params=["CA", "US"])
def of_two_rates(request: pytest.FixtureRequest) -> Iterator[SignedIn]:
    currency = "CAD" if request.param == "CA" else "USD"
    habits = Habits(country=request.param, currency=currency)
    options = Options(habits=habits, limits=UNLIMITED, clock=SettableClock())
    with signed_in(options) as connected:
        company = connected.simulator.company
        made = taxservice.create(company, two_rates("5", "9.975"))
        rates = dict(choices(connected.api())["tax_rates"])
        code = str(made["TaxCodeId"])
        connected.settings |= {
            "tax_codes": f"{code}={rates[code]}",
            "exempt_code": code,
        }
        yield connected


def test_the_rates_of_a_code_are_offered_each(of_two_rates: SignedIn) -> None:
    (chosen,) = QuickBooksOnlineSettings.model_validate(of_two_rates.settings).tax_rates

    assert chosen[1] == (Decimal(5), Decimal("9.975"))


_NUMBER = iter(range(10_000, 100_000))


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(cents=st.integers(1, 99_999))
def test_what_we_expect_of_two_rates_is_what_quickbooks_books(
    of_two_rates: SignedIn, cents: int
) -> None:
    currency = of_two_rates.simulator.company.habits.currency
    net = Decimal(cents) / 100
    each = [
        (net * Decimal(percent) / 100).quantize(Decimal("0.01"), "ROUND_HALF_UP")
        for percent in ("5", "9.975")
    ]
    number = str(next(_NUMBER))
    sale = a_sale(
        fee(str(net), str(sum(each)), currency), reference=number, percent="14.975"
    )

    result = posted(of_two_rates.books(), sale, f"sale/{number}/1")

    stored = of_two_rates.records("SalesReceipt")[-1]
    assert (result.total, result.total_tax) == (sale.total, sale.total_tax)
    assert stored["TxnTaxDetail"]["TotalTax"] == sum(each)  # its own, no line of ours


def test_a_rate_that_is_charged_on_another_tax_is_not_filled_in(
    of_two_rates: SignedIn,
) -> None:
    company = of_two_rates.simulator.company
    made = taxservice.create(company, two_rates("6", "9.5"))
    code = company.get("TaxCode", str(made["TaxCodeId"]))
    details = code["SalesTaxRateList"]["TaxRateDetail"]
    details[1]["TaxTypeApplicable"] = "TaxOnAmountPlusTax"

    rates = dict(choices(of_two_rates.api())["tax_rates"])

    assert code["Id"] not in rates
