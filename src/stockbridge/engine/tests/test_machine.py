"""A copy, or a database that went back in time, is noticed and stops everything."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from stockbridge.domain.delivery import Event, State
from stockbridge.engine import aftermath, leases, machine, schedule
from stockbridge.engine.leases import LeaseLostError
from stockbridge.engine.models import (
    Bridge,
    Connection,
    Delivery,
    DeliveryEvent,
    Installation,
    Issue,
)
from stockbridge.engine.restore_guard import first_state
from stockbridge.engine.tests.rows import NOW, a_bridge, a_connection, a_delivery

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def test_the_first_start_is_nothing_odd() -> None:
    assert machine.guard(NOW) == ""
    assert Installation.current().fingerprint == machine.fingerprint()


def test_an_ordinary_restart_is_nothing_odd() -> None:
    machine.guard(NOW)
    machine.advance(NOW)

    assert machine.guard(NOW) == ""


def test_a_database_that_wakes_up_elsewhere_is_paused() -> None:
    a_connection()
    machine.guard(NOW)
    Installation.objects.update(fingerprint="another machine's")

    assert machine.guard(NOW) == machine.COPIED
    assert Connection.objects.get().status == Connection.Status.PAUSED
    assert Installation.current().restored_at == NOW


def test_the_fingerprint_is_another_on_another_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = machine.fingerprint()
    monkeypatch.setenv("STOCKBRIDGE_MACHINE", "another")

    there = machine.fingerprint()

    # Of PostgreSQL all machines see the same: many may work side by side.
    assert (here == there) is (connection.vendor == "postgresql")


def test_a_backup_put_back_by_hand_is_noticed() -> None:
    machine.guard(NOW)
    yesterday = Installation.objects.values("epoch", "nonce").get()
    machine.advance(NOW)
    Installation.objects.update(**yesterday)

    assert machine.guard(NOW) == machine.WENT_BACK


def test_a_backup_of_which_another_copy_went_on_is_noticed() -> None:
    machine.guard(NOW)
    Installation.objects.update(nonce="of the other copy")

    assert machine.guard(NOW) == machine.WENT_BACK


def test_a_machine_that_was_away_for_long_is_nothing_odd(home: Path) -> None:
    machine.guard(NOW)
    memory = home / machine.MEMORY_FILE
    shutil.copy(memory, home / "old")
    for _ in range(5):
        machine.advance(NOW)
    shutil.copy(home / "old", memory)

    assert machine.guard(NOW) == ""


def test_a_broken_memory_file_stops_nothing(home: Path) -> None:
    (home / machine.MEMORY_FILE).write_text("{ half")

    assert machine.guard(NOW) == ""


def test_while_paused_nothing_is_due_and_no_worker_can_write() -> None:
    shop = a_connection(due_at=NOW)
    lease = leases.take(shop, "at work")
    assert lease is not None

    aftermath.pause_everything("A backup was put back.", NOW)

    assert schedule.due(NOW + timedelta(days=1)) == []
    with pytest.raises(LeaseLostError), leases.fenced(lease):
        pass


@pytest.mark.parametrize("state", ["held", "ready", "sent", "failed"])
def test_each_unsettled_document_is_doubted(state: str) -> None:
    delivery = a_delivery(a_bridge(), state=state)

    count = aftermath.pause_everything("A backup was put back.", NOW)

    delivery.refresh_from_db()
    event = DeliveryEvent.objects.get()
    assert count == 1
    assert delivery.state == State.IN_DOUBT
    assert (event.event, event.before, event.by) == (Event.DOUBT, state, "restore")


@pytest.mark.parametrize("state", ["posted", "cancelled", "superseded", "in_doubt"])
def test_what_is_settled_is_left_alone(state: str) -> None:
    delivery = a_delivery(a_bridge(), state=state)

    aftermath.pause_everything("A backup was put back.", NOW)

    delivery.refresh_from_db()
    assert delivery.state == state


def test_what_is_older_than_the_window_is_left_alone() -> None:
    old = NOW - timedelta(days=31)
    delivery = a_delivery(a_bridge(), created_at=old, changed_at=old)

    aftermath.pause_everything("A backup was put back.", NOW)

    delivery.refresh_from_db()
    assert delivery.state == State.READY


def test_what_is_planned_anew_starts_in_doubt_for_the_window() -> None:
    aftermath.pause_everything("A backup was put back.", NOW)

    assert first_state(NOW + timedelta(days=29)) is State.IN_DOUBT
    assert first_state(NOW + timedelta(days=31)) is State.READY


def test_pausing_twice_is_pausing_once() -> None:
    bridge = a_bridge()
    a_delivery(bridge)

    for _ in range(2):
        aftermath.pause_everything("A backup was put back.", NOW)

    assert DeliveryEvent.objects.count() == 1
    assert Issue.objects.filter(code=aftermath.RESTORED).count() == 1


def test_a_person_lets_the_work_go_on() -> None:
    shop = a_connection(status=Connection.Status.FAILING)
    aftermath.pause_everything("A backup was put back.", NOW)

    count = aftermath.resume_after_restore(now=NOW, by="ann@example.com")

    shop.refresh_from_db()
    assert count == 1
    assert (shop.status, shop.paused_reason, shop.due_at) == ("failing", "", NOW)
    assert schedule.due(NOW) == [shop.pk]
    assert not Issue.objects.filter(resolved_at=None).exists()


def test_what_a_person_had_paused_before_stays_paused() -> None:
    shop = a_connection(
        status=Connection.Status.PAUSED,
        paused_reason="Paused by Ann.",
        status_before_pause="active",
    )
    aftermath.pause_everything("A backup was put back.", NOW)

    aftermath.resume_after_restore(now=NOW, by="ann@example.com")

    shop.refresh_from_db()
    assert (shop.status, shop.paused_reason) == ("paused", "Paused by Ann.")


def test_a_person_sees_how_many_documents_are_to_be_looked_up() -> None:
    bridge: Bridge = a_bridge()
    a_delivery(bridge)
    a_delivery(bridge, state="sent")
    aftermath.pause_everything("A backup was put back.", NOW)

    standing = aftermath.standing()

    assert standing.in_doubt == 2
    assert standing.to_send == 0
    assert standing.paused == Connection.objects.count() == 2
    assert Delivery.objects.filter(state=State.IN_DOUBT).count() == 2
