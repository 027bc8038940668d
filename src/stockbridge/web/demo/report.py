"""What a judge found: counts, and each problem in words."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    """What was found; `problems` is empty when all promises hold."""

    orders: int = 0
    booked: int = 0
    refunds: int = 0
    cancelled: int = 0
    documents: int = 0
    duplicates: int = 0
    missing: int = 0
    unexpected: int = 0
    cents_off: int = 0
    stock_items: int = 0
    stock_differences: int = 0
    problems: list[str] = field(default_factory=list)
