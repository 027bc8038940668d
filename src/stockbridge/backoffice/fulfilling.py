"""Goods handed over: stock moves, the sale is recognised, its cost booked."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from stockbridge.backoffice import costing
from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.billing import Billable, bill
from stockbridge.backoffice.documents import About, add_document
from stockbridge.backoffice.drafts import FulfillmentDraft
from stockbridge.backoffice.journal import Sides, write_entry
from stockbridge.backoffice.models import (
    CustomerOrder,
    DocumentKind,
    DocumentLine,
    Location,
    MovementKind,
    OrderLine,
    OrderStatus,
    PostedDocument,
    Purpose,
    StockMovement,
)
from stockbridge.backoffice.order_lines import (
    apply,
    find_line,
    goods_of,
    income_account,
    refresh,
)
from stockbridge.backoffice.settling import settle
from stockbridge.backoffice.stock import asset_account, commit, holding, move
from stockbridge.domain.errors import ConflictError, InvalidInputError
from stockbridge.domain.money import Money, total_of, zero


def fulfill(
    batch: Batch, draft: FulfillmentDraft, *, part_of: PostedDocument | None = None
) -> PostedDocument:
    """Hand over the units named, or all that is still open.

    Raises InvalidInputError for more units than are open.
    """
    order, lines = batch.order(draft.order)
    if order.status == OrderStatus.REVERSED:
        raise ConflictError(f"{order.number} was reversed.")
    place = None if draft.location_id is None else batch.location(draft.location_id)
    handed = _handed(lines, draft)
    shares = bill(_billable(batch, lines), handed, batch.currency)
    billed = total_of(shares.values(), batch.currency)
    about = About(DocumentKind.FULFILLMENT, billed, order, part_of=part_of)
    document = add_document(batch, draft.header, about)
    sides = Sides(batch.currency)
    for line in lines:
        units, share = handed.get(line.position, Decimal(0)), shares[line.position]
        if units or share:
            cost = _ship(batch, document, line, (units, place))
            effect = DocumentLine(
                position=line.position,
                quantity=units,
                fulfilled=units,
                billed=share.amount,
                cost=cost.amount,
                location=place,
            )
            apply(batch, document, line, effect)
            _book(batch, sides, line, (share, cost))
    settle_sides(batch, sides, order, -billed)
    write_entry(batch, document, sides)
    refresh(batch, order, paid=zero(batch.currency), billed=billed)
    return document


def settle_sides(
    batch: Batch, sides: Sides, order: CustomerOrder, change: Money
) -> None:
    """Book a change of what was paid less what was sold."""
    settlement = settle(batch.money(order.paid - order.billed), change)
    sides.credit(batch.account(Purpose.CUSTOMER_DEPOSITS), settlement.deposits)
    sides.debit(batch.account(Purpose.RECEIVABLE), settlement.receivable)


def _handed(
    lines: Sequence[OrderLine], draft: FulfillmentDraft
) -> Mapping[int, Decimal]:
    goods = goods_of(lines)
    if not draft.units:
        return {line.position: line.remaining for line in goods if line.remaining}
    handed: dict[int, Decimal] = {}
    for index, (ref, units) in enumerate(draft.units):
        where = f"units.{index}"
        line = find_line(lines, ref, where)
        wanted = handed.get(line.position, Decimal(0)) + units
        if line not in goods or units <= 0 or wanted > line.remaining:
            raise InvalidInputError(
                f"{units} of “{line.description}” cannot be handed over: "
                f"{line.remaining} are still open.",
                field=where,
            )
        handed[line.position] = wanted
    return handed


def _billable(batch: Batch, lines: Sequence[OrderLine]) -> list[Billable]:
    goods = {line.position for line in goods_of(lines)}
    return [
        Billable(
            line.position,
            line.position in goods,
            line.remaining,
            batch.money(line.unbilled),
        )
        for line in lines
    ]


def _ship(
    batch: Batch,
    document: PostedDocument,
    line: OrderLine,
    what: tuple[Decimal, Location | None],
) -> Money:
    """Move the units from where they were promised, or `place`; return their cost."""
    units, place = what
    if not (units and line.moves_stock and line.item_id and line.location_id):
        return zero(batch.currency)
    item, promised = batch.item(line.item_id), batch.location(line.location_id)
    source = place or promised
    commit(batch, item, promised, -units)
    value = costing.take_out(
        holding(batch, batch.level(item, source)), units, batch.money(item.cost)
    )
    movement = StockMovement(
        item=item,
        location=source,
        kind=MovementKind.SALE,
        quantity=-units,
        value=-value.amount,
    )
    move(batch, document, movement)
    return value


def _book(
    batch: Batch, sides: Sides, line: OrderLine, amounts: tuple[Money, Money]
) -> None:
    share, cost = amounts
    sides.credit(income_account(batch, line), share)
    if cost and line.item_id:
        item = batch.item(line.item_id)
        cost_account = batch.account(Purpose.COST_OF_GOODS_SOLD, item.cost_account_id)
        sides.debit(cost_account, cost)
        sides.credit(asset_account(batch, item), cost)
