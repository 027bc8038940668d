"""Writing approved rows to the store: kept before, called outside, settled after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stockbridge.domain.errors import ActionNeededError
from stockbridge.engine.models import Run, RunRow
from stockbridge.engine.runs.steps import DONE, FAILED, RunWork, count_done, keep
from stockbridge.ports import ItemWrite, WriteResult


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One row on its way to the store."""

    row: RunRow
    write: ItemWrite


#: Decides, in one transaction, what of these rows leaves now. Every other row gets an
#: outcome, loses its approval, or the run halts.
Prepare = Callable[[list[RunRow]], list[Outgoing]]
#: Keeps what the store answered to one row that it took; in the transaction.
Settle = Callable[[RunRow, WriteResult], None]


def write_each(
    work: RunWork,
    prepare: Prepare,
    settle: Settle,
    *,
    besides: frozenset[int] = frozenset(),
) -> bool:
    """Write approved rows, `besides` these, a call at a time; return whether all.

    A lost answer leaves the rows without an outcome: they are prepared again, which
    looks first at what the store has.
    """
    assert work.store is not None
    limit = work.store.capabilities.item_rows_max
    while not work.session.is_over():
        with work.session.fenced():
            if not work.is_wanted(Run.State.RUNNING):
                return True
            rows = list(work.approved().exclude(pk__in=besides)[:limit])
            if not rows:
                return True
        outgoing = prepare(rows)
        results = (
            work.store.write_items([one.write for one in outgoing]) if outgoing else ()
        )
        with work.session.fenced():
            _settle(outgoing, results, settle)
            keep(rows)
            count_done(work)
    return False


def _settle(
    outgoing: Sequence[Outgoing], results: Sequence[WriteResult], settle: Settle
) -> None:
    for one, result in zip(outgoing, results, strict=True):
        if result.error is None:
            settle(one.row, result)
            one.row.outcome, one.row.message = DONE, ""
            continue
        error = result.error
        remedy = error.remedy if isinstance(error, ActionNeededError) else ""
        one.row.outcome = FAILED
        one.row.message = f"{error.message} {remedy}".strip()
