"""A trial: past orders as they are booked today, and as they would be."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from stockbridge.domain.trial import (
    Booking,
    Fate,
    MoneyTally,
    RuleTally,
    Tried,
    by_account,
    by_document,
    rule_tallies,
)
from stockbridge.engine.trials import Trial
from stockbridge.web.api.shapes.amounts import of_money


class BookingOut(Schema):
    """How an order would be booked; "" is as the settings say, or none."""

    rule: str
    outcome: str
    reason: str
    document: str
    number: str
    account_id: str
    class_id: str
    tax_code: str
    department_id: str
    terms_id: str
    customer: str = Field(description="The customer's id in the books; or new.")
    missing_item: str
    fallback_item: str


class TriedOut(Schema):
    """One order that would be booked otherwise."""

    order_id: str
    number: str
    placed_at: datetime
    is_in_books: bool = Field(description="It keeps the document that it has.")
    changes: list[str]
    before: BookingOut
    after: BookingOut


class RuleTallyOut(Schema):
    """How many orders a rule takes; null: there is no such rule."""

    name: str
    before: int | None
    after: int | None


class MoneyTallyOut(Schema):
    """What lands on an account, or is written as a kind of document."""

    name: str
    currency: str
    before: str
    after: str
    count_before: int
    count_after: int


class TrialOut(Schema):
    """What would change for the last orders; nothing was written."""

    tried_count: int
    changed_count: int
    in_books_count: int
    unreadable_count: int
    rules: list[RuleTallyOut]
    documents: list[MoneyTallyOut]
    accounts: list[MoneyTallyOut]
    orders: list[TriedOut]


def trial_out(trial: Trial) -> TrialOut:
    """Return a trial with the orders that would change, newest first."""
    return TrialOut(
        tried_count=len(trial.tried),
        changed_count=len(trial.changed),
        in_books_count=sum(one.is_in_books for one in trial.tried),
        unreadable_count=trial.unreadable_count,
        rules=[_rule(one) for one in tallies_of(trial)],
        documents=[_money(one) for one in by_document(trial.tried)],
        accounts=[_money(one) for one in by_account(trial.tried)],
        orders=[_tried(one) for one in trial.changed],
    )


def tallies_of(trial: Trial) -> tuple[RuleTally, ...]:
    """Return how many orders each rule takes, before and after."""
    return rule_tallies(trial.tried, trial.rules_before, trial.rules_after)


def _rule(tally: RuleTally) -> RuleTallyOut:
    return RuleTallyOut(name=tally.name, before=tally.before, after=tally.after)


def _money(tally: MoneyTally) -> MoneyTallyOut:
    return MoneyTallyOut(
        name=tally.name,
        currency=tally.currency,
        before=of_money(tally.before),
        after=of_money(tally.after),
        count_before=tally.count_before,
        count_after=tally.count_after,
    )


def _tried(one: Tried) -> TriedOut:
    return TriedOut(
        order_id=one.order_id,
        number=one.number,
        placed_at=one.placed_at,
        is_in_books=one.is_in_books,
        changes=list(one.changes),
        before=_booking(one.before),
        after=_booking(one.after),
    )


def _booking(fate: Fate) -> BookingOut:
    said = {name: str(getattr(fate.booking, name)) for name in Booking.__slots__}
    return BookingOut(rule=fate.rule, **said)
