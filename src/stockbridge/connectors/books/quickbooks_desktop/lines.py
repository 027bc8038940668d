"""The lines of a sale or a credit memo, each on an item of QuickBooks."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Child,
    amount,
    leaf,
    named_ref,
    node,
    quantity,
    ref,
    words,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.tax import TaxPlan
from stockbridge.connectors.quickbooks.lines import own_item, sold_item, unstocked
from stockbridge.domain.accounting import DocumentLine, RefundDocument
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import MappingError
from stockbridge.domain.identity import digest_of
from stockbridge.domain.money import Money

_DESCRIPTION_CHARS = 4095
SOURCE_CHARS_MAX = 29  # Other1
_PLAIN = re.compile(rf"[0-9A-Za-z~_./#-]{{1,{SOURCE_CHARS_MAX}}}")
#: QuickBooks' sales orders have no account per line: the item's is taken.
WITHOUT_LINE_ACCOUNT = frozenset({"SalesOrder"})


@dataclass(frozen=True, slots=True)
class Sold:
    """One line as QuickBooks is told it."""

    item: str
    name: str
    total: Money
    source: str = ""
    units: Decimal | None = None  # None: no quantity
    is_taxed: bool = False
    account: str = ""


def sign_of(source_id: str) -> str:
    """Return the order line's id as it stands in Other1, so that a refund finds it."""
    if _PLAIN.fullmatch(source_id):
        return source_id
    return "" if not source_id else digest_of(source_id)[:SOURCE_CHARS_MAX]


def sale_lines(
    lines: Sequence[DocumentLine], settings: QuickBooksDesktopSettings
) -> list[Sold]:
    """Return the lines of a sale; raises MappingError for one without an item."""
    return [_sold(line, *sold_item(line, settings)) for line in lines]


def refund_lines(
    lines: Sequence[DocumentLine],
    restocked: Sequence[tuple[str, Decimal]],
    sold: Mapping[str, str],
    settings: QuickBooksDesktopSettings,
) -> list[Sold]:
    """Return the lines of a credit memo; goods put back stand on their own items.

    `sold` tells the item of each order line, as read from the sale: parts of a bundle
    come back without a line of their own. Where the money of a line is for more units
    than come back, its amount stays on the one line: the units tell the stock.
    """
    back = dict(restocked)
    found = []
    for line in lines:
        units = back.pop(line.source_id, None)
        if line.kind is LineKind.ITEM and units:
            item = _item_back(line.source_id, line, sold)
            found.append(_sold(line, item, units))
        elif line.kind is LineKind.ITEM:
            found.append(_sold(line, unstocked(settings), None))
        else:
            found.append(_sold(line, own_item(line, settings), None))
    currency = lines[0].total.currency if lines else settings.currency
    for source, units in back.items():
        item = _item_back(source, None, sold)
        nothing = Money(Decimal(0), currency)
        found.append(Sold(item, "", nothing, source=source, units=units))
    return found


def line_elements(
    kind: str,
    lines: Sequence[Sold],
    plan: TaxPlan,
    settings: QuickBooksDesktopSettings,
    *,
    site: str = "",
) -> list[Child]:
    """Return the line elements of a document of this kind (as Invoice)."""
    if plan.line is not None:
        lines = [*lines, Sold(settings.tax_line_item, "Sales tax", plan.line)]
    return [_element(kind, line, plan, settings, site) for line in lines]


def _element(
    kind: str,
    line: Sold,
    plan: TaxPlan,
    settings: QuickBooksDesktopSettings,
    site: str,
) -> Child:
    is_taxed = line.is_taxed and bool(plan.tax_item)
    code = settings.taxable_code if is_taxed else settings.exempt_code
    account = "" if kind in WITHOUT_LINE_ACCOUNT else line.account
    at = site if line.units is not None and settings.uses_sites else ""
    return node(
        f"{kind}LineAdd",
        ref("ItemRef", line.item),
        words("Desc", line.name, _DESCRIPTION_CHARS),
        None if line.units is None else quantity("Quantity", line.units),
        ref("ClassRef", settings.accounting_class),
        amount("Amount", line.total),
        ref("InventorySiteRef", at),
        named_ref("SalesTaxCodeRef", code),
        ref("OverrideItemAccountRef", account),
        leaf("Other1", sign_of(line.source)),
    )


def _sold(line: DocumentLine, item: str, units: Decimal | None) -> Sold:
    return Sold(
        item=item,
        name=line.name,
        total=line.total,
        source=line.source_id,
        units=units,
        is_taxed=bool(line.tax),
        account=line.account_id,
    )


def unnamed_item(
    refund: RefundDocument, sold: Mapping[str, str]
) -> MappingError | None:
    """Return that goods come back of which no line of the sale tells the item.

    An invoice may have lost the lines' signs that its sales order had.
    """
    lines = {line.source_id: line for line in refund.lines}
    for source, _ in refund.restocked:
        if not _found_item(source, lines.get(source), sold):
            return _unknown(source)
    return None


def _item_back(source: str, line: DocumentLine | None, sold: Mapping[str, str]) -> str:
    item = _found_item(source, line, sold)
    if not item:
        raise _unknown(source)
    return item


def _found_item(source: str, line: DocumentLine | None, sold: Mapping[str, str]) -> str:
    if line is not None and line.item is not None and line.item.books_id:
        return line.item.books_id
    return sold.get(sign_of(source), "")


def _unknown(source: str) -> MappingError:
    return MappingError(
        f"Which item of QuickBooks comes back with order line {source} cannot be "
        "told: the sale in QuickBooks has no such line.",
        remedy="Enter this refund in QuickBooks by hand, then mark it as done.",
    )
