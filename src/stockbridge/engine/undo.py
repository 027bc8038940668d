"""Taking back what was booked: ordinary documents, with keys of their own.

Theory of operation. All live documents of an order are reversed, the last first,
each by a delivery that requires the one before: where the books refuse one, nothing
older is touched. A document that covers several orders is taken back once, and only
with all of them. What has not left yet is dropped. The key of a reversal is that of
its target with a count, which grows only after a refusal; when it is posted, target
and reversal end as sources, so that importing again makes the next generation.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from stockbridge.domain.accounting import (
    BooksRef,
    DocumentKind,
    ReversalDocument,
)
from stockbridge.domain.delivery import REPLACEABLE, UNSETTLED, State
from stockbridge.domain.identity import digest_of
from stockbridge.engine.codec import dump_document, load_document
from stockbridge.engine.models import (
    Bridge,
    Delivery,
    DeliveryNeed,
    DeliverySource,
    Run,
    Snapshot,
)
from stockbridge.engine.moves import Mover
from stockbridge.engine.restore_guard import first_state
from stockbridge.engine.session import Session

EFFECT = "reversal:"
_NO_REVERSAL = frozenset({DocumentKind.AMENDMENT.value})  # it ends with its sale


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What taking one order back means; with `refusal` nothing is done."""

    order_id: str
    number: str
    posted: tuple[Delivery, ...] = ()  # in the order in which they are reversed
    pending: tuple[Delivery, ...] = ()  # not sent yet: dropped
    refusal: str = ""
    together: tuple[str, ...] = ()  # orders whose documents it shares

    @property
    def digest(self) -> str:
        """What an approval names."""
        keys = [[row.key, row.state] for row in (*self.posted, *self.pending)]
        return digest_of([keys, self.refusal])


def plan_undo(
    bridge: Bridge, order_ids: Sequence[str], *, of_run: Run | None = None
) -> list[UndoPlan]:
    """Return, per order, what would be taken back, or why it cannot be.

    Of a run only what that run booked is taken back, and no order to which
    something was booked later.
    """
    rows = list(
        DeliverySource.objects.filter(
            bridge=bridge, order_id__in=order_ids, is_live=True
        )
        .select_related("delivery")
        .order_by("delivery_id")
    )
    by_order: dict[str, list[Delivery]] = defaultdict(list)
    for row in rows:
        by_order[row.order_id].append(row.delivery)
    shared = _orders_of([row.delivery for row in rows])
    return [
        _plan(bridge, one, by_order.get(one, []), shared=shared, of_run=of_run)
        for one in order_ids
    ]


def _plan(
    bridge: Bridge,
    order_id: str,
    deliveries: Sequence[Delivery],
    *,
    shared: dict[int, set[str]],
    of_run: Run | None,
) -> UndoPlan:
    rows = list({row.pk: row for row in deliveries}.values())
    number = next((row.reference for row in rows), order_id)
    gone = _taken_back(rows)
    posted = [
        row
        for row in rows
        if row.state == State.POSTED.value
        and row.key not in gone
        and row.kind != DocumentKind.REVERSAL.value
        and row.kind not in _NO_REVERSAL
    ]
    posted.sort(key=lambda row: (row.posted_at is not None, row.posted_at, row.pk))
    pending = [row for row in rows if State(row.state) in REPLACEABLE]
    together = {one for row in posted for one in shared[row.pk]} - {order_id}
    refusal = _refusal(rows, posted, pending, bridge.company.closed_until)
    if not refusal and of_run is not None:
        refusal = _later_than(posted, of_run)
    return UndoPlan(
        order_id=order_id,
        number=number,
        posted=() if refusal else tuple(reversed(posted)),
        pending=() if refusal else tuple(pending),
        refusal=refusal,
        together=tuple(sorted(together)),
    )


def _refusal(
    rows: Sequence[Delivery],
    posted: Sequence[Delivery],
    pending: Sequence[Delivery],
    closed_until: date | None,
) -> str:
    if any(row.kind == "reversal" and row in pending for row in rows):
        return "It is being taken back already."
    if any(State(row.state) in UNSETTLED for row in rows):
        return "A document of it is on its way; try again in a minute."
    if not posted and not pending:
        return "Nothing of it is in the books."
    for row in posted:
        if row.is_linked:
            continue  # only the link ends
        day = row.business_date
        if closed_until is not None and day is not None and day <= closed_until:
            return f"Its {row.kind} of {day} is in a closed period."
    return ""


