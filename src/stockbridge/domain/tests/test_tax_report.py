"""Online tax by rate and jurisdiction: the statement's tax, to the cent, and named."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.accounting import (
    DocumentKind,
)
from stockbridge.domain.commerce import (
    Order,
    OrderLine,
    OrderStatus,
    TaxShare,
)
from stockbridge.domain.identity import Source
from stockbridge.domain.money import Money, total_of
from stockbridge.domain.planning import Outcome
from stockbridge.domain.tax_parts import NOT_TOLD, UNTAXED, RateKind, TaxRate
from stockbridge.domain.tax_report import TAX_DIFFERS, tax_report
from stockbridge.domain.tests.builders import (
    a_line,
    a_refund,
    a_refund_line,
    an_order,
    usd,
)
from stockbridge.domain.tests.taxing import (
    CALIFORNIA,
    booked_as_billed,
    entry,
    in_california,
    reported,
    rows,
    stated,
)


def test_each_rate_has_what_it_was_charged_on_and_what_it_charged() -> None:
    report = reported(in_california())

    assert rows(report) == [
        ("CA", "City", "10.00", "0.25", "0", "0.25"),
        ("CA", "State", "10.00", "0.73", "0", "0.73"),
        ("untaxed", "", "5.00", "0", "0", "0"),
    ]
    assert report.open == ()


def test_a_refund_gives_back_the_tax_of_its_rates() -> None:
    back = a_refund_line(
        tax="0.49", taxes=(TaxShare("1", usd("0.36")), TaxShare("2", usd("0.13")))
    )

    report = reported(in_california(refunds=(a_refund(lines=[back]),)))

    assert rows(report)[:2] == [
        ("CA", "City", "10.00", "0.25", "0.13", "0.12"),
        ("CA", "State", "10.00", "0.73", "0.36", "0.37"),
    ]
    assert [one.sums.taxable_back for one in report.rates[:2]] == [usd("5.00")] * 2
    assert report.totals["USD"].difference == usd(0)


def test_all_the_money_given_back_as_an_amount_gives_back_all_tax() -> None:
    report = reported(in_california(refunds=(a_refund(amount="15.98"),)))

    assert [one.sums.net for one in report.rates] == [usd(0)] * 3


def test_one_rate_under_two_ids_is_one_row() -> None:
    order = in_california()
    again = replace(CALIFORNIA, rate_id="9", total=usd("0.25"))
    shares = (TaxShare("1", usd("0.73")), TaxShare("9", usd("0.25")))
    line = replace(order.lines[0], taxes=shares)

    rates = (order.tax_lines[0], again)
    report = reported(an_order(lines=(line,), tax_lines=rates))

    assert [one.sums.tax for one in report.rates] == [usd("0.98")]


def test_a_compound_rate_was_charged_on_the_other_tax_too() -> None:
    order = in_california()
    federal, quebec = order.tax_lines
    report = reported(
        replace(order, tax_lines=(federal, replace(quebec, is_compound=True)))
    )

    assert [one.sums.taxable for one in report.rates[:2]] == [
        usd("10.73"),
        usd("10.00"),
    ]


def test_a_rate_of_nothing_has_its_taxable_amount() -> None:
    line = a_line(tax="0", taxes=(TaxShare("1", usd(0)),))
    zero_rate = replace(CALIFORNIA, rate_percent=Decimal(0))

    report = reported(an_order(lines=(line,), tax_lines=(zero_rate,)))

    assert rows(report) == [("CA", "State", "10.00", "0.00", "0", "0.00")]


def test_tax_that_no_rate_explains_is_kept_apart() -> None:
    line = a_line(tax="1.00", taxes=())

    report = reported(an_order(lines=(line,), tax_lines=()), Outcome.HELD)

    assert [(one.rate, one.sums.tax) for one in report.rates] == [
        (NOT_TOLD, usd("1.00"))
    ]


def test_what_is_held_is_a_difference_with_its_name_at_each_rate() -> None:
    report = reported(in_california(), Outcome.HELD)

    assert [one.named for one in report.rates] == [
        (("held", usd("0.25")),),
        (("held", usd("0.73")),),
        (),
    ]
    assert [(one.name, one.difference) for one in report.open] == [
        ("held", usd("0.98"))
    ]


def test_another_tax_in_the_books_is_shared_by_what_the_rates_charged() -> None:
    order = in_california()
    sale = entry(Source("order", "727"), usd("15.98"), usd("1.96"))

    report = tax_report(stated(order, [sale]))

    assert [one.sums.booked for one in report.rates[:2]] == [usd("0.50"), usd("1.46")]
    assert report.rates[0].named == (("amounts_differ", usd("-0.25")),)


def test_a_refund_whose_tax_alone_differs_has_a_name() -> None:
    order = in_california(refunds=(a_refund(),))
    entries = booked_as_billed(order)
    entries[1] = replace(entries[1], tax=usd("0"))

    report = tax_report(stated(order, entries))

    assert [(one.name, one.difference) for one in report.open] == [
        (TAX_DIFFERS, usd("-0.50"))
    ]


def test_tax_that_the_books_alone_have_is_told() -> None:
    stray = entry(Source("order", "999"), usd("11.00"), usd("1.00"))

    report = tax_report(stated(in_california(), [stray], Outcome.HELD))

    apart = report.rates[-1]
    assert (apart.rate, apart.sums.booked) == (NOT_TOLD, usd("1.00"))
    assert apart.named == (("not_in_store", usd("-1.00")),)


def test_a_cancelled_order_owes_no_tax() -> None:
    order = in_california(status=OrderStatus.CANCELLED)

    assert tax_report(stated(order, [])).rates == ()


def test_what_bore_no_tax_stands_apart() -> None:
    report = reported(an_order(lines=(a_line(tax="0"),)))

    assert [(one.rate, one.sums.taxable) for one in report.rates] == [
        (UNTAXED, usd("10.00"))
    ]


FINE = st.integers(0, 50_000).map(lambda n: usd(Decimal(n).scaleb(-4)))
SHARES = st.lists(st.tuples(st.sampled_from("123"), FINE), max_size=3)
CODES = st.sampled_from(["1", "2", "3"])


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Orders of which the rates explain the tax, nearly do, or do not at all."""
    lines: list[OrderLine] = []
    for place in range(draw(st.integers(0, 4))):
        shares = tuple(TaxShare(*share) for share in draw(SHARES))
        tax = total_of([share.amount for share in shares], "USD")
        if draw(st.booleans()):
            tax = draw(FINE)
        line = a_line(external_id=str(place), taxes=shares)
        lines.append(replace(line, tax=tax, total=draw(FINE)))
    rates = tuple(
        replace(CALIFORNIA, rate_id=code, label=code, total=draw(FINE))
        for code in draw(st.lists(CODES, max_size=3))
    )
    order = an_order(lines=tuple(lines))
    if draw(st.booleans()):
        order = replace(order, tax_lines=rates)
    order = replace(order, total=order.total.rounded())
    if draw(st.booleans()):
        order = replace(order, total_tax=draw(FINE))
    backs = draw(st.lists(st.tuples(FINE, SHARES, FINE), max_size=2))
    refunds = tuple(
        a_refund(
            external_id=str(place),
            lines=[
                a_refund_line(
                    tax=str(total_of([one for _, one in shares], "USD").amount),
                    taxes=tuple(TaxShare(*share) for share in shares),
                    order_line_id="0",
                    total=str(net.amount),
                )
            ],
        )
        for place, (net, shares, _) in enumerate(backs)
    )
    if draw(st.booleans()) and backs:
        given_back = usd(backs[0][2].rounded().amount)
        refunds = (replace(refunds[0], amount=given_back), *refunds[1:])
    return replace(order, refunds=refunds)


