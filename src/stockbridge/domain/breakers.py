"""Limits that stop what would zero, re-price, create or book too much, and ask.

Theory of operation. An effect is one thing done to the outside: an item zeroed or
re-priced, a record created, a document posted. A limit counts the effects of a run
together with those of the last 24 hours, so that ten small runs are no way around
it. What a person has acknowledged is let through and counts no more: those rows, and
no others (CORRECTNESS 6).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from stockbridge.domain.money import Money

_WHOLE = Decimal(100)


class EffectKind(StrEnum):
    """What a limit counts."""

    ZEROED = "zeroed"  # from some to none
    REPRICED = "repriced"
    CREATED = "created"
    POSTED = "posted"


@dataclass(frozen=True, slots=True)
class CountedEffect:
    """One thing that is to be done, or was done in the last 24 hours."""

    kind: EffectKind
    subject: str  # item, record, document
    amount: Decimal = Decimal(1)  # posted: its value; re-priced: per cent, signed
    was_acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may happen in one run, and in 24 hours; None: any."""

    zeroed_max: int | None = 25
    zeroed_share_max: int | None = 30  # per cent of all items
    items_count: int = 0  # all items that the share is of
    repriced_percent_max: Decimal | None = Decimal(50)  # of one item's price
    created_max: int | None = 200
    posted_max: int | None = 2000  # documents
    posted_value_max: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Trip:
    """A limit that is passed, and the rows that wait for a person."""

    kind: EffectKind
    limit: str  # which field of `Limits`
    rows: tuple[str, ...]
    message: str


def tripped(
    planned: Sequence[CountedEffect],
    last_24h: Sequence[CountedEffect],
    limits: Limits,
) -> tuple[Trip, ...]:
    """Return the limits that doing all of `planned` would pass.

    `last_24h` is in the order of its effects. A trip names every planned row of its
    kind that nobody has acknowledged: half of a mistake is one, too. What passed a
    limit already stops nothing that is not planned now.
    """
    allowed = {
        (e.kind, e.subject)
        for e in last_24h
        if e.was_acknowledged and e.kind is not EffectKind.REPRICED
    }
    new = [
        effect
        for effect in planned
        if (effect.kind, effect.subject) not in allowed and not effect.was_acknowledged
    ]
    old = [
        effect for effect in last_24h if (effect.kind, effect.subject) not in allowed
    ]
    checks = (
        _count(EffectKind.ZEROED, "zeroed_max", limits.zeroed_max, new, old),
        _count(EffectKind.ZEROED, "zeroed_share_max", _share(limits), new, old),
        _count(EffectKind.CREATED, "created_max", limits.created_max, new, old),
        _count(EffectKind.POSTED, "posted_max", limits.posted_max, new, old),
        _value(limits.posted_value_max, new, old),
        _prices(limits.repriced_percent_max, new, old),
    )
    return tuple(trip for trip in checks if trip is not None)


def price_move(
    subject: str, before: Money | None, after: Money | None
) -> CountedEffect | None:
    """Return the effect of a price change; None where nothing moves.

    A first price moves nothing; a price that is taken away, or set to nothing,
    falls by all of it.
    """
    if before is None or not before or before == after:
        return None
    new = after.amount if after is not None else Decimal(0)
    percent = (new - before.amount) * _WHOLE / before.amount
    return CountedEffect(EffectKind.REPRICED, subject, percent)


def zeroing(
    subject: str, shown: Decimal | None, desired: Decimal
) -> CountedEffect | None:
    """Return the effect of a quantity that goes from some to none; else None."""
    if shown is None or shown <= 0 or desired > 0:
        return None
    return CountedEffect(EffectKind.ZEROED, subject)


def _count(
    kind: EffectKind,
    name: str,
    limit: int | None,
    new: Iterable[CountedEffect],
    old: Iterable[CountedEffect],
) -> Trip | None:
    """Count subjects, not effects: one item that comes and goes is one item."""
    rows = _subjects(kind, new)
    together = len({*rows, *_subjects(kind, old)})
    if limit is None or not rows or together <= limit:
        return None
    message = f"{len(rows)} now, {together} within 24 hours; the limit is {limit}."
    return Trip(kind, name, rows, f"{_WHAT[kind]}: {message}")


def _value(
    limit: Decimal | None, new: Iterable[CountedEffect], old: Iterable[CountedEffect]
) -> Trip | None:
    now = sum((abs(e.amount) for e in new if e.kind is EffectKind.POSTED), Decimal(0))
    before = sum(
        (abs(e.amount) for e in old if e.kind is EffectKind.POSTED), Decimal(0)
    )
    if limit is None or not now or now + before <= limit:
        return None
    message = f"{now} now, {now + before} within 24 hours; the limit is {limit}."
    rows = _subjects(EffectKind.POSTED, new)
    return Trip(EffectKind.POSTED, "posted_value_max", rows, f"Value booked: {message}")


def _prices(
    limit: Decimal | None, new: Sequence[CountedEffect], old: Sequence[CountedEffect]
) -> Trip | None:
    """Compare each price with what it was 24 hours ago: small steps add up.

    A move that a person allowed is where counting begins anew: they allowed that
    price, and no later one.
    """
    if limit is None:
        return None
    moved = _subjects(EffectKind.REPRICED, new)
    rows = tuple(one for one in moved if abs(_together(one, [*old, *new])) > limit)
    if not rows:
        return None
    message = f"{len(rows)} prices move by more than {limit} per cent in 24 hours."
    return Trip(EffectKind.REPRICED, "repriced_percent_max", rows, message)


def _together(subject: str, effects: Iterable[CountedEffect]) -> Decimal:
    factor = Decimal(1)
    for effect in effects:
        if effect.kind is not EffectKind.REPRICED or effect.subject != subject:
            continue
        is_known = effect.was_acknowledged
        factor = Decimal(1) if is_known else factor * (1 + effect.amount / _WHOLE)
    return (factor - 1) * _WHOLE


def _share(limits: Limits) -> int | None:
    """Return the share as a count; of a few items one may always go."""
    if limits.zeroed_share_max is None or not limits.items_count:
        return None
    count = Decimal(limits.items_count * limits.zeroed_share_max) / _WHOLE
    return max(1, int(count.to_integral_value(ROUND_FLOOR)))


def _subjects(kind: EffectKind, effects: Iterable[CountedEffect]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(e.subject for e in effects if e.kind is kind))


_WHAT = {
    EffectKind.ZEROED: "Items going to zero",
    EffectKind.REPRICED: "Prices changed",
    EffectKind.CREATED: "Records created",
    EffectKind.POSTED: "Documents booked",
}
