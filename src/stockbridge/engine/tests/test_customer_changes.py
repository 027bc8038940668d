"""A customer of the store who changes: in the books once, by itself or by hand."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.commerce import Customer
from stockbridge.domain.errors import ConflictError
from stockbridge.domain.tests.builders import (
    a_books_customer,
    a_customer,
)
from stockbridge.engine.actions.deliveries import cancel_deliveries, retry_deliveries
from stockbridge.engine.actions.pairs import link_customer
from stockbridge.engine.models import Binding, Delivery, Run
from stockbridge.engine.privacy import erase_person
from stockbridge.engine.tests.worlds import World, a_world

pytestmark = pytest.mark.django_db(transaction=True)
CHANGE = DocumentKind.CUSTOMER_CHANGE.value
ADA = a_customer()
RENAMED = a_customer(email="ada@mugs.example.com")


def a_linked_world(**options: object) -> World:
    """Return a world in which Ada is linked to C1 and was looked at once."""
    world = a_world(**{"change_customers": True, **options})
    world.shop.add_customer(ADA)
    world.ledger.add_customer(a_books_customer(external_id="C1"))
    an_hour(world)
    link_customer(world.bridge, "5", "C1", world.act)
    an_hour(world)
    return world


def an_hour(world: World) -> None:
    world.clock.advance(hours=1)
    world.rest(rounds=2)


def changed(world: World, customer: Customer) -> None:
    world.shop.add_customer(customer)
    an_hour(world)


def test_a_linked_customer_who_did_not_change_is_left_alone() -> None:
    world = a_linked_world()

    an_hour(world)

    assert world.deliveries(kind=CHANGE) == []


def test_a_changed_address_of_mail_reaches_the_books_and_creates_nobody() -> None:
    world = a_linked_world()

    changed(world, RENAMED)

    assert {c.email for c in world.ledger.customers.values()} == {RENAMED.email}
    (row,) = world.deliveries(kind=CHANGE)
    assert (row.state, row.title) == ("posted", "Ada Byron: the e-mail address")
    assert [event.event for event in row.events.all()] == ["plan", "send", "accept"]


def test_seen_again_it_is_not_sent_again_and_there_and_back_is_sent_twice() -> None:
    world = a_linked_world()

    changed(world, RENAMED)
    an_hour(world)
    changed(world, ADA)
    changed(world, RENAMED)

    assert len(world.deliveries(kind=CHANGE, state="posted")) == 3
    assert world.ledger.customers["C1"].email == RENAMED.email


def test_switched_off_nothing_is_sent_and_switching_on_begins_there() -> None:
    world = a_linked_world(change_customers=False)
    changed(world, RENAMED)

    world.set_options(change_customers=True)
    an_hour(world)

    assert world.deliveries(kind=CHANGE) == []
    changed(world, replace(RENAMED, phone="+1 555 0199"))
    assert world.ledger.customers["C1"].phone == "+1 555 0199"


def test_by_hand_the_preview_shows_each_field_and_approving_sends_it() -> None:
    world = a_linked_world(change_customers=False)
    changed(world, RENAMED)

    run = world.start(Run.Kind.IMPORT_CUSTOMERS, all=True)

    row = world.rows(run, "customer")["5"]
    assert (row.action, row.details["changes"]) == (
        "change",
        [{"field": "email", "before": ADA.email, "after": RENAMED.email}],
    )
    assert world.deliveries(kind=CHANGE) == []
    run = world.approve(run)
    assert (run.state, run.summary["changed"]) == ("done", 1)
    assert world.ledger.customers["C1"].email == RENAMED.email
    again = world.start(Run.Kind.IMPORT_CUSTOMERS, all=True)
    assert world.rows(again, "customer")["5"].reason == "It is linked already."


def test_a_field_that_the_books_own_is_not_carried() -> None:
    world = a_linked_world(customer_email_owner="none")

    changed(world, replace(RENAMED, phone="+1 555 0199"))

    found = world.ledger.customers["C1"]
    assert (found.email, found.phone) == (ADA.email, "+1 555 0199")


def test_a_change_that_waits_is_replaced_by_the_next_one() -> None:
    world = a_linked_world()
    world.ledger.cut_line = 10
    changed(world, RENAMED)
    world.ledger.cut_line = 0

    changed(world, replace(ADA, email="third@example.com"))

    states = [row.state for row in world.deliveries(kind=CHANGE)]
    assert states == ["superseded", "posted"]
    assert world.ledger.customers["C1"].email == "third@example.com"


def test_a_lost_answer_is_looked_up_and_has_one_effect() -> None:
    world = a_linked_world()
    world.ledger.lose_answers = 1

    changed(world, RENAMED)
    an_hour(world)

    assert world.ledger.look_ups == 1
    (row,) = world.deliveries(kind=CHANGE)
    assert row.state == "posted"
    assert len(world.ledger.live(DocumentKind.CUSTOMER_CHANGE)) == 1


def test_a_refused_change_needs_a_person_and_goes_on_when_mended() -> None:
    world = a_linked_world()
    refusal = ConflictError("The name is taken.", remedy="Rename one.", code="3100")
    world.ledger.refused[DocumentKind.CUSTOMER_CHANGE] = refusal
    changed(world, RENAMED)
    assert world.issue_codes() == ["refused_3100"]

    world.ledger.refused.clear()
    (row,) = world.deliveries(kind=CHANGE)
    retry_deliveries(world.company, [row.pk], world.act)
    an_hour(world)

    assert world.issues() == []
    assert world.ledger.customers["C1"].email == RENAMED.email


def test_a_change_that_a_person_dropped_does_not_come_back_with_the_next_one() -> None:
    world = a_linked_world()
    world.ledger.cut_line = 10
    changed(world, RENAMED)
    (row,) = world.deliveries(kind=CHANGE)
    cancel_deliveries(world.company, [row.pk], world.act)
    world.ledger.cut_line = 0

    changed(world, replace(RENAMED, phone="+1 555 0199"))

    found = world.ledger.customers["C1"]
    assert (found.email, found.phone) == (ADA.email, "+1 555 0199")


def test_an_emptied_field_says_nothing_and_what_comes_after_it_counts() -> None:
    world = a_linked_world()

    changed(world, replace(ADA, phone=""))
    assert world.ledger.customers["C1"].phone == ADA.phone
    changed(world, replace(ADA, phone="+1 555 0199"))

    (row,) = world.deliveries(kind=CHANGE)
    assert row.document is not None
    assert row.document["before"]["phone"] == ADA.phone
    assert world.ledger.customers["C1"].phone == "+1 555 0199"


def test_what_both_agreed_on_is_what_was_posted_last() -> None:
    world = a_linked_world()

    changed(world, RENAMED)

    link = Binding.objects.get(kind="customer")
    assert link.agreed is not None
    assert link.agreed["record"]["email"] == RENAMED.email
    assert not Delivery.objects.filter(kind=CHANGE, sources__is_live=True).exists()


@pytest.mark.parametrize("email", [ADA.email, RENAMED.email])
def test_whoever_is_erased_is_gone_from_changes(
    email: str, settings: Settings, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    world = a_linked_world()
    changed(world, RENAMED)

    erase_person(world.company, email, now=world.clock(), by="Ada")

    (row,) = world.deliveries(kind=CHANGE)
    kept = f"{row.document} {row.title}"
    assert not any(word in kept for word in ("Ada", "Byron", "example.com", "555"))
    link = Binding.objects.get(kind="customer")
    assert (link.agreed is None) is (email == RENAMED.email)  # her address by now
