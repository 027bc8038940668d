"""Turning an order into a sale: lines, taxes and total, to the cent or held."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from stockbridge.domain.accounting import (
    BooksRef,
    DocumentLine,
    DocumentTax,
    SaleDocument,
)
from stockbridge.domain.commerce import LineKind, Order, OrderLine, OrderStatus
from stockbridge.domain.identity import digest_of
from stockbridge.domain.money import Money, rounded_to, total_of, zero
from stockbridge.domain.planning import Hold, Outcome, Skip
from stockbridge.domain.policy import (
    CentDifference,
    ClosedPeriod,
    DateChoice,
    Ground,
    ItemMatch,
    MissingItem,
    PostingPolicy,
    When,
)

_DEAD = frozenset({OrderStatus.CANCELLED, OrderStatus.FAILED, OrderStatus.DELETED})
ROUNDING_LINE = "rounding"


def unready(order: Order, ground: Ground) -> Skip | None:
    """Return why the order is not booked now; None: it is to be booked."""
    policy = ground.policy
    if order.status is OrderStatus.DRAFT:
        return Skip(Outcome.IGNORED, "draft", "An abandoned checkout is no order.")
    if order.status in _DEAD:
        return Skip(
            Outcome.IGNORED,
            order.status.value,
            f"The order was {order.status.value} before it was booked.",
        )
    if order.store_status in policy.excluded_statuses:
        return Skip(
            Outcome.EXCLUDED, "status", f"Status {order.store_status} is excluded."
        )
    if ground.is_by_hand:
        return None
    if not policy.is_automatic:
        return Skip(Outcome.WAITING, "by_hand", "Waits to be imported by hand.")
    if policy.starts_at and order.placed_at < policy.starts_at:
        return Skip(
            Outcome.EXCLUDED,
            "before_start",
            "Placed before the start date; it can be imported by hand.",
        )
    return _incomplete(order, policy)


def _incomplete(order: Order, policy: PostingPolicy) -> Skip | None:
    done = order.completed_at or order.status is OrderStatus.COMPLETED
    is_paid = bool(order.paid_at or done)
    match policy.when:
        case When.PAID if not is_paid:
            return Skip(Outcome.WAITING, "unpaid", "Not paid yet.")
        case When.SHIPPED if not done:
            return Skip(Outcome.WAITING, "unshipped", "Not shipped yet.")
        case When.STATUS if order.store_status not in policy.statuses:
            return Skip(
                Outcome.WAITING,
                "status",
                f"Status {order.store_status} is not one that is imported.",
            )
        case When.PLACED if order.status is OrderStatus.PENDING:
            return Skip(Outcome.WAITING, "pending", "Payment has not begun.")
    return None


def sale_of(
    order: Order, ground: Ground, customer: BooksRef | None
) -> SaleDocument | Hold:
    """Return the sale as it should be booked, or why it cannot be.

    Its lines and taxes add up to the billed total, to the cent (CORRECTNESS 5).
    """
    problem = _impossible(order) or _missing_items(order, ground)
    if problem:
        return problem
    dated = business_date(order, ground)
    if isinstance(dated, Hold):
        return dated
    amounts = _exact_amounts(order, ground.policy)
    if isinstance(amounts, Hold):
        return amounts
    nets, taxes, rates, difference = amounts
    lines = tuple(
        document_line
        for line, net, tax in zip(order.lines, nets, taxes, strict=True)
        for document_line in _document_lines(line, net, tax, ground)
    )
    if difference:
        lines += (_rounding_line(difference, ground.policy),)
    day, memo = dated
    billed_tax = order.total_tax.rounded()
    return SaleDocument(
        form=ground.policy.form,
        reference=reference_of(order, ground.policy),
        business_date=day,
        customer=customer,
        lines=lines,
        taxes=rates,
        total=order.total.rounded(),
        total_tax=billed_tax,
        placed_at=order.placed_at,
        memo=memo,
        location_id=ground.policy.location_id,
        shipping_address=order.shipping_address,
        payment_title=order.payment_title,
    )


def reference_of(order: Order, policy: PostingPolicy) -> str:
    """Return the number under which the sale is found in the books."""
    return (policy.prefix + order.number)[: policy.reference_chars_max]


def substance_of(sale: SaleDocument) -> str:
    """Return a digest of what the sale books.

    References to records are left out (they turn from key to id when posted), as
    is the memo; what a bookkeeper would call another sale makes another digest.
    """
    return digest_of(
        [
            sale.form,
            sale.reference,
            sale.total,
            sale.total_tax,
            [
                [
                    line.source_id,
                    line.kind,
                    line.quantity.normalize(),
                    line.units.normalize(),
                    line.total,
                    line.tax,
                    line.sku,
                    line.name,
                ]
                for line in sale.lines
            ],
            [[tax.rate_id, tax.total] for tax in sale.taxes],
            sale.location_id,
        ]
    )


def business_date(order: Order, ground: Ground) -> tuple[date, str] | Hold:
    """Return the document's date in the company's zone, and a memo.

    A date in a closed period is held, or moved to the first open day with the
    original date in the memo, by policy.
    """
    moments = {
        DateChoice.PLACED: order.placed_at,
        DateChoice.PAID: order.paid_at or order.placed_at,
        DateChoice.SHIPPED: order.completed_at or order.paid_at or order.placed_at,
    }
    wanted = moments[ground.policy.date_choice].astimezone(ground.zone).date()
    return open_day(wanted, ground, number=order.number)


def open_day(wanted: date, ground: Ground, *, number: str) -> tuple[date, str] | Hold:
    """Return a date that may be posted to, or the hold that a closed period means."""
    closed = ground.closed_until
    if closed is None or wanted > closed:
        return wanted, ""
    if ground.policy.closed_period is ClosedPeriod.FIRST_OPEN_DAY:
        return closed + timedelta(days=1), f"Original date {wanted.isoformat()}"
    return Hold(
        code="closed_period",
        title=f"Order {number} falls into a closed period",
        message=f"Its date is {wanted}; the books are closed up to {closed}.",
        remedy="Open the period in the company's settings, or choose there or in "
        "the connection's options to post on the first open day.",
    )


def _impossible(order: Order) -> Hold | None:
    if order.total.amount < 0:
        return Hold(
            code="negative_total",
            title=f"Order {order.number} has a negative total",
            message=f"The store bills {order.total}.",
            remedy="Book it by hand, then mark it as booked elsewhere.",
        )
    if not order.lines:
        return Hold(
            code="no_lines",
            title=f"Order {order.number} has no lines",
            message="There is nothing to book.",
            remedy="Correct the order in the store, or mark it as booked elsewhere.",
        )
    return None


def _missing_items(order: Order, ground: Ground) -> Hold | None:
    if ground.policy.missing_item is MissingItem.FALLBACK:
        return None
    missing = [line for line in order.item_lines if not _matches(line, ground)]
    if not missing:
        return None
    names = ", ".join(_label(line) for line in missing)
    return Hold(
        code="missing_items",
        title=f"Order {order.number}: {len(missing)} item(s) without a match",
        message=f"Not found in the books: {names}.",
        remedy="Give the items the same SKU on both sides, link them on the Items "
        "screen, or import them from the store; the order then goes on by itself.",
        details={
            "missing": [
                {"sku": line.sku, "name": line.name, "item_id": line.item_id}
                for line in missing
            ]
        },
    )


def _label(line: OrderLine) -> str:
    return f"{line.sku or 'no SKU'} ({line.name})"


def _matches(line: OrderLine, ground: Ground) -> tuple[ItemMatch, ...]:
    if not line.item_id:
        return ()
    return ground.items.get(line.item_id, ())


_Amounts = tuple[tuple[Money, ...], tuple[Money, ...], tuple[DocumentTax, ...], Money]


def _exact_amounts(order: Order, policy: PostingPolicy) -> _Amounts | Hold:
    total, tax = order.total.rounded(), order.total_tax.rounded()
    line_totals = [line.total for line in order.lines]
    nets = rounded_to(line_totals, total - tax)
    taxes = rounded_to([line.tax for line in order.lines], tax)
    rates = rounded_to([rate.total for rate in order.tax_lines], tax)
    nothing = zero(order.currency)
    difference = nothing
    if nets is None:
        own = [line.rounded() for line in line_totals]
        difference = total - tax - total_of(own, order.currency)
        if not _is_tolerable(difference, policy):
            return _off(order, difference, what="lines and tax")
        nets = tuple(own)
    if rates is None or (tax and not order.tax_lines):
        return _off(
            order,
            tax - total_of([r.total for r in order.tax_lines], order.currency),
            what="tax lines",
        )
    if taxes is None:
        # Lines that say less than the rates: the rates are what was billed.
        weights = [abs(line.total.amount) for line in order.lines]
        taxes = tax.split(weights)
    billed = tuple(
        DocumentTax(rate.rate_id, rate.label, amount, rate.rate_percent)
        for rate, amount in zip(order.tax_lines, rates, strict=True)
    )
    return nets, taxes, billed, difference


def _is_tolerable(difference: Money, policy: PostingPolicy) -> bool:
    return (
        policy.cent_difference is CentDifference.ROUNDING_ACCOUNT
        and bool(policy.rounding_account)
        and abs(difference.amount) <= policy.rounding_max
    )


def _off(order: Order, difference: Money, *, what: str) -> Hold:
    return Hold(
        code="amounts_differ",
        title=f"Order {order.number} does not add up",
        message=f"Its {what} differ from what was billed ({order.total}) by "
        f"{difference}.",
        remedy="Correct the order in the store, or choose a rounding account in "
        "the connection's options.",
        details={"difference": str(difference.amount), "what": what},
    )


def _document_lines(
    line: OrderLine, net: Money, tax: Money, ground: Ground
) -> tuple[DocumentLine, ...]:
    shares = _exact_shares(line, tax)
    first = DocumentLine(
        source_id=line.external_id,
        kind=line.kind,
        name=line.name,
        quantity=line.quantity,
        total=net,
        tax=tax,
        taxes=shares,
        sku=line.sku,
    )
    if line.kind is not LineKind.ITEM:
        return (first,)
    matches = _matches(line, ground)
    if not matches:
        fallback = ground.policy.fallback_item
        return (replace(first, item=BooksRef(books_id=fallback)),)
    lines = []
    for index, match in enumerate(matches):
        units = line.quantity * match.factor
        part = replace(first, item=match.ref, units=units)
        if index:  # the other parts of a bundle carry no money
            nothing = zero(net.currency)
            part = replace(part, total=nothing, tax=nothing, taxes=())
        lines.append(part)
    return tuple(lines)


def _exact_shares(line: OrderLine, tax: Money) -> tuple:  # type: ignore[type-arg]
    exact = rounded_to([share.amount for share in line.taxes], tax)
    if exact is None:
        return ()
    return tuple(
        replace(share, amount=amount)
        for share, amount in zip(line.taxes, exact, strict=True)
    )


def _rounding_line(difference: Money, policy: PostingPolicy) -> DocumentLine:
    return DocumentLine(
        source_id=ROUNDING_LINE,
        kind=LineKind.FEE,
        name="Rounding",
        quantity=Decimal(1),
        total=difference,
        tax=zero(difference.currency),
        account_id=policy.rounding_account,
    )
