"""Who may come to a desk: a name, a password that is kept only as a hash."""

import secrets
from functools import cache
from uuid import uuid4

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from stockbridge.engine.models import Connection, DeskAccess

FILE_ID = "file_id"  # among a connection's facts


def make_access(connection: Connection) -> tuple[DeskAccess, str]:
    """Give a connection its access, or a new password; return it and the password.

    The password is shown once: only its hash is kept.
    """
    password = secrets.token_urlsafe(18)
    with transaction.atomic():
        row, _ = DeskAccess.objects.get_or_create(
            connection=connection,
            defaults={
                "user_name": f"stockbridge-{connection.uid}",
                "file_id": str(uuid4()),
            },
        )
        row.password_hash = make_password(password)
        row.save(update_fields=["password_hash"])
        # The translator compares it with the company file's stamp, which is what the
        # caller's file says: an id in braces.
        kept = Connection.objects.select_for_update().get(pk=connection.pk)
        kept.facts = {**kept.facts, FILE_ID: f"{{{row.file_id}}}"}
        kept.save(update_fields=["facts"])
    connection.facts = kept.facts
    return row, password


def may_enter(access: DeskAccess | None, user: str, password: str) -> bool:
    """Return whether name and password are right, in the same time either way."""
    known = access is not None and secrets.compare_digest(
        access.user_name.encode(), user.encode()
    )
    kept = access.password_hash if access is not None and known else _decoy()
    return check_password(password, kept) and known


@cache
def _decoy() -> str:
    """Return a hash to check when the name is unknown: guessing names takes as long."""
    return make_password("nobody has this password")
