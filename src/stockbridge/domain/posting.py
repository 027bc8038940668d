"""Turning an order into a sale: lines, taxes and total, to the cent or held."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from stockbridge.domain.accounting import (
    BooksRef,
    DocumentLine,
    DocumentTax,
    SaleDocument,
    part_id,
)
from stockbridge.domain.amounts import Amounts, exact_amounts, exact_shares
from stockbridge.domain.business_dates import business_date
from stockbridge.domain.commerce import LineKind, Order, OrderLine, OrderStatus
from stockbridge.domain.identity import digest_of
from stockbridge.domain.money import Money, zero
from stockbridge.domain.planning import Hold, Outcome, Skip
from stockbridge.domain.policy import (
    Ground,
    ItemMatch,
    MissingItem,
    PostingPolicy,
    ShippingPlace,
    When,
)
from stockbridge.domain.posting_holds import (
    missing_items,
    negative_total,
    no_fallback,
    no_lines,
    other_currency,
    reference_too_long,
    unsellable_lines,
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
    if not order.lines and not order.total:
        return Skip(Outcome.IGNORED, "empty", "An order without lines sells nothing.")
    if order.store_status in policy.excluded_statuses:
        return Skip(
            Outcome.EXCLUDED, "status", f"Status {order.store_status} is excluded."
        )
    if ground.other_books is not None:
        return ground.other_books
    if ground.ruled_out is not None:
        return ground.ruled_out
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
    is_paid = order.is_paid
    if order.status is OrderStatus.REFUNDED and not is_paid:
        reason = "Set to refunded without ever having been paid."
        return Skip(Outcome.IGNORED, "refunded_unpaid", reason)
    match policy.when:
        case When.PAID if not is_paid:
            return Skip(Outcome.WAITING, "unpaid", "Not paid yet.")
        case When.SHIPPED if not order.is_fulfilled:
            return Skip(Outcome.WAITING, "unshipped", "Not shipped yet.")
        case When.STATUS if order.store_status not in policy.statuses:
            return Skip(
                Outcome.WAITING,
                "status",
                f"Status {order.store_status} is not one that is imported.",
            )
        case When.PLACED if order.status is OrderStatus.PENDING:
            return Skip(Outcome.WAITING, "pending", "Payment has not begun.")
        case When.PLACED if order.status is OrderStatus.UNKNOWN and not is_paid:
            # A quotation or a pre-order of a plugin may never become a sale.
            return Skip(
                Outcome.WAITING,
                "unknown_status",
                f"Status {order.store_status} is not one that we know. Import the "
                "order by hand, or choose the statuses to import.",
            )
    return None


def sale_of(
    order: Order, ground: Ground, customer: BooksRef | None
) -> SaleDocument | Hold:
    """Return the sale as it should be booked, or why it cannot be.

    Its lines and taxes add up to the billed total, to the cent (CORRECTNESS 5). A
    store may keep more decimals than the currency has coins; then the total is
    rounded to the coin, once, and the memo says what was billed.
    """
    problem = _impossible(order, ground) or _missing(order, ground)
    if problem:
        return problem
    dated = business_date(order, ground)
    if isinstance(dated, Hold):
        return dated
    amounts = exact_amounts(order, ground.policy)
    if isinstance(amounts, Hold):
        return amounts
    day, moved = dated
    # Nobody can pay less than a coin; who compares with the store sees why.
    fine = "" if order.total.is_exact else f"The store bills {order.total}"
    return SaleDocument(
        form=ground.policy.form,
        reference=reference_of(order, ground.policy),
        business_date=day,
        customer=customer,
        lines=_all_lines(order, amounts, ground),
        taxes=coded(amounts.rates, ground.policy.tax_code),
        total=order.total.rounded(),
        total_tax=order.total_tax.rounded(),
        placed_at=order.placed_at,
        memo=" · ".join(part for part in (moved, fine) if part),
        location_id=ground.policy.location_id,
        shipping_address=order.shipping_address,
        payment_title=order.payment_title,
        payment_method=order.payment_method,
        account_id=ground.accounts.get(order.payment_method, ""),
        class_id=ground.policy.class_id,
        tax_code=ground.policy.tax_code,
        department_id=ground.policy.department_id,
        terms_id=ground.policy.terms_id,
        order_fields=_chosen_fields(order, ground.policy),
    )


def _chosen_fields(order: Order, policy: PostingPolicy) -> tuple[tuple[str, str], ...]:
    said = dict(order.meta)
    return tuple(
        (key, said[key]) for key in sorted(set(policy.order_fields)) if said.get(key)
    )


def coded(taxes: Iterable[DocumentTax], code: str) -> tuple[DocumentTax, ...]:
    """Return the taxes under the books' tax code that was chosen for them, if any."""
    return tuple(replace(tax, code=code) for tax in taxes)


