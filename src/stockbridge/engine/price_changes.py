"""Prices that travel by themselves: what the books changed goes to the store.

Like stock, a price is a state and no event: what the store should ask, what it asks,
and whether a write is due. Numbers are absolute, so what was cut off is read again and,
where it did not arrive, written again. What moves too far stops and asks; the rest goes
on. Fields that the books do not own are never written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.breakers import CountedEffect
from stockbridge.domain.errors import ActionNeededError, SyncError
from stockbridge.domain.price_changes import Standing
from stockbridge.engine.feeds import ITEMS_WITH_QUANTITIES
from stockbridge.engine.fetch import STORE_ITEMS, keep, read_feed
from stockbridge.engine.field_owners import sends_prices
from stockbridge.engine.ground import options_of
from stockbridge.engine.issues import IssueDraft, open_issue
from stockbridge.engine.limits import note_effects, trips
from stockbridge.engine.logbook import Line, log_all
from stockbridge.engine.models import Binding, Bridge, PriceTarget
from stockbridge.engine.options import BridgeOptions
from stockbridge.engine.price_pairs import price_pairs
from stockbridge.engine.price_senders import is_second_sender
from stockbridge.engine.price_signs import ensure_prices
from stockbridge.engine.price_targets import (
    CHANNEL,
    asked,
    compare,
    look_at_prices,
    pairs_of,
    signature,
)
from stockbridge.engine.prices import Repricing, reprice, sources_of, with_sale
from stockbridge.engine.session import Session
from stockbridge.ports import ItemWrite, Store, WriteResult

LIMIT, REFUSED = "limit_repriced", "price_refused"
_ASKING = {LIMIT: Standing.LIMIT.value, REFUSED: Standing.REFUSED.value}
KEPT_ANOTHER = "The store took it and asks another price."
_CHUNK = 500


def send_prices(
    session: Session, store: Store, bridge: Bridge, options: BridgeOptions
) -> bool:
    """Write the prices that are due; return whether all was done."""
    is_on = sends_prices(options) and bridge.sales == Bridge.Sales.HERE
    is_on = is_on and not is_second_sender(bridge)
    if not _is_begun(session, bridge, options, is_on=is_on):
        return not is_on
    if not _waiting.exists(bridge.pk):
        return True
    return PriceRun(session, bridge, store).work()


def stores_with_stale_prices(bridges: Sequence[Bridge]) -> set[int]:
    """Return the stores of these bridges that have prices to be looked at."""
    return {one.store_id for one in bridges if one.prices_since and _stale(one)}


def _stale(bridge: Bridge) -> bool:
    return PriceTarget.objects.filter(bridge=bridge, is_stale=True).exists()


@prepared
def _waiting(bridge_id: int) -> QuerySet[PriceTarget]:
    waiting = Q(is_stale=True) | Q(standing=Standing.DUE.value)
    return PriceTarget.objects.filter(waiting, bridge=bridge_id)


def _is_begun(
    session: Session, bridge: Bridge, options: BridgeOptions, *, is_on: bool
) -> bool:
    """Begin, or end, with changes that travel; return whether they do now.

    Where other prices of the books count from now on, all begins anew: that is no
    change of prices either, and nothing is written for it.
    """
    sources = f"{options.regular_price_from}/{options.sale_price_from}"
    was_on = bridge.prices_since is not None
    if is_on and was_on and bridge.prices_by == sources:
        return True
    if not is_on and not was_on:
        return False
    if was_on:
        with session.fenced():
            PriceTarget.objects.filter(bridge=bridge).delete()
            _note(bridge, None, "")
    if not is_on or not _ensure_all(session, bridge):
        return False
    with session.fenced():
        _note(bridge, session.now(), sources)
    return True


def _note(bridge: Bridge, since: datetime | None, sources: str) -> None:
    bridge.prices_since, bridge.prices_by = since, sources
    update_rows([bridge], ["prices_since", "prices_by"])


def _ensure_all(session: Session, bridge: Bridge) -> bool:
    links = Binding.objects.filter(
        store_connection=bridge.store_id, books_connection=bridge.books_id, kind="item"
    )
    after = 0
    while not session.is_over():
        with session.fenced():
            found = links.filter(pk__gt=after).order_by("pk")
            rows = list(found.values_list("pk", "store_id")[:_CHUNK])
            ensure_prices(bridge, {store_id for _, store_id in rows})
        if len(rows) < _CHUNK:
            return True
        after = rows[-1][0]
    return False


@dataclass(frozen=True, slots=True)
class Leaving:
    """One item's prices on their way to the store."""

    row: PriceTarget
    found: Repricing
    write: ItemWrite


