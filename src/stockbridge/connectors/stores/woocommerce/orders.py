"""Reads orders: what changed, what is open, these ones, all of them.

What dates cannot tell: in 7.1 a refund does not move its order's date, deleting a
refund never does, and trashing may not. Refunds have a list of their own since 9.0,
which is read beside; the rest is seen by the daily walk over all ids.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from stockbridge.connectors.stores.woocommerce import refunds
from stockbridge.connectors.stores.woocommerce.client import Record, StoreApi
from stockbridge.connectors.stores.woocommerce.cursors import (
    Cursor,
    cursor_text,
    parse_cursor,
)
from stockbridge.connectors.stores.woocommerce.decode import (
    broken_in_store,
    decode_order,
    deleted_order,
    is_known_status,
    reading,
    refund_marks,
)
from stockbridge.connectors.stores.woocommerce.feeds import (
    CREATED,
    ChangePosition,
    Step,
    WalkPosition,
    change_step,
    moment_of,
    walk_step,
)
from stockbridge.connectors.stores.woocommerce.isolation import FATAL
from stockbridge.connectors.stores.woocommerce.lists import lister, rows_by_id
from stockbridge.connectors.stores.woocommerce.payloads import external_id_of
from stockbridge.connectors.stores.woocommerce.shipments import shipments_of
from stockbridge.domain.commerce import Order, Shipment
from stockbridge.domain.errors import ActionNeededError, RetryableError
from stockbridge.domain.gift_cards import GiftCards, gift_cards, with_gift_cards
from stockbridge.ports import OrderMark, Page, Unreadable

_ORDERS, _REFUNDS, _TRASH = "orders", "refunds", "trash"
_TRASHED: Mapping[str, str] = {"status": "trash"}
_MARK_FIELDS = {"_fields": "id,status,total,refunds"}
_REFUND_FIELDS = {"_fields": "id,parent_id,date_created_gmt"}
_CALLS_MAX = 8  # lists asked for in one go: a job saves its cursor in between


class OrderReader:
    """Reads the orders of one store."""

    def __init__(self, api: StoreApi) -> None:
        self._api = api

    def changed(self, cursor: str, *, limit: int) -> Page[Order]:
        """Return about `limit` orders changed since `cursor`."""
        state = parse_cursor(cursor)
        phases = self._phases()
        if state.is_fresh:
            self._pass_over_known_refunds(state, phases)
        if state.phase not in phases:
            state.phase = phases[0]
        records: dict[str, Record] = {}
        estimate, is_last = None, False
        for _ in range(_CALLS_MAX):
            step, found = self._change_step(state, limit=limit)
            records.update({external_id_of(record): record for record in found})
            estimate = step.total if estimate is None else estimate
            if step.is_end:
                is_last = state.phase == phases[-1]
                state.phase = "" if is_last else phases[phases.index(state.phase) + 1]
            if is_last or len(records) >= limit:
                break
        read, unreadable = self._decoded(records.values())
        return Page(read, cursor_text(state), is_last, unreadable, estimate)

    def open(self, cursor: str, *, limit: int) -> Page[Order]:
        """Return orders that hold stock and are not fulfilled, by id."""
        query = {"status": ",".join(self._open_statuses())}
        state = parse_cursor(cursor)
        position, step = self._walk_step(state, _ORDERS, limit=limit, query=query)
        read, unreadable = self._decoded(step.rows)
        state.walks = {} if step.is_end else {_ORDERS: position}
        return Page(read, cursor_text(state), step.is_end, unreadable, step.total)

    def by_id(self, ids: Sequence[str]) -> Page[Order]:
        """Return these; what is gone comes as deleted."""
        records = rows_by_id(self._api, _ORDERS, ids)
        gone = []
        for external_id in ids:
            # Lists hide the trash and the statuses of plugins that are gone.
            if external_id not in records:
                reply = self._api.find(f"orders/{external_id}")
                if reply is None or not isinstance(reply.data, dict):
                    gone.append(deleted_order(external_id))
                else:
                    records[external_id] = reply.data
        read, unreadable = self._decoded(records.values())
        return Page((*read, *gone), "", is_last=True, unreadable=unreadable)

    def walk(self, cursor: str, *, limit: int) -> Page[OrderMark]:
        """Return marks of all orders by id, those in the trash last."""
        state = parse_cursor(cursor)
        phase = state.phase or _ORDERS
        trashed = _TRASHED if phase == _TRASH else {}
        position, step = self._walk_step(
            state, phase, limit=limit, query={**_MARK_FIELDS, **trashed}
        )
        state.walks, state.phase = {phase: position}, phase
        is_last = step.is_end and phase == _TRASH
        if step.is_end:
            state.walks, state.phase = {}, "" if is_last else _TRASH
        marks = tuple(mark_of(row) for row in step.rows)
        return Page(marks, cursor_text(state), is_last, (), step.total)

    # ── steps ────────────────────────────────────────────────────────────────

    def _phases(self) -> tuple[str, ...]:
        if self._api.has_route(refunds.ROUTE):
            return (_ORDERS, _REFUNDS, _TRASH)
        return (_ORDERS, _TRASH)

    def _change_step(
        self, state: Cursor, *, limit: int
    ) -> tuple[Step, Iterable[Record]]:
        """Read one list of the round; return its step and the orders that it means."""
        phase = state.phase
        position = state.changes.get(phase, ChangePosition())
        rows = min(limit, self._api.settings.rows_per_call)
        if phase == _REFUNDS:
            position, step = change_step(
                position,
                lister(self._api, refunds.ROUTE),
                limit=rows,
                query=_REFUND_FIELDS,
                dated=CREATED,
            )
            parents = [str(row.get("parent_id")) for row in step.rows]
            found: Iterable[Record] = rows_by_id(self._api, _ORDERS, parents).values()
        else:
            query = _TRASHED if phase == _TRASH else {}
            position, step = change_step(
                position, lister(self._api, _ORDERS), limit=rows, query=query
            )
            found = step.rows
        state.changes[phase] = position
        return step, found

    def _walk_step(
        self, state: Cursor, phase: str, *, limit: int, query: Mapping[str, str]
    ) -> tuple[WalkPosition, Step]:
        position = state.walks.get(phase, WalkPosition())
        rows = min(limit, self._api.settings.rows_per_call)
        return walk_step(position, lister(self._api, _ORDERS), limit=rows, query=query)

    def _pass_over_known_refunds(self, state: Cursor, phases: Sequence[str]) -> None:
        """Begin the list of refunds at its end: the orders bring those before it."""
        if _REFUNDS not in phases:
            return
        latest = {**_REFUND_FIELDS, "orderby": "date", "order": "desc", "per_page": "1"}
        rows = self._api.get(refunds.ROUTE, latest).rows
        newest = moment_of(rows[0], CREATED) if rows else ""
        state.changes[_REFUNDS] = ChangePosition(start=newest, newest=newest)

    def _open_statuses(self) -> tuple[str, ...]:
        """Return the statuses of open orders: WooCommerce's and those of plugins."""
        own = ("on-hold", "processing")
        try:
            reply = self._api.get("reports/orders/totals")
        except ActionNeededError:
            return own  # the key's user may not see reports
        slugs = [str(row.get("slug", "")).removeprefix("wc-") for row in reply.rows]
        return (*own, *(s for s in slugs if s and not is_known_status(s)))

    def _gift_cards(self) -> GiftCards:
        settings = self._api.settings
        return gift_cards(settings.gift_card_skus, settings.gift_card_fees)

    # ── decoding ─────────────────────────────────────────────────────────────

    def _decoded(
        self, records: Iterable[Record]
    ) -> tuple[tuple[Order, ...], tuple[Unreadable, ...]]:
        rows = list(records)
        refunded = refunds.refunds_of(self._api, rows)
        fields = frozenset(self._api.settings.order_fields)
        read, unreadable = [], []
        for row in rows:
            theirs = refunded.get(external_id_of(row), ())
            decode = partial(decode_order, refunds=theirs, fields=fields)
            result = reading("order", row, decode)
            if isinstance(result, Unreadable):
                unreadable.append(result)
            else:
                shipped = self._shipments(row)
                if isinstance(shipped, Unreadable):
                    unreadable.append(shipped)
                    continue
                order = with_gift_cards(result, self._gift_cards())
                order = replace(order, shipments=shipped)
                read.append(replace(order, mark=mark_of(row).fingerprint))
        return tuple(read), tuple(unreadable)

    def _shipments(self, row: Record) -> tuple[Shipment, ...] | Unreadable | None:
        """Return what shipped of an order; it alone waits if the store dies over it."""
        try:
            return shipments_of(self._api, row, self._api.settings.shipments_from)
        except RetryableError as error:
            if error.code != FATAL:
                raise
            return broken_in_store("order", external_id_of(row))


def mark_of(row: Record) -> OrderMark:
    """Return what the walk compares of an order; never raises."""
    given_back = sorted(f"{r.get('id')}={r.get('total')}" for r in refund_marks(row))
    status = str(row.get("status", ""))
    text = "|".join([status, str(row.get("total")), *given_back])
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return OrderMark(external_id_of(row), status, digest)
