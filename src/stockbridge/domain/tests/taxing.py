"""Taxed orders, booked, and their report: what the tests of online tax share."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from stockbridge.domain.accounting import (
    BooksRef,
    DocumentKind,
    RefundDocument,
    SaleDocument,
)
from stockbridge.domain.commerce import (
    Order,
    TaxLine,
    TaxShare,
)
from stockbridge.domain.identity import Source
from stockbridge.domain.money import Money
from stockbridge.domain.planning import Outcome, Verdict
from stockbridge.domain.posting import sale_of
from stockbridge.domain.reconciliation import Entry, Statement, statement
from stockbridge.domain.refunding import refund_of
from stockbridge.domain.statement_sources import told_of
from stockbridge.domain.tax_report import TaxReport, tax_report
from stockbridge.domain.tests.builders import (
    SCOPE,
    TODAY,
    a_ground,
    a_line,
    a_shipping_line,
    an_order,
    usd,
)

CALIFORNIA = TaxLine(
    "1", "State", Decimal("7.25"), usd(0), usd(0), country="US", state="CA"
)
CITY = replace(CALIFORNIA, rate_id="2", label="City", rate_percent=Decimal("2.5"))


def in_california(**changes: Any) -> Order:
    """Two mugs for 10.00 and shipping for 5.00; the mugs are taxed twice."""
    mugs = a_line(
        tax="0.98", taxes=(TaxShare("1", usd("0.73")), TaxShare("2", usd("0.25")))
    )
    rates = (
        replace(CALIFORNIA, total=usd("0.73")),
        replace(CITY, total=usd("0.25")),
    )
    shipping = a_shipping_line(tax="0")
    order = an_order(lines=(mugs, shipping), tax_lines=rates)
    return replace(order, **changes)


def entry(source: Source, total: Money, tax: Money) -> Entry:
    is_refund = source.kind == "refund"
    key = SCOPE.document_key("refund" if is_refund else "sale", source)
    kind = DocumentKind.REFUND if is_refund else DocumentKind.SALE
    return Entry(f"B{key}", kind, "1042", TODAY, total, tax, usd(0), key)


def stated(
    order: Order, entries: Sequence[Entry], outcome: Outcome = Outcome.POSTED
) -> Statement:
    sources = [
        Source("order", order.external_id),
        *(Source("refund", one.external_id) for one in order.refunds),
    ]
    verdicts = {source: Verdict(source, outcome) for source in sources}
    return statement(told_of(order, verdicts, a_ground(), {}), entries, SCOPE)


def booked_as_billed(order: Order) -> list[Entry]:
    """Return what the books hold once everything that can be booked is."""
    sale = sale_of(order, a_ground(), None)
    if not isinstance(sale, SaleDocument):
        return []
    found = [entry(Source("order", order.external_id), sale.total, sale.total_tax)]
    for refund in order.refunds:
        made = refund_of(refund, order, sale, a_ground(), BooksRef(books_id="S1"))
        if isinstance(made, RefundDocument):
            source = Source("refund", refund.external_id)
            found.append(entry(source, made.total, made.total_tax))
    return found


def reported(order: Order, outcome: Outcome = Outcome.POSTED) -> TaxReport:
    is_booked = outcome is Outcome.POSTED
    return tax_report(stated(order, booked_as_billed(order) * is_booked, outcome))


def rows(report: TaxReport) -> list[tuple[str, ...]]:
    """Return state, label, taxable, tax, tax on refunds and booked of each rate."""
    return [
        (
            one.rate.state or one.rate.kind.value,
            one.rate.label,
            *(
                str(amount.amount)
                for amount in (
                    one.sums.taxable,
                    one.sums.tax,
                    one.sums.tax_back,
                    one.sums.booked_net,
                )
            ),
        )
        for one in report.rates
    ]