@dataclass(slots=True)
class PriceRun:
    """One job that brings a store's prices in line."""

    session: Session
    bridge: Bridge
    store: Store

    def work(self) -> bool:
        """Write all that is due; return whether the job got to the end."""
        if not self._know_what_was_sent() or not look_at_prices(
            self.session, self.bridge
        ):
            return False
        while not self.session.is_over():
            rows = self._due()
            if not rows:
                self._finish()
                return True
            self._write(rows)
        return False

    def _know_what_was_sent(self) -> bool:
        """Read again what left without an answer: it may have arrived, or not."""
        sent = PriceTarget.objects.filter(bridge=self.bridge, is_sent=True)
        if not sent.exists():
            return True
        feed, read = ITEMS_WITH_QUANTITIES, self.store.changed_items
        if not read_feed(self.session, feed, read).is_caught_up:
            return False
        with self.session.fenced():
            sent.update(is_stale=True)
        return True

    def _due(self) -> list[PriceTarget]:
        due = PriceTarget.objects.filter(
            bridge=self.bridge, standing=Standing.DUE.value, is_stale=False
        )
        limit = self.store.capabilities.item_rows_max
        rows = list(due.order_by("product_id", "id")[:limit])
        return _one_call(rows)

    def _write(self, rows: list[PriceTarget]) -> None:
        with self.session.fenced():
            leaving = self._leaving(rows)
            leaving = self._within_limits(leaving)
            for one in leaving:
                one.row.is_sent = True
            update_rows([one.row for one in leaving], ["is_sent", "counted"])
        if not leaving:
            return
        before = [_asked_now(one.row) for one in leaving]
        results = self.store.write_items([one.write for one in leaving])
        with self.session.fenced():
            self._settle(leaving, results, before)

    def _leaving(self, rows: Sequence[PriceTarget]) -> list[Leaving]:
        """Return what is to be written as both sides are now; the rest is no longer."""
        pairs = price_pairs(self.bridge, pairs_of(self.bridge, rows))
        sources = sources_of(options_of(self.bridge))
        leaving, moved = [], []
        for row in rows:
            pair = pairs.get(row.item_id)
            found = reprice(*pair, sources) if pair is not None else None
            if pair is None or found is None or not found.is_needed:
                moved.append(row)
                continue
            known = pair[1]
            write = ItemWrite(known.external_id, known.product_id, known.kind)
            write = replace(write, price=found.after)
            leaving.append(Leaving(row, found, with_sale(write, found)))
        compare(self.session, self.bridge, moved)
        return leaving

    def _within_limits(self, leaving: Sequence[Leaving]) -> list[Leaving]:
        """Hold what moves too far, and ask; count the others before they leave."""
        now = self.session.now()
        new = [one for one in leaving if not _is_counted(one.row)]
        free = [one for one in new if one.row.allowed == signature(one.row)]
        asked_for = [one for one in new if one.row.allowed != signature(one.row)]
        found = trips(self.bridge, list(_moves(asked_for)), now)
        named = {subject for trip in found for subject in trip.rows}
        over = [
            one
            for one in asked_for
            if any(move.subject in named for move in _moves([one]))
        ]
        held = {one.row.pk for one in over}
        going = [one for one in asked_for if one.row.pk not in held]
        note_effects(self.bridge, _moves(going), now=now)
        note_effects(self.bridge, _moves(free), now=now, was_allowed=True)
        for one in (*going, *free):
            one.row.counted = signature(one.row, moving=True)
        if over:
            self._hold(over, found[0].message)
        return [one for one in leaving if one.row.pk not in held]

    def _hold(self, over: Sequence[Leaving], message: str) -> None:
        for one in over:
            one.row.standing = Standing.LIMIT.value
            one.row.reason = message
        update_rows([one.row for one in over], ["standing", "reason"])
        ask_about_prices(self.session, self.bridge, message)

    def _settle(
        self,
        leaving: Sequence[Leaving],
        results: Sequence[WriteResult],
        before: Sequence[str],
    ) -> None:
        now = self.session.now()
        items = [one.item for one in results if one.item is not None]
        keep(self.session, STORE_ITEMS, items)
        rows, refused = [one.row for one in leaving], []
        for one, result in zip(leaving, results, strict=True):
            one.row.counted, one.row.written_at = "", now
            if result.error is not None:
                refused.append((one.row, result.error))
        update_rows(rows, ["counted", "written_at"])
        compare(self.session, self.bridge, rows)
        wrong = {row.pk for row, _ in refused}
        done = [row for row in rows if row.pk not in wrong]
        other = [row for row in done if row.standing == Standing.DUE.value]
        refused += [(row, SyncError(KEPT_ANOTHER)) for row in other]
        for row, error in refused:
            self._refused(row, error)
        update_rows([row for row, _ in refused], ["standing", "reason"])
        self._say(rows, before, {row.pk for row, _ in refused})

    def _refused(self, row: PriceTarget, error: SyncError) -> None:
        row.standing, row.reason = Standing.REFUSED.value, str(error)
        remedy = error.remedy if isinstance(error, ActionNeededError) else ""
        open_issue(
            IssueDraft(
                company=self.bridge.company,
                bridge=self.bridge,
                connection=self.bridge.store,
                code=REFUSED,
                subject_kind="item",
                subject_id=row.item_id,
                title="The store does not take the price of an item",
                message=str(error),
                remedy=remedy or "Look at the item in the store, then send it again.",
            ),
            now=self.session.now(),
        )

    def _say(
        self, rows: Sequence[PriceTarget], before: Sequence[str], wrong: set[int]
    ) -> None:
        names = {
            one.external_id: one.key or one.name for one in pairs_of(self.bridge, rows)
        }
        lines = []
        for row, was in zip(rows, before, strict=True):
            wanted = asked(row.wanted_price, row.wanted_sale, row.currency)
            text = f"{names.get(row.item_id, row.item_id)}: {was} → {wanted}"
            level = "info"
            if row.pk in wrong:
                level, text = "error", f"{text}: {row.reason}"
            lines.append(Line(CHANNEL, level, text, "item", row.item_id))
        log_all(lines, self.session.connection, self.session.now())

    def _finish(self) -> None:
        """Close what nobody has to answer any more."""
        for code, standing in _ASKING.items():
            rows = PriceTarget.objects.filter(bridge=self.bridge, standing=standing)
            left = set(rows.values_list("item_id", flat=True))
            with self.session.fenced():
                _close(self.session, self.bridge, code, left)