def reference_of(order: Order, policy: PostingPolicy) -> str:
    """Return the number under which the sale is found in the books.

    Cut to what the books can hold; `sale_of` holds an order whose number is longer.
    """
    return full_reference(order, policy)[: policy.reference_chars_max]


def full_reference(order: Order, policy: PostingPolicy) -> str:
    """Return the prefix and the order's number; its id where it has no number."""
    return policy.prefix + (order.number or order.external_id)


def substance_of(sale: SaleDocument) -> str:
    """Return a digest of what the sale books.

    References to records are left out (they turn from key to id when posted), as
    is the memo; what a bookkeeper would call another sale makes another digest. Order
    fields count only where there are some: sales planned before stay what they are.
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
            *([sale.order_fields] if sale.order_fields else ()),
        ]
    )


def _impossible(order: Order, ground: Ground) -> Hold | None:
    if order.total.amount < 0:
        return negative_total(order)
    if not order.lines:
        return no_lines(order)
    if ground.currency and order.currency != ground.currency:
        return other_currency(order, ground.currency)
    if len(full_reference(order, ground.policy)) > ground.policy.reference_chars_max:
        return reference_too_long(order, ground.policy)
    odd = [line for line in order.item_lines if _is_unsellable(line)]
    return unsellable_lines(order, odd) if odd else None


def _is_unsellable(line: OrderLine) -> bool:
    return line.quantity < 0 or (not line.quantity and bool(line.total or line.tax))


def unmatched_lines(order: Order, ground: Ground) -> list[OrderLine]:
    """Return the lines whose item the books do not know."""
    return [
        line
        for line in order.item_lines
        if line.quantity and not _matches(line, ground)
    ]


def _missing(order: Order, ground: Ground) -> Hold | None:
    missing = unmatched_lines(order, ground)
    if not missing:
        return None
    if ground.policy.missing_item is not MissingItem.FALLBACK:
        return missing_items(order, missing)
    return None if ground.policy.fallback_item else no_fallback(order, missing)


def _matches(line: OrderLine, ground: Ground) -> tuple[ItemMatch, ...]:
    if not line.item_id:
        return ()
    return ground.items.get(line.item_id, ())


def _all_lines(
    order: Order, amounts: Amounts, ground: Ground
) -> tuple[DocumentLine, ...]:
    lines = tuple(
        document_line
        for line, net, tax in zip(order.lines, amounts.nets, amounts.taxes, strict=True)
        for document_line in _document_lines(line, net, tax, ground)
    )
    if amounts.difference:
        lines += (_rounding_line(amounts.difference, ground.policy),)
    return lines


def _document_lines(
    line: OrderLine, net: Money, tax: Money, ground: Ground
) -> tuple[DocumentLine, ...]:
    first = DocumentLine(
        source_id=line.external_id,
        kind=line.kind,
        name=line.name,
        quantity=line.quantity,
        total=net,
        tax=tax,
        taxes=exact_shares(line.taxes, tax),
        sku=line.sku,
    )
    if line.kind is LineKind.SHIPPING:
        place = ground.shipping.get(line.method_id, ShippingPlace())
        return (replace(first, item=place.item, account_id=place.account_id),)
    if line.kind is not LineKind.ITEM:
        return (first,)
    if not line.quantity:  # sells nothing, for nothing; a cent of rounding stays
        return (replace(first, kind=LineKind.FEE),) if net or tax else ()
    matches = _matches(line, ground)
    if not matches:
        fallback = ground.policy.fallback_item
        return (replace(first, item=BooksRef(books_id=fallback)),)
    nothing = zero(net.currency)
    bare = replace(first, total=nothing, tax=nothing, taxes=())
    return tuple(
        replace(
            bare if part else first,
            source_id=part_id(line.external_id, part),
            item=match.ref,
            units=line.quantity * match.factor if ground.moves_stock else Decimal(0),
        )
        for part, match in enumerate(matches)
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
