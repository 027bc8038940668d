"""Rules of posting: which orders are booked otherwise than the options say, and how.

Rules are tried in their order, and the first one that fits an order counts, alone. What
a rule leaves empty stays as the options say. Once an order is in the books its document
keeps its kind and number: rules look ahead, never back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from stockbridge.domain.accounting import SaleForm
from stockbridge.domain.billing import BillingPolicy
from stockbridge.domain.commerce import Order
from stockbridge.domain.planning import Hold, Outcome, Skip
from stockbridge.domain.policy import CustomerChoice, Ground, MissingItem, When

GUEST = "guest"  # the role of who has no account in the store


class Act(StrEnum):
    """What becomes of an order that a rule fits."""

    POST = "post"
    HOLD = "hold"  # until a person imports it
    LEAVE_OUT = "leave_out"


@dataclass(frozen=True, slots=True)
class PostingRule:
    """Conditions, all of which must be met, and what they change. Empty is any."""

    name: str
    countries: tuple[str, ...] = ()  # DE, or US-CA with a state or province
    payment_methods: tuple[str, ...] = ()  # the store's own words
    statuses: tuple[str, ...] = ()  # the store's own words
    roles: tuple[str, ...] = ()  # of the customer in the store; or guest
    act: Act = Act.POST
    form: SaleForm | None = None  # None: as the books' settings say
    when: When | None = None
    prefix: str = ""  # before the order's number, instead of the options'
    account_id: str = ""  # where its money goes, instead of the mapping's
    class_id: str = ""
    missing_item: MissingItem | None = None
    fallback_item: str = ""  # books id, instead of the options'
    customers: CustomerChoice | None = None
    shared_customer: str = ""  # books id, instead of the options'
    tax_code: str = ""
    department_id: str = ""
    terms_id: str = ""


def rule_for(
    order: Order, rules: Sequence[PostingRule], *, role: str = ""
) -> PostingRule | None:
    """Return the first rule that fits.

    `role` is the customer's in the store; "" where there is none, or nobody told it.
    """
    return next((one for one in rules if _fits(one, order, role)), None)


def under_rule(ground: Ground, order: Order, rule: PostingRule | None) -> Ground:
    """Return the ground on which an order is planned under its rule."""
    if rule is None:
        return ground
    policy = ground.policy
    policy = replace(
        policy,
        form=rule.form or policy.form,
        when=rule.when or policy.when,
        prefix=rule.prefix or policy.prefix,
        class_id=rule.class_id or policy.class_id,
        missing_item=rule.missing_item or policy.missing_item,
        fallback_item=rule.fallback_item or policy.fallback_item,
        tax_code=rule.tax_code or policy.tax_code,
        department_id=rule.department_id or policy.department_id,
        terms_id=rule.terms_id or policy.terms_id,
    )
    if rule.statuses and policy.when is When.STATUS:
        policy = replace(policy, statuses=frozenset(rule.statuses))
    accounts = ground.accounts
    if rule.account_id:
        accounts = {**accounts, order.payment_method: rule.account_id}
    skip, hold = None, None
    if rule.act is Act.LEAVE_OUT:
        reason = f"The rule “{rule.name}” leaves it out."
        skip = Skip(Outcome.EXCLUDED, "rule", reason)
    elif rule.act is Act.HOLD and not ground.is_by_hand:
        hold = _held(order, rule)
    return replace(
        ground, policy=policy, accounts=accounts, ruled_out=skip, ruled_hold=hold
    )


def billed_under(policy: BillingPolicy, rule: PostingRule | None) -> BillingPolicy:
    """Return how the customer of an order is found under its rule."""
    if rule is None:
        return policy
    return replace(
        policy,
        choice=rule.customers or policy.choice,
        shared_customer=rule.shared_customer or policy.shared_customer,
    )


def _fits(rule: PostingRule, order: Order, role: str) -> bool:
    return (
        _among(rule.payment_methods, order.payment_method)
        and _among(rule.statuses, order.store_status)
        and _among(rule.roles, role or _guest(order))
        and (not rule.countries or bool(_places(order) & set(_upper(rule.countries))))
    )


def _guest(order: Order) -> str:
    """Return that somebody has no account; of an account nobody may know the role."""
    return "" if order.customer.external_id else GUEST


def _among(wanted: Sequence[str], word: str) -> bool:
    return not wanted or word.casefold() in {one.casefold() for one in wanted}


def _places(order: Order) -> set[str]:
    """Return where an order goes: its country, and that with the state.

    Where it is not shipped, the address of the bill tells.
    """
    place = order.shipping_address
    if not place.country:
        place = order.customer.billing
    if not place.country:
        return set()
    found = {place.country}
    if place.state:
        # Some stores say the state with its country before it, as US-CA.
        state = place.state.removeprefix(f"{place.country}-")
        found.add(f"{place.country}-{state}")
    return set(_upper(found))


def _upper(words: Sequence[str] | set[str]) -> list[str]:
    return [word.upper() for word in words]


def _held(order: Order, rule: PostingRule) -> Hold:
    return Hold(
        code="rule",
        title=f"Order {order.number} waits: the rule “{rule.name}” says so",
        message=f"The rule “{rule.name}” holds such orders until you look at them.",
        remedy="Import the order by hand, mark it as booked elsewhere, or change the "
        "rule.",
        details={"rule": rule.name},
    )
