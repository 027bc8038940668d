"""Who works right now: each process says so every few seconds."""

import os
import secrets
import socket
from datetime import datetime, timedelta

from stockbridge.engine.models import Worker

BEAT_S = 10.0
SILENT_AFTER = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(days=7)


def new_name(label: str = "") -> str:
    """Return a name for this process that no other has or will have."""
    host = socket.gethostname()[:60]
    return f"{label or 'worker'}@{host}/{os.getpid()}/{secrets.token_hex(3)}"


def beat(name: str, *, now: datetime) -> None:
    """Say that this worker is alive."""
    if not Worker.objects.filter(name=name).update(seen_at=now):
        Worker.objects.create(
            name=name, machine=socket.gethostname()[:120], started_at=now, seen_at=now
        )


def leave(name: str) -> None:
    """Say that this worker has stopped in order."""
    Worker.objects.filter(name=name).delete()


def last_seen() -> datetime | None:
    """Return when any worker was last seen; None: never."""
    newest = Worker.objects.order_by("-seen_at").first()
    return newest.seen_at if newest else None


def is_any_alive(now: datetime) -> bool:
    """Return whether a worker was seen within the last five minutes."""
    return Worker.objects.filter(seen_at__gt=now - SILENT_AFTER).exists()


def alive(now: datetime) -> list[Worker]:
    """Return the workers seen within the last five minutes."""
    return list(Worker.objects.filter(seen_at__gt=now - SILENT_AFTER).order_by("name"))


def forget_old(now: datetime) -> int:
    """Delete what died long ago; the newest stays, to say since when none runs."""
    old = Worker.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER)
    newest = Worker.objects.order_by("-seen_at").first()
    if newest:
        old = old.exclude(pk=newest.pk)
    return old.delete()[0]
