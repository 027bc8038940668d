"""What the environment says: home folder, keys, database address."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.fernet import Fernet


def home() -> Path:
    """Return the folder for the database, the keys and the backups."""
    default = Path.home() / ".local" / "share" / "stockbridge"
    return Path(os.environ.get("STOCKBRIDGE_HOME") or default)


def secret(name: str) -> str:
    """Return the key `name`: from its variable, its file, or made once and kept.

    A made key is written into the home folder, readable by the owner alone.
    """
    given = os.environ.get(f"STOCKBRIDGE_{name.upper()}")
    if given:
        return given
    path = Path(os.environ.get(f"STOCKBRIDGE_{name.upper()}_FILE") or home() / name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = (
            Fernet.generate_key().decode()
            if name == "vault_key"
            else secrets.token_urlsafe(50)
        )
        _write_once(path, made)
    return path.read_text().strip()


def flag(name: str) -> bool:
    """Return whether the variable is set to something that means yes."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated values of a variable."""
    return [w.strip() for w in os.environ.get(name, default).split(",") if w.strip()]


# A worker that is frozen within a transaction (a machine put to sleep) loses it, and
# with it the rows that others wait for. `?options=` in the address says otherwise.
_ENDS_BY_ITSELF = "-c idle_in_transaction_session_timeout=2min"


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for a database address; "" means SQLite at home.

    Raises ValueError for an address that is neither sqlite nor postgresql.
    """
    parts = urlsplit(url or f"sqlite:///{home() / 'stockbridge.sqlite3'}")
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path)[1:] if parts.path != "/" else "")
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError("STOCKBRIDGE_DATABASE must begin with sqlite: or postgresql:")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or query.pop("host", ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": _ENDS_BY_ITSELF, **query},
    }


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32000;"
            ),
        },
        "CONN_MAX_AGE": None,
        # Tests that start several threads need a file, not a shared memory.
        "TEST": {"NAME": os.environ.get("STOCKBRIDGE_TEST_SQLITE") or None},
    }


def _write_once(path: Path, text: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # another process was quicker; its key is the one to use
    with os.fdopen(handle, "w") as file:
        file.write(text)
