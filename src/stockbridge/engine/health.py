"""Is all well? What `/healthz` says; nothing in it is secret or personal."""

import shutil
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from stockbridge import __version__
from stockbridge.domain.errors import ActionNeededError
from stockbridge.engine import workers
from stockbridge.engine.models import Connection, Installation

FREE_BYTES_MIN = 200 * 1024 * 1024
SCHEMA_KNOWN_S = 60
_SCHEMA = "stockbridge-schema-is-applied"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    is_ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """How this installation is."""

    checks: tuple[Check, ...]

    @property
    def is_ok(self) -> bool:
        """Whether all is well: 200, else 503."""
        return all(check.is_ok for check in self.checks)

    def as_data(self) -> dict[str, object]:
        """Return what is answered."""
        return {
            "status": "ok" if self.is_ok else "failing",
            "version": __version__,
            "checks": {
                check.name: {"ok": check.is_ok, "detail": check.detail}
                for check in self.checks
            },
        }


def look(now: datetime) -> Health:
    """Look at the database, its schema, the workers, the disk. Never raises."""
    database = _database()
    if not database.is_ok:
        return Health((database, _disk()))
    schema = _schema()
    if not schema.is_ok:
        return Health((database, schema, _disk()))
    return Health((database, schema, _keys(), _worker(now), _paused(), _disk()))


def _database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Check("database", is_ok=False, detail=type(error).__name__)
    return Check("database", is_ok=True, detail=connection.vendor)


def _schema() -> Check:
    """Look at the migrations; once all are applied, only now and then."""
    if cache.get(_SCHEMA):
        return Check("schema", is_ok=True)
    executor = MigrationExecutor(connection)
    left = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if left:
        detail = f"{left} changes to apply: run `stockbridge upgrade`"
        return Check("schema", is_ok=False, detail=detail)
    cache.set(_SCHEMA, 1, timeout=SCHEMA_KNOWN_S)
    return Check("schema", is_ok=True)


def _keys() -> Check:
    """Look whether the vault key still opens what is kept."""
    try:
        Connection.objects.order_by("-id").only("secrets").first()
    except ActionNeededError as error:
        return Check("keys", is_ok=False, detail=f"{error.message} {error.remedy}")
    return Check("keys", is_ok=True)


def _worker(now: datetime) -> Check:
    seen = workers.last_seen()
    ago = (
        f"last seen {(now - seen).total_seconds():.0f} s ago" if seen else "never seen"
    )
    return Check("worker", is_ok=workers.is_any_alive(now), detail=ago)


def _paused() -> Check:
    reason = Installation.current().paused_reason
    return Check("work", is_ok=not reason, detail=reason)


def _disk() -> Check:
    try:
        free = shutil.disk_usage(settings.HOME).free
    except OSError:
        return Check("disk", is_ok=False, detail="the home folder cannot be read")
    is_ok = free >= FREE_BYTES_MIN
    return Check("disk", is_ok=is_ok, detail=f"{free // 1024**2} MB free")
