"""Signs of a trouble, and what is looked at to find them."""

from dataclasses import dataclass
from datetime import datetime

from stockbridge.companies.models import Membership
from stockbridge.engine.models import Bridge
from stockbridge.engine.options import BridgeOptions


@dataclass(frozen=True, slots=True)
class Sign:
    """One cause that was found, what to do about it, and where."""

    message: str
    remedy: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the cases look at."""

    bridge: Bridge
    options: BridgeOptions
    membership: Membership
    now: datetime


def many(count: int, one: str, several: str) -> str:
    """Return the count with the words that fit it."""
    return f"{count:,} {one if count == 1 else several}"
