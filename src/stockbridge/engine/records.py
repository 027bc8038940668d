"""Customers and items that are to be created in the books for their own sake.

The same keys as where an order needs them: whoever comes first makes the delivery,
and nobody makes a second one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from stockbridge.domain.accounting import CustomerRecord, DocumentKind, ItemRecord
from stockbridge.domain.identity import digest_of
from stockbridge.engine.codec import dump_document
from stockbridge.engine.limits import guard
from stockbridge.engine.models import Bridge, Delivery, Run
from stockbridge.engine.models.deliveries import LIVE_VALUES
from stockbridge.engine.moves import Mover
from stockbridge.engine.restore_guard import first_state
from stockbridge.engine.session import Session


@dataclass(frozen=True, slots=True)
class RecordPlan:
    """One record that should exist in the books."""

    key: str
    record: CustomerRecord | ItemRecord

    @property
    def kind(self) -> DocumentKind:
        """What it is."""
        is_item = isinstance(self.record, ItemRecord)
        return DocumentKind.ITEM if is_item else DocumentKind.CUSTOMER


@dataclass(frozen=True, slots=True)
class RecordQueue:
    """Puts records into the outbox, for one run."""

    session: Session
    bridge: Bridge
    run: Run

    def put(
        self, plans: Sequence[RecordPlan], *, was_allowed: bool = False
    ) -> dict[str, Delivery]:
        """Make the deliveries that are not there yet; return all, by key.

        Part of the caller's transaction.
        """
        keys = [plan.key for plan in plans]
        rows = Delivery.objects.filter(key__in=keys, state__in=LIVE_VALUES)
        known = {row.key: row for row in rows}
        made = {
            plan.key: self._delivery(plan) for plan in plans if plan.key not in known
        }
        new = list(made.values())
        Delivery.objects.bulk_create(new)
        Mover(self.session).born(new)
        guard(self.session, self.bridge, new, was_allowed=was_allowed)
        return {**known, **made}

    def _delivery(self, plan: RecordPlan) -> Delivery:
        now = self.session.now()
        return Delivery(
            company_id=self.bridge.company_id,
            connection_id=self.bridge.books_id,
            bridge=None,
            kind=plan.kind.value,
            key=plan.key,
            generation=int(plan.key.rsplit("/", 1)[1]),
            state=first_state(now).value,
            document=dump_document(plan.kind, plan.record),
            digest=digest_of([plan.kind.value, plan.key]),
            title=plan.record.name[:300],
            run=self.run,
            created_at=now,
            changed_at=now,
        )
