"""What a call to the outside must have first, and what is kept of it."""

from dataclasses import replace

import pytest

from stockbridge.domain.errors import RetryableError
from stockbridge.engine import checkpoints, leases
from stockbridge.engine.budgets import CallLimit
from stockbridge.engine.leases import HeldLease, LeaseLostError
from stockbridge.engine.models import Budget, Connection, ExchangeLog, Lease
from stockbridge.engine.tests.rows import NOW, a_connection
from stockbridge.engine.wire import KEPT_MAX, EngineWire, WireOptions
from stockbridge.ports import Exchange

pytestmark = pytest.mark.django_db
QUIET = WireOptions(now=lambda: NOW)


def test_a_call_is_refused_once_the_lease_is_lost() -> None:
    shop = a_connection()
    frozen = _taken(shop)
    Lease.objects.update(holder="another", fence=2)

    with pytest.raises(LeaseLostError):
        EngineWire(shop, frozen, QUIET).before_call(timeout_s=30)


def test_a_lease_that_is_short_but_ours_is_made_to_last() -> None:
    shop = a_connection()
    lease = _taken(shop, seconds=5)

    EngineWire(shop, lease, QUIET).before_call(timeout_s=30)

    assert leases.covers(lease, 30)


def test_a_call_longer_than_any_lease_still_gets_its_time() -> None:
    shop = a_connection()
    lease = _taken(shop, seconds=5)

    EngineWire(shop, lease, QUIET).before_call(timeout_s=600)

    assert leases.covers(lease, 600)


def test_a_persons_live_check_needs_no_lease() -> None:
    shop = a_connection()

    EngineWire(shop, None, QUIET).before_call(timeout_s=30)


def test_each_call_is_paid_from_the_budget_and_the_rest_given_back() -> None:
    limit = CallLimit(key="shop", per_minute=1, burst=8)

    with EngineWire(a_connection(), None, WireOptions(limit=limit)) as wire:
        for _ in range(3):
            wire.before_call(timeout_s=1)

    assert int(Budget.objects.get().tokens) == 5


def test_a_spent_budget_stops_the_next_call() -> None:
    limit = CallLimit(key="shop", per_minute=1, burst=1)
    wire = EngineWire(a_connection(), None, WireOptions(limit=limit))
    wire.before_call(timeout_s=1)

    with pytest.raises(RetryableError):
        wire.before_call(timeout_s=1)


def test_who_is_told_to_slow_down_stops_all_that_share_the_limit() -> None:
    limit = CallLimit(key="app", per_minute=60, burst=40)
    told = EngineWire(a_connection(), None, WireOptions(limit=limit))
    told.before_call(timeout_s=1)

    told.after_call(replace(_exchange(status=429), closed_s=30.0))

    told.close()
    another = EngineWire(a_connection(), None, WireOptions(limit=limit))
    with pytest.raises(RetryableError) as error:
        another.before_call(timeout_s=1)
    assert error.value.retry_after_s == pytest.approx(31, abs=2)


def test_exchanges_are_written_together_at_the_end() -> None:
    shop = a_connection()
    with EngineWire(shop, None, QUIET) as wire:
        wire.after_call(_exchange())
        wire.after_call(_exchange(status=404))
        before = ExchangeLog.objects.count()

    assert before == 0
    assert list(ExchangeLog.objects.values_list("status", flat=True)) == [200, 404]


@pytest.mark.django_db(transaction=True)
def test_many_exchanges_do_not_wait_for_the_end() -> None:
    wire = EngineWire(a_connection(), None, QUIET)

    for _ in range(50):
        wire.after_call(_exchange())

    assert ExchangeLog.objects.count() == 50


def test_what_is_kept_in_memory_is_bounded() -> None:
    wire = EngineWire(a_connection(), None, QUIET)

    for _ in range(KEPT_MAX + 100):
        wire.after_call(_exchange())
    wire.flush()

    assert ExchangeLog.objects.count() == KEPT_MAX


def test_a_good_answer_says_when_the_other_side_was_last_seen() -> None:
    shop = a_connection()
    with EngineWire(shop, None, QUIET) as wire:
        wire.after_call(_exchange())

    assert Connection.objects.get(pk=shop.pk).last_seen_at == NOW


@pytest.mark.parametrize("status", [None, 401, 500])
def test_a_bad_answer_does_not_count_as_seen(status: int | None) -> None:
    shop = a_connection()
    with EngineWire(shop, None, QUIET) as wire:
        wire.after_call(_exchange(status=status))

    assert Connection.objects.get(pk=shop.pk).last_seen_at is None


def test_no_secret_and_no_address_of_a_person_is_kept() -> None:
    with EngineWire(a_connection(), None, QUIET) as wire:
        wire.after_call(
            Exchange(
                method="GET",
                address="https://shop.example.com/x?consumer_secret=cs_0123456789abcdef",
                status=200,
                elapsed_ms=1,
                request_excerpt="Authorization: Basic Y2tfMTpjc18y",
                answer_excerpt='{"email": "ann@example.com"}',
            )
        )

    kept = str(ExchangeLog.objects.values().get())
    for secret in ("cs_0123456789abcdef", "Y2tfMTpjc18y", "ann@example.com"):
        assert secret not in kept


def test_each_call_is_a_point_at_which_a_crash_is_tried() -> None:
    seen: list[str] = []
    wire = EngineWire(a_connection(), None, QUIET)

    with checkpoints.watching(seen.append):
        wire.before_call(timeout_s=1)
        wire.after_call(_exchange())

    assert seen == ["call.before woocommerce", "call.after woocommerce"]


def _exchange(*, status: int | None = 200) -> Exchange:
    return Exchange(
        method="GET",
        address="https://shop.example.com/orders",
        status=status,
        elapsed_ms=12,
    )


def _taken(shop: Connection, *, seconds: float = 60) -> HeldLease:
    lease = leases.take(shop, "one", seconds=seconds)
    assert lease is not None
    return lease
