"""What a rule gives a sale in Point of Sale: the tax location, and nothing else."""

from dataclasses import replace

import pytest

from stockbridge.connectors.books.quickbooks_pos.settings import TaxPolicy
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    Counter,
    a_line,
    a_request,
    a_sale,
    settings,
)
from stockbridge.domain.errors import MappingError
from stockbridge.domain.posting import coded


def test_a_sale_is_taxed_by_the_location_of_its_rule_or_waits() -> None:
    holds = TaxPolicy.LOCATION_OR_HOLD
    counter = Counter(settings=settings(tax_policy=holds, tax_category="Two Rates"))
    sale = a_sale(a_line(counter.item(), tax="0.80"))
    local = replace(
        sale,
        tax_code="Local Sales Tax",
        taxes=coded(sale.taxes, "Local Sales Tax"),
    )

    with pytest.raises(MappingError, match="No tax location"):
        counter.translator.check_document(a_request(sale))
    counter.write(local)

    (receipt,) = counter.receipts()
    assert (receipt["TaxCategory"], receipt["TaxAmount"]) == ("Local Sales Tax", "0.80")


@pytest.mark.parametrize(
    ("policy", "offered"),
    [
        (TaxPolicy.LOCATION_OR_LINE, {"tax_code"}),
        (TaxPolicy.LOCATION_OR_HOLD, {"tax_code"}),
        (TaxPolicy.LINE, set()),
    ],
)
def test_a_location_is_offered_where_one_may_be_used(
    policy: TaxPolicy, offered: set[str]
) -> None:
    for document in ("sales_receipt", "sales_order"):
        counter = Counter(settings=settings(tax_policy=policy, sale_document=document))

        able = counter.translator.capabilities

        assert {name for name, _how in able.sale_choices} == offered
