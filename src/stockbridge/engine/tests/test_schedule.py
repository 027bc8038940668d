"""Who is due, whose turn it is, and what becomes of a job that fails."""

from datetime import timedelta
from typing import Any

import pytest

from stockbridge.companies.models import Company
from stockbridge.domain.errors import (
    ActionNeededError,
    DefectError,
    RetryableError,
    SignInError,
)
from stockbridge.engine import leases, schedule, ticks
from stockbridge.engine.clock import database_now
from stockbridge.engine.leases import HeldLease, LeaseLostError
from stockbridge.engine.models import Connection, Installation, Issue, Lease
from stockbridge.engine.tests.rows import NOW, a_company, a_connection
from stockbridge.engine.ticks import Outcome
from stockbridge.ports import Hint

pytestmark = pytest.mark.django_db
EARLIER = NOW - timedelta(minutes=1)
LATER = NOW + timedelta(minutes=1)


def test_a_connection_is_due_once_its_time_has_come() -> None:
    past = a_connection(due_at=EARLIER)
    a_connection(due_at=LATER)
    a_connection(due_at=None)

    assert schedule.due(NOW) == [past.pk]


def test_a_hint_makes_a_connection_due_at_once() -> None:
    shop = a_connection(due_at=LATER)

    ticks.hint(shop, [Hint("orders", ("7",))])

    assert schedule.due(NOW) == [shop.pk]


@pytest.mark.parametrize("status", ["new", "paused", "needs_sign_in"])
def test_nothing_is_done_where_a_person_has_to_act_first(status: str) -> None:
    a_connection(due_at=EARLIER, status=status, woken=True)

    assert schedule.due(NOW) == []


def test_a_hint_does_not_break_the_pause_after_a_failure() -> None:
    a_connection(due_at=LATER, woken=True, failures=1)

    assert schedule.due(NOW) == []


def test_a_connection_that_somebody_works_on_is_left_out() -> None:
    shop = a_connection(due_at=EARLIER)
    leases.take(shop, "another")

    assert schedule.due(NOW) == []


def test_nothing_is_due_while_the_installation_is_paused() -> None:
    a_connection(due_at=EARLIER)
    installation = Installation.current()
    installation.paused_reason = "restored"
    installation.save()

    assert schedule.due(NOW) == []


def test_companies_take_turns_however_many_connections_one_has() -> None:
    busy, calm = a_company("Busy"), a_company("Calm")
    many = [_due(busy) for _ in range(3)]
    one = _due(calm)
    Connection.objects.filter(pk=many[0].pk).update(worked_at=NOW)

    order = schedule.due(NOW)

    assert order[0] == one.pk
    assert order[1] in {many[1].pk, many[2].pk}
    assert order[-1] == many[0].pk


def test_a_back_fill_that_always_has_more_lets_the_others_through() -> None:
    busy, calm = a_company("Busy"), a_company("Calm")
    for company in (busy, busy, calm):
        _due(company)
    served = []

    for minute in range(6):
        now = NOW + timedelta(minutes=minute)
        lease = _taken(Connection.objects.get(pk=schedule.due(now)[0]))
        connection = schedule.begin(lease, now)
        assert connection is not None
        served.append(connection.company.name)
        schedule.finish(lease, Outcome(has_more=True), now)
        leases.give_back(lease)

    assert served == ["Busy", "Calm", "Busy", "Calm", "Busy", "Calm"]


def test_of_one_company_the_woken_connection_comes_first() -> None:
    company = a_company()
    _due(company)
    woken = _due(company, woken=True)

    assert schedule.due(NOW)[0] == woken.pk


def test_a_hint_that_comes_during_the_job_is_not_lost() -> None:
    shop = _due()
    lease = _taken(shop)
    schedule.begin(lease, NOW)
    ticks.hint(shop, [Hint("orders", ("8",))])
    schedule.finish(lease, Outcome(again_at=LATER), NOW)
    leases.give_back(lease)

    assert schedule.due(NOW) == [shop.pk]


def test_a_job_whose_process_died_is_due_as_soon_as_its_lease_ran_out() -> None:
    shop = _due()
    schedule.begin(_taken(shop), NOW)
    Lease.objects.update(expires_at=database_now() - timedelta(seconds=1))

    assert schedule.due(NOW) == [shop.pk]


def test_what_another_worker_did_since_we_looked_is_not_done_again() -> None:
    shop = _due()
    first = _taken(shop)
    schedule.begin(first, NOW)
    schedule.finish(first, Outcome(again_at=LATER), NOW)
    leases.give_back(first)

    assert schedule.begin(_taken(shop), NOW) is None


