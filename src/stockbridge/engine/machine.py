"""Notices that this database is a copy, or went back in time.

Theory of operation. The database keeps a fingerprint of where it lives (this machine
and file, or this PostgreSQL cluster and database): a copy that wakes up elsewhere has
the wrong one. It also keeps an epoch that grows every minute, each with a new random
nonce; each machine remembers, in a file beside the keys, the newest epoch it has
seen. A database whose epoch is older than what the file remembers, or whose nonce
differs, was put back from a backup. Either way two copies may both have sent
documents: everything is paused and doubted (`aftermath`).
"""

import json
import os
import secrets
import socket
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from stockbridge.engine import aftermath
from stockbridge.engine.models import Installation

MEMORY_FILE = "installation.json"
COPIED = (
    "This is another machine or a copied database: a second copy may be at work "
    "elsewhere."
)
WENT_BACK = "The database is older than this machine remembers: a backup was put back."


@dataclass(frozen=True, slots=True)
class Memory:
    """What this machine last saw of one database."""

    uid: str
    epoch: int
    nonce: str


def guard(now: datetime) -> str:
    """Check, when a process starts, that all is as it was; else pause everything.

    Returns the reason in the user's words; "" when nothing is odd.
    """
    installation = Installation.current()
    reason = what_is_odd(installation, recalled(), fingerprint())
    if reason:
        aftermath.pause_everything(reason, now)
    Installation.objects.filter(pk=installation.pk).update(fingerprint=fingerprint())
    advance(now)
    return reason


def what_is_odd(installation: Installation, memory: Memory | None, where: str) -> str:
    """Return why this database must not simply go on; "" when it may."""
    if installation.fingerprint and installation.fingerprint != where:
        return COPIED
    if memory is None or memory.uid != installation.uid:
        return ""
    if memory.epoch > installation.epoch:
        return WENT_BACK
    has_other_nonce = memory.nonce != installation.nonce
    if memory.epoch == installation.epoch and has_other_nonce:
        return WENT_BACK
    return ""


def advance(_now: datetime) -> None:
    """Begin a new epoch, in the database first; a chore of every minute."""
    with transaction.atomic():
        Installation.current()
        row = Installation.objects.select_for_update().order_by("id")[0]
        row.epoch += 1
        row.nonce = secrets.token_hex(16)
        row.save(update_fields=["epoch", "nonce"])
    remember(Memory(row.uid, row.epoch, row.nonce))


def fingerprint() -> str:
    """Return what tells this database's place from every other."""
    parts = _postgresql() if connection.vendor == "postgresql" else _sqlite()
    return sha256("\n".join(parts).encode()).hexdigest()


def recalled() -> Memory | None:
    """Return what this machine remembers of the present database."""
    found = _all().get(_database_key())
    if not found:
        return None
    return Memory(str(found["uid"]), int(str(found["epoch"])), str(found["nonce"]))


def remember(memory: Memory) -> None:
    """Keep what was seen; a half-written file is never left behind."""
    path = _path()
    known = {**_all(), _database_key(): asdict(memory)}
    draft = path.with_suffix(f".{secrets.token_hex(4)}")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft.write_text(json.dumps(known, indent=1))
    draft.replace(path)


def forget() -> None:
    """Forget the present database: our own restore is about to replace it."""
    known = _all()
    if known.pop(_database_key(), None):
        _path().write_text(json.dumps(known, indent=1))


def machine_id() -> str:
    """Return this machine's own name; STOCKBRIDGE_MACHINE for short-lived ones."""
    given = os.environ.get("STOCKBRIDGE_MACHINE")
    if given:
        return given
    with suppress(OSError):
        found = Path("/etc/machine-id").read_text().strip()
        if found:
            return found
    node = uuid.getnode()
    is_made_up = bool((node >> 40) & 1)  # no network card: random (RFC 4122 4.5)
    return socket.gethostname() if is_made_up else f"{node:012x}"


def _sqlite() -> list[str]:
    path = Path(str(connection.settings_dict["NAME"])).resolve()
    with suppress(OSError):
        return ["sqlite", machine_id(), str(path), str(path.stat().st_ino)]
    return ["sqlite", machine_id(), str(path)]


def _postgresql() -> list[str]:
    """Return the cluster and database; workers on any machine see the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        database = str(cursor.fetchone()[0])
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT system_identifier FROM pg_control_system()")
            return ["postgresql", str(cursor.fetchone()[0]), database]
    except DatabaseError:  # a host that forbids it: its address has to do
        known = connection.settings_dict
        return ["postgresql", f"{known['HOST']}:{known['PORT']}", database]


def _database_key() -> str:
    known = connection.settings_dict
    return f"{connection.vendor}:{known['HOST']}:{known['PORT']}:{known['NAME']}"


def _path() -> Path:
    return Path(settings.HOME) / MEMORY_FILE


def _all() -> dict[str, dict[str, object]]:
    try:
        found = json.loads(_path().read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
