"""Backups: one zip with the whole database, and a manifest that proves it whole.

The keys are not in it: whoever finds the file cannot sign in anywhere with it. They
are two small files, kept apart (the manifest says so, and which ones fit).
"""

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from stockbridge import __version__
from stockbridge.companies.models import Company
from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.engine import suppression
from stockbridge.engine.database_copy import copy_out, member_name
from stockbridge.engine.models import Connection, Delivery, Installation, Snapshot

FORMAT = 1
MANIFEST, READ_ME, ERASED = "manifest.json", "READ-ME.txt", suppression.FILE
_CHUNK = 1024 * 1024
_ABOUT = """This is a backup of Stockbridge.

It holds the whole database. It does not hold the two keys, secret_key and vault_key,
which lie in Stockbridge's home folder (or in the variables STOCKBRIDGE_SECRET_KEY and
STOCKBRIDGE_VAULT_KEY). Keep a copy of them in another safe place: without vault_key
the stores' keys in this backup cannot be read, and have to be entered again.

Put it back with: stockbridge restore FILE
"""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says about itself."""

    format: int
    version: str  # of Stockbridge
    made_at: str
    database: str  # sqlite, postgresql
    member: str
    sha256: str
    bytes: int
    migrations: Mapping[str, list[str]]
    installation: str
    vault_key: str  # a fingerprint: which key fits
    counts: Mapping[str, int]
    keys: str = "not included; see READ-ME.txt"


def make_backup(*, now: datetime, target: Path | None = None, label: str = "") -> Path:
    """Write a backup and prove it whole; return where it is.

    A folder as `target` gets a name by the time. A file that exists is not touched.
    """
    path = _path(target, now, label)
    _name_installation()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        raise InvalidInputError(f"{path} exists already.", field="target")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        copy, draft = Path(folder, member_name()), Path(folder, "draft.zip")
        copy_out(copy)
        manifest = _manifest(copy, now)
        _write(draft, copy, manifest)
        verify(draft)
        draft.replace(path)
    return path


def _name_installation() -> None:
    """Let no backup be without the name that all keys begin with.

    A database that is older than this code has its name already, or no keys.
    """
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        Installation.current()


def verify(path: Path) -> Manifest:
    """Return the manifest of a backup that is whole; InvalidInputError otherwise."""
    with opened(path) as archive:
        manifest = _read_manifest(archive)
        with archive.open(manifest.member) as member:
            if _digest(member) != manifest.sha256:
                raise InvalidInputError(
                    f"{path.name} is damaged: its database is not what was written.",
                    remedy="Use another backup.",
                )
    return manifest


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a backup; InvalidInputError for what is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise InvalidInputError(
            f"{path.name} is no backup of Stockbridge, or is damaged.",
            field="path",
            remedy="Choose a file that `stockbridge backup` has written.",
        ) from error


def vault_key_mark() -> str:
    """Return a fingerprint of the first vault key (random, so it betrays nothing)."""
    return sha256(f"vault:{settings.VAULT_KEYS[0]}".encode()).hexdigest()[:16]


def applied_migrations() -> dict[str, list[str]]:
    """Return what the database has been brought to, by app."""
    found: dict[str, list[str]] = {}
    recorder = MigrationRecorder(connection)
    for app, name in sorted(recorder.applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def _path(target: Path | None, now: datetime, label: str) -> Path:
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    name = f"stockbridge-{stamp}{f'-{label}' if label else ''}.zip"
    if target is None:
        return Path(settings.HOME) / "backups" / name
    return target / name if target.is_dir() else target


def _manifest(copy: Path, now: datetime) -> Manifest:
    with copy.open("rb") as file:
        digest = _digest(file)
    return Manifest(
        format=FORMAT,
        version=__version__,
        made_at=now.isoformat(),
        database=connection.vendor,
        member=member_name(),
        sha256=digest,
        bytes=copy.stat().st_size,
        migrations=applied_migrations(),
        installation=_installation(),
        vault_key=vault_key_mark(),
        counts=_counts(),
    )


def _installation() -> str:
    """Return the installation's name; in plain SQL, as the schema may be older."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT uid FROM engine_installation ORDER BY id LIMIT 1")
        found = cursor.fetchone()
    return str(found[0]) if found else ""


def _counts() -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model in (Company, Connection, Snapshot, Delivery):
            table = model._meta.db_table
            if table in tables:
                cursor.execute(f"SELECT COUNT(*) FROM {table}")
                found[str(model._meta.verbose_name_plural)] = cursor.fetchone()[0]
    return found


def _write(draft: Path, copy: Path, manifest: Manifest) -> None:
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with (
            os.fdopen(handle, "wb") as file,
            zipfile.ZipFile(
                file, "w", zipfile.ZIP_DEFLATED, compresslevel=6
            ) as archive,
        ):
            archive.writestr(MANIFEST, json.dumps(asdict(manifest), indent=1))
            archive.writestr(READ_ME, _ABOUT)
            if suppression.path().exists():
                archive.write(suppression.path(), ERASED)
            _add(archive, manifest.member, copy)
    except OSError as error:
        raise ActionNeededError(
            f"The backup could not be written: {error.strerror}.",
            remedy="Make room on the disk, or choose another folder.",
        ) from error


def _add(archive: zipfile.ZipFile, name: str, copy: Path) -> None:
    with (
        copy.open("rb") as source,
        archive.open(name, "w", force_zip64=True) as target,
    ):
        shutil.copyfileobj(source, target, _CHUNK)


def _read_manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        data = json.loads(archive.read(MANIFEST))
        if data["format"] != FORMAT:
            raise InvalidInputError(
                "This backup was made by a newer Stockbridge.",
                remedy="Update Stockbridge first.",
            )
        manifest = Manifest(**data)
    except (TypeError, ValueError) as error:
        raise InvalidInputError("The backup's manifest is damaged.") from error
    if Path(manifest.member).name != manifest.member:
        raise InvalidInputError("The backup's manifest is damaged.")
    return manifest


def _digest(file: IO[bytes]) -> str:
    found = sha256()
    while chunk := file.read(_CHUNK):
        found.update(chunk)
    return found.hexdigest()
