"""A backup holds everything but the keys, and putting it back sends nothing twice."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from stockbridge.companies.models import Company
from stockbridge.domain.delivery import State
from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.engine import backup, machine, restore, suppression, workers
from stockbridge.engine.models import (
    Connection,
    Delivery,
    Erasure,
    Installation,
    Lease,
)
from stockbridge.engine.tests.rows import (
    NOW,
    a_bridge,
    a_company,
    a_connection,
    a_delivery,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def test_a_backup_proves_itself_whole(home: Path) -> None:
    a_connection(a_company("Acme"))

    path = backup.make_backup(now=NOW)

    manifest = backup.verify(path)
    assert path == home / "backups" / "stockbridge-20260310T150000Z.zip"
    assert manifest.database == connection.vendor
    assert manifest.counts["connections"] == 1
    assert path.stat().st_mode & 0o077 == 0


def test_the_keys_are_not_in_it_and_it_says_so(settings: Settings) -> None:
    settings.VAULT_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]
    a_connection(secrets={"key": "cs_in_the_clear_123456"})

    path = backup.make_backup(now=NOW)

    with zipfile.ZipFile(path) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
        assert "keys" in json.loads(archive.read("manifest.json"))
        assert b"vault_key" in archive.read("READ-ME.txt")
    assert settings.VAULT_KEYS[0].encode() not in content
    assert settings.SECRET_KEY.encode() not in content
    assert b"cs_in_the_clear" not in content


def test_nobody_stays_signed_in_through_a_backup() -> None:
    _insert_session()

    path = backup.make_backup(now=NOW)
    restore.restore(path, now=NOW)

    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM django_session")
        assert cursor.fetchone()[0] == 0


def test_a_damaged_backup_is_refused(tmp_path: Path) -> None:
    path = backup.make_backup(now=NOW)
    _change(path, lambda name, data: data[:-1] if name.startswith("database") else data)

    with pytest.raises(InvalidInputError, match="damaged"):
        backup.verify(path)


def test_any_other_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "holiday.zip"
    other.write_bytes(b"no zip at all")

    with pytest.raises(InvalidInputError, match="no backup"):
        restore.restore(other, now=NOW)


def test_an_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    there = tmp_path / "there.zip"
    there.write_text("precious")

    with pytest.raises(InvalidInputError, match="exists"):
        backup.make_backup(now=NOW, target=there)

    assert there.read_text() == "precious"


def test_what_came_after_the_backup_is_gone_and_what_was_before_is_back() -> None:
    company = a_company("Before")
    path = backup.make_backup(now=NOW)
    Company.objects.filter(pk=company.pk).update(name="Changed")
    a_company("After")

    done = restore.restore(path, now=NOW)

    assert [c.name for c in Company.objects.all()] == ["Before"]
    assert done.before is not None
    assert backup.verify(done.before).counts["companies"] == 2


def test_after_a_restore_everything_is_paused_and_doubted() -> None:
    bridge = a_bridge()
    ready = a_delivery(bridge)
    path = backup.make_backup(now=NOW)
    Delivery.objects.filter(pk=ready.pk).update(state="posted", books_id="7")

    done = restore.restore(path, now=NOW)

    ready.refresh_from_db()
    assert done.in_doubt == 1
    assert ready.state == State.IN_DOUBT
    assert set(Connection.objects.values_list("status", flat=True)) == {"paused"}
    assert Installation.current().paused_reason == restore.PUT_BACK


def test_after_our_own_restore_the_next_start_finds_nothing_odd() -> None:
    machine.guard(NOW)
    path = backup.make_backup(now=NOW)
    for _ in range(3):
        machine.advance(NOW)

    restore.restore(path, now=NOW)

    assert machine.guard(NOW) == ""


def test_a_lease_from_before_the_restore_is_worth_nothing() -> None:
    shop = a_connection()
    Lease.objects.create(connection=shop, holder="one", fence=7)
    path = backup.make_backup(now=NOW)

    restore.restore(path, now=NOW)

    assert Lease.objects.get().fence == 8


def test_a_backup_of_a_newer_version_is_refused_before_anything_changes() -> None:
    a_company("Here")
    path = backup.make_backup(now=NOW)
    a_company("Still here")

    def add_migration(name: str, data: bytes) -> bytes:
        if name != "manifest.json":
            return data
        manifest = json.loads(data)
        manifest["migrations"]["engine"].append("0999_from_the_future")
        return json.dumps(manifest).encode()

    _change(path, add_migration)

    with pytest.raises(ActionNeededError, match="newer"):
        restore.restore(path, now=NOW)

    assert Company.objects.count() == 2


def test_a_backup_of_an_older_version_is_brought_up_to_date() -> None:
    """Simulated by a backup that lacks our last table."""
    a_company("Old")
    _undo_last_migrations()
    path = backup.make_backup(now=NOW)
    restore.migrate()

    restore.restore(path, now=NOW)

    assert [c.name for c in Company.objects.all()] == ["Old"]
    assert Erasure.objects.count() == 0


def test_an_upgrade_makes_a_backup_first() -> None:
    _undo_last_migrations()

    path = restore.upgrade(now=NOW)

    assert path is not None
    assert "0002_machinery" not in backup.verify(path).migrations["engine"]
    assert Erasure.objects.count() == 0
    assert restore.upgrade(now=NOW) is None


def test_no_restore_while_a_worker_is_at_work() -> None:
    path = backup.make_backup(now=NOW)
    workers.beat("busy", now=NOW)

    with pytest.raises(ActionNeededError, match="busy"):
        restore.restore(path, now=NOW)


def test_another_vault_key_is_said(settings: Settings) -> None:
    path = backup.make_backup(now=NOW)
    settings.VAULT_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="]

    done = restore.restore(path, now=NOW)

    assert "vault key" in done.warnings[0]


def test_erasures_survive_a_restore_of_an_older_backup() -> None:
    company = a_company()
    machine.guard(NOW)  # as each start does
    path = backup.make_backup(now=NOW)
    suppression.suppress(company, "ann@example.com", now=NOW, by="")

    restore.restore(path, now=NOW)

    assert suppression.is_erased(Company.objects.get(), "ANN@example.com")


def test_a_restore_that_is_killed_half_way_is_paused_at_the_next_start(
    database_address: str, home: Path
) -> None:
    machine.guard(NOW)
    path = backup.make_backup(now=NOW)
    machine.advance(NOW)
    code = f"""
import django, os, signal
django.setup()
from pathlib import Path
from stockbridge.engine import database_copy, backup
with backup.opened(Path({str(path)!r})) as archive:
    copy = Path(archive.extract(database_copy.member_name(), {str(home)!r}))
database_copy.copy_in(copy)
os.kill(os.getpid(), signal.SIGKILL)
"""
    connection.close()
    subprocess.run(
        [sys.executable, "-c", code],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "stockbridge.config.settings",
            "STOCKBRIDGE_DATABASE": database_address,
        },
        check=False,
        timeout=60,
    )

    assert machine.guard(NOW) == machine.WENT_BACK


def _change(path: Path, change: Callable[[str, bytes], bytes]) -> None:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, change(name, data))


def _insert_session() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_session (session_key, session_data, expire_date) "
            "VALUES ('k', 'd', '2030-01-01 00:00:00')"
        )


def _undo_last_migrations() -> None:
    call_command("migrate", "engine", "0001", verbosity=0, interactive=False)
