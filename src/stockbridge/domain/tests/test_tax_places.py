"""Online tax told apart by where the goods went."""

from dataclasses import replace

from stockbridge.domain.commerce import (
    Address,
    Order,
)
from stockbridge.domain.identity import Source
from stockbridge.domain.planning import Outcome, Verdict
from stockbridge.domain.reconciliation import statement
from stockbridge.domain.statement_sources import told_of
from stockbridge.domain.tax_report import TaxReport, tax_report
from stockbridge.domain.tests.builders import (
    SCOPE,
    a_ground,
    a_refund,
    usd,
)
from stockbridge.domain.tests.taxing import (
    booked_as_billed,
    in_california,
    reported,
)

OAKLAND = Address(city="Oakland", postcode="94607-1234", state="CA", country="US")
FRESNO = Address(city=" fresno ", postcode="93650", state="ca", country="US")


def by_place(*orders: Order) -> TaxReport:
    """Return the report of orders of which all is booked."""
    sources = [Source("order", order.external_id) for order in orders]
    posted = {source: Verdict(source, Outcome.POSTED) for source in sources}
    told = [one for o in orders for one in told_of(o, posted, a_ground(), {})]
    entries = [one for order in orders for one in booked_as_billed(order)]
    return tax_report(statement(told, entries, SCOPE), by_place=True)


def places(report: TaxReport) -> list[tuple[str, str, str, str]]:
    return [
        (one.rate.label, one.place.city, one.place.postcode, str(one.sums.tax.amount))
        for one in report.rates
        if one.rate.label
    ]


def test_by_place_each_rate_is_told_apart_by_where_its_goods_went() -> None:
    oakland = in_california(shipping_address=OAKLAND)
    again = in_california(external_id="728", shipping_address=OAKLAND)
    fresno = in_california(external_id="729", shipping_address=FRESNO)

    report = by_place(oakland, again, fresno)

    assert places(report) == [
        ("City", "FRESNO", "93650", "0.25"),
        ("City", "OAKLAND", "94607", "0.50"),
        ("State", "FRESNO", "93650", "0.73"),
        ("State", "OAKLAND", "94607", "1.46"),
    ]
    assert report.totals["USD"].tax == usd("2.94")
    assert report.totals["USD"].booked == usd("2.94")
    assert not report.open


def test_a_refund_is_of_the_place_that_its_order_went_to() -> None:
    order = in_california(shipping_address=OAKLAND, refunds=(a_refund(),))

    report = by_place(order)

    back = [one for one in report.rates if one.sums.taxable_back]
    assert back
    assert {one.place.city for one in back} == {"OAKLAND"}


def test_what_is_not_sent_is_of_the_place_of_who_is_billed() -> None:
    customer = replace(in_california().customer, billing=FRESNO)

    report = by_place(in_california(customer=customer, shipping_address=Address()))

    assert {one.place.city for one in report.rates} == {"FRESNO"}


def test_without_the_question_places_are_not_told_apart() -> None:
    order = in_california(shipping_address=OAKLAND)

    assert {one.place.city for one in reported(order).rates} == {""}