@given(order=orders(), outcome=st.sampled_from([Outcome.POSTED, Outcome.HELD]))
def test_its_totals_are_the_statements_tax_whatever_a_store_tells(
    order: Order, outcome: Outcome
) -> None:
    entries = booked_as_billed(order) if outcome is Outcome.POSTED else []
    found = stated(order, entries, outcome)

    report = tax_report(found)

    store, books = found.totals["USD"]
    nothing = usd(0)
    total = report.totals.get("USD")
    sums = [one.sums for one in report.rates]
    assert (total.tax if total else nothing) == store.tax
    assert (total.booked if total else nothing) == books.tax
    assert total_of([one.tax for one in sums], "USD") == store.tax
    given_back = [one.tax for one in entries if one.kind is DocumentKind.REFUND]
    assert total_of([one.booked_back for one in sums], "USD") == total_of(
        given_back, "USD"
    )
    gap = total.difference if total else nothing
    assert total_of([one.difference for one in report.open], "USD") == gap


BACK = st.lists(st.tuples(FINE, st.sampled_from("12"), FINE), max_size=3)


@given(amount=st.none() | FINE, lines=BACK)
def test_a_booked_refund_leaves_no_difference_at_any_rate(
    amount: Money | None, lines: Sequence[tuple[Money, str, Money]]
) -> None:
    back = [
        a_refund_line(
            external_id=str(place),
            quantity="0",
            total=str(net.amount),
            tax=str(tax.amount),
            taxes=(TaxShare(rate, tax),),
        )
        for place, (net, rate, tax) in enumerate(lines)
    ]
    refund = a_refund(lines=back)
    if amount is not None or refund.amount > usd(10):
        refund = replace(refund, amount=(amount or usd(10)).rounded())
    order = in_california(refunds=(refund,))
    entries = booked_as_billed(order)
    assert len(entries) == (2 if refund.amount.rounded() else 1)
    if len(entries) == 1:
        return  # it gives nothing back

    report = tax_report(stated(order, entries))

    assert [one.rate.label for one in report.rates if one.sums.difference] == []
    assert report.open == ()
    assert report.totals["USD"].tax_back == entries[1].tax


def test_rates_come_by_place_and_those_without_a_name_last() -> None:
    kinds = [one.rate.kind for one in reported(in_california()).rates]

    assert kinds == [RateKind.RATE, RateKind.RATE, RateKind.UNTAXED]
    assert TaxRate() != NOT_TOLD
