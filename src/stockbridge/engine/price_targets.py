"""What each linked item should cost in the store: looked at in bulk, where it moved."""

from collections.abc import Sequence
from decimal import Decimal

from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.identity import digest_of
from stockbridge.domain.money import Money
from stockbridge.domain.price_changes import Looked, Prices, Seen, Standing, look
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.ground import options_of
from stockbridge.engine.logbook import Line, log_all
from stockbridge.engine.models import Bridge, PriceTarget, Snapshot
from stockbridge.engine.price_pairs import NOT_LINKED, Pair, price_pairs
from stockbridge.engine.prices import PriceSources, Repricing, reprice, sources_of
from stockbridge.engine.session import Session

CHUNK = 500
CHANNEL = "prices"
GONE = "It is no longer in the store."
DIFFERED = "It differed before changes were sent by themselves."
_LOOKED_AT = (
    *("product_id", "kind", "currency", "wanted_price", "wanted_sale"),
    *("shown_price", "shown_sale", "is_shown_dated", "standing", "reason"),
    *("is_stale", "is_sent", "typed_at", "looked_at"),
)


def look_at_prices(session: Session, bridge: Bridge) -> bool:
    """Look at all items that moved; return whether that is done."""
    while not session.is_over():
        with session.fenced():
            stale = PriceTarget.objects.filter(bridge=bridge, is_stale=True)
            rows = list(stale.select_for_update().order_by("id")[:CHUNK])
            compare(session, bridge, rows)
        if len(rows) < CHUNK:
            return True
    return False


def compare(session: Session, bridge: Bridge, rows: Sequence[PriceTarget]) -> None:
    """Bring these up to date with what both sides were last read to ask."""
    if not rows:
        return
    found = pairs_of(bridge, rows)
    sources, now = sources_of(options_of(bridge)), session.now()
    names = {one.external_id: one.key or one.name for one in found}
    pairs = price_pairs(bridge, found)
    typed, before = [], []
    for row in rows:
        was = row.standing
        looked = _compare(row, pairs.get(row.item_id), sources)
        if row.item_id not in names:
            row.reason = GONE
        row.is_stale, row.is_sent, row.looked_at = False, False, now
        if looked.was_typed:
            row.typed_at = now
            typed.append(row)
        if looked.standing is Standing.BEFORE and was != Standing.BEFORE.value:
            before.append(row)
    update_rows(rows, _LOOKED_AT)
    log_all(_said(typed, before, names), session.connection, now)


def pairs_of(bridge: Bridge, rows: Sequence[PriceTarget]) -> list[Snapshot]:
    """Return the store's items of these rows, as they were last read."""
    ids = [row.item_id for row in rows]
    found = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ITEMS, external_id__in=ids, deleted_at=None
    )
    return list(found.exclude(data=None))


def signature(row: PriceTarget, *, moving: bool = False) -> str:
    """Return a sign of the prices wanted; `moving`: and of those that are there."""
    amounts = [row.wanted_price, row.wanted_sale]
    if moving:
        amounts += [row.shown_price, row.shown_sale]
    said = ["" if one is None else f"{one.normalize():f}" for one in amounts]
    return digest_of([*said, row.currency, moving and row.is_shown_dated])


def _compare(row: PriceTarget, pair: Pair | None, sources: PriceSources) -> Looked:
    before = _seen(row)
    if pair is None:
        found = Repricing(None, None, reason=NOT_LINKED)
    else:
        found = reprice(*pair, sources)
        row.kind, row.product_id = pair[1].kind, pair[1].product_id
    is_ours = found.is_sale_ours
    wanted = Prices(
        _amount(found.after), _amount(found.sale_after) if is_ours else None
    )
    shown = Prices(
        _amount(found.before),
        _amount(found.sale_before) if is_ours else None,
        found.is_sale_dated and is_ours,
    )
    if found.reason and not found.is_same:
        if row.standing == Standing.BEFORE.value:
            # What differed before anybody asked still does once it is back.
            row.reason = found.reason
            return Looked(Standing.BEFORE)
        looked = Looked(Standing.NONE)
    else:
        looked = look(before, wanted, shown, is_same=found.is_same)
    money = found.after or found.before
    row.currency = money.currency if money is not None else ""
    row.wanted_price, row.wanted_sale = wanted.regular, wanted.sale
    row.shown_price, row.shown_sale = shown.regular, shown.sale
    row.is_shown_dated = shown.is_dated
    stays = looked.standing.value == row.standing
    row.standing = looked.standing.value
    row.reason = _reason(row, looked, found, stays=stays)
    return looked


def _reason(row: PriceTarget, looked: Looked, found: Repricing, *, stays: bool) -> str:
    match looked.standing:
        case Standing.NONE:
            return found.reason
        case Standing.BEFORE:
            return DIFFERED
        case Standing.LIMIT | Standing.REFUSED if stays:
            return row.reason
    return ""


def _seen(row: PriceTarget) -> Seen | None:
    if not row.standing:
        return None
    return Seen(
        Prices(row.wanted_price, row.wanted_sale),
        Prices(row.shown_price, row.shown_sale, row.is_shown_dated),
        Standing(row.standing),
        is_sent=row.is_sent,
    )


def _amount(money: Money | None) -> Decimal | None:
    return None if money is None else money.amount


def asked(price: Decimal | None, sale: Decimal | None, currency: str) -> str:
    """Return what an item costs, for a person."""
    if price is None:
        return "no price"
    text = str(Money(price.normalize(), currency))
    return f"{text}, on sale for {Money(sale.normalize(), currency)}" if sale else text


def _said(
    typed: Sequence[PriceTarget],
    before: Sequence[PriceTarget],
    names: dict[str, str],
) -> list[Line]:
    lines = [_typed(row, names.get(row.item_id, row.item_id)) for row in typed]
    if before:
        count = len(before)
        items = "item costs" if count == 1 else "items cost"
        lines.append(
            Line(
                CHANNEL,
                "warning",
                f"{count} {items} something else in the store than in the books, from "
                "before changes of prices were sent by themselves. That stays until "
                "you send it from the Prices page, or the books' price changes.",
            )
        )
    return lines


def _typed(row: PriceTarget, name: str) -> Line:
    there = asked(row.shown_price, row.shown_sale, row.currency)
    wanted = asked(row.wanted_price, row.wanted_sale, row.currency)
    text = (
        f"{name}: somebody changed the price in the store to {there}; the books own "
        f"it, and {wanted} is written."
    )
    return Line(CHANNEL, "warning", text, "item", row.item_id)
