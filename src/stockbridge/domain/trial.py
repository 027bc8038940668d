"""Past orders under two ways of booking, side by side: what another choice would do.

Each order is planned as if it were new, as it stands in the store now: neither the
start date nor a closed period counts, nor what the books have of it. So two ways differ
by nothing but the choices. Pure: nothing is kept, nothing leaves.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from stockbridge.domain.accounting import (
    KIND_OF,
    Document,
    PaymentDocument,
    RefundDocument,
    SaleDocument,
    SaleForm,
    total_of_document,
)
from stockbridge.domain.billing import BillingPolicy, KnownCustomers, billing_for
from stockbridge.domain.commerce import Order
from stockbridge.domain.money import Money, zero
from stockbridge.domain.order_plan import Request, plan_order
from stockbridge.domain.planning import SALE, SHARED, OrderPlan, Outcome
from stockbridge.domain.policy import Ground, MissingItem
from stockbridge.domain.posting import unmatched_lines
from stockbridge.domain.posting_rules import (
    PostingRule,
    billed_under,
    rule_for,
    under_rule,
)

NEW_CUSTOMER = "new"


@dataclass(frozen=True, slots=True)
class Way:
    """One way of booking: a ground, who is billed, and rules."""

    ground: Ground
    billing: BillingPolicy
    rules: tuple[PostingRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Buyer:
    """What must be known of who bought, besides the order."""

    known: KnownCustomers
    role: str = ""


@dataclass(frozen=True, slots=True)
class Booking:
    """How an order would be booked; "" is as the settings say, or none."""

    outcome: Outcome
    reason: str = ""
    document: str = ""  # the form of the sale
    number: str = ""
    account_id: str = ""
    class_id: str = ""
    tax_code: str = ""
    department_id: str = ""
    terms_id: str = ""
    customer: str = ""  # books id, or NEW_CUSTOMER
    missing_item: str = (
        ""  # what becomes of items without counterpart, if there are any
    )
    fallback_item: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    """What would become of one order, and all that would be written for it."""

    rule: str  # "" = none fits
    booking: Booking
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """One order under both ways."""

    order_id: str
    number: str
    placed_at: datetime
    before: Fate
    after: Fate
    is_in_books: bool = False  # so its document stays, whatever is chosen

    @property
    def changes(self) -> tuple[str, ...]:
        """The names of what is booked otherwise."""
        one, other = self.before.booking, self.after.booking
        names = [field.name for field in fields(Booking)]
        return tuple(n for n in names if getattr(one, n) != getattr(other, n))


@dataclass(frozen=True, slots=True)
class RuleTally:
    """How many orders one rule takes; None: the rule is not there."""

    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class MoneyTally:
    """What lands on an account, or is written as one kind of document."""

    name: str  # of the account its id; of a document its form, else its kind
    currency: str
    before: Money
    after: Money
    count_before: int
    count_after: int


def as_if_new(ground: Ground) -> Ground:
    """Return the ground on which a past order is planned as if it came in now."""
    policy = replace(ground.policy, is_automatic=True, starts_at=None)
    return replace(ground, policy=policy, closed_until=None, is_by_hand=False)


def fate_of(order: Order, way: Way, buyer: Buyer) -> Fate:
    """Return what would become of an order."""
    rule = rule_for(order, way.rules, role=buyer.role)
    ground = under_rule(way.ground, order, rule)
    policy = billed_under(way.billing, rule)
    billing = billing_for(order, buyer.known, policy, ground.scope)
    plan = plan_order(Request(order, (), billing, ground, {}))
    name = rule.name if rule is not None else ""
    documents = tuple(p.document for p in plan.planned if p.effect not in SHARED)
    return Fate(name, _booking(order, plan, ground), documents)


def rule_tallies(
    tried: Sequence[Tried],
    before: Sequence[PostingRule],
    after: Sequence[PostingRule],
) -> tuple[RuleTally, ...]:
    """Return how many orders each rule takes: the new rules in their order, then gone.

    Rules are told apart by name.
    """
    counts = [Counter(side.rule for side in one) for one in _sides(tried)]
    had, has = ([rule.name for rule in rules] for rules in (before, after))
    names = [*has, *(name for name in had if name not in has)]
    return tuple(
        RuleTally(
            name,
            counts[0][name] if name in had else None,
            counts[1][name] if name in has else None,
        )
        for name in names
    )


def by_account(tried: Sequence[Tried]) -> tuple[MoneyTally, ...]:
    """Return what comes to rest on each account: paid in, less what is given back."""
    return _tallies(tried, _landed)


def by_document(tried: Sequence[Tried]) -> tuple[MoneyTally, ...]:
    """Return how many documents of each kind are written, and what they come to."""
    return _tallies(tried, _written)


_Sum = tuple[str, Money]


def _landed(document: Document) -> _Sum | None:
    match document:
        case SaleDocument(form=SaleForm.SALES_RECEIPT):
            return document.account_id, document.total
        case PaymentDocument():
            return document.account_id, document.amount
        case RefundDocument():
            return document.account_id, -document.total
        case _:
            return None


def _written(document: Document) -> _Sum | None:
    total = total_of_document(document)
    if total is None:
        return None
    if isinstance(document, SaleDocument):
        return document.form.value, total
    return KIND_OF[type(document)].value, total


def _tallies(
    tried: Sequence[Tried], summed: Callable[[Document], _Sum | None]
) -> tuple[MoneyTally, ...]:
    sums: list[dict[tuple[str, str], list[Money]]] = []
    for fates in _sides(tried):
        found: dict[tuple[str, str], list[Money]] = {}
        for one in (summed(document) for fate in fates for document in fate.documents):
            if one is not None:
                found.setdefault((one[0], one[1].currency), []).append(one[1])
        sums.append(found)
    keys = sorted({*sums[0], *sums[1]})
    return tuple(_tally(key, *(side.get(key, []) for side in sums)) for key in keys)


def _tally(
    key: tuple[str, str], before: Sequence[Money], after: Sequence[Money]
) -> MoneyTally:
    name, currency = key
    nothing = zero(currency)
    return MoneyTally(
        name,
        currency,
        sum(before, nothing),
        sum(after, nothing),
        len(before),
        len(after),
    )


def _sides(tried: Iterable[Tried]) -> tuple[list[Fate], list[Fate]]:
    rows = list(tried)
    return [one.before for one in rows], [one.after for one in rows]


def _booking(order: Order, plan: OrderPlan, ground: Ground) -> Booking:
    verdict = next(v for v in plan.verdicts if v.source.kind == "order")
    held = next((h for s, h in plan.holds if s.kind == "order"), None)
    reason = held.message if held is not None else verdict.reason
    missing = ground.policy.missing_item if unmatched_lines(order, ground) else None
    found = Booking(
        verdict.outcome,
        reason,
        missing_item=missing.value if missing else "",
        fallback_item=ground.policy.fallback_item
        if missing is MissingItem.FALLBACK
        else "",
    )
    sale = next((p.document for p in plan.planned if p.effect == SALE), None)
    if not isinstance(sale, SaleDocument):
        return found
    who = sale.customer
    return replace(
        found,
        document=sale.form.value,
        number=sale.reference,
        account_id=sale.account_id,
        class_id=sale.class_id,
        tax_code=sale.tax_code,
        department_id=sale.department_id,
        terms_id=sale.terms_id,
        customer="" if who is None else who.books_id or NEW_CUSTOMER,
    )
