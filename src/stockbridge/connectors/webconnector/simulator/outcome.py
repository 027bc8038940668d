"""How a session of the simulated Web Connector ended, and what its user saw."""

from dataclasses import dataclass
from enum import Enum


class Ending(Enum):
    """How a session ended."""

    FINISHED = "finished"  # 100 percent
    NOTHING = "nothing"  # none
    BUSY = "busy"  # busy
    NOT_VALID = "not valid"  # nvu
    POSTPONED = "postponed"  # told to wait, in an automatic update
    EXPLAINED = "explained"  # an error was told
    CANNOT_OPEN = "cannot open"  # no company
    VERSION = "version"  # E:, O:, or W: and no yes
    CALL_FAILED = "call failed"  # no answer, or none that can be read
    STOPPED = "stopped"  # by its user
    DIED = "died"  # killed


TURNED_AWAY = {
    "none": Ending.NOTHING,
    "busy": Ending.BUSY,
    "nvu": Ending.NOT_VALID,
}


@dataclass(slots=True)
class Outcome:
    """What came of a session; filled while it goes on."""

    ending: Ending | None = None
    shown: str = ""  # what the user saw last
    code: str = ""  # QBWC…
    percents: tuple[int, ...] = ()
    envelopes: int = 0  # processed by QuickBooks
    postpone_s: int | None = None
    every_s: int | None = None
