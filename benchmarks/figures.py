"""One measured figure: beside its floor, against its target, on one line."""

import json
from dataclasses import dataclass, field
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured. Less is better; the floor is the same work without us."""

    name: str
    value: float
    unit: str
    target: float | None = None  # at most this; None: told, not judged
    floor: float | None = None  # in the same unit, measured in the same run
    floor_is: str = ""
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """How many times the floor; None where there is none."""
        return self.value / self.floor if self.floor else None

    @property
    def is_met(self) -> bool | None:
        """Whether the target was reached; None where there is none."""
        return None if self.target is None else self.value <= self.target

    def line(self) -> str:
        """Return the figure as one line of JSON."""
        ratio = self.ratio
        told = {
            "figure": self.name,
            "ratio": None if ratio is None else round(ratio, 2),
            "value": round(self.value, 3),
            "unit": self.unit,
            "target": self.target,
            "met": self.is_met,
            "floor": None if self.floor is None else round(self.floor, 3),
            "floor_is": self.floor_is,
            **self.facts,
        }
        return json.dumps({k: v for k, v in told.items() if v not in (None, "")})


def percentile(values: list[float], percent: int) -> float:
    """Return a percentile of at least two values."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]
