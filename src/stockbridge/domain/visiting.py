"""What a visit of a caller does next: one step, one envelope, until nothing is left.

Doubt comes first: nothing is written while it is not known what became of what left
before. Writes come before reads, yet a long queue does not keep the reads waiting for
ever: after some envelopes of writes one page is read.
"""

from dataclasses import dataclass
from enum import StrEnum

WRITES_IN_ROW_MAX = 5


class Step(StrEnum):
    """One kind of envelope; kinds are never mixed."""

    CHECK = "check"  # is it the right company?
    RECOVER = "recover"  # did the books keep the answer to a lost batch?
    LOOK_UP = "look_up"  # what became of documents in doubt?
    PREPARE = "prepare"  # read what a write depends on: chosen in place of a write
    WRITE = "write"
    READ = "read"
    RELEASE = "release"  # the books may forget kept answers
    END = "end"


@dataclass(frozen=True, slots=True)
class Facts:
    """All that decides what comes next."""

    is_checked: bool
    to_recover: int = 0
    to_look_up: int = 0
    to_write: int = 0
    to_read: int = 0  # feeds
    to_release: int = 0
    writes_in_row: int = 0


def next_step(facts: Facts) -> Step:
    """Return the next step of a visit."""
    if not facts.is_checked:
        return Step.CHECK
    if facts.to_recover:
        return Step.RECOVER
    if facts.to_look_up:
        return Step.LOOK_UP
    is_reading_due = facts.to_read and facts.writes_in_row >= WRITES_IN_ROW_MAX
    if facts.to_write and not is_reading_due:
        return Step.WRITE
    if facts.to_read:
        return Step.READ
    return Step.RELEASE if facts.to_release else Step.END


def percent_done(*, done: int, left: int) -> int:
    """Return our answer after an envelope: 100 ends the visit, less goes on."""
    return 100 if left == 0 else min(99, 100 * done // (done + left))
