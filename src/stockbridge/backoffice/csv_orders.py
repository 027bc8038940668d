"""Customer orders from and to CSV: one row per line, an order's rows together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from itertools import groupby

from stockbridge.backoffice.csv_cells import Cells, Report
from stockbridge.backoffice.csv_text import Cell
from stockbridge.backoffice.drafts import Header, LineDraft, MoneyMoved, OrderDraft
from stockbridge.backoffice.models import Item, LineKind, OrderLine, Partner
from stockbridge.backoffice.names import code_key, email_key
from stockbridge.backoffice.posting import Posted, post_all
from stockbridge.companies.models import Company
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.money import Money, total_of

COLUMNS = (
    "reference",
    "date",
    "customer e-mail",
    "kind",
    "sku",
    "description",
    "quantity",
    "amount",
    "paid",
    "fulfilled",
)
REQUIRED = ("reference", "date", "kind", "amount")
_CHUNK = 200


def export(company: Company) -> Iterator[tuple[Cell, ...]]:
    """Yield all order lines, titles first; lines that were replaced have no row."""
    yield ("number", *COLUMNS[:8], "order total", "paid", "status", "customer")
    lines = (
        OrderLine.objects.filter(order__company=company, is_replaced=False)
        .select_related("order", "order__partner", "item")
        .order_by("order_id", "position")
    )
    for line in lines.iterator(chunk_size=2000):
        order, partner = line.order, line.order.partner
        yield (
            order.number,
            order.reference,
            order.business_date,
            partner.email if partner else "",
            line.kind,
            line.item.sku if line.item else "",
            line.description,
            line.quantity,
            line.amount,
            order.total,
            order.paid,
            order.status,
            partner.name if partner else "",
        )


@dataclass(frozen=True, slots=True)
class _Known:
    company: Company
    items: dict[str, Item]
    partners: dict[str, Partner]


def load(company: Company, rows: Iterable[Cells], report: Report, at: datetime) -> None:
    """Post orders; one that was imported under its reference before stays."""
    known = _Known(
        company,
        {item.sku_key: item for item in company.items.exclude(sku_key="")},
        {p.email_key: p for p in company.partners.exclude(email_key="")},
    )
    drafts: list[tuple[int, OrderDraft]] = []
    for _, group in groupby(rows, key=lambda cells: cells.values.get("reference", "")):
        cells = list(group)
        report.rows += len(cells)
        draft = _order(known, cells, report)
        if draft is not None:
            drafts.append((cells[0].row, draft))
    if report.errors:
        return
    for start in range(0, len(drafts), _CHUNK):
        chunk = drafts[start : start + _CHUNK]
        results = post_all(company, [draft for _, draft in chunk], at=at)
        for (row, _), result in zip(chunk, results, strict=True):
            if not isinstance(result, Posted):
                error = result.error
                report.refuse(row, InvalidInputError(error.message, field="reference"))
            elif result.is_new:
                report.created += 1
            else:
                report.unchanged += 1


def _order(known: _Known, rows: list[Cells], report: Report) -> OrderDraft | None:
    lines: list[LineDraft] = []
    for cells in rows:
        try:
            lines.append(_line(known, cells))
        except InvalidInputError as error:
            report.refuse(cells.row, error)
    first = rows[0]
    try:
        reference = first.needed("reference", chars_max=100)
        day = first.day("date")
        email = email_key(first.text("customer e-mail", chars_max=254))
        if email and email not in known.partners:
            raise InvalidInputError(
                "There is no partner with this e-mail address.",
                field="customer e-mail",
                remedy="Import the partners first.",
            )
        paid = first.yes_no("paid")
        fulfilled = first.yes_no("fulfilled")
    except InvalidInputError as error:
        report.refuse(first.row, error)
        return None
    total = total_of((line.amount for line in lines), known.company.currency)
    return OrderDraft(
        header=Header(f"csv-order:{code_key(reference)}", day, reference),
        lines=tuple(lines),
        total=total,
        placed_at=datetime.combine(day, time(12), UTC),
        partner_id=known.partners[email].pk if email else None,
        paid=MoneyMoved(total) if paid and total.amount > 0 else None,
        is_fulfilled=fulfilled,
    )


def _line(known: _Known, cells: Cells) -> LineDraft:
    kind = cells.needed("kind").lower()
    if kind not in LineKind.values or kind == LineKind.ALLOWANCE:
        raise InvalidInputError(
            f"“{kind}” is no kind of line.",
            field="kind",
            remedy="Write item, shipping, fee, discount, tax, gift_card or rounding.",
        )
    amount = Money(cells.needed_number("amount"), known.company.currency)
    if not amount.is_exact:
        raise InvalidInputError("Finer than the smallest coin.", field="amount")
    quantity = cells.number("quantity")
    sku = cells.text("sku", chars_max=100)
    item = known.items.get(code_key(sku)) if sku else None
    if sku and item is None:
        raise InvalidInputError("There is no item with this SKU.", field="sku")
    if kind == LineKind.ITEM and quantity is not None and quantity <= 0:
        raise InvalidInputError("More than nothing, please.", field="quantity")
    return LineDraft(
        LineKind(kind),
        amount,
        Decimal(1) if quantity is None else quantity,
        cells.text("description") or (item.name if item else ""),
        item.pk if item else None,
        source_line=str(cells.row),
    )
