"""Which tax locations are never taken, and what a receipt must come to."""

from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_pos import taxes
from stockbridge.connectors.books.quickbooks_pos.facts import CompanyFacts, TaxRecord
from stockbridge.connectors.books.quickbooks_pos.receipt_plan import Planner
from stockbridge.connectors.books.quickbooks_pos.receipt_values import (
    Receipt,
    ReceiptLine,
)
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    Counter,
    a_line,
    a_sale,
    money,
    settings,
)
from stockbridge.domain.errors import DefectError

EIGHT = TaxRecord("Local", "Tax", (Decimal(8),))
NOTHING = TaxRecord("Local", "Non", ())
SOLD = Receipt((ReceiptLine("-1", Decimal(1), Decimal("10.00"), "Mug", "11"),))
BILLED = taxes.Wanted({"11": Decimal("0.80")}, Decimal("0.80"))


def located(*records: TaxRecord) -> str:
    """Return the location that is taken for ten at eight percent, "" for none."""
    found = taxes.with_location(SOLD, BILLED, records, nontaxable_code="Non")
    return found.tax_category if found else ""


def test_a_location_of_the_billed_rate_is_taken() -> None:
    assert located(EIGHT, NOTHING) == "Local"


@pytest.mark.parametrize(
    "records",
    [
        [EIGHT],
        [EIGHT, replace(NOTHING, percents=(Decimal(1),))],
        [replace(EIGHT, has_ranges=True), NOTHING],
    ],
    ids=["has no code for untaxed", "taxes the untaxed", "taxes a part of the price"],
)
def test_a_location_whose_tax_we_cannot_be_sure_of_is_not_taken(
    records: list[TaxRecord],
) -> None:
    assert located(*records) == ""


def test_a_tax_with_a_range_of_prices_is_left_alone() -> None:
    counter = Counter()
    for record in counter.company.company["TaxRecord"]:
        for rate in record["TaxRate"]:
            rate["TaxLowRange"] = "100.00"
    counter.check()

    counter.write(a_sale(a_line(counter.item(), total="10.00", tax="0.80")))

    assert counter.receipts()[0]["TaxAmount"] == "0.00"


def test_a_receipt_that_would_come_to_another_total_never_leaves() -> None:
    sale = replace(a_sale(a_line("-1", total="10.00")), total=money("10.01"))

    with pytest.raises(DefectError, match=r"the document to 10\.01"):
        Planner(settings(), CompanyFacts()).sale(sale)
