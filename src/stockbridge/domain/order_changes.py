"""What a booked order has become: the sale as it would be booked now.

What was booked stays: the day, the form, the number, the order fields, what a rule gave
it (class, tax code …), and for the lines that were there already their items, whatever
links, SKUs, mappings and options have become since. A store's order line never turns
into another item: it is removed and another added.
"""

from dataclasses import replace

from stockbridge.domain.accounting import DocumentLine, SaleDocument, line_id_of
from stockbridge.domain.commerce import LineKind, Order, OrderLine
from stockbridge.domain.planning import Hold
from stockbridge.domain.policy import (
    CentDifference,
    Ground,
    ItemMatch,
    ShippingPlace,
)
from stockbridge.domain.posting import ROUNDING_LINE, coded, sale_of
from stockbridge.domain.shared_records import with_created_items

_ANY_LENGTH = 1000  # the number was accepted once, and stays


def as_now(
    order: Order, ground: Ground, form: SaleDocument
) -> tuple[SaleDocument | Hold, Order]:
    """Return the sale that the order is now, and the order in booked terms.

    In booked terms its known lines name what they were booked as, so that only new
    lines look for items.
    """
    known = _lines_by_id(form)
    told = replace(order, lines=tuple(_line(li, known) for li in order.lines))
    told = replace(told, lines=tuple(_shipping(li, form) for li in told.lines))
    matches = {
        _booked_id(line_id): tuple(_match(line) for line in lines)
        for line_id, lines in known.items()
    }
    policy = replace(ground.policy, reference_chars_max=_ANY_LENGTH)
    rounding = [li for li in form.lines if li.source_id == ROUNDING_LINE]
    for line in rounding:
        policy = replace(
            policy,
            cent_difference=CentDifference.ROUNDING_ACCOUNT,
            rounding_account=line.account_id,
            rounding_max=max(policy.rounding_max, abs(line.total.amount)),
        )
    ground = replace(
        with_created_items(told, ground), policy=policy, closed_until=None, currency=""
    )
    ground = replace(
        ground,
        items={**ground.items, **matches},
        shipping={**ground.shipping, **_shipped(form)},
    )
    made = sale_of(told, ground, form.customer)
    if isinstance(made, Hold):
        return made, told
    kept = replace(
        made,
        form=form.form,
        business_date=form.business_date,
        memo=form.memo,
        reference=form.reference,
        location_id=form.location_id,
        class_id=form.class_id,
        tax_code=form.tax_code,
        taxes=coded(made.taxes, form.tax_code),
        department_id=form.department_id,
        terms_id=form.terms_id,
        order_fields=form.order_fields,
    )
    return kept, told


def _lines_by_id(form: SaleDocument) -> dict[str, list[DocumentLine]]:
    found: dict[str, list[DocumentLine]] = {}
    for line in form.lines:
        if line.kind is LineKind.ITEM and line.item is not None and line.quantity:
            found.setdefault(line_id_of(line.source_id), []).append(line)
    return found


def _line(line: OrderLine, known: dict[str, list[DocumentLine]]) -> OrderLine:
    booked = known.get(line.external_id)
    if not booked:
        return line
    first = booked[0]
    item_id = _booked_id(line.external_id)
    return replace(line, item_id=item_id, sku=first.sku, name=first.name)


def _shipped(form: SaleDocument) -> dict[str, ShippingPlace]:
    """Return where the shipping of the booked lines stands, each by itself."""
    return {
        _booked_id(line.source_id): ShippingPlace(line.item, line.account_id)
        for line in form.lines
        if line.kind is LineKind.SHIPPING
    }


def _shipping(line: OrderLine, form: SaleDocument) -> OrderLine:
    method = _booked_id(line.external_id)
    is_booked = line.kind is LineKind.SHIPPING and method in _shipped(form)
    return replace(line, method_id=method) if is_booked else line


def _match(line: DocumentLine) -> ItemMatch:
    assert line.item is not None
    return ItemMatch(line.item, line.units / line.quantity)


def _booked_id(line_id: str) -> str:
    return f"booked:{line_id}"
