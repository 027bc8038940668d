"""Secrets that are renewed by themselves: one worker at a time, kept before used.

Who asks for new tokens makes the old ones die: two at once would lose the connection.
A claim in the connection's facts keeps others out; it ends by itself, so that a worker
that died while it renewed holds nobody up for long. The call to the outside stands in
no transaction.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from stockbridge.domain.errors import RetryableError
from stockbridge.engine import redaction
from stockbridge.engine.clock import database_now
from stockbridge.engine.models import Connection
from stockbridge.ports import Renewal

CLAIM = "renewing"  # a fact of the connection: who, and until when
LASTS = timedelta(seconds=60)  # longer than a call for new tokens may take
RETRY_AFTER_S = 2.0


@dataclass(frozen=True, slots=True)
class KeptSecrets:
    """Implements `ports.SecretsKeeper` for one connection."""

    connection_id: int
    validate: Callable[[Mapping[str, str]], dict[str, str]]

    def __call__(self, renewal: Renewal) -> Mapping[str, str]:
        """Renew while nobody else does; return all secrets as then kept."""
        claim = secrets.token_hex(8)
        kept = self._claim(claim)
        try:
            fresh = renewal(kept)
            return self._keep(fresh) if fresh else kept
        finally:
            self._release(claim)

    def _claim(self, claim: str) -> Mapping[str, str]:
        now = database_now()
        with transaction.atomic():
            row = self._row()
            _, _, until = str(row.facts.get(CLAIM, "")).partition(" ")
            if until and datetime.fromisoformat(until) > now:
                raise RetryableError(
                    "Another worker signs in to the same company at this moment.",
                    code="renewing",
                    retry_after_s=RETRY_AFTER_S,
                )
            row.facts[CLAIM] = f"{claim} {(now + LASTS).isoformat()}"
            row.save(update_fields=["facts"])
        return dict(row.secrets)

    def _keep(self, fresh: Mapping[str, str]) -> Mapping[str, str]:
        redaction.remember(fresh.values())
        with transaction.atomic():
            row = self._row()
            row.secrets = self.validate({**row.secrets, **fresh})
            row.save(update_fields=["secrets"])
        return dict(row.secrets)

    def _release(self, claim: str) -> None:
        with transaction.atomic():
            row = self._row()
            if str(row.facts.get(CLAIM, "")).startswith(claim):
                del row.facts[CLAIM]
                row.save(update_fields=["facts"])

    def _row(self) -> Connection:
        return Connection.objects.select_for_update().get(pk=self.connection_id)