def _later_than(posted: Sequence[Delivery], run: Run) -> str:
    for row in posted:
        if row.run_id != run.pk:
            amount = f" of {row.total:.2f} {row.currency}" if row.total else ""
            return (
                f"A {row.kind}{amount} was booked later. Undo the order itself: all "
                "its documents are then taken back."
            )
    return ""


def _taken_back(rows: Iterable[Delivery]) -> set[str]:
    """Return the keys of documents that a posted reversal took back."""
    found = set()
    for row in rows:
        if row.kind == DocumentKind.REVERSAL.value and row.state == State.POSTED.value:
            document = load_document(row.kind, row.document)
            assert isinstance(document, ReversalDocument)
            found.add(document.target.key)
    return found


def _orders_of(deliveries: Iterable[Delivery]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = DeliverySource.objects.filter(
        delivery_id__in={row.pk for row in deliveries}, is_live=True
    )
    for delivery_id, order_id in rows.values_list("delivery_id", "order_id"):
        found[delivery_id].add(order_id)
    return found


@dataclass(frozen=True, slots=True)
class Reverser:
    """Makes the deliveries that take documents back; inside the transaction."""

    session: Session
    bridge: Bridge
    run: Run
    today: date

    def reverse(self, targets: Sequence[Delivery]) -> list[Delivery]:
        """Queue one reversal per target, each after the one before it."""
        made: list[Delivery] = []
        for target in targets:
            known = self._pending(target)
            made.append(known or self._delivery(target))
        Delivery.objects.bulk_create([row for row in made if row.pk is None])
        new = [row for row in made if row.state != State.POSTED.value]
        self._tie(made)
        Mover(self.session).born(new)
        self._say_sources(targets, made)
        return made

    def _pending(self, target: Delivery) -> Delivery | None:
        """Return a reversal that waits already: two orders may share a document."""
        return (
            Delivery.objects.filter(key__startswith=f"{target.key}/reversal/")
            .exclude(state__in=[State.CANCELLED.value, State.SUPERSEDED.value])
            .first()
        )

    def _delivery(self, target: Delivery) -> Delivery:
        now = self.session.now()
        document = ReversalDocument(
            target=BooksRef(books_id=target.books_id, key=target.key),
            target_kind=DocumentKind(target.kind),
            business_date=self.today,
            reason=f"Undone by {self.run.parameters.get('_by') or 'a person'}",
        )
        refused = Delivery.objects.filter(
            key__startswith=f"{target.key}/reversal/", was_refused=True
        ).count()
        return Delivery(
            company_id=target.company_id,
            connection_id=target.connection_id,
            bridge_id=target.bridge_id,
            kind=DocumentKind.REVERSAL.value,
            key=f"{target.key}/reversal/{1 + refused}",
            generation=1 + refused,
            state=first_state(now).value,
            document=dump_document(DocumentKind.REVERSAL, document),
            digest="reversed",
            reference=target.reference,
            title=f"{target.kind} {target.title}"[:300],
            business_date=self.today,
            run=self.run,
            created_at=now,
            changed_at=now,
        )

    def _tie(self, made: Sequence[Delivery]) -> None:
        pairs = zip(made[1:], made, strict=False)
        DeliveryNeed.objects.bulk_create(
            [DeliveryNeed(delivery=one, needed=before) for one, before in pairs],
            ignore_conflicts=True,
        )

    def _say_sources(
        self, targets: Sequence[Delivery], made: Sequence[Delivery]
    ) -> None:
        """Give each reversal the sources of its target, at their newest revision."""
        sources = DeliverySource.objects.filter(
            delivery__in=targets, is_live=True
        ).select_related("bridge")
        of_target = {t.pk: one for t, one in zip(targets, made, strict=True)}
        rows = list(sources)
        digests = dict(
            Snapshot.objects.filter(
                connection=self.bridge.store,
                feed="orders",
                external_id__in={row.order_id for row in rows},
            ).values_list("external_id", "digest")
        )
        DeliverySource.objects.bulk_create(
            [
                DeliverySource(
                    delivery=of_target[row.delivery_id],
                    bridge=row.bridge,
                    kind=row.kind,
                    source_id=row.source_id,
                    order_id=row.order_id,
                    effect=f"{EFFECT}{row.effect}"[:60],
                    revision=digests.get(row.order_id, row.revision),
                )
                for row in rows
                if not row.effect.startswith(EFFECT)
            ],
            ignore_conflicts=True,
        )
