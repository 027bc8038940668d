"""Online tax as its page and its file show it: words, rows in their order, totals."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stockbridge.domain.money import Money
from stockbridge.domain.reconciliation import Drift
from stockbridge.domain.tax_parts import RateKind, TaxPlace, TaxRate
from stockbridge.domain.tax_report import (
    TAX_DIFFERS,
    OpenTax,
    RateTotal,
    TaxReport,
    TaxSums,
)
from stockbridge.engine.models import Bridge
from stockbridge.web.addresses import order_address
from stockbridge.web.state_words import OUTCOMES
from stockbridge.web.statement_rows import DRIFTS
from stockbridge.web.tables.export import coins, csv_rows
from stockbridge.web.text import Text

APART: dict[RateKind, Text] = {
    RateKind.NOT_TOLD: gettext_lazy("Rate not told by the store"),
    RateKind.UNTAXED: gettext_lazy("Sold without tax"),
}
#: The columns of amounts, in their order: name in `TaxSums`, heading.
AMOUNTS: tuple[tuple[str, Text], ...] = (
    ("taxable", gettext_lazy("Taxable sales")),
    ("tax", gettext_lazy("Tax on sales")),
    ("taxable_back", gettext_lazy("Taxable refunds")),
    ("tax_back", gettext_lazy("Tax on refunds")),
    ("net", gettext_lazy("Tax owed")),
    ("booked_net", gettext_lazy("In the books")),
    ("difference", gettext_lazy("Difference")),
)
#: Told of each rate only: where two rates tax a sale, both have the whole of it.
TAXABLE = frozenset({"taxable", "taxable_back"})
PLACE, RATE, SENT_TO = "place", "rate", "to"
LINES_MAX = 500  # on the page; the file has all


@dataclass(frozen=True, slots=True)
class Line:
    """One rate."""

    total: RateTotal
    place: str
    rate: str
    sent_to: str
    amounts: tuple[Money, ...]
    why: str


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One order or refund whose tax is another in the books."""

    open: OpenTax
    what: Text
    address: str
    why: str


