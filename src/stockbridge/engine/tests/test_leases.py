"""One worker at a time acts on a connection, and a frozen one does no harm."""

import os
import subprocess
import sys
import threading
from collections import Counter
from datetime import datetime, timedelta

import pytest

from stockbridge.engine import leases
from stockbridge.engine.clock import database_now
from stockbridge.engine.leases import HeldLease, LeaseLostError
from stockbridge.engine.models import Connection, Lease, LogEntry
from stockbridge.engine.tests.rows import NOW, a_connection, at_the_same_time

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_lease_that_is_held_is_not_given_to_another() -> None:
    shop = a_connection()
    first = leases.take(shop, "one")

    second = leases.take(shop, "two")

    assert first is not None
    assert second is None


def test_the_fence_grows_with_each_taking() -> None:
    shop = a_connection()
    fences = []
    for holder in ("one", "two", "one"):
        lease = _taken(shop, holder)
        fences.append(lease.fence)
        leases.give_back(lease)

    assert fences == [1, 2, 3]


def test_a_lease_that_ran_out_goes_to_the_next_worker() -> None:
    shop = a_connection()
    _taken(shop, "frozen")
    _run_out(shop)

    lease = leases.take(shop, "awake")

    assert lease is not None
    assert lease.fence == 2


def test_of_eight_threads_exactly_one_gets_the_lease() -> None:
    shop = a_connection()

    found = at_the_same_time(
        *(lambda n=n: leases.take(shop, f"worker {n}") for n in range(8))
    )

    got = [lease for lease in found if lease is not None]
    assert len(got) == 1, found
    assert isinstance(got[0], HeldLease)


def test_of_four_processes_exactly_one_gets_each_lease(database_address: str) -> None:
    shops = [a_connection(name=f"Shop {number}") for number in range(20)]

    contenders = [_contender(database_address) for _ in range(4)]
    for contender in contenders:
        assert contender.stdout is not None
        assert contender.stdout.readline() == "ready\n"
    lines = [contender.communicate("go\n", timeout=60)[0] for contender in contenders]

    taken = Counter(
        int(line.split()[0]) for text in lines for line in text.split("\n")[:-1]
    )
    assert taken == {shop.pk: 1 for shop in shops}
    assert LogEntry.objects.count() == len(shops)


def test_a_worker_frozen_beyond_its_lease_writes_nothing() -> None:
    shop = a_connection()
    lease = _taken(shop, "frozen")
    _run_out(shop)

    with pytest.raises(LeaseLostError), leases.fenced(lease):
        _write(shop)

    assert not LogEntry.objects.exists()


def test_a_worker_whose_lease_was_taken_over_writes_nothing() -> None:
    shop = a_connection()
    frozen = _taken(shop, "frozen")
    _run_out(shop)
    awake = _taken(shop, "awake")

    with pytest.raises(LeaseLostError), leases.fenced(frozen):
        _write(shop)
    with leases.fenced(awake):
        _write(shop)

    assert LogEntry.objects.count() == 1


def test_the_same_worker_with_an_older_fence_writes_nothing() -> None:
    shop = a_connection()
    older = _taken(shop, "one")
    leases.give_back(older)
    _taken(shop, "one")

    with pytest.raises(LeaseLostError), leases.fenced(older):
        _write(shop)


def test_a_worker_frozen_beyond_its_lease_starts_no_call() -> None:
    shop = a_connection()
    lease = _taken(shop, "frozen")
    _run_out(shop)

    assert not leases.covers(lease, 1)


def test_a_call_starts_only_if_it_ends_before_the_lease() -> None:
    shop = a_connection()
    lease = _taken(shop, "one", seconds=60)

    assert leases.covers(lease, 50)
    assert not leases.covers(lease, 61)


def test_renewing_a_lease_makes_it_last_and_never_shortens_it() -> None:
    shop = a_connection()
    lease = _taken(shop, "one", seconds=60)

    leases.renew(lease, seconds=200)
    leases.renew(lease, seconds=10)

    assert leases.covers(lease, 190)


def test_a_lease_that_is_lost_cannot_be_renewed() -> None:
    shop = a_connection()
    lease = _taken(shop, "frozen")
    _run_out(shop)

    with pytest.raises(LeaseLostError):
        leases.renew(lease)


def test_giving_back_what_another_worker_has_leaves_it_alone() -> None:
    shop = a_connection()
    frozen = _taken(shop, "frozen")
    _run_out(shop)
    awake = _taken(shop, "awake")

    was_ours = leases.give_back(frozen)

    assert not was_ours
    assert leases.covers(awake, 1)


def test_nobody_takes_a_lease_while_its_holder_is_writing() -> None:
    """The holder freezes between its check and its commit, and the lease runs out.

    The other worker has to wait for the commit, so that its own reads see it.
    """
    shop = a_connection()
    is_writing = threading.Event()
    seen: list[int] = []

    def write_slowly() -> None:
        with leases.fenced(_taken(shop, "slow", seconds=1.5)):
            _write(shop)
            is_writing.set()
            while database_now() < _expiry(shop) + timedelta(seconds=0.2):
                pass

    def take_over() -> None:
        is_writing.wait(30)
        while leases.take(shop, "quick") is None:
            pass
        seen.append(LogEntry.objects.count())

    found = at_the_same_time(write_slowly, take_over)

    assert found == [None, None]
    assert seen == [1]


def test_a_failure_inside_the_fence_takes_everything_back() -> None:
    shop = a_connection()
    lease = _taken(shop, "one")

    def write_and_fail() -> None:
        with leases.fenced(lease):
            _write(shop)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert not LogEntry.objects.exists()


def _taken(shop: Connection, holder: str, *, seconds: float = 60) -> HeldLease:
    lease = leases.take(shop, holder, seconds=seconds)
    assert lease is not None
    return lease


def _run_out(shop: Connection) -> None:
    """Let the database's clock pass the lease's end, as seen by its holder."""
    past = database_now() - timedelta(seconds=1)
    found = at_the_same_time(
        lambda: Lease.objects.filter(pk=shop.pk).update(expires_at=past)
    )
    assert found == [1]


def _expiry(shop: Connection) -> datetime:
    found = Lease.objects.get(pk=shop.pk).expires_at
    assert found is not None
    return found


def _write(shop: Connection) -> None:
    LogEntry.objects.create(
        company_id=shop.company_id,
        connection=shop,
        channel="test",
        level="info",
        message="written",
        at=NOW,
    )


def _contender(database_address: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "stockbridge.engine.tests.contender"],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "stockbridge.config.settings",
            "STOCKBRIDGE_DATABASE": database_address,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
