"""Values with defaults, for tests: each call names only what matters to it.

The default order sells two mugs for 10.00, ships them for 5.00 and charges 10 %
tax: 16.50 USD in all. Amounts are given as text ("12.01"), days as moments in UTC.
Totals and tax lines follow from the lines unless a test says otherwise, so that
`an_order(total="12.01")` is an order that does not add up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from stockbridge.domain.accounting import (
    AmendmentDocument,
    BooksRef,
    FulfillmentDocument,
    RefundDocument,
    SaleDocument,
)
from stockbridge.domain.catalog import (
    BooksCustomer,
    BooksItem,
    StockLevel,
    StoreItem,
)
from stockbridge.domain.commerce import (
    Address,
    Customer,
    LineKind,
    Order,
    OrderLine,
    OrderStatus,
    Refund,
    RefundLine,
    TaxLine,
    TaxShare,
)
from stockbridge.domain.delivery import State
from stockbridge.domain.identity import Scope, Source
from stockbridge.domain.money import Money, total_of
from stockbridge.domain.order_effects import Request
from stockbridge.domain.planning import (
    Booked,
    Hold,
    Planned,
)
from stockbridge.domain.policy import Billing, Ground, ItemMatch, PostingPolicy

NOW = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
TODAY = date(2026, 3, 10)
RATE = "1"  # the id of the default tax rate, 10 %
#: Of the default order's sale, by the release before rules and order fields.
DIGEST_BEFORE = "8d9603b17c7cf9d25db8c5e780aee1ad"


def usd(amount: str | int | Decimal) -> Money:
    """Return an amount in US dollars."""
    return Money(Decimal(amount), "USD")


def minutes(count: int) -> datetime:
    """Return the moment `count` minutes after NOW (before, if negative)."""
    return NOW + timedelta(minutes=count)


# ── orders ───────────────────────────────────────────────────────────────────


def a_line(
    *,
    total: str = "10.00",
    tax: str | None = None,
    quantity: str = "2",
    currency: str = "USD",
    **changes: Any,
) -> OrderLine:
    """Return a line item: two mugs for 10.00, taxed 10 % unless `tax` is given."""
    net = Money(Decimal(total), currency)
    charged = (
        Money(Decimal(tax), currency)
        if tax is not None
        else (net * Decimal("0.1")).rounded()
    )
    line = OrderLine(
        external_id="11",
        kind=LineKind.ITEM,
        name="Mug",
        quantity=Decimal(quantity),
        total=net,
        tax=charged,
        subtotal=net,
        taxes=(TaxShare(RATE, charged),) if charged else (),
        item_id="93",
        product_id="93",
        sku="MUG",
    )
    return replace(line, **changes)


def a_shipping_line(*, total: str = "5.00", **changes: Any) -> OrderLine:
    """Return a shipping line; see `a_line` for the rest."""
    own = {"external_id": "12", "name": "Flat rate", "method_id": "flat"}
    return _money_line(LineKind.SHIPPING, total, {**own, **changes})


def a_fee(*, total: str = "1.00", **changes: Any) -> OrderLine:
    """Return a fee; a negative one is an amount off."""
    own = {"external_id": "13", "name": "Gift wrap"}
    return _money_line(LineKind.FEE, total, {**own, **changes})


def _money_line(kind: LineKind, total: str, fields: dict[str, Any]) -> OrderLine:
    bare = {"quantity": "1", "item_id": "", "product_id": "", "sku": ""}
    return a_line(total=total, kind=kind, **{**bare, **fields})


def tax_lines_of(lines: Iterable[OrderLine], currency: str) -> tuple[TaxLine, ...]:
    """Return one tax line per rate, the sum of the lines' shares."""
    sums: dict[str, Money] = {}
    shipping: dict[str, Money] = {}
    nothing = Money(Decimal(0), currency)
    for line in lines:
        for share in line.taxes:
            sums[share.rate_id] = sums.get(share.rate_id, nothing) + share.amount
            if line.kind is LineKind.SHIPPING:
                known = shipping.get(share.rate_id, nothing)
                shipping[share.rate_id] = known + share.amount
    return tuple(
        TaxLine(rate, f"Tax {rate}", Decimal(10), total, shipping.get(rate, nothing))
        for rate, total in sums.items()
    )


def an_order(
    *,
    total: str | None = None,
    total_tax: str | None = None,
    lines: Sequence[OrderLine] | None = None,
    currency: str = "USD",
    **changes: Any,
) -> Order:
    """Return a paid order that waits to be shipped."""
    own = (
        tuple(lines)
        if lines is not None
        else (a_line(currency=currency), a_shipping_line(currency=currency))
    )
    taxes = total_of([line.tax for line in own], currency)
    nets = total_of([line.total for line in own], currency)
    if total_tax is not None:
        taxes = Money(Decimal(total_tax), currency)
    billed = nets + taxes if total is None else Money(Decimal(total), currency)
    order = Order(
        external_id="727",
        number="1042",
        status=OrderStatus.PROCESSING,
        store_status="processing",
        placed_at=NOW - timedelta(hours=2),
        currency=currency,
        lines=own,
        tax_lines=tax_lines_of(own, currency),
        total=billed,
        total_tax=taxes,
        customer=a_customer(),
        paid_at=NOW - timedelta(hours=2),
        changed_at=NOW - timedelta(hours=2),
        payment_method="card",
        payment_title="Credit card",
    )
    return replace(order, **changes)