@dataclass(frozen=True, slots=True)
class Block:
    """All of one currency."""

    currency: str
    lines: tuple[Line, ...]
    count: int  # of all lines, those that are not shown, too
    totals: tuple[Money | None, ...]  # None: a sum would count a sale at each rate
    is_even: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; its address sorts by it, or turns the order round."""

    label: Text
    is_number: bool
    aria_sort: str
    sort: str


def place_of(rate: TaxRate) -> str:
    """Return who charges a tax, as "US · CA"."""
    if rate.kind is not RateKind.RATE:
        return "–"
    said = " · ".join(part for part in (rate.country, rate.state) if part)
    return said or _("not told by the store")


def sent_to(place: TaxPlace) -> str:
    """Return where goods went, as "OAKLAND 94607 · CA · US"."""
    town = f"{place.city} {place.postcode}".strip()
    said = " · ".join(part for part in (town, place.state, place.country) if part)
    return said if town else f"{said} ({_('no city told')})".strip()


def rate_of(rate: TaxRate) -> str:
    """Return a rate, as "State 7.25 %"."""
    if rate.kind is not RateKind.RATE:
        return str(APART[rate.kind])
    if rate.percent is None:
        return rate.label
    return f"{rate.label} {rate.percent.normalize():f} %".strip()


def word_of(name: str) -> str:
    """Return what a difference is called on the screen."""
    if name == TAX_DIFFERS:
        return _("tax differs")
    if name in set(Drift):
        return str(DRIFTS[Drift(name)])
    return str(OUTCOMES.get(name, name))


def blocks(report: TaxReport, sort: str, *, most: int | None = None) -> list[Block]:
    """Return the rates by currency, sorted as the address says; `most` of each."""
    found = []
    for currency, sums in sorted(report.totals.items()):
        lines = [_line(one) for one in report.rates if one.currency == currency]
        is_even = not any(line.total.named for line in lines)
        rows = _sorted(lines, sort)[:most]
        found.append(Block(currency, rows, len(lines), _totals(sums), is_even))
    return found


def headings(sort: str, *, by_place: bool = False) -> list[Heading]:
    """Return the heads of the columns that can be sorted, in their order."""
    texts = [(PLACE, gettext_lazy("Who charges it")), (RATE, gettext_lazy("Rate"))]
    if by_place:
        texts.append((SENT_TO, gettext_lazy("Sent to")))
    known = sort_key(sort)
    found = []
    for name, label in (*texts, *AMOUNTS):
        is_current = known.removeprefix("-") == name
        is_down = is_current and known.startswith("-")
        state = ("descending" if is_down else "ascending") if is_current else "none"
        turned = f"-{name}" if is_current and not is_down else name
        is_number = name not in (PLACE, RATE, SENT_TO)
        found.append(Heading(label, is_number, state, turned))
    return found


def sort_key(sort: str) -> str:
    """Return the order that is meant; by place where it is none of ours."""
    known = {PLACE, RATE, SENT_TO, *(name for name, _label in AMOUNTS)}
    return sort if sort.removeprefix("-") in known else PLACE


def open_lines(bridge: Bridge, rows: Sequence[OpenTax]) -> list[OpenLine]:
    """Return orders and refunds as they are shown."""
    return [
        OpenLine(
            open=one,
            what=_("Refund") if one.row.is_refund else _("Order"),
            address=order_address(bridge, one.row.order_id),
            why=_because(one),
        )
        for one in rows
    ]


def csv_lines(report: TaxReport, sort: str, *, by_place: bool = False) -> Iterator[str]:
    """Return the file: a row for each rate, then the totals of each currency."""
    heads = [_("Currency"), _("Country"), _("State"), _("Rate"), _("Percent")]
    if by_place:
        heads += [_("Sent to country"), _("Sent to state"), _("City"), _("Postcode")]
    columns = (*heads, *(label for _name, label in AMOUNTS), _("Why"))
    cells = _csv_cells(blocks(report, sort), len(heads), by_place=by_place)
    return csv_rows(columns, cells)


def _csv_cells(
    found: Sequence[Block], heads: int, *, by_place: bool
) -> Iterator[tuple[object, ...]]:
    for block in found:
        for line in block.lines:
            rate = line.total.rate
            name = rate.label if rate.kind is RateKind.RATE else line.rate
            head = (block.currency, rate.country, rate.state, name, rate.percent)
            to = astuple(line.total.place) if by_place else ()
            yield (*head, *to, *map(coins, line.amounts), line.why)
        total = (block.currency, _("Total"), *[""] * (heads - 2))
        yield (*total, *map(coins, block.totals), "")


def _line(one: RateTotal) -> Line:
    names = [f"{word_of(name)} {coins(amount)}" for name, amount in one.named]
    return Line(
        total=one,
        place=place_of(one.rate),
        rate=rate_of(one.rate),
        sent_to=sent_to(one.place),
        amounts=_amounts(one.sums),
        why=", ".join(names),
    )


def _amounts(sums: TaxSums) -> tuple[Money, ...]:
    return tuple(getattr(sums, name) for name, _label in AMOUNTS)


def _totals(sums: TaxSums) -> tuple[Money | None, ...]:
    return tuple(
        None if name in TAXABLE else getattr(sums, name) for name, _label in AMOUNTS
    )


def _sorted(lines: Sequence[Line], sort: str) -> tuple[Line, ...]:
    key = sort_key(sort)
    name = key.removeprefix("-")
    by: dict[str, Callable[[Line], tuple[object, ...]]] = {
        PLACE: lambda line: (line.place, line.rate, line.sent_to),
        RATE: lambda line: (line.rate, line.place, line.sent_to),
        SENT_TO: lambda line: (line.sent_to, line.place, line.rate),
    }
    amount = by.get(name) or (lambda line: (getattr(line.total.sums, name).amount,))
    ordered = sorted(lines, key=amount, reverse=key.startswith("-"))
    return tuple(sorted(ordered, key=_is_no_rate))  # last, whatever the order


def _is_no_rate(line: Line) -> bool:
    return line.total.rate.kind is not RateKind.RATE


def _because(one: OpenTax) -> str:
    reason = one.row.reason.partition("\n")[0]
    word = word_of(one.name)
    return word if one.row.drift or not reason else f"{word}: {reason}"
