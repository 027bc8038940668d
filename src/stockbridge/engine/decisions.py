"""What a person decided about one order; kept with its disposition, plans obey it.

A decision is a short text in `Disposition.settled`: the mark of a hold that was put
aside (`dispositions.hold_mark`), or one of those made here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from stockbridge.domain.identity import Source

_LOCATION = "location="
_NO_STOCK = "moves_stock=no"
_DROPPED = "dropped="

#: Codes of dispositions that only a person changes again.
CANCELLED, UNDO_REFUSED = "cancelled_by_hand", "undo_refused"
FINAL_CODES = frozenset({CANCELLED, UNDO_REFUSED})


@dataclass(frozen=True, slots=True)
class Choices:
    """How a person wants one order to be booked."""

    location_id: str = ""  # "" = where the options say
    moves_stock: bool = True  # False: shipped before the shelf was counted

    @property
    def marks(self) -> tuple[str, ...]:
        """The choices as they are kept."""
        found = [_LOCATION + self.location_id] if self.location_id else []
        return tuple(found if self.moves_stock else [*found, _NO_STOCK])


def choices_of(settled: Iterable[str]) -> Choices:
    """Return what was chosen for an order."""
    marks = list(settled)
    places = [one for one in marks if one.startswith(_LOCATION)]
    return Choices(
        location_id=places[-1].removeprefix(_LOCATION) if places else "",
        moves_stock=_NO_STOCK not in marks,
    )


def dropped(effect: str, source: Source) -> str:
    """Return the mark of a document that a person cancelled: it stays away."""
    return f"{_DROPPED}{effect}:{source.kind}:{source.external_id}"


def anew(settled: Iterable[str], choices: Choices) -> tuple[str, ...]:
    """Return what stays decided when a person imports an order (again).

    Documents that were cancelled come back; the choices are the new ones.
    """
    old = (_LOCATION, _NO_STOCK, _DROPPED)
    kept = [one for one in settled if not one.startswith(old)]
    return (*kept, *choices.marks)
