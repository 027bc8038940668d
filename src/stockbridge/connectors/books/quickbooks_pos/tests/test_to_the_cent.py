"""Whatever is sold and however POS rounds: never 20004, always the billed total."""

import itertools
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_pos.simulator import TaxRounding
from stockbridge.connectors.books.quickbooks_pos.simulator.rounding import all_ways
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    Counter,
    a_line,
    a_refund,
    a_request,
    a_sale,
)
from stockbridge.domain.accounting import Document, DocumentLine
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import ActionNeededError
from stockbridge.ports import PostOutcome

KEYS = itertools.count(1)
COUNTER = Counter()
ITEMS = [COUNTER.item(f"ALU-{n}") for n in range(3)]
KINDS = [LineKind.ITEM] * 4 + [LineKind.FEE, LineKind.SHIPPING, LineKind.DISCOUNT]
RATES = [Decimal(r) for r in ("0", "0.08", "0.07375", "0.19")]


@st.composite
def lines(draw: st.DrawFn, kind: LineKind, place: int) -> DocumentLine:
    low = -2_000 if kind in {LineKind.FEE, LineKind.DISCOUNT} else 0
    cents = draw(st.integers(low, 200_000))
    off = draw(st.sampled_from([0, 0, 0, 1, -1]))
    rate = draw(st.sampled_from(RATES))
    tax = max(Decimal(0), (Decimal(cents) * rate + off).quantize(Decimal(1)))
    is_item = kind is LineKind.ITEM
    units = Decimal(draw(st.integers(0, 30))) if is_item else Decimal(0)
    return a_line(
        draw(st.sampled_from(ITEMS)) if is_item else "",
        source_id=str(place),
        kind=kind,
        name=draw(st.text(max_size=40)),
        total=f"{Decimal(cents) / 100:.2f}",
        tax=f"{tax / 100:.2f}",
        quantity=units or Decimal(1),
        units=units,
    )


@st.composite
def documents(draw: st.DrawFn) -> Sequence[DocumentLine]:
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=6))
    return [draw(lines(kind, place)) for place, kind in enumerate(kinds)]


def can_leave(document: Document, key: str) -> bool:
    try:
        COUNTER.translator.check_document(a_request(document, key))
    except ActionNeededError as held:
        return not held.remedy  # held, and a person knows what to do
    return True


@settings(max_examples=150)
@given(sold=documents(), rounding=st.sampled_from(all_ways()))
def test_a_sale_is_stored_to_the_cent_or_held_before_it_leaves(
    sold: Sequence[DocumentLine], rounding: TaxRounding
) -> None:
    COUNTER.company.rounding = rounding
    sale = a_sale(*sold)
    key = f"sale/{next(KEYS)}/1"
    if not can_leave(sale, key):
        return

    result = COUNTER.write(sale, key)

    assert result.outcome is PostOutcome.POSTED, result.error
    assert (result.total, result.total_tax) == (sale.total, sale.total_tax)


@settings(max_examples=60)
@given(sold=documents(), rounding=st.sampled_from(all_ways()))
def test_a_refund_is_stored_to_the_cent_or_held_before_it_leaves(
    sold: Sequence[DocumentLine], rounding: TaxRounding
) -> None:
    COUNTER.company.rounding = rounding
    restocked = tuple((line.source_id, line.units) for line in sold if line.units)
    refund = a_refund("-9", *sold, restocked=restocked)
    key = f"refund/{next(KEYS)}/1"
    if not can_leave(refund, key):
        return

    result = COUNTER.write(refund, key)

    assert result.outcome is PostOutcome.POSTED, result.error
    assert (result.total, result.total_tax) == (refund.total, refund.total_tax)


@pytest.mark.parametrize("rounding", all_ways(), ids=str)
def test_an_ordinary_sale_is_taxed_by_its_location_however_it_rounds(
    rounding: TaxRounding,
) -> None:
    counter = Counter()
    counter.company.rounding = rounding
    mug = counter.item()

    result = counter.write(a_sale(a_line(mug, total="25.00", tax="2.00")))

    assert result.outcome is PostOutcome.POSTED
    assert counter.receipts()[0]["TaxAmount"] == "2.00"
