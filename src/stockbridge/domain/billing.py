"""Who is billed for an order: a customer of the books, a new one, or one for many."""

from collections.abc import Sequence
from dataclasses import dataclass

from stockbridge.domain.accounting import BooksRef, CustomerRecord
from stockbridge.domain.catalog import BooksCustomer
from stockbridge.domain.commerce import Customer, Order
from stockbridge.domain.identity import Scope, customer_identity
from stockbridge.domain.matching import CustomerKey, match_customer
from stockbridge.domain.planning import Hold
from stockbridge.domain.policy import Billing, CustomerChoice
from stockbridge.domain.shared_records import customer_name


@dataclass(frozen=True, slots=True)
class BillingPolicy:
    """How customers of one bridge are found and made."""

    choice: CustomerChoice = CustomerChoice.MATCH_OR_CREATE
    keys: tuple[CustomerKey, ...] = (CustomerKey.EMAIL,)
    shared_customer: str = ""  # books id, where guests or all share one
    may_create: bool = True


@dataclass(frozen=True, slots=True)
class KnownCustomers:
    """What the books know of one order's buyer."""

    linked_id: str = ""  # the books id that the store's customer is linked to
    candidates: tuple[BooksCustomer, ...] = ()  # may share a key with the buyer


def billing_for(
    order: Order, known: KnownCustomers, policy: BillingPolicy, scope: Scope
) -> Billing | Hold:
    """Return who is billed, or why a person must say.

    One for all or for guests comes first, then the link, then a match; only who is
    found by none of them is created, under a key that the next order shares.
    """
    if _shares_one(order, policy):
        return _shared(order, policy)
    if known.linked_id:
        return Billing(BooksRef(books_id=known.linked_id))
    found = match_customer(order.customer, known.candidates, policy.keys)
    if isinstance(found, Hold):
        return _about(order, found)
    if found is not None:
        return Billing(BooksRef(books_id=found.books_id))
    if policy.choice is CustomerChoice.MATCH_OR_HOLD or not policy.may_create:
        return _unmatched(order)
    identity = customer_identity(
        order.customer, store=scope.store, order_id=order.external_id
    )
    key = scope.record_key("customer", identity)
    return Billing(BooksRef(key=key), customer_record(order.customer))


def customer_record(customer: Customer) -> CustomerRecord:
    """Return the record that a store's customer becomes in the books."""
    return CustomerRecord(
        name=customer_name(customer),
        email=customer.email.strip(),
        phone=customer.phone,
        first_name=customer.first_name,
        last_name=customer.last_name,
        company=customer.company,
        billing=customer.billing,
        shipping=customer.shipping,
        store_id=customer.external_id,
    )


def candidates_for(
    customer: Customer, everybody: Sequence[BooksCustomer], policy: BillingPolicy
) -> tuple[BooksCustomer, ...]:
    """Return those who share any key with the buyer; for small books and tests."""
    return tuple(
        one
        for one in everybody
        if any(match_customer(customer, [one], [key]) for key in policy.keys)
    )


def _shares_one(order: Order, policy: BillingPolicy) -> bool:
    is_guest = not order.customer.external_id
    return policy.choice is CustomerChoice.ONE_FOR_ALL or (
        is_guest and policy.choice is CustomerChoice.GUESTS_AS_ONE
    )


def _shared(order: Order, policy: BillingPolicy) -> Billing | Hold:
    if policy.shared_customer:
        return Billing(BooksRef(books_id=policy.shared_customer))
    return Hold(
        code="no_shared_customer",
        title=f"Order {order.number} has nobody to bill",
        message="Orders share one customer, and none is chosen.",
        remedy="Choose the customer in the connection's options.",
    )


def _about(order: Order, hold: Hold) -> Hold:
    title = f"Order {order.number}: {hold.title}"
    return Hold(hold.code, title, hold.message, hold.remedy, hold.details)


def _unmatched(order: Order) -> Hold:
    who = order.customer.email or "A guest without an e-mail address"
    return Hold(
        code="customer_missing",
        title=f"Order {order.number}: its customer is not in the books",
        message=f"{who} was not found, and customers are not created by themselves.",
        remedy="Import or link the customer on the Customers screen, or let the "
        "connection create customers.",
    )
