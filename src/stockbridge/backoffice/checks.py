"""Proves that the books agree with themselves: sums, counters, balances."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import F, Q

from stockbridge.backoffice.exact import exact_sum, sums_by
from stockbridge.backoffice.models import (
    CustomerOrder,
    DocumentLine,
    JournalEntry,
    OrderLine,
    OrderStatus,
    StockLevel,
    StockMovement,
)
from stockbridge.backoffice.order_lines import COUNTERS
from stockbridge.companies.models import Company


def differences(company: Company) -> list[str]:
    """Return each rule that does not hold, in words; an empty list is the proof."""
    return [
        *_levels(company),
        *_lines(company),
        *_orders(company),
        *_entries(company),
    ]


def stock_differences(company: Company) -> list[str]:
    """Return the levels that are not the sum of their movements or promises."""
    return list(_levels(company))


def _levels(company: Company) -> Iterator[str]:
    moved = sums_by(
        StockMovement.objects.filter(company=company),
        ["item", "location"],
        ["quantity", "value"],
    )
    promised = _promised(company)
    known = set()
    for level in StockLevel.objects.filter(company=company).select_related("item"):
        where = (level.item_id, level.location_id)
        known.add(where)
        on_hand, value = moved.get(where, (Decimal(0), Decimal(0)))
        if (level.on_hand, level.value) != (on_hand, value):
            yield (
                f"{level.item}: {level.on_hand} on hand worth {level.value}, "
                f"movements say {on_hand} worth {value}"
            )
        if level.committed != promised.get(where, Decimal(0)):
            yield (
                f"{level.item}: {level.committed} committed, "
                f"open orders say {promised.get(where, Decimal(0))}"
            )
        if not level.on_hand and level.value:
            yield f"{level.item}: nothing on hand is worth {level.value}"
    for orphan in (set(moved) | set(promised)) - known:
        yield f"item and location {orphan} have movements and no level"


def _promised(company: Company) -> dict[tuple[int, int], Decimal]:
    promised: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    lines = (
        OrderLine.objects.filter(order__company=company, moves_stock=True)
        .exclude(order__status=OrderStatus.REVERSED)
        .exclude(quantity=F("fulfilled") + F("cancelled"))
    )
    for line in lines:
        if line.item_id and line.location_id:
            promised[line.item_id, line.location_id] += line.remaining
    return promised


def _lines(company: Company) -> Iterator[str]:
    effects = sums_by(
        DocumentLine.objects.filter(
            document__company=company, order_line__isnull=False
        ),
        ["order_line"],
        COUNTERS,
    )
    nothing = (Decimal(0),) * len(COUNTERS)
    for line in OrderLine.objects.filter(order__company=company).select_related(
        "order"
    ):
        said = tuple(getattr(line, name) for name in COUNTERS)
        if said != effects.get(line.pk, nothing):
            yield f"{line.order} line {line.position}: counters are not their sums"
        if line.remaining < 0 or line.restocked > line.fulfilled:
            yield f"{line.order} line {line.position}: more went out than was ordered"


def _orders(company: Company) -> Iterator[str]:
    paid = sums_by(company.payments.filter(order__isnull=False), ["order"], ["amount"])
    for order in CustomerOrder.objects.filter(company=company):
        (said,) = paid.get(order.pk, (Decimal(0),))
        if order.paid != said:
            yield f"{order}: paid {order.paid}, payments say {said}"


def _entries(company: Company) -> Iterator[str]:
    uneven = (
        JournalEntry.objects.filter(company=company)
        .annotate(off=exact_sum("lines__debit") - exact_sum("lines__credit"))
        .filter(~Q(off=0))
    )
    for entry in uneven:
        yield f"{entry}: debits and credits differ"
