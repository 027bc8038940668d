"""Each clearing and deposit account's movement, as one part of the statement.

What was planned comes from our documents and from what the store told and is in none of
them; what is booked from the documents as the books hold them. The comparison itself is
`domain/account_movements.py`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Q, QuerySet

from stockbridge.domain.account_movements import (
    BY_HAND,
    AccountMovements,
    Cause,
    Due,
    Landed,
    Move,
    MoveKind,
    account_movements,
)
from stockbridge.domain.accounting import (
    DocumentKind,
    PaymentDocument,
    RefundDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.commerce import Order
from stockbridge.domain.delivery import State
from stockbridge.domain.errors import ActionNeededError, RetryableError
from stockbridge.domain.identity import Source
from stockbridge.domain.money import Money
from stockbridge.domain.planning import PAYMENT, REFUND, SALE, Outcome
from stockbridge.domain.policy import Ground
from stockbridge.domain.posting_rules import rule_for
from stockbridge.domain.reconciliation import Row
from stockbridge.engine.codec import ORDER, load_document
from stockbridge.engine.desk.as_read import keys_taken_back
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.models import Bridge, Delivery, DeliverySource, Snapshot
from stockbridge.engine.posting_rules import roles_of, rules_of
from stockbridge.ports import Books, StoredDocument, TellsAccounts

CHUNK = 500
_One = TypeVar("_One")
_MONEY = (SALE, PAYMENT, REFUND)
_WAITS = frozenset({State.READY, State.SENT, State.IN_DOUBT})
_CAUSES = {
    Outcome.PLANNED: Cause.ON_ITS_WAY,
    Outcome.HELD: Cause.HELD,
    Outcome.WAITING: Cause.WAITING,
    Outcome.POSTED: Cause.BY_HAND,  # its sale is there, and no money of it was booked
}
_MOVES = {
    DocumentKind.SALE: MoveKind.SALE,
    DocumentKind.PAYMENT: MoveKind.PAYMENT,
    DocumentKind.REFUND: MoveKind.REFUND,
}


@dataclass(frozen=True, slots=True)
class AsRead:
    """What the statement has read already: both sides, of these days."""

    rows: Sequence[Row]
    documents: Sequence[StoredDocument]
    days: tuple[date, date]


@dataclass(frozen=True, slots=True)
class BridgeAccounts:
    """The movements of a bridge, with the names of the accounts."""

    movements: AccountMovements
    names: Mapping[str, str]
    #: Why it is not known what others moved; "" where it is.
    unread: str = ""


def accounts_of(
    bridge: Bridge, books: Books, read: AsRead, ground: Ground
) -> BridgeAccounts | None:
    """Return what moved on each account; None where the books do not tell accounts.

    Raises RetryableError when the books are out of reach.
    """
    if not isinstance(books, TellsAccounts):
        return None
    landed, strange = _landed(bridge, read.documents)
    due = list(_Planned(bridge, books, ground).due(read, landed))
    named = [one for one in ground.accounts.values() if one]
    named += books.deposit_accounts()
    shown = {one.account_id for one in due} | {one.account_id for one in landed}
    listed = {one for one in (*shown, *named) if one}
    others, names, unread = list(strange), dict[str, str](), ""
    try:
        names = {one.external_id: one.name for one in books.accounts()}
        others += _besides(books, read, listed)
    except (RetryableError, ActionNeededError) as error:
        unread = error.message
    moved = {one.amount.currency for one in due}
    moved |= {one.amount.currency for one in landed}
    currencies = moved or {ground.currency or bridge.company.currency}
    movements = account_movements(
        due,
        landed,
        others,
        days=read.days,
        shown=[(one, code) for one in named for code in currencies],
    )
    return BridgeAccounts(movements, names, unread)


# ── the books' side ──────────────────────────────────────────────────────────


def _landed(
    bridge: Bridge, documents: Sequence[StoredDocument]
) -> tuple[list[Landed], list[Move]]:
    """Return what our documents moved, and what others of the same kinds did."""
    money = [one for one in documents if one.kind in _MOVES and _moves_money(one)]
    ours = set[str]()
    for ids in _chunks([one.books_id for one in money]):
        rows = _sources(bridge).filter(
            delivery__books_id__in=ids, delivery__state=State.POSTED.value
        )
        ours |= set(rows.values_list("delivery__books_id", flat=True))
    landed = [_as_landed(one) for one in money if one.books_id in ours]
    return landed, [_as_move(one) for one in money if one.books_id not in ours]


def _moves_money(one: StoredDocument) -> bool:
    return one.is_live and one.account_id != BY_HAND


def _signed(one: StoredDocument) -> Money:
    return -one.total if one.kind is DocumentKind.REFUND else one.total


def _as_landed(one: StoredDocument) -> Landed:
    return Landed(
        books_id=one.books_id,
        number=one.reference,
        day=one.business_date,
        amount=_signed(one),
        account_id=one.account_id,
    )


def _as_move(one: StoredDocument) -> Move:
    return Move(
        books_id=one.books_id,
        kind=_MOVES[one.kind],
        number=one.reference,
        day=one.business_date,
        account_id=one.account_id or BY_HAND,
        amount=_signed(one),
        memo=one.customer,
    )


def _besides(
    books: TellsAccounts, read: AsRead, accounts: Collection[str]
) -> list[Move]:
    """Return what other kinds of documents moved, none that was counted already."""
    counted = {one.books_id for one in read.documents if _moves_money(one)}
    moves = books.moves(*read.days, accounts)
    return [move for move in moves if move.books_id not in counted]


# ── the store's side ─────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Planned:
    """What should have moved, by our documents and by what is in none of them."""

    bridge: Bridge
    books: TellsAccounts
    ground: Ground

    def due(self, read: AsRead, landed: Sequence[Landed]) -> Iterator[Due]:
        """Return the money of these days, and that of documents dated into them."""
        there = {one.books_id for one in landed}
        days = Q(delivery__business_date__range=read.days)
        rows = list(self._live().filter(days))
        known = {row.delivery.books_id for row in rows}
        for ids in _chunks(sorted(there - known)):
            rows += self._live().filter(delivery__books_id__in=ids)
        yield from self._of_documents(rows, there)
        yield from self._of_rows(read.rows)

    def _live(self) -> QuerySet[DeliverySource]:
        rows = _sources(self.bridge).filter(is_live=True)
        return rows.select_related("delivery").order_by("delivery_id", "id")

    def _of_documents(
        self, rows: Iterable[DeliverySource], there: Collection[str]
    ) -> Iterator[Due]:
        by_delivery: dict[int, list[DeliverySource]] = {}
        for row in rows:
            by_delivery.setdefault(row.delivery_id, []).append(row)
        deliveries = [sources[0].delivery for sources in by_delivery.values()]
        gone = set[str]()
        for some in _chunks(deliveries):
            gone |= keys_taken_back(some)
        for delivery in deliveries:
            if delivery.key not in gone:
                sources = by_delivery[delivery.pk]
                yield from self._of_document(delivery, sources, there)

    def _of_document(
        self,
        delivery: Delivery,
        sources: Sequence[DeliverySource],
        there: Collection[str],
    ) -> Iterator[Due]:
        if not _carries_money(delivery) or delivery.total is None:
            return
        amount = Money(delivery.total, delivery.currency)
        is_refund = delivery.kind == DocumentKind.REFUND.value
        if not delivery.document and delivery.books_id not in there:
            return  # its content was forgotten: it may have been a bill
        account, cause = self._planned_account(delivery, there), None
        if delivery.state != State.POSTED.value:
            is_waiting = State(delivery.state) in _WAITS
            cause = Cause.ON_ITS_WAY if is_waiting else Cause.HELD
        elif account == BY_HAND:
            cause = Cause.BY_HAND
        orders = {row.order_id for row in sources}
        yield Due(
            number=delivery.reference,
            order_id=orders.pop() if len(orders) == 1 else "",
            day=delivery.business_date or self.ground.today,
            amount=-amount if is_refund else amount,
            account_id=account,
            books_id=delivery.books_id,
            cause=cause,
            reason=delivery.error.partition("\n")[0],
        )

    def _planned_account(
        self, delivery: Delivery, there: Collection[str]
    ) -> str | None:
        """Return where its money should be; None where nobody planned that."""
        if delivery.is_linked:
            return None if delivery.books_id in there else BY_HAND
        if not delivery.document:
            return None
        document = load_document(delivery.kind, delivery.document)
        if not isinstance(document, SaleDocument | PaymentDocument | RefundDocument):
            return None
        kind = DocumentKind(delivery.kind)
        return self.books.landing_account(kind, document.account_id)

    def _of_rows(self, rows: Sequence[Row]) -> Iterator[Due]:
        """Return money that the store tells of and that none of our documents moves."""
        open_rows = [
            row
            for row in rows
            if row.source is not None and row.is_paid and row.store.net
        ]
        covered = self._covered({row.order_id for row in open_rows})
        open_rows = [row for row in open_rows if row.source not in covered]
        ruled = self._ruled({row.order_id for row in open_rows})
        for row in open_rows:
            cause = _CAUSES.get(row.outcome or Outcome.IGNORED, Cause.LEFT_OUT)
            kind = DocumentKind.REFUND if row.is_refund else DocumentKind.PAYMENT
            mapped = ruled.get(row.order_id, "") or self.ground.accounts.get(
                row.payment_method, ""
            )
            account = self.books.landing_account(kind, mapped)
            yield Due(
                number=row.number,
                order_id=row.order_id,
                day=row.day,
                amount=row.store.net,
                account_id=BY_HAND if cause is Cause.BY_HAND else account,
                cause=cause,
                reason=row.reason.partition("\n")[0],
            )

    def _ruled(self, order_ids: set[str]) -> dict[str, str]:
        """Return, by order, the account that its rule chooses, where one does."""
        rules = rules_of(self.bridge)
        if not any(rule.account_id for rule in rules):
            return {}
        found: dict[str, str] = {}
        for ids in _chunks(sorted(order_ids)):
            orders = _kept_orders(self.bridge, ids)
            roles = roles_of(self.bridge, orders)
            for order in orders:
                rule = rule_for(order, rules, role=roles[order.external_id])
                if rule is not None and rule.account_id:
                    found[order.external_id] = rule.account_id
        return found

    def _covered(self, order_ids: set[str]) -> set[Source]:
        found = set[Source]()
        for ids in _chunks(sorted(order_ids)):
            for row in self._live().filter(order_id__in=ids):
                if _carries_money(row.delivery):
                    found.add(Source(row.kind, row.source_id))
        return found


def _kept_orders(bridge: Bridge, ids: Sequence[str]) -> list[Order]:
    """Return the orders that can be read still."""
    rows = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ORDERS, external_id__in=ids, problem=""
    )
    return [
        ORDER.validate_python(data)
        for data in rows.values_list("data", flat=True)
        if data is not None
    ]


def _sources(bridge: Bridge) -> QuerySet[DeliverySource]:
    return DeliverySource.objects.filter(bridge=bridge, effect__in=_MONEY)


def _carries_money(delivery: Delivery) -> bool:
    """Whether a document says itself where its money is: a receipt, not a bill."""
    if delivery.kind != DocumentKind.SALE.value or delivery.is_linked:
        return True
    form = (delivery.document or {}).get("form", "")
    return form == SaleForm.SALES_RECEIPT.value or not delivery.document


def _chunks(all_of_them: Sequence[_One]) -> Iterator[Sequence[_One]]:
    for start in range(0, len(all_of_them), CHUNK):
        yield all_of_them[start : start + CHUNK]
