"""The runner with its chores and the real jobs, as a served installation has it."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from stockbridge.domain.delivery import State
from stockbridge.engine import aftermath, lookups, machine, upkeep, workers
from stockbridge.engine.clock import database_now
from stockbridge.engine.models import Chore, Connection, Installation, Issue, Worker
from stockbridge.engine.tests.rows import a_bridge, a_company, a_connection
from stockbridge.engine.tests.shelf import Shelf

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def _books() -> Connection:
    return a_connection(
        a_company(),
        kind="books",
        connector="embedded",
        settings={},
        due_at=database_now() - timedelta(seconds=1),
    )


def test_the_embedded_back_office_is_worked_on() -> None:
    books = _books()

    has_worked = upkeep.new_runner().work_once()

    books.refresh_from_db()
    assert has_worked
    assert (books.failures, books.last_error) == (0, "")
    assert books.due_at is not None
    assert books.due_at > database_now()


def test_each_chore_is_done_at_the_first_start_without_an_error() -> None:
    _books()
    runner = upkeep.new_runner()
    runner.start()
    names = {duty.name for duty in upkeep.duties()}
    began = database_now()
    while _done() != names and database_now() - began < timedelta(seconds=30):
        pass
    runner.stop()

    assert runner.join(30)
    assert _done() == names
    assert not Chore.objects.exclude(last_error="").exists()


def test_a_copied_database_does_nothing_when_it_is_started() -> None:
    books = _books()
    upkeep.new_runner()
    Installation.objects.update(fingerprint="another machine's")

    has_worked = upkeep.new_runner().work_once()

    books.refresh_from_db()
    assert not has_worked
    assert books.paused_reason == machine.COPIED


def test_after_a_restore_a_person_looks_up_sees_and_lets_go_on() -> None:
    bridge = a_bridge()
    Connection.objects.filter(pk=bridge.books_id).update(settings={})
    books = Connection.objects.get(pk=bridge.books_id)
    now = database_now()
    aftermath.pause_everything("A backup was put back.", now)

    lookups.look_up(books)

    assert aftermath.standing().in_doubt == 0
    assert upkeep.new_runner().work_once() is False
    assert aftermath.resume_after_restore(now=now, by="owner") == 2
    assert State.IN_DOUBT.value not in books.deliveries.values_list("state", flat=True)


def test_a_web_process_sees_that_no_worker_lives() -> None:
    _books()
    watch = upkeep.Watch(every_s=0.01)
    watch.start()
    began = database_now()
    while not Issue.objects.exists() and database_now() - began < timedelta(seconds=20):
        pass
    watch.stop()

    assert Issue.objects.get().code == "no_worker"


def test_working_connections_are_tested_once_a_day() -> None:
    shelf = Shelf()
    shop = a_connection(
        connector="shelf",
        settings={"address": "https://shelf.example.com"},
        secrets={"key": "some-secret-key"},
    )
    now = database_now()

    counts = [
        upkeep.check_connections(now, find=shelf.find),
        upkeep.check_connections(now + timedelta(hours=1), find=shelf.find),
        upkeep.check_connections(now + timedelta(hours=25), find=shelf.find),
    ]

    shop.refresh_from_db()
    assert counts == [1, 0, 1]
    assert shop.report["is_usable"]
    assert shop.webhooks["mode"] == "polling"


def test_dead_workers_are_forgotten_after_a_week_except_the_last() -> None:
    now = database_now()
    for days in (30, 20, 10):
        workers.beat(f"dead {days}", now=now - timedelta(days=days))

    workers.forget_old(now)

    assert Worker.objects.get().name == "dead 10"


def _done() -> set[str]:
    done = Chore.objects.filter(done_at__isnull=False)
    return set(done.values_list("name", flat=True))
