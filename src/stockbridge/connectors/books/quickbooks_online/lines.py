"""The lines of a sale or a refund, each on an item of QuickBooks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.facts import CompanyFacts
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.books.quickbooks_online.tax import TaxPlan
from stockbridge.connectors.books.quickbooks_online.texts import line_of
from stockbridge.connectors.quickbooks.lines import own_item, sold_item, unstocked
from stockbridge.domain.accounting import DocumentLine, line_id_of
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import (
    InvalidInputError,
    MappingError,
)
from stockbridge.domain.money import Money, zero

DESCRIPTION_CHARS = 4000
LINES_MAX = 750  # of a taxable sale (Intuit's reference)
_PRICE_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Sold:
    """One line as QuickBooks is told it."""

    item: str
    name: str
    total: Money
    tax: Money
    units: Decimal | None = None  # None: no quantity
    source: str = ""


def sale_lines(
    lines: Sequence[DocumentLine], settings: QuickBooksOnlineSettings
) -> list[Sold]:
    """Return the lines of a sale; raises MappingError for one without an item."""
    return [_sold(line, *sold_item(line, settings)) for line in lines]


def refund_lines(
    lines: Sequence[DocumentLine],
    restocked: Sequence[tuple[str, Decimal]],
    sold: Mapping[str, str],
    settings: QuickBooksOnlineSettings,
) -> list[Sold]:
    """Return the lines of a refund; goods put back stand on their own items.

    `sold` tells the items of the further parts of bundles, as the sale's note says:
    they come back without a line of their own.
    """
    back = dict(restocked)
    found = []
    for line in lines:
        units = back.pop(line.source_id, None) if line.kind is LineKind.ITEM else None
        if units:
            found.append(_sold(line, _item_back(line.source_id, line, sold), units))
        elif line.kind is LineKind.ITEM:
            found.append(_sold(line, unstocked(settings), None))
        else:
            found.append(_sold(line, own_item(line, settings), None))
    currency = lines[0].total.currency if lines else "USD"
    for source, units in back.items():
        if not units:
            continue
        named = next((one for one in lines if one.source_id == source), None)
        item = _item_back(source, named, sold)
        nothing = zero(currency)
        found.append(Sold(item, "", nothing, nothing, units, source))
    return found


def line_elements(
    lines: Sequence[Sold],
    plan: TaxPlan,
    settings: QuickBooksOnlineSettings,
    company: CompanyFacts,
) -> list[dict[str, object]]:
    """Return the `Line` of a document; billed tax as a line comes last."""
    codes = [*plan.codes, *[plan.free_code] * len(lines)]
    rows = list(zip(lines, codes, strict=False))
    if plan.line is not None:
        nothing = zero(plan.line.currency)
        tax = Sold(settings.tax_line_item, "Sales tax", plan.line, nothing)
        rows.append((tax, plan.free_code))
    if not rows:
        raise InvalidInputError(
            "A document without lines is none for QuickBooks.", field="lines"
        )
    if len(rows) > LINES_MAX:
        raise InvalidInputError(
            f"QuickBooks holds {LINES_MAX} lines in a sale, this one has {len(rows)}.",
            field="lines",
            remedy="Split the order in the store, or enter it in QuickBooks by hand.",
        )
    own: dict[str, object] = {}
    if settings.accounting_class and company.class_per_line:
        own["ClassRef"] = {"value": settings.accounting_class}
    is_gross = plan.calculation == "TaxInclusive"
    return [
        {"LineNum": number, **_element(sold, code, own, is_gross=is_gross)}
        for number, (sold, code) in enumerate(rows, start=1)
    ]


def further_parts(lines: Sequence[DocumentLine]) -> list[tuple[str, str]]:
    """Return the parts of bundles that no refund line will name, with their items."""
    return [
        (line.source_id, line.item.books_id)
        for line in lines
        if line.item is not None and line.source_id != line_id_of(line.source_id)
    ]


def _element(
    sold: Sold, code: str, own: Mapping[str, object], *, is_gross: bool
) -> dict[str, object]:
    detail: dict[str, object] = {"ItemRef": {"value": sold.item}, **own}
    if sold.units is not None:
        detail["Qty"] = sold.units
        price = unit_price(sold.total, sold.units)
        if price is not None and not is_gross:
            detail["UnitPrice"] = price
    if code:
        detail["TaxCodeRef"] = {"value": code}
    if is_gross:
        detail["TaxInclusiveAmt"] = (sold.total + sold.tax).amount
    found: dict[str, object] = {}
    if description := line_of(sold.name, DESCRIPTION_CHARS):
        found["Description"] = description
    return {
        **found,
        "Amount": sold.total.amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }


def unit_price(total: Money, units: Decimal) -> Decimal | None:
    """Return the price that times the quantity is exactly the amount; None: none is.

    QuickBooks refuses an amount that is not quantity times price (6070). Without a
    price it takes the amount, and works the price out.
    """
    if not units:
        return None
    price = (total.amount / units).quantize(Decimal(1).scaleb(-_PRICE_DIGITS))
    return price.normalize() if price * units == total.amount else None


def _sold(line: DocumentLine, item: str, units: Decimal | None) -> Sold:
    return Sold(item, line.name, line.total, line.tax, units, line.source_id)


def _item_back(source: str, line: DocumentLine | None, sold: Mapping[str, str]) -> str:
    if line is not None and line.item is not None and line.item.books_id:
        return line.item.books_id
    item = sold.get(source, "")
    if not item:
        raise MappingError(
            f"Which item of QuickBooks comes back with order line {source} cannot be "
            "told: the sale in QuickBooks says nothing of it.",
            remedy="Enter this refund in QuickBooks by hand, then mark it as done.",
        )
    return item