def a_customer(**changes: Any) -> Customer:
    """Return a customer who has an account in the store."""
    customer = Customer(
        external_id="5",
        email="ada@example.com",
        first_name="Ada",
        last_name="Byron",
        phone="+1 555 0100",
        billing=Address(first_name="Ada", last_name="Byron", city="Springfield"),
    )
    return replace(customer, **changes)


def a_guest(**changes: Any) -> Customer:
    """Return a customer without an account."""
    return a_customer(**{"external_id": "", **changes})


def a_refund_line(
    *,
    total: str = "5.00",
    tax: str = "0.50",
    quantity: str = "1",
    **changes: Any,
) -> RefundLine:
    """Return one mug given back: 5.00 and 0.50 tax."""
    line = RefundLine(
        external_id="31",
        order_line_id="11",
        kind=LineKind.ITEM,
        name="Mug",
        quantity=Decimal(quantity),
        total=usd(total),
        tax=usd(tax),
        taxes=(TaxShare(RATE, usd(tax)),) if Decimal(tax) else (),
        item_id="93",
        product_id="93",
        sku="MUG",
    )
    return replace(line, **changes)


def a_refund(
    *,
    amount: str | None = None,
    lines: Sequence[RefundLine] | None = None,
    **changes: Any,
) -> Refund:
    """Return a refund of one mug (5.50); `amount` alone: a refund without lines."""
    if lines is None:
        lines = (a_refund_line(),) if amount is None else ()
    given = total_of([line.total + line.tax for line in lines], "USD")
    refund = Refund(
        external_id="801",
        order_id="727",
        refunded_at=NOW - timedelta(hours=1),
        amount=given if amount is None else usd(amount),
        lines=tuple(lines),
    )
    return replace(refund, **changes)


# ── catalogue and stock ──────────────────────────────────────────────────────


def a_store_item(**changes: Any) -> StoreItem:
    """Return a simple product that keeps its own stock."""
    item = StoreItem(
        external_id="93",
        product_id="93",
        name="Mug",
        sku="MUG",
        price=usd("5.00"),
        stock_quantity=Decimal(20),
    )
    return replace(item, **changes)


def a_books_item(**changes: Any) -> BooksItem:
    """Return the item of the books that the default order sells."""
    item = BooksItem(external_id="I1", name="Mug", sku="MUG", price=usd("5.00"))
    return replace(item, **changes)


def a_books_customer(**changes: Any) -> BooksCustomer:
    """Return the customer of the books that matches the default customer."""
    customer = BooksCustomer(
        external_id="C1",
        name="Ada Byron",
        email="ada@example.com",
        phone="+1 555 0100",
        first_name="Ada",
        last_name="Byron",
    )
    return replace(customer, **changes)


def a_level(on_hand: str = "20", **changes: Any) -> StockLevel:
    """Return the stock level of the default item, read at NOW."""
    level = StockLevel("I1", "L1", Decimal(on_hand), Decimal(0), NOW)
    return replace(level, **changes)


# ── planning ─────────────────────────────────────────────────────────────────

SCOPE = Scope(installation="inst", bridge="bridge", books="books", store="store")


def a_policy(**changes: Any) -> PostingPolicy:
    """Return the default policy: customer orders, booked when paid."""
    return replace(PostingPolicy(), **changes)


def a_ground(**changes: Any) -> Ground:
    """Return the ground on which the default order can be booked."""
    ground = Ground(
        scope=SCOPE,
        policy=PostingPolicy(),
        zone=ZoneInfo("UTC"),
        today=TODAY,
        closed_until=None,
        items={"93": (ItemMatch(BooksRef(books_id="I1")),)},
        new_items={},
        accounts={},
    )
    return replace(ground, **changes)


def a_request(
    order: Order | None = None,
    *,
    booked: Sequence[Booked] = (),
    billing: Billing | Hold | None = None,
    ground: Ground | None = None,
    **changes: Any,
) -> Request:
    """Return what planning an order asks; the customer is known to the books."""
    request = Request(
        order=order or an_order(),
        booked=tuple(booked),
        billing=billing or Billing(BooksRef(books_id="C1")),
        ground=ground or a_ground(),
        generations={},
    )
    return replace(request, **changes)


def booked_from(
    planned: Planned, *, state: State = State.POSTED, books_id: str | None = None
) -> Booked:
    """Return the delivery that a planned effect becomes, posted by default."""
    from_key = f"B:{planned.key}" if books_id is None else books_id
    form = planned.document
    if isinstance(form, AmendmentDocument):
        form = form.document
    return Booked(
        effect=planned.effect,
        source=planned.source,
        key=planned.key,
        state=state,
        digest=planned.digest,
        books_id=from_key if state is State.POSTED else "",
        document=form if isinstance(form, SaleDocument) else None,
        business_date=getattr(planned.document, "business_date", None),
        filled=form if isinstance(form, FulfillmentDocument) else None,
        sale_key=form.sale.key if isinstance(form, RefundDocument) else "",
    )


def order_source(order: Order | None = None) -> Source:
    """Return the order (by default the default one) as a source."""
    return Source("order", (order or an_order()).external_id)