def test_a_doubled_hint_is_one_hint() -> None:
    shop = a_connection()

    for _ in range(2):
        ticks.hint(shop, [Hint("orders", ("7",)), Hint("items", ("1",))])

    shop.refresh_from_db()
    assert shop.hints == {"orders": ["7"], "items": ["1"]}


def test_a_flood_of_hints_means_read_the_feed() -> None:
    shop = a_connection()

    ticks.hint(shop, [Hint("orders", tuple(str(n) for n in range(1000)))])

    shop.refresh_from_db()
    assert shop.hints == {"orders": []}


def test_a_finished_job_says_when_to_look_again_and_wakes_others() -> None:
    shop, books = _due(failures=3, status="failing"), a_connection(kind="books")

    outcome = Outcome(again_at=LATER, wakes=frozenset({books.pk}))
    schedule.finish(_taken(shop), outcome, NOW)

    shop.refresh_from_db()
    books.refresh_from_db()
    assert (shop.due_at, shop.failures, shop.status) == (LATER, 0, "active")
    assert books.woken


def test_after_each_failure_it_waits_longer_but_never_too_long() -> None:
    waits = [
        schedule.back_off_s(failures, wish_s=None, chance=lambda: 0.5)
        for failures in (0, 1, 2, 30)
    ]

    assert waits == [10, 20, 40, 1800]


def test_failing_connections_do_not_all_come_back_at_once() -> None:
    low = schedule.back_off_s(3, wish_s=None, chance=lambda: 0.0)
    high = schedule.back_off_s(3, wish_s=None, chance=lambda: 1.0)

    assert low < high


def test_the_other_sides_wish_to_wait_is_obeyed() -> None:
    shop = _failed(RetryableError("Busy.", retry_after_s=500))

    assert shop.due_at == NOW + timedelta(seconds=500)
    assert shop.failures == 1


def test_a_spent_budget_is_no_failure() -> None:
    shop = _failed(RetryableError("Spent.", code="budget_spent", retry_after_s=30))

    assert shop.due_at == NOW + timedelta(seconds=30)
    assert shop.failures == 0


def test_one_failure_is_nobodys_business_five_are() -> None:
    first = _failed(RetryableError("No internet."))
    fifth = _failed(RetryableError("No internet."), failures=4)

    assert first.status == "active"
    assert fifth.status == "failing"
    assert Issue.objects.get().connection == fifth


def test_lost_keys_stop_the_connection_and_ask_for_new_ones() -> None:
    shop = _failed(SignInError("The key was revoked.", remedy="Make a new one."))

    assert shop.status == "needs_sign_in"
    issue = Issue.objects.get()
    assert (issue.code, issue.remedy) == ("sign_in", "Make a new one.")


def test_what_a_person_must_mend_is_looked_at_again_only_now_and_then() -> None:
    shop = _failed(ActionNeededError("The address is wrong.", remedy="Correct it."))

    assert shop.due_at is not None
    assert shop.due_at >= NOW + timedelta(minutes=15)
    assert Issue.objects.get().remedy == "Correct it."


@pytest.mark.parametrize("error", [DefectError("We did it."), KeyError("cs_secret")])
def test_a_mistake_of_ours_is_an_issue_without_strange_words(error: Exception) -> None:
    shop = _failed(error)

    assert shop.status == "failing"
    assert "cs_secret" not in shop.last_error + Issue.objects.get().message


def test_success_closes_what_failure_opened() -> None:
    shop = _failed(KeyError("x"))

    schedule.finish(_taken(shop), Outcome(), LATER)

    assert not Issue.objects.filter(resolved_at=None).exists()


def test_a_worker_that_lost_its_lease_writes_nothing_about_the_job() -> None:
    shop = _due()
    lease = _taken(shop)
    Lease.objects.update(holder="another", fence=2)

    with pytest.raises(LeaseLostError):
        schedule.finish(lease, Outcome(again_at=LATER), NOW)
    with pytest.raises(LeaseLostError):
        schedule.fail(lease, KeyError("x"), NOW)
    with pytest.raises(LeaseLostError):
        schedule.begin(lease, NOW)

    shop.refresh_from_db()
    assert (shop.due_at, shop.failures) == (EARLIER, 0)


def _due(company: Company | None = None, **fields: Any) -> Connection:
    return a_connection(company, due_at=EARLIER, **fields)


def _taken(shop: Connection) -> HeldLease:
    lease = leases.take(shop, "one")
    assert lease is not None
    return lease


def _failed(error: Exception, **fields: Any) -> Connection:
    shop = _due(**fields)
    lease = _taken(shop)
    schedule.fail(lease, error, NOW, chance=lambda: 0.5)
    leases.give_back(lease)
    shop.refresh_from_db()
    return shop