def ask_about_prices(session: Session, bridge: Bridge, message: str) -> None:
    """Open the issue that lists what the limit on prices holds, or renew its list."""
    held = PriceTarget.objects.filter(bridge=bridge, standing=Standing.LIMIT.value)
    ids = list(held.order_by("id").values_list("item_id", flat=True))
    items = "item" if len(ids) == 1 else "items"
    open_issue(
        IssueDraft(
            company=bridge.company,
            bridge=bridge,
            connection=bridge.store,
            code=LIMIT,
            title=f"A safety limit holds the prices of {len(ids)} {items}",
            message=f"{message} Nothing of this was sent. Other items go on.",
            remedy="Look at the list. If it is right, allow it; if not, correct the "
            "prices in the books.",
            details={"prices": ids[:2000]},
            waiting_count=len(ids),
        ),
        now=session.now(),
    )


def _close(session: Session, bridge: Bridge, code: str, left: set[str]) -> None:
    issues = bridge.company.issues.filter(bridge=bridge, code=code, resolved_at=None)
    for issue in issues:
        if code == REFUSED and issue.subject_id in left:
            continue
        is_other = issue.subject_kind == "run" or "prices" not in issue.details
        if code == LIMIT and (is_other or left):
            continue
        issue.resolved_at = session.now()
        issue.save(update_fields=["resolved_at"])


def _moves(leaving: Iterable[Leaving]) -> Iterable[CountedEffect]:
    return (move for one in leaving for move in one.found.moves(one.row.item_id))


def _is_counted(row: PriceTarget) -> bool:
    """Whether this very move was counted, and maybe left: its answer got lost."""
    return row.counted == signature(row, moving=True)


def _asked_now(row: PriceTarget) -> str:
    return asked(row.shown_price, row.shown_sale, row.currency)


def _one_call(rows: list[PriceTarget]) -> list[PriceTarget]:
    """Return the rows of one write call: simple items, or one product's variations."""
    if not rows:
        return rows
    first = rows[0]
    if first.kind != "variation":
        return [row for row in rows if row.kind != "variation"]
    return [row for row in rows if row.product_id == first.product_id]
