"""One key, one effect; each draft by itself; the same on both databases."""

from collections.abc import Callable, Iterator
from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import connection

from stockbridge.backoffice.checks import differences
from stockbridge.backoffice.drafts import (
    Draft,
    FulfillmentDraft,
    Header,
    OnClosed,
    PaymentDraft,
)
from stockbridge.backoffice.models import (
    CustomerOrder,
    JournalLine,
    PostedDocument,
    StockMovement,
)
from stockbridge.backoffice.posting import Posted, Refused, post, post_all
from stockbridge.backoffice.tests.builders import (
    NOW,
    Shop,
    a_line,
    a_shop,
    an_order,
    header,
    paid,
)
from stockbridge.companies.models import Company
from stockbridge.domain.errors import ActionNeededError, DefectError


def test_the_same_key_returns_the_first_document(shop: Shop) -> None:
    draft = an_order([a_line(shop.stocked("5"))], key="order-1", paid=paid("10.00"))

    first = post(shop.company, draft, at=NOW)
    again = post(shop.company, draft, at=NOW)

    assert (first.is_new, again.is_new) == (True, False)
    assert again.document.pk == first.document.pk
    assert CustomerOrder.objects.count() == 1


def test_the_same_key_twice_in_one_call_is_one_document(shop: Shop) -> None:
    draft = an_order([a_line(shop.stocked("5"))], key="order-1")

    first, again = post_all(shop.company, [draft, draft], at=NOW)

    assert isinstance(first, Posted)
    assert isinstance(again, Posted)
    assert again.document.pk == first.document.pk


def test_a_key_of_one_company_means_nothing_in_another(shop: Shop) -> None:
    other = a_shop("cups")
    post(shop.company, an_order([a_line(None)], key="order-1"), at=NOW)

    theirs = post(other.company, an_order([a_line(None)], key="order-1"), at=NOW)

    assert theirs.is_new


def test_a_draft_may_name_an_order_of_the_same_call_by_its_key(shop: Shop) -> None:
    mug = shop.stocked("5")
    drafts: list[Draft] = [
        an_order([a_line(mug)], key="order-1"),
        PaymentDraft(header("payment-1"), paid("10.00"), "order-1"),
        FulfillmentDraft(header("handed-1"), "order-1"),
    ]

    results = post_all(shop.company, drafts, at=NOW)

    assert all(isinstance(result, Posted) for result in results)
    assert shop.level(mug).on_hand == 4
    assert differences(shop.company) == []


def test_a_refused_draft_leaves_no_trace_and_the_others_alone(shop: Shop) -> None:
    mug = shop.stocked("5")
    bad = an_order(
        [a_line(mug), a_line(None, quantity="0")], key="bad", paid=paid("10.00")
    )

    results = post_all(
        shop.company,
        [an_order([a_line(mug)]), bad, an_order([a_line(mug)])],
        at=NOW,
    )

    assert [type(result) for result in results] == [Posted, Refused, Posted]
    numbers = CustomerOrder.objects.order_by("id").values_list("number", flat=True)
    assert list(numbers) == ["CO-1001", "CO-1002"]
    assert shop.level(mug).committed == 2
    assert not PostedDocument.objects.filter(key="bad").exists()
    assert differences(shop.company) == []


def test_an_item_of_another_company_is_not_known(shop: Shop) -> None:
    theirs = a_shop("cups").stocked("5")

    with pytest.raises(ActionNeededError, match="There is no item"):
        shop.order([a_line(theirs)])


def test_a_closed_period_refuses_unless_the_caller_decided(shop: Shop) -> None:
    Company.objects.update(closed_until=date(2026, 3, 31))
    shop.company.refresh_from_db()
    lines = [a_line(None)]

    with pytest.raises(ActionNeededError) as caught:
        shop.post(an_order(lines))
    moved = an_order(lines)
    moved = type(moved)(
        Header("k", date(2026, 3, 14), on_closed=OnClosed.FIRST_OPEN_DAY),
        moved.lines,
        moved.total,
        moved.placed_at,
    )
    document = shop.post(moved)

    assert caught.value.code == "closed_period"
    assert document.business_date == date(2026, 4, 1)
    assert "2026-03-14" in document.memo


def test_what_is_posted_is_neither_changed_nor_deleted(shop: Shop) -> None:
    shop.stocked("5")
    movement = StockMovement.objects.get()
    line = JournalLine.objects.all()[0]

    with pytest.raises(DefectError):
        StockMovement.objects.update(quantity=9)
    with pytest.raises(DefectError):
        StockMovement.objects.all().delete()
    with pytest.raises(DefectError):
        movement.save()
    with pytest.raises(DefectError):
        line.delete()


@pytest.fixture
def busy_shop(transactional_db: None) -> Iterator[Shop]:
    """Return a company whose rows other threads can see."""
    yield a_shop("busy")
    connection.close()


def test_two_callers_with_the_same_key_at_once_have_one_effect(
    busy_shop: Shop,
) -> None:
    mug = busy_shop.stocked("50")
    keys = [f"order-{number}" for number in range(10)]
    results = _all_at_once(
        4,
        lambda: [
            post(busy_shop.company, an_order([a_line(mug)], key=key), at=NOW)
            for key in keys
        ],
    )

    assert sum(result.is_new for results in results for result in results) == 10
    assert len({r.document.pk for results in results for r in results}) == 10
    assert busy_shop.level(mug).committed == 10
    assert CustomerOrder.objects.count() == 10
    assert differences(busy_shop.company) == []


def _all_at_once(callers: int, act: Callable[[], list[Posted]]) -> list[list[Posted]]:
    start = Barrier(callers)
    done: list[list[Posted]] = []

    def work() -> None:
        start.wait()
        try:
            done.append(act())
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == callers
    return done
