"""Writing stock to a store: only after its orders were read, and again meanwhile.

Without compare-and-set a window remains between reading orders and the store's
taking the number. During a run orders are read again at least every 15 s, unsent
rows are computed again, and the widest window is measured and kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from stockbridge.companies.row_writes import update_each, update_rows
from stockbridge.domain.errors import ActionNeededError
from stockbridge.domain.stock import Owner
from stockbridge.engine.both_ways import StoreEdits
from stockbridge.engine.effects import (
    ZEROED,
    allow_zeroing,
    count_effects,
    zeroed_by,
)
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.ground import options_of
from stockbridge.engine.issues import IssueDraft, open_issue, resolve_issues
from stockbridge.engine.models import Bridge, Run, Snapshot, StockTarget
from stockbridge.engine.session import Session
from stockbridge.engine.targets import compute_stale
from stockbridge.ports import StockWrite, Store, WriteResult

REREAD_EVERY = timedelta(seconds=15)


@dataclass(slots=True)
class StockRun:
    """One job that brings a store's quantities in line.

    `read_orders` reads and plans what changed; it returns when that began.
    """

    session: Session
    bridge: Bridge
    store: Store
    read_orders: Callable[[], datetime]
    run: Run | None = None
    only: frozenset[str] = frozenset()  # item ids; empty: all that is due
    besides: frozenset[str] = frozenset()  # somebody may just have typed a number
    is_stopped: Callable[[], bool] = bool  # a person stopped the run
    has_conflict: bool = False  # the store's number was not the expected one
    written: int = 0
    failed: int = 0
    calls: int = 0
    window: timedelta = field(default_factory=timedelta)

    def work(self) -> bool:
        """Write all that is due; return whether the job got to the end.

        What a safety limit stops is held back, and an issue asks; the rest goes on.
        """
        read_at = self.read_orders()
        compute_stale(self.session, self.bridge)
        if options_of(self.bridge).owner is not Owner.BOOKS:
            self.besides = self._take_typed()
        while not self.session.is_over() and not self.is_stopped():
            is_old = self.session.now() - read_at > REREAD_EVERY
            if is_old or self.has_conflict:
                read_at, self.has_conflict = self.read_orders(), False
                compute_stale(self.session, self.bridge)
            rows = self._due()
            if not rows:
                self._finish()
                return True
            self._write(rows, read_at)
        return False

    def _take_typed(self) -> frozenset[str]:
        typist = StoreEdits(self.session, self.bridge, self.store, self.read_orders)
        return typist.take()

    def _due(self) -> list[StockTarget]:
        found = StockTarget.objects.filter(
            bridge=self.bridge, is_due=True, is_held=False, is_stale=False
        ).exclude(item_id__in=self.besides)
        if self.only:
            found = found.filter(item_id__in=self.only)
        limit = self.store.capabilities.stock_rows_max
        found = found.defer("explanation")
        rows = list(found.order_by("product_id", "id")[:limit])
        return _one_call(rows)

    def _write(self, rows: list[StockTarget], read_at: datetime) -> None:
        with self.session.fenced():
            rows = allow_zeroing(self.session, self.bridge, rows)
            zeroed = zeroed_by(self.bridge, rows)
            count_effects(self.session, self.bridge, ZEROED, zeroed)
            # In flight means unknown: a kill from here on leaves them due.
            self._forget(rows)
        if not rows:
            return
        writes = [_write_of(row) for row in rows]
        # A lost answer leaves them unknown, too: absolute numbers may be repeated.
        results = self.store.write_stock(writes)
        self.calls += 1
        self.window = max(self.window, self.session.now() - read_at)
        with self.session.fenced():
            self._settle(rows, results)

    def _settle(
        self, rows: Sequence[StockTarget], results: Sequence[WriteResult]
    ) -> None:
        now = self.session.now()
        for row, result in zip(rows, results, strict=True):
            if result.error is not None:
                self._refused(row, result.error)
            elif result.conflict:
                row.shown, row.is_stale = result.shown, True
                row.agreed, self.has_conflict = None, True
            else:
                shown = result.shown if result.shown is not None else row.desired
                row.shown = row.agreed = shown
                row.moved, row.agreed_at = Decimal(0), now
                row.is_due = shown != row.desired
                row.error = ""
                self.written += 1
            row.shown_at = row.written_at = now
        update_rows(
            rows,
            [
                "shown",
                "agreed",
                "agreed_at",
                "moved",
                "is_due",
                "is_held",
                "is_stale",
                "error",
                "shown_at",
                "written_at",
            ],
        )
        self._keep_quantities(rows)

    def _refused(self, row: StockTarget, error: Exception) -> None:
        row.error, row.is_held = str(error), True
        self.failed += 1
        remedy = error.remedy if isinstance(error, ActionNeededError) else ""
        open_issue(
            IssueDraft(
                company=self.bridge.company,
                bridge=self.bridge,
                connection=self.bridge.store,
                code="stock_refused",
                subject_kind="item",
                subject_id=row.item_id,
                title="The store does not take the quantity of an item",
                message=str(error),
                remedy=remedy or "Look at the item in the store, then sync it again.",
            ),
            now=self.session.now(),
        )

    def _forget(self, rows: Sequence[StockTarget]) -> None:
        ids = [row.pk for row in rows]
        StockTarget.objects.filter(pk__in=ids).update(
            shown=None, agreed=None, is_due=True
        )

    def _keep_quantities(self, rows: Sequence[StockTarget]) -> None:
        update_each(
            Snapshot,
            ["quantity"],
            [(row.item_id, row.shown) for row in rows if row.shown is not None],
            only_if={"connection": self.bridge.store_id, "feed": ITEMS},
            key="external_id",
        )

    def _finish(self) -> None:
        window_ms = int(self.window.total_seconds() * 1000)
        with self.session.fenced():
            Bridge.objects.filter(pk=self.bridge.pk).update(
                last_stock_at=self.session.now(),
                **({"stock_window_ms": window_ms} if self.calls else {}),
            )
            if self.written and not self.failed:
                resolve_issues(
                    self.bridge.company,
                    now=self.session.now(),
                    code="stock_refused",
                    bridge=self.bridge,
                )


def _one_call(rows: list[StockTarget]) -> list[StockTarget]:
    """Return the rows of one write call: simple items, or one product's variations."""
    if not rows:
        return rows
    first = rows[0]
    if first.kind != "variation":
        return [row for row in rows if row.kind != "variation"]
    return [row for row in rows if row.product_id == first.product_id]


def _write_of(row: StockTarget) -> StockWrite:
    assert row.desired is not None
    return StockWrite(
        item_id=row.item_id,
        product_id=row.product_id,
        kind=row.kind,
        quantity=row.desired,
        location_id=row.location_id,
        expected=row.shown,
    )
