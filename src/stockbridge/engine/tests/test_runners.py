"""Runners side by side: each connection is worked on by one, and nothing stops them."""

import os
import signal
import subprocess
import sys
import threading
from collections import defaultdict
from datetime import timedelta

import pytest

from stockbridge.domain.errors import RetryableError
from stockbridge.engine import chores, leases, ticks, workers
from stockbridge.engine.chores import Duty
from stockbridge.engine.clock import database_now
from stockbridge.engine.leases import HeldLease
from stockbridge.engine.models import Chore, Connection, Lease, LogEntry, Worker
from stockbridge.engine.runners import Runner, RunnerOptions
from stockbridge.engine.tests.rows import NOW, a_connection, at_the_same_time
from stockbridge.engine.ticks import Bell, Deadline, Outcome
from stockbridge.ports import Hint

pytestmark = pytest.mark.django_db(transaction=True)
FAR = NOW.replace(year=2100)


def test_what_is_due_is_worked_on_and_the_lease_given_back() -> None:
    shop = _due()
    worked: list[str] = []

    def job(connection: Connection, lease: HeldLease, deadline: Deadline) -> Outcome:
        worked.append(connection.name)
        return Outcome(again_at=FAR)

    has_worked = Runner(job).work_once()

    assert has_worked
    assert worked == [shop.name]
    assert Lease.objects.get().expires_at is None
    assert not Runner(job).work_once()


def test_a_job_that_breaks_harms_neither_the_runner_nor_the_others() -> None:
    broken, sound = _due(name="Broken"), _due(name="Sound")
    worked: list[str] = []

    def job(connection: Connection, lease: HeldLease, deadline: Deadline) -> Outcome:
        if connection == broken:
            raise ZeroDivisionError
        worked.append(connection.name)
        return Outcome(again_at=FAR)

    runner = Runner(job)
    while runner.work_once():
        pass

    broken.refresh_from_db()
    assert worked == [sound.name]
    assert broken.status == Connection.Status.FAILING
    assert Lease.objects.filter(expires_at=None).count() == 2


def test_a_job_that_must_wait_is_tried_again_later() -> None:
    shop = _due()

    def job(connection: Connection, lease: HeldLease, deadline: Deadline) -> Outcome:
        raise RetryableError("No internet.")

    Runner(job).work_once()

    shop.refresh_from_db()
    assert shop.failures == 1
    assert shop.due_at is not None
    assert shop.due_at > database_now()


def test_a_job_that_lost_its_lease_leaves_the_new_holder_alone() -> None:
    shop = _due()

    def job(connection: Connection, lease: HeldLease, deadline: Deadline) -> Outcome:
        Lease.objects.update(expires_at=database_now() - timedelta(seconds=1))
        assert leases.take(connection, "another") is not None
        return Outcome(again_at=FAR)

    Runner(job).work_once()

    held = Lease.objects.get()
    assert (held.holder, held.fence) == ("another", 2)
    shop.refresh_from_db()
    assert shop.due_at != FAR


def test_a_hint_wakes_an_idle_runner_without_waiting_for_its_next_look() -> None:
    shop = a_connection(due_at=FAR)
    worked = threading.Event()
    bell = ticks.BELL

    def job(connection: Connection, lease: HeldLease, deadline: Deadline) -> Outcome:
        worked.set()
        return Outcome(again_at=FAR)

    runner = Runner(job, RunnerOptions(threads=1, idle_s=600, bell=bell))
    runner.start()
    ticks.hint(shop, [Hint("orders", ("7",))])
    has_worked = worked.wait(20)
    runner.stop()

    assert has_worked
    assert runner.join(20)


def test_a_runner_that_is_told_to_stop_finishes_its_step_and_gives_back() -> None:
    shop = _due()
    started, seen_over = threading.Event(), threading.Event()

    def job(connection: Connection, lease: HeldLease, deadline: Deadline) -> Outcome:
        started.set()
        while not deadline.is_over():
            pass
        with leases.fenced(lease):
            Connection.objects.filter(pk=shop.pk).update(version="saved")
        seen_over.set()
        return Outcome(has_more=True)

    runner = Runner(job, RunnerOptions(threads=1, idle_s=600, bell=Bell()))
    runner.start()
    assert started.wait(20)
    runner.stop()

    assert runner.join(20)
    assert seen_over.is_set()
    assert Connection.objects.get().version == "saved"
    assert Lease.objects.get().expires_at is None
    assert not Worker.objects.exists()


def test_many_workers_never_work_on_one_connection_at_once(
    database_address: str,
) -> None:
    shops = [_due(name=f"Shop {number}") for number in range(12)]

    processes = [_worker(database_address) for _ in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    codes = [process.wait(timeout=120) for process in processes]
    for process in processes:
        process.communicate()

    story = defaultdict(list)
    for entry in LogEntry.objects.order_by("id"):
        story[entry.connection_id].append((entry.level, entry.message))
    assert codes == [0, 0, 0]
    assert set(story) == {shop.pk for shop in shops}
    for lines in story.values():
        expected = [(level, fence) for fence in "123" for level in ("begin", "end")]
        assert lines == expected


def test_a_worker_that_is_killed_is_replaced_once_its_lease_ran_out() -> None:
    shop = _due()
    killed = leases.take(shop, "killed")
    assert killed is not None
    Lease.objects.update(expires_at=database_now() - timedelta(seconds=1))
    worked: list[int] = []

    def job(connection: Connection, lease: HeldLease, deadline: Deadline) -> Outcome:
        worked.append(lease.fence)
        return Outcome(again_at=FAR)

    Runner(job).work_once()

    assert worked == [2]


def test_sigterm_ends_a_worker_in_order() -> None:
    def job(connection: Connection, lease: HeldLease, deadline: Deadline) -> Outcome:
        return Outcome(again_at=FAR)

    _due()
    runner = Runner(job, RunnerOptions(threads=1, bell=Bell()))
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGTERM))
    timer.start()
    runner.run_until_stopped()

    assert not Worker.objects.exists()
    assert Lease.objects.get().expires_at is None


def test_a_chore_is_done_by_one_worker_of_all() -> None:
    done: list[int] = []
    duty = Duty("sweep", timedelta(days=1), lambda now: done.append(1))

    at_the_same_time(*[lambda: chores.run_due([duty], NOW)] * 6)
    chores.run_due([duty], NOW + timedelta(hours=23))
    chores.run_due([duty], NOW + timedelta(hours=25))

    assert len(done) == 2


def test_a_chore_that_fails_stops_no_other() -> None:
    done: list[str] = []

    def fail(now: object) -> None:
        raise ZeroDivisionError

    duties = [
        Duty("bad", timedelta(days=1), fail),
        Duty("good", timedelta(days=1), lambda now: done.append("good")),
    ]

    chores.run_due(duties, NOW)

    assert done == ["good"]
    assert "ZeroDivisionError" in Chore.objects.get(name="bad").last_error


def test_a_worker_that_is_silent_for_five_minutes_counts_as_gone() -> None:
    workers.beat("one", now=NOW)

    assert workers.is_any_alive(NOW + timedelta(minutes=4))
    assert not workers.is_any_alive(NOW + timedelta(minutes=6))
    assert workers.last_seen() == NOW


def _due(*, name: str = "") -> Connection:
    return a_connection(name=name, due_at=NOW - timedelta(days=365))


def _worker(database_address: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "stockbridge.engine.tests.worker"],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "stockbridge.config.settings",
            "STOCKBRIDGE_DATABASE": database_address,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
