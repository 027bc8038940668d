"""Store = books, to the cent, or every difference has a name."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.commerce import Order, OrderStatus
from stockbridge.domain.identity import Source
from stockbridge.domain.money import Money
from stockbridge.domain.planning import Outcome, Verdict
from stockbridge.domain.reconciliation import Drift, Entry, Statement, Told, statement
from stockbridge.domain.statement_sources import told_of
from stockbridge.domain.tests.builders import (
    SCOPE,
    TODAY,
    a_ground,
    a_refund,
    an_order,
    order_source,
    usd,
)

REFUND = Source("refund", "801")


def entry(
    source: Source | None = None,
    /,
    *,
    generation: int = 1,
    **changes: Any,
) -> Entry:
    source = source or order_source()
    effect = "refund" if source.kind == "refund" else "sale"
    key = SCOPE.document_key(effect, source, generation=generation)
    is_sale = effect == "sale"
    one = Entry(
        books_id=f"B{key}",
        kind=DocumentKind.SALE if is_sale else DocumentKind.REFUND,
        number="1042",
        day=TODAY,
        total=usd("16.50") if is_sale else usd("5.50"),
        tax=usd("1.50") if is_sale else usd("0.50"),
        shipping=usd("5.00") if is_sale else usd("0"),
        key=key,
    )
    return replace(one, **changes)


def stated(
    order: Order, *entries: Entry, outcome: Outcome = Outcome.POSTED, code: str = ""
) -> Statement:
    verdicts = {
        source: Verdict(source, outcome, code, "because" if code else "")
        for source in (Source("order", order.external_id), REFUND)
    }
    return statement(told_of(order, verdicts, a_ground(), {}), entries, SCOPE)


def drifts(found: Statement) -> list[Drift | None]:
    return [row.drift for row in found.drift]


REFUNDED = an_order(refunds=(a_refund(),))


def test_what_is_booked_as_billed_is_even() -> None:
    found = stated(REFUNDED, entry(), entry(REFUND))

    assert found.is_even
    store, books = found.totals["USD"]
    assert store == books
    assert store.orders == usd("16.50")
    assert store.refunds == usd("5.50")
    assert store.net == usd("11.00")


def test_an_order_that_the_books_lost_is_drift() -> None:
    assert drifts(stated(an_order())) == [Drift.MISSING_IN_BOOKS]


def test_an_order_for_nothing_that_the_books_lost_is_drift() -> None:
    free = an_order(
        lines=[
            replace(line, total=usd(0), tax=usd(0), taxes=())
            for line in an_order().lines
        ]
    )

    assert drifts(stated(free)) == [Drift.MISSING_IN_BOOKS]


@pytest.mark.parametrize("field", ["total", "tax", "shipping"])
def test_another_amount_is_drift(field: str) -> None:
    other: dict[str, Any] = {field: usd("9.99")}

    found = stated(an_order(), entry(**other))

    assert drifts(found) == [Drift.AMOUNTS_DIFFER]
    assert found.rows[0].difference


def test_another_currency_is_drift() -> None:
    euros: dict[str, Any] = {
        name: Money(usd("16.50").amount, "EUR") for name in ("total", "tax", "shipping")
    }

    assert drifts(stated(an_order(), entry(**euros))) == [Drift.AMOUNTS_DIFFER]


def test_a_sale_booked_twice_is_drift() -> None:
    found = stated(an_order(), entry(), entry(generation=2))

    assert drifts(found) == [Drift.DOUBLED]


def test_a_sale_undone_and_booked_again_is_booked_once() -> None:
    assert stated(an_order(), entry(is_live=False), entry(generation=2)).is_even


def test_what_only_the_books_have_is_drift_if_it_came_from_this_bridge() -> None:
    stray = entry(Source("order", "999"))
    by_hand = entry(Source("order", "998"), key="")
    of_another = entry(key="inst/other/sale/order:727/1", books_id="X")

    found = stated(an_order(), entry(), stray, by_hand, of_another)

    assert [row.entry_ids for row in found.drift] == [(stray.books_id,)]
    assert drifts(found) == [Drift.NOT_IN_STORE]


@pytest.mark.parametrize(
    "outcome", [Outcome.HELD, Outcome.WAITING, Outcome.EXCLUDED, Outcome.PLANNED]
)
def test_what_is_not_booked_for_a_reason_is_named_not_drift(outcome: Outcome) -> None:
    found = stated(an_order(), outcome=outcome, code="why")

    assert found.drift == ()
    assert [row.code for row in found.named] == ["why"]
    assert not found.is_even


def test_a_change_that_a_person_settled_is_named() -> None:
    found = stated(an_order(), entry(total=usd("9.99")), code="settled")

    assert found.drift == ()
    assert len(found.named) == 1


def test_a_cancelled_order_counts_on_neither_side() -> None:
    cancelled = an_order(status=OrderStatus.CANCELLED)

    assert stated(cancelled, entry(is_live=False)).is_even
    assert stated(cancelled, outcome=Outcome.IGNORED, code="cancelled").is_even


def test_a_cancelled_order_that_still_lives_in_the_books_is_drift() -> None:
    found = stated(an_order(status=OrderStatus.CANCELLED), entry())

    assert drifts(found) == [Drift.AMOUNTS_DIFFER]


def test_an_order_that_was_deleted_tells_no_currency_and_is_compared_all_the_same() -> (
    None
):
    nothing = Money(usd(0).amount, "XXX")
    gone = replace(
        an_order(status=OrderStatus.DELETED, lines=()),
        currency="XXX",
        total=nothing,
        total_tax=nothing,
    )

    found = stated(gone, entry(), outcome=Outcome.HELD, code="deleted_after_booking")

    assert found.totals["USD"][1].orders == usd("16.50")
    assert found.drift == ()


def test_an_order_given_back_whole_and_called_off_is_even() -> None:
    refund = a_refund(amount="16.50")
    ended = an_order(status=OrderStatus.REFUNDED, refunds=(refund,))

    found = stated(ended, entry(is_live=False), entry(REFUND, total=usd("16.50")))

    assert found.is_even
    assert found.totals["USD"][0].net == usd(0)


def test_days_are_those_of_the_documents_and_add_up_to_the_total() -> None:
    verdicts = {order_source(): Verdict(order_source(), Outcome.POSTED)}
    days = {order_source(): date(2026, 4, 1)}
    told = told_of(REFUNDED, verdicts, a_ground(), days)

    found = statement(told, [entry(day=date(2026, 4, 1)), entry(REFUND)], SCOPE)

    assert [(day.day, day.store.net) for day in found.days] == [
        (TODAY, usd("-5.50")),
        (date(2026, 4, 1), usd("16.50")),
    ]


def test_orders_of_a_day_stand_in_the_order_of_their_numbers() -> None:
    numbers = ["WEB-104", "WEB-62", "9", "118"]
    strays = [
        entry(order_source(), books_id=f"B{one}", number=one, generation=n)
        for n, one in enumerate(numbers, start=1)
    ]

    found = statement([], strays, SCOPE)

    assert [row.number for row in found.rows] == ["9", "118", "WEB-62", "WEB-104"]


def test_books_without_keys_are_found_by_their_ids() -> None:
    verdicts = {order_source(): Verdict(order_source(), Outcome.POSTED)}
    (told,) = told_of(an_order(), verdicts, a_ground(), {})

    found = statement(
        [replace(told, entry_ids=("B1",))], [entry(key="", books_id="B1")], SCOPE
    )

    assert found.is_even


KNOWN = st.sampled_from([Outcome.POSTED, Outcome.HELD, Outcome.WAITING])


@given(
    orders=st.lists(
        st.tuples(st.integers(0, 999_999), st.integers(0, 999_999), KNOWN), max_size=8
    )
)
def test_no_difference_is_without_a_name(
    orders: list[tuple[int, int, Outcome]],
) -> None:
    told: list[Told] = []
    entries: list[Entry] = []
    for number, (billed, stored, outcome) in enumerate(orders):
        order = replace(an_order(external_id=str(number)), total=usd(billed).rounded())
        source = Source("order", str(number))
        told += told_of(order, {source: Verdict(source, outcome)}, a_ground(), {})
        if stored % 3:
            entries.append(entry(source, total=usd(stored)))

    found = statement(told, entries, SCOPE)

    store, books = found.totals.get("USD", (None, None))
    if store and books:
        differences = [row.difference.orders.amount for row in found.rows]
        assert (store - books).orders.amount == sum(differences)
    for row in found.rows:
        if row.difference:
            assert row.drift or row.outcome is not Outcome.POSTED
