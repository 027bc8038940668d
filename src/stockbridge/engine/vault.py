"""Secrets at rest: a model field whose value is encrypted in the database."""

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from stockbridge.domain.errors import ActionNeededError


class SecretsField(models.TextField):  # type: ignore[type-arg]
    """A small dictionary of texts, encrypted with the installation's vault key.

    The first of `settings.VAULT_KEYS` encrypts, each of them decrypts. Raises
    ActionNeededError when none fits: the key file is another one than before.
    """

    def from_db_value(self, value: str | None, *_: object) -> dict[str, str]:
        """Return what was kept."""
        return opened(value) if value else {}

    def get_prep_value(self, value: Mapping[str, str] | None) -> str:
        """Return what is written to the database."""
        return sealed(value or {})

    def to_python(self, value: object) -> dict[str, str]:
        """Return the value as a dictionary."""
        return value if isinstance(value, dict) else {}

    def value_to_string(self, obj: models.Model) -> str:
        """Never serialise a secret."""
        return ""


def sealed(secrets: Mapping[str, str]) -> str:
    """Return the secrets encrypted."""
    return _vault().encrypt(json.dumps(dict(secrets)).encode()).decode()


def opened(text: str) -> dict[str, str]:
    """Return encrypted secrets in the clear."""
    try:
        found: dict[str, str] = json.loads(_vault().decrypt(text.encode()))
    except InvalidToken as error:
        raise ActionNeededError(
            "The stored keys cannot be read: the vault key has changed.",
            remedy="Put back the file vault_key, or enter the keys again.",
        ) from error
    return found


def _vault() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.VAULT_KEYS])
