"""The statement as its page and its file show it: words, totals, rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stockbridge.domain.money import Money
from stockbridge.domain.reconciliation import Amounts, Drift, Row, Statement
from stockbridge.engine.models import Bridge
from stockbridge.engine.statement import BridgeStatement
from stockbridge.web.addresses import order_address
from stockbridge.web.state_words import OUTCOMES
from stockbridge.web.tables.export import coins, csv_rows
from stockbridge.web.text import Text

DRIFTS: dict[Drift, Text] = {
    Drift.MISSING_IN_BOOKS: gettext_lazy("missing in the books"),
    Drift.NOT_IN_STORE: gettext_lazy("not in the store"),
    Drift.AMOUNTS_DIFFER: gettext_lazy("amounts differ"),
    Drift.DOUBLED: gettext_lazy("booked twice"),
}
PARTS: tuple[tuple[str, Text], ...] = (
    ("orders", gettext_lazy("Orders, tax and shipping included")),
    ("tax", gettext_lazy("of it tax")),
    ("shipping", gettext_lazy("of it shipping")),
    ("refunds", gettext_lazy("Refunds")),
    ("net", gettext_lazy("Left")),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the totals."""

    label: Text
    store: Money
    books: Money
    is_part: bool

    @property
    def difference(self) -> Money:
        """What the store has more than the books."""
        return self.store - self.books


@dataclass(frozen=True, slots=True)
class Total:
    """Both sides in one currency."""

    currency: str
    parts: tuple[Part, ...]

    @property
    def is_even(self) -> bool:
        """Whether nothing is left between them."""
        return not any(part.difference for part in self.parts)


@dataclass(frozen=True, slots=True)
class Line:
    """One order or refund, with both sides."""

    row: Row
    what: Text
    address: str
    store: Money
    books: Money
    why: str
    is_drift: bool

    @property
    def difference(self) -> Money:
        """What the store has more than the books; refunds count against it."""
        return self.store - self.books


def totals(statement: Statement) -> list[Total]:
    """Return the totals by currency."""
    return [
        Total(currency, _parts(*both))
        for currency, both in sorted(statement.totals.items())
    ]


def _parts(store: Amounts, books: Amounts) -> tuple[Part, ...]:
    return tuple(
        Part(label, getattr(store, name), getattr(books, name), label_is_part(name))
        for name, label in PARTS
    )


def label_is_part(name: str) -> bool:
    """Return whether an amount is contained in the one above it."""
    return name in ("tax", "shipping")


def lines(bridge: Bridge, rows: Sequence[Row]) -> list[Line]:
    """Return rows as they are shown."""
    return [_line(bridge, row) for row in rows]


def _line(bridge: Bridge, row: Row) -> Line:
    return Line(
        row=row,
        what=_("Refund") if row.is_refund else _("Order"),
        address=order_address(bridge, row.order_id),
        store=row.store.net,
        books=row.books.net,
        why=why(row),
        is_drift=row.drift is not None,
    )


def why(row: Row) -> str:
    """Return what a difference is called, and its reason."""
    if row.drift is not None:
        return str(DRIFTS[row.drift])
    outcome = row.outcome.value if row.outcome else ""
    word = str(OUTCOMES.get(outcome, outcome))
    reason = row.reason.partition("\n")[0]
    if not row.difference:
        return "" if outcome == "posted" else word
    return f"{word}: {reason}" if reason else word


def csv_lines(bridge: Bridge, found: BridgeStatement) -> Iterator[str]:
    """Return the file: a row for each order and refund, then the totals."""
    return csv_rows(_heads(), _csv_cells(bridge, found.statement))


def _csv_cells(bridge: Bridge, statement: Statement) -> Iterator[tuple[object, ...]]:
    for row in statement.rows:
        yield _cells(row, _line(bridge, row))
    for total in totals(statement):
        for part in total.parts:
            sides = (part.store, part.books, part.difference)
            head = ("", _("Total"), str(part.label), total.currency)
            yield (*head, *map(coins, sides))


def _heads() -> tuple[Text, ...]:
    return (
        _("Day"),
        _("Number"),
        _("What"),
        _("Currency"),
        _("Store"),
        _("Books"),
        _("Difference"),
        _("Tax in the store"),
        _("Tax in the books"),
        _("Shipping in the store"),
        _("Shipping in the books"),
        _("Why"),
    )


def _cells(row: Row, line: Line) -> tuple[object, ...]:
    day: date = row.day
    return (
        day,
        row.number,
        str(line.what),
        line.store.currency,
        coins(line.store),
        coins(line.books),
        coins(line.difference),
        coins(row.store.tax),
        coins(row.books.tax),
        coins(row.store.shipping),
        coins(row.books.shipping),
        line.why,
    )
