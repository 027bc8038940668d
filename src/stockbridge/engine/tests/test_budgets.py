"""A vendor's limit of calls is kept by all workers together."""

from datetime import timedelta

import pytest

from stockbridge.domain.errors import RetryableError
from stockbridge.engine import budgets
from stockbridge.engine.budgets import CallLimit, Grant, Purse
from stockbridge.engine.models import Budget
from stockbridge.engine.tests.rows import at_the_same_time

pytestmark = pytest.mark.django_db(transaction=True)
SLOW = CallLimit(key="shop", per_minute=1, burst=40)


def test_a_slice_pays_for_many_calls() -> None:
    limit = CallLimit(key="shop", per_minute=600, burst=100)

    grant = budgets.acquire(limit, at_least=1)

    assert grant == Grant(20)


def test_eight_workers_together_never_get_more_than_the_budget() -> None:
    def spend_all() -> int:
        got = 0
        while grant := budgets.acquire(SLOW, at_least=1).tokens:
            got += grant
        return got

    found = at_the_same_time(*[spend_all] * 8)

    assert sum(int(str(n)) for n in found) == 40


def test_tokens_come_back_with_time() -> None:
    budgets.acquire(SLOW, at_least=40)
    _let_pass(minutes=5)

    grant = budgets.acquire(SLOW, at_least=5)

    assert grant == Grant(5)


def test_a_budget_never_holds_more_than_its_burst() -> None:
    budgets.acquire(SLOW, at_least=1)
    _let_pass(minutes=1000)

    assert budgets.acquire(SLOW, at_least=40).tokens == 40
    assert budgets.acquire(SLOW, at_least=1).tokens == 0


def test_a_call_dearer_than_the_burst_passes_once_the_budget_is_full() -> None:
    grant = budgets.acquire(SLOW, at_least=100)

    assert grant == Grant(100)


def test_a_short_wait_is_waited() -> None:
    limit = CallLimit(key="shop", per_minute=60, burst=1)
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        _let_pass(minutes=1)

    purse = Purse(limit, wait=wait)
    purse.spend(1)
    purse.spend(1)

    assert len(waits) == 1
    assert 0 < waits[0] <= 1


def test_a_long_wait_is_left_to_the_schedule() -> None:
    purse = Purse(SLOW, wait=_refuse_to_wait)
    purse.spend(40)

    with pytest.raises(RetryableError) as error:
        purse.spend(1)

    assert error.value.code == "budget_spent"
    assert error.value.retry_after_s == pytest.approx(60, abs=2)


def test_when_the_other_side_says_stop_nobody_calls_for_that_long() -> None:
    budgets.exhaust(SLOW, for_s=120)

    grant = budgets.acquire(SLOW, at_least=1)

    assert grant.tokens == 0
    assert grant.wait_s == pytest.approx(180, abs=2)


def test_nothing_is_given_back_to_a_budget_that_is_closed() -> None:
    earlier = Purse(SLOW, wait=_refuse_to_wait)
    earlier.spend(1)
    budgets.exhaust(SLOW, for_s=120)

    earlier.close()

    assert budgets.acquire(SLOW, at_least=1).tokens == 0


def test_a_shorter_stop_does_not_end_a_longer_one() -> None:
    budgets.exhaust(SLOW, for_s=120)

    budgets.exhaust(SLOW, for_s=5)

    assert budgets.acquire(SLOW, at_least=1).wait_s == pytest.approx(180, abs=2)


def test_tokens_that_were_not_used_are_given_back() -> None:
    purse = Purse(SLOW, wait=_refuse_to_wait)
    purse.spend(1)
    purse.close()

    assert int(Budget.objects.get().tokens) == 39


def test_what_is_given_back_fills_a_budget_to_its_burst_at_most() -> None:
    budgets.acquire(SLOW, at_least=1)

    budgets.give_back(SLOW, 500)

    assert Budget.objects.get().tokens == SLOW.burst


def _let_pass(*, minutes: int) -> None:
    row = Budget.objects.get()
    row.counted_at -= timedelta(minutes=minutes)
    row.save()


def _refuse_to_wait(seconds: float) -> None:
    raise AssertionError(f"waited {seconds} s")
