"""What planning one order asks, and how its answers are made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from stockbridge.domain.accounting import (
    AmendmentDocument,
    BooksRef,
    Document,
    PaymentDocument,
    RefundDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.business_dates import open_day
from stockbridge.domain.commerce import Order
from stockbridge.domain.identity import Source
from stockbridge.domain.planning import (
    AMENDMENT,
    FULFILLMENT,
    PART,
    Booked,
    Hold,
    Planned,
)
from stockbridge.domain.policy import Billing, Ground


@dataclass(frozen=True, slots=True)
class Request:
    """One order to be planned, with what the outbox already has of it."""

    order: Order
    booked: Sequence[Booked]  # live deliveries of the order and of its refunds
    billing: Billing | Hold
    ground: Ground
    generations: Mapping[tuple[str, Source], int]  # where not 1

    @property
    def source(self) -> Source:
        """The order, as the source of effects."""
        return Source("order", self.order.external_id)

    def find(self, effect: str, source: Source | None = None) -> Booked | None:
        """Return the live delivery of this effect, if there is one."""
        wanted = source or self.source
        for booked in self.booked:
            if booked.effect == effect and booked.source == wanted:
                return booked
        return None

    def has_posted(self, effect: str, source: Source | None = None) -> bool:
        """Whether the books have this effect."""
        booked = self.find(effect, source)
        return booked is not None and booked.is_posted

    @property
    def parts(self) -> tuple[Booked, ...]:
        """The parts that the books have handed over, in the order of planning."""
        return tuple(
            b
            for b in self.booked
            if b.effect == FULFILLMENT and b.source.kind == PART and b.is_posted
        )

    @property
    def has_filled(self) -> bool:
        """Whether the books have handed over all of the order, or a part of it."""
        return bool(self.parts) or self.has_posted(FULFILLMENT)

    def is_billed_late(self, form: SaleDocument) -> bool:
        """Whether a sale stays an open order until what fills it bills it.

        Its own form counts, too: it may be older than the choice.
        """
        is_order = form.form is SaleForm.SALES_ORDER
        return is_order and self.ground.policy.fulfillment_bills

    def dated(
        self, effect: str, day: date, source: Source | None = None
    ) -> tuple[date, str] | Hold:
        """Return the day on which an effect is booked, and a remark where it moved."""
        ground = self.ground_for(effect, source or self.source)
        return open_day(day, ground, number=self.order.number)

    def ground_for(self, effect: str, source: Source) -> Ground:
        """Return the ground; for what is in the books already no period is closed."""
        if self.has_posted(effect, source):
            return replace(self.ground, closed_until=None)
        return self.ground

    @property
    def amendments(self) -> tuple[Booked, ...]:
        """The amendments that the books have, oldest first."""
        done = (b for b in self.booked if b.effect.startswith(f"{AMENDMENT}:"))
        return tuple(
            sorted(
                (b for b in done if b.is_posted),
                key=lambda booked: int(booked.effect.split(":")[1]),
            )
        )

    def ref_of(self, key: str) -> BooksRef:
        """Return how a document names the delivery with this key."""
        for booked in self.booked:
            if booked.key == key:
                return booked.ref
        return BooksRef(key=key)


@dataclass(frozen=True, slots=True)
class Effect:
    """One document to plan: what it books, and a digest of its substance."""

    name: str
    document: Document
    digest: str
    requires: tuple[str, ...] = ()
    source: Source | None = None  # None: the order


def planned_effect(request: Request, effect: Effect) -> Planned:
    """Return the effect under its idempotency key."""
    source = effect.source or request.source
    generation = request.generations.get((effect.name, source), 1)
    scope = request.ground.scope
    return Planned(
        effect=effect.name,
        source=source,
        key=scope.document_key(effect.name, source, generation=generation),
        document=effect.document,
        digest=effect.digest,
        requires=effect.requires,
        amount=_amount(effect.document),
    )


def _amount(document: Document) -> Decimal | None:
    match document:
        case SaleDocument() | RefundDocument():
            return document.total.amount
        case AmendmentDocument():
            return document.document.total.amount
        case PaymentDocument():
            return document.amount.amount
        case _:
            return None
