"""Who is billed for an order: a customer of the books, a new one, or one for many."""

from dataclasses import dataclass

from stockbridge.domain.accounting import BooksRef, CustomerRecord
from stockbridge.domain.catalog import BooksCustomer
from stockbridge.domain.commerce import Customer, Order
from stockbridge.domain.customer_matching import (
    CustomerMatching,
    SeveralFit,
    match_customer,
)
from stockbridge.domain.identity import Scope, customer_identity
from stockbridge.domain.planning import Hold
from stockbridge.domain.policy import Billing, CustomerChoice
from stockbridge.domain.shared_records import customer_name


@dataclass(frozen=True, slots=True)
class BillingPolicy:
    """How customers of one bridge are found and made."""

    choice: CustomerChoice = CustomerChoice.MATCH_OR_CREATE
    shared_customer: str = ""  # books id, where guests or all share one
    may_create: bool = True
    matching: CustomerMatching = CustomerMatching.EMAIL


@dataclass(frozen=True, slots=True)
class KnownCustomers:
    """What the books know of one order's buyer."""

    linked_id: str = ""  # the books id that the store's customer is linked to
    candidates: tuple[BooksCustomer, ...] = ()  # who has any key in common


def billing_for(
    order: Order, known: KnownCustomers, policy: BillingPolicy, scope: Scope
) -> Billing | Hold:
    """Return who is billed, or why a person must say.

    One for all or for guests comes first, then the link, then who is found by the
    policy's keys; only who is found by none of them is created, under a key that the
    next order shares.
    """
    if _shares_one(order, policy):
        return _shared(order, policy)
    if known.linked_id:
        return Billing(BooksRef(books_id=known.linked_id))
    found = match_customer(order.customer, known.candidates, policy.matching.keys)
    if isinstance(found, SeveralFit):
        return _ambiguous(order, found)
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


def _shares_one(order: Order, policy: BillingPolicy) -> bool:
    is_guest = not order.customer.external_id
    return policy.choice is CustomerChoice.ONE_FOR_ALL or (
        is_guest and policy.choice is CustomerChoice.GUESTS_AS_ONE
    )


def _shared(order: Order, policy: BillingPolicy) -> Billing | Hold:
    if policy.shared_customer:
        return Billing(BooksRef(books_id=policy.shared_customer), is_shared=True)
    return Hold(
        code="no_shared_customer",
        title=f"Order {order.number} has nobody to bill",
        message="Orders share one customer, and none is chosen.",
        remedy="Choose the customer in the connection's options.",
    )


def _ambiguous(order: Order, found: SeveralFit) -> Hold:
    by_hand = "Link the right one on the Customers screen."
    if not order.customer.external_id:
        by_hand = (
            "A guest cannot be linked: join these customers in the books to one, or "
            "choose the customer by a rule; then look again."
        )
    return Hold(
        code="customer_ambiguous",
        title=f"Order {order.number}: {found.reason}",
        message="Which of them it is cannot be told.",
        remedy=by_hand,
    )


def _unmatched(order: Order) -> Hold:
    who = order.customer.email or "A guest without an e-mail address"
    return Hold(
        code="customer_missing",
        title=f"Order {order.number}: its customer is not in the books",
        message=f"{who} was not found, and customers are not created by themselves.",
        remedy="Import or link the customer on the Customers screen, or let the "
        "connection create customers.",
    )
