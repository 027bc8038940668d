"""Stock that the store owns, or both: what somebody typed there reaches the books.

Theory of operation. Both last agreed on a number; orders and refunds moved it since,
and we know by how much. What is left of the difference somebody typed. It is believed
only after it was read between two readings of the orders that say the same: then no
order can be the cause. It becomes an adjustment of the books, and counts as given or
taken (a claim) until the books have it. `domain/store_stock.py` has the arithmetic.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import F, QuerySet

from stockbridge.domain.accounting import AdjustmentDocument, BooksRef, DocumentKind
from stockbridge.domain.identity import Source, digest_of
from stockbridge.domain.stock import Owner
from stockbridge.domain.store_stock import Seen, both_ways
from stockbridge.engine.codec import dump_document
from stockbridge.engine.ground import options_of, scope_of
from stockbridge.engine.issues import IssueDraft, open_issue
from stockbridge.engine.limits import guard
from stockbridge.engine.models import (
    Binding,
    Bridge,
    Delivery,
    DeliverySource,
    Run,
    StockClaim,
    StockTarget,
)
from stockbridge.engine.moves import Mover
from stockbridge.engine.quantities import read_exactly
from stockbridge.engine.restore_guard import first_state
from stockbridge.engine.session import Session
from stockbridge.engine.targets import compute_stale
from stockbridge.ports import Store

EFFECT = "adjustment"
ROWS_MAX = 500  # of one job


@dataclass(slots=True)
class StoreEdits:
    """Finds what somebody typed in the store, and tells the books."""

    session: Session
    bridge: Bridge
    store: Store | None
    read_orders: Callable[[], datetime]
    run: Run | None = None  # a person's; else one is made
    approved: Mapping[str, Decimal] | None = None  # only these, and only so much

    def take(
        self, *, then: Callable[[dict[str, str]], None] | None = None
    ) -> frozenset[str]:
        """Make adjustments of what was typed; return items to leave alone for now.

        `then` is told of the keys made, by item, in the transaction that makes them.
        """
        assert self.store is not None
        suspects = [row.item_id for row in self._suspects()]
        if not suspects and then is None:
            return frozenset()
        exact = read_exactly(
            self.session, self.bridge, self.store, suspects, self.read_orders
        )
        compute_stale(self.session, self.bridge)
        with self.session.fenced():
            rows = [row for row in self._suspects() if row.item_id in exact]
            made = self._adjust(rows)
            if then is not None:
                then(made)
        compute_stale(self.session, self.bridge)
        return frozenset(suspects) - exact

    def _suspects(self) -> list[StockTarget]:
        rows = suspects_of(self.bridge)
        if self.approved is not None:
            rows = rows.filter(item_id__in=list(self.approved))
        return list(rows.order_by("id")[:ROWS_MAX])

    def _adjust(self, rows: Sequence[StockTarget]) -> dict[str, str]:
        links: dict[str, list[Binding]] = {}
        for link in Binding.objects.filter(
            store_connection=self.bridge.store,
            books_connection=self.bridge.books,
            kind="item",
            store_id__in=[row.item_id for row in rows],
        ):
            links.setdefault(link.store_id, []).append(link)
        made = []
        for row in rows:
            typed = self.typed(row)
            if self.approved is not None and self.approved[row.item_id] != typed:
                continue
            found = links.get(row.item_id, [])
            if typed and len(found) > 1:
                self._ask(row)
                continue
            if typed and found:
                made.append((row, self._delivery(row, found[0], typed), typed))
        if made:
            self._save(made)
        for row, _, _ in made:
            row.agreed, row.moved, row.is_stale = row.shown, Decimal(0), True
            row.agreed_at = self.session.now()
        fields = ["agreed", "agreed_at", "moved", "is_stale"]
        StockTarget.objects.bulk_update([row for row, _, _ in made], fields)
        return {row.item_id: delivery.key for row, delivery, _ in made}

    def typed(self, row: StockTarget) -> Decimal:
        """Return what somebody added in the store (negative: took away)."""
        assert row.shown is not None
        assert row.desired is not None
        if options_of(self.bridge).owner is Owner.STORE:
            return row.shown - row.desired
        seen = Seen(row.agreed, row.shown, row.moved, sellable=row.desired)
        return both_ways(seen).adjustment

    def _delivery(self, row: StockTarget, link: Binding, typed: Decimal) -> Delivery:
        now = self.session.now()
        zone = ZoneInfo(self.bridge.company.time_zone)
        options = options_of(self.bridge)
        places = [options.location, *options.locations]
        document = AdjustmentDocument(
            item=BooksRef(books_id=link.books_id),
            location_id=next((place for place in places if place), ""),
            delta=(typed * link.factor).quantize(Decimal("0.0001")),
            reason=f"Changed in the store from {_text(row.agreed)} to "
            f"{_text(row.shown)}",
            business_date=now.astimezone(zone).date(),
        )
        source = Source("item", self._source_id(row))
        return Delivery(
            company_id=self.bridge.company_id,
            connection_id=self.bridge.books_id,
            bridge=self.bridge,
            kind=DocumentKind.ADJUSTMENT.value,
            key=scope_of(self.bridge).document_key(EFFECT, source),
            state=first_state(now).value,
            document=dump_document(DocumentKind.ADJUSTMENT, document),
            digest=digest_of([EFFECT, link.books_id, document.delta]),
            title=document.reason,
            business_date=document.business_date,
            created_at=now,
            changed_at=now,
        )

    def _source_id(self, row: StockTarget) -> str:
        """Name the change: the item, its number so far, and from what to what.

        After a restore the same change makes the same name, and is not made twice.
        """
        mine = DeliverySource.objects.filter(
            bridge=self.bridge, kind="item", order_id="", effect=EFFECT
        )
        count = mine.filter(source_id__startswith=f"{row.item_id}@").count()
        name = f"{_text(row.agreed)}>{_text(row.shown)}"
        return f"{row.item_id}@{count + 1}:{name}"[:80]

    def _save(self, made: Sequence[tuple[StockTarget, Delivery, Decimal]]) -> None:
        run = self.run or self._run()
        new = []
        for _, delivery, _ in made:
            delivery.run = run
            new.append(delivery)
        Delivery.objects.bulk_create(new)
        Mover(self.session).born(new)
        guard(self.session, self.bridge, new)
        DeliverySource.objects.bulk_create(
            [
                DeliverySource(
                    delivery=delivery,
                    bridge=self.bridge,
                    kind="item",
                    source_id=_source_of(delivery),
                    effect=EFFECT,
                    revision=delivery.digest,
                )
                for delivery in new
            ]
        )
        StockClaim.objects.bulk_create(
            [
                StockClaim(
                    bridge=self.bridge,
                    order_id="",
                    line_id=claim_line(delivery.key),
                    item_id=row.item_id,
                    units=-typed,
                )
                for row, delivery, typed in made
            ]
        )

    def _run(self) -> Run:
        now = self.session.now()
        return Run.objects.create(
            company_id=self.bridge.company_id,
            bridge=self.bridge,
            kind=Run.Kind.AUTOMATIC,
            state=Run.State.DONE,
            created_at=now,
            finished_at=now,
        )

    def _ask(self, row: StockTarget) -> None:
        open_issue(
            IssueDraft(
                company=self.bridge.company,
                bridge=self.bridge,
                connection=self.bridge.store,
                code="typed_bundle",
                severity="warning",
                subject_kind="item",
                subject_id=row.item_id,
                title="The quantity of a bundle was changed in the store",
                message=f"It shows {_text(row.shown)}; of which part there are more or "
                "fewer, nobody can tell.",
                remedy="Change the quantity of its parts in the books.",
            ),
            now=self.session.now(),
        )


def suspects_of(bridge: Bridge) -> QuerySet[StockTarget]:
    """Return the items whose number in the store no order seems to explain."""
    rows = StockTarget.objects.filter(
        bridge=bridge, shown__isnull=False, desired__isnull=False
    )
    if options_of(bridge).owner is Owner.STORE:
        return rows.exclude(shown=F("desired"))
    rows = rows.filter(agreed__isnull=False)
    return rows.exclude(shown=F("agreed") + F("moved"))


def after_adjustments(session: Session, posted: Sequence[Delivery]) -> None:
    """Note that the books know what was typed; in the transaction of the answer."""
    keys = [r.key for r in posted if r.kind == DocumentKind.ADJUSTMENT.value]
    if not keys:
        return
    now = session.now()
    claims = StockClaim.objects.filter(line_id__in=[claim_line(key) for key in keys])
    claims.update(committed_at=now, moved_at=now)
    for bridge_id, item_id in claims.values_list("bridge_id", "item_id"):
        StockTarget.objects.filter(bridge_id=bridge_id, item_id=item_id).update(
            is_stale=True
        )


def claim_line(key: str) -> str:
    """Return the name of the claim that stands for an adjustment until it is posted."""
    return f"adjust:{digest_of(key)}"


def _source_of(delivery: Delivery) -> str:
    """Return the source's id, as it stands in the key."""
    return delivery.key.rsplit("/", 1)[0].rpartition("/item:")[2]


def _text(quantity: Decimal | None) -> str:
    return "?" if quantity is None else f"{quantity.normalize():f}"
