"""Putting a backup back, and bringing the database up to date: never without a copy.

Nothing leaves afterwards until a person has looked: see `aftermath`.
"""

import tempfile
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from stockbridge.domain.errors import ActionNeededError
from stockbridge.engine import aftermath, machine, privacy, suppression, workers
from stockbridge.engine.backup import (
    ERASED,
    Manifest,
    make_backup,
    opened,
    vault_key_mark,
    verify,
)
from stockbridge.engine.database_copy import copy_in
from stockbridge.engine.models import Installation

_WORKER_SEEN = timedelta(seconds=60)
PUT_BACK = "A backup was put back. Nothing is sent until you have looked at it."


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    manifest: Manifest
    before: Path | None  # the backup of what was there before
    in_doubt: int  # documents to be looked up
    erased_again: int  # persons
    warnings: tuple[str, ...]


def restore(path: Path, *, now: datetime, even_if_workers: bool = False) -> Restored:
    """Put a backup back; everything is paused afterwards, and doubted.

    Raises InvalidInputError for a damaged file, ActionNeededError for one of another
    kind of database or of a newer version, and while workers are alive.
    """
    manifest = verify(path)
    _refuse_unfit(manifest)
    if not even_if_workers:
        refuse_while_workers(now)
    before, epoch = _keep_present(now)
    with tempfile.TemporaryDirectory(prefix="stockbridge-restore-") as folder:
        with opened(path) as archive:
            copy = Path(archive.extract(manifest.member, folder))
            _keep_erased(archive)
        copy_in(copy)
    migrate()
    count = _mark(now, epoch)
    erased = privacy.erase_again(now=now)
    return Restored(manifest, before, count, erased, _warnings(manifest))


def upgrade(*, now: datetime) -> Path | None:
    """Bring the database up to date, after a backup; None: nothing to do."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return None
    if executor.loader.applied_migrations:
        refuse_while_workers(now)
        kept = _keep_old(now)
    else:
        kept = None
    migrate()
    return kept


def migrate() -> None:
    """Apply what the database lacks."""
    call_command("migrate", verbosity=0, interactive=False)


def refuse_while_workers(now: datetime) -> None:
    """Raise ActionNeededError while a worker was seen within a minute."""
    if "engine_worker" not in connection.introspection.table_names():
        return
    alive = [w for w in workers.alive(now) if w.seen_at > now - _WORKER_SEEN]
    if alive:
        raise ActionNeededError(
            f"{alive[0].name} is at work on this database.",
            remedy="Stop `stockbridge serve` and `stockbridge worker`, then try again.",
        )


def _refuse_unfit(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise ActionNeededError(
            f"This is a backup of {manifest.database}, here is {connection.vendor}.",
            remedy="Set STOCKBRIDGE_DATABASE to a database of the same kind.",
        )
    known = set(MigrationLoader(None).disk_migrations)
    applied = {
        (app, name) for app, all_ in manifest.migrations.items() for name in all_
    }
    unknown = sorted(applied - known)
    if unknown:
        raise ActionNeededError(
            f"The backup was made by a newer Stockbridge ({manifest.version}).",
            remedy="Update Stockbridge, then put the backup back.",
        )


def _keep_present(now: datetime) -> tuple[Path | None, int]:
    """Return a backup of what is there, and its epoch; an empty one needs none."""
    executor = MigrationExecutor(connection)
    if not executor.loader.applied_migrations:
        return None, 0
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return _keep_old(now), 0
    return make_backup(now=now, label="before-restore"), Installation.current().epoch


def _keep_old(now: datetime) -> Path:
    """Back up a database that our models do not fit: its rows are not counted."""
    return make_backup(now=now, label="before-upgrade")


def _keep_erased(archive: zipfile.ZipFile) -> None:
    if ERASED in archive.namelist():
        suppression.take_lines(archive.read(ERASED).decode().splitlines())


def _mark(now: datetime, epoch: int) -> int:
    """Pause and doubt; go on with an epoch that no machine has seen."""
    connections.close_all()
    installation = Installation.current()
    memory = machine.recalled()
    newest = max(installation.epoch, epoch, memory.epoch if memory else 0)
    Installation.objects.filter(pk=installation.pk).update(
        epoch=newest, fingerprint=machine.fingerprint()
    )
    count = aftermath.pause_everything(PUT_BACK, now)
    machine.advance(now)
    return count


def _warnings(manifest: Manifest) -> tuple[str, ...]:
    if manifest.vault_key == vault_key_mark():
        return ()
    return (
        "The backup was made with another vault key: the stores' keys in it cannot be "
        "read. Put back the file vault_key that belongs to it, or enter them again.",
    )
