"""How far the rows of a run move prices: kept with each row, counted by the limits."""

from collections.abc import Iterable
from decimal import Decimal

from stockbridge.domain.breakers import CountedEffect, EffectKind
from stockbridge.engine.limits import note_effects
from stockbridge.engine.models import RunRow
from stockbridge.engine.prices import Repricing
from stockbridge.engine.runs.halting import is_allowed
from stockbridge.engine.runs.steps import RunWork


def kept_moves(subject: str, found: Repricing) -> dict[str, object]:
    """Return how far prices move, as a row keeps it; the largest is shown."""
    moves = found.moves(subject)
    percents = sorted((one.amount for one in moves), key=abs)
    return {
        "percent": f"{percents[-1]:.4f}" if percents else "",
        "moves": [[one.subject, f"{one.amount:.4f}"] for one in moves],
    }


def moves_of(row: RunRow) -> tuple[CountedEffect, ...]:
    """Return how far a row moves prices, as its preview kept it."""
    return tuple(
        CountedEffect(EffectKind.REPRICED, subject, Decimal(percent))
        for subject, percent in row.details.get("moves", [])
    )


def note_moves(work: RunWork, rows: Iterable[RunRow]) -> None:
    """Count the moves of rows that leave now; part of the caller's transaction."""
    leaving = list(rows)
    for is_free in (False, True):
        chosen = [row for row in leaving if is_allowed(row) is is_free]
        effects = [effect for row in chosen for effect in moves_of(row)]
        note_effects(work.bridge, effects, now=work.session.now(), was_allowed=is_free)
