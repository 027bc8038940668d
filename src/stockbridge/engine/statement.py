"""Store = books, for a span of business dates: both sides read, every difference named.

The store's side is what we last read of its orders, with what became of each; the
books' side is asked for afresh. `domain/reconciliation.py` compares. The statement
also proves that it is complete: every order of the span has exactly one current
disposition.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from stockbridge.connectors import registry
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.identity import Source
from stockbridge.domain.money import Money, zero
from stockbridge.domain.planning import (
    FULFILLMENT,
    PART,
    REFUND,
    Outcome,
    Verdict,
)
from stockbridge.domain.policy import DateChoice, Ground
from stockbridge.domain.reconciliation import Amounts, Statement, Told
from stockbridge.domain.reconciliation import statement as compare
from stockbridge.domain.statement_parts import PartBill, in_parts
from stockbridge.domain.statement_sources import told_of
from stockbridge.engine import links
from stockbridge.engine.account_movements import (
    AsRead,
    BridgeAccounts,
    accounts_of,
)
from stockbridge.engine.codec import ORDER
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.ground import load_ground, scope_of
from stockbridge.engine.models import (
    Bridge,
    DeliverySource,
    Disposition,
    Snapshot,
)
from stockbridge.engine.part_bills import part_bill
from stockbridge.engine.statement_entries import (
    PAGE,
    SOLD,
    entries_of,
    stored_documents,
)
from stockbridge.ports import Books

CHUNK = 500
DAYS_MAX = 3660
YEAR_MIN, YEAR_MAX = 1970, 2199  # beyond them a day with a margin is no date
#: How long after an order was placed it may still be paid or shipped.
LATE = timedelta(days=90)
_LINKED = "Linked to a document that was in the books; it splits the total otherwise."
_MARGIN = timedelta(days=1)  # no zone is further away


@dataclass(frozen=True, slots=True)
class Span:
    """Business dates, both days included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Completeness:
    """Whether each order of the span has its one current disposition."""

    orders: int
    refunds: int
    undecided: tuple[str, ...] = ()  # order numbers that nothing was decided about
    unreadable: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing of the span was lost sight of."""
        return not self.undecided and not self.unreadable


@dataclass(frozen=True, slots=True)
class BridgeStatement:
    """The statement of one bridge: for the page, the CSV file and the PDF."""

    title: str
    span: Span
    made_at: datetime
    statement: Statement
    completeness: Completeness
    accounts: BridgeAccounts | None = None  # None: the books do not tell

    @property
    def is_even(self) -> bool:
        """Whether store and books agree to the cent, and nothing is missing."""
        return self.statement.is_even and self.completeness.is_complete


def statement_of(
    bridge: Bridge,
    span: Span,
    *,
    now: datetime,
    find: links.ConnectorFinder = registry.get,
    has_accounts: bool = True,
) -> BridgeStatement:
    """Return the statement; the books are asked now.

    Without accounts the books are asked less.

    Raises InvalidInputError for a span that ends before it begins, RetryableError
    when the books are out of reach.
    """
    with links.calling():
        books = links.open_books(bridge.books, None, find=find)
        return statement_with(bridge, span, books, now=now, has_accounts=has_accounts)


def statement_with(
    bridge: Bridge,
    span: Span,
    books: Books,
    *,
    now: datetime,
    has_accounts: bool = True,
) -> BridgeStatement:
    """Return the statement, with books that are open already."""
    if span.last < span.first:
        raise InvalidInputError("The last day is before the first.", field="last")
    if span.first.year < YEAR_MIN or span.last.year > YEAR_MAX:
        said = f"Choose days of the years {YEAR_MIN} to {YEAR_MAX}."
        raise InvalidInputError(said, field="first")
    if (span.last - span.first).days > DAYS_MAX:
        raise InvalidInputError("Choose at most ten years.", field="first")
    ground = load_ground(bridge, [], now=now)
    told, completeness = _told(bridge, span, ground)
    documents = list(stored_documents(books, span.first, span.last))
    entries = [
        one
        for start in range(0, len(documents), PAGE)
        for one in entries_of(bridge, documents[start : start + PAGE])
    ]
    compared = compare(told, entries, scope_of(bridge))
    read = AsRead(compared.rows, documents, (span.first, span.last))
    return BridgeStatement(
        title=str(bridge),
        span=span,
        made_at=now,
        statement=compared,
        completeness=completeness,
        accounts=accounts_of(bridge, books, read, ground) if has_accounts else None,
    )


# ── the store's side ─────────────────────────────────────────────────────────


def _told(
    bridge: Bridge, span: Span, ground: Ground
) -> tuple[list[Told], Completeness]:
    told: list[Told] = []
    undecided, unreadable = list[str](), list[str]()
    ids = sorted(_candidates(bridge, span, ground))
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        kept = _kept(bridge, chunk)
        verdicts = _verdicts(bridge, chunk)
        for snapshot in Snapshot.objects.filter(
            connection=bridge.store, feed=ORDERS, external_id__in=chunk
        ):
            found = _of_order(snapshot, kept, verdicts, ground)
            mine = [one for one in found if one.day in span]
            told += mine
            source = Source("order", snapshot.external_id)
            if not any(one.source == source for one in mine):
                continue
            if source not in verdicts:
                undecided.append(snapshot.key or snapshot.external_id)
            elif snapshot.problem:
                unreadable.append(snapshot.key or snapshot.external_id)
    orders = sum(one.source.kind == "order" for one in told)
    return told, Completeness(
        orders, len(told) - orders, tuple(undecided), tuple(unreadable)
    )


def _candidates(bridge: Bridge, span: Span, ground: Ground) -> set[str]:
    """Return all orders of which something may fall into the span."""
    zone = ZoneInfo(bridge.company.time_zone)
    begins = datetime.combine(span.first, time.min, zone) - _MARGIN
    ends = datetime.combine(span.last, time.max, zone) + _MARGIN
    if ground.policy.date_choice is not DateChoice.PLACED:
        begins -= LATE
    ids = set(
        Snapshot.objects.filter(
            connection=bridge.store, feed=ORDERS, at__gte=begins, at__lte=ends
        ).values_list("external_id", flat=True)
    )
    ids |= set(
        DeliverySource.objects.filter(
            SOLD,
            bridge=bridge,
            delivery__business_date__range=(span.first, span.last),
        ).values_list("order_id", flat=True)
    )
    # Refunds that are not in the books, of orders of any age.
    ids |= set(
        Disposition.objects.filter(bridge=bridge, source_kind="refund", is_current=True)
        .exclude(outcome=Outcome.POSTED.value)
        .values_list("order_id", flat=True)
    )
    return ids - {""}


@dataclass(slots=True)
class _Kept:
    """What our documents say of sources: their day, their ids in the books."""

    days: dict[Source, date]
    ids: dict[Source, list[str]]
    amounts: dict[Source, Amounts]
    linked: set[Source]
    parts: dict[str, list[PartBill]]  # by order
    rest: dict[Source, list[str]]  # what billed what the parts left


def _kept(bridge: Bridge, order_ids: list[str]) -> _Kept:
    kept = _Kept({}, defaultdict(list), {}, set(), defaultdict(list), defaultdict(list))
    rows = (
        DeliverySource.objects.filter(SOLD, bridge=bridge, order_id__in=order_ids)
        .select_related("delivery")
        .order_by("id")
    )
    for row in rows:
        source = Source(row.kind, row.source_id)
        delivery = row.delivery
        if row.kind == PART:
            kept.parts[row.order_id] += part_bill(row)
            continue
        if row.is_live and delivery.business_date is not None:
            kept.days[source] = delivery.business_date
        if delivery.books_id:
            kept.ids[source].append(delivery.books_id)
            if row.effect == FULFILLMENT:
                kept.rest[source].append(delivery.books_id)
        if row.is_live and delivery.is_linked:
            kept.linked.add(source)
        if delivery.total is not None:
            money = Money(delivery.total, delivery.currency)
            kept.amounts[source] = _bare(money, is_refund=row.effect == REFUND)
    return kept


def _verdicts(bridge: Bridge, order_ids: list[str]) -> dict[Source, Verdict]:
    rows = Disposition.objects.filter(
        bridge=bridge, order_id__in=order_ids, is_current=True
    )
    known = {outcome.value for outcome in Outcome}
    found = {}
    for row in rows:
        source = Source(row.source_kind, row.source_id)
        outcome = Outcome(row.outcome) if row.outcome in known else Outcome.HELD
        found[source] = Verdict(source, outcome, row.code, row.reason)
    return found


def _of_order(
    snapshot: Snapshot, kept: _Kept, verdicts: Mapping[Source, Verdict], ground: Ground
) -> list[Told]:
    if snapshot.data is None or snapshot.problem:
        erased = _from_columns(snapshot, kept, verdicts, ground)
        return list(in_parts(erased, kept.parts[snapshot.external_id], None))
    order = ORDER.validate_python(snapshot.data)
    bills = kept.parts[snapshot.external_id]
    first, *refunds = told_of(order, verdicts, ground, kept.days)
    told = in_parts(_open_no_more(_known(first, kept), kept, bills), bills, order)
    return [*told, *(_known(one, kept) for one in refunds)]


def _open_no_more(told: Told, kept: _Kept, bills: list[PartBill]) -> Told:
    """Return the order with the ids of what bills it: its open sale counts no more."""
    if not bills:
        return told
    return replace(told, entry_ids=tuple(kept.rest.get(told.source, ())))


def _known(told: Told, kept: _Kept) -> Told:
    """Return a source with the documents that are known of it."""
    found = replace(told, entry_ids=tuple(kept.ids.get(told.source, ())))
    if told.source not in kept.linked:
        return found
    return replace(found, is_linked=True, reason=found.reason or _LINKED)


def _from_columns(
    snapshot: Snapshot, kept: _Kept, verdicts: Mapping[Source, Verdict], ground: Ground
) -> Told:
    """Return an order that was erased or cannot be read, as far as it is known."""
    source = Source("order", snapshot.external_id)
    currency = snapshot.currency or ground.currency or "USD"
    amount = Money(snapshot.amount or Decimal(0), currency)
    amounts = kept.amounts.get(source) or _bare(amount, is_refund=False)
    day = (snapshot.at or snapshot.seen_at).astimezone(ground.zone).date()
    verdict = verdicts.get(source, Verdict(source, Outcome.PLANNED))
    return Told(
        source=source,
        order_id=snapshot.external_id,
        number=snapshot.key or snapshot.external_id,
        day=kept.days.get(source, day),
        amounts=amounts,
        outcome=verdict.outcome,
        # What tax and shipping were is known no more: the books' word is taken.
        code=verdict.code or ("erased" if snapshot.data is None else ""),
        reason=verdict.reason or snapshot.problem,
        entry_ids=tuple(kept.ids.get(source, ())),
    )


def _bare(money: Money, *, is_refund: bool) -> Amounts:
    nothing = zero(money.currency)
    if is_refund:
        return Amounts(nothing, nothing, nothing, money)
    return Amounts(money, nothing, nothing, nothing)
