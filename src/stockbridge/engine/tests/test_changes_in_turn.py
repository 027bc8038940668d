"""Changes of a customer when a link ends, an answer is late or a switch is turned."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.errors import SyncError
from stockbridge.domain.tests.builders import a_books_customer
from stockbridge.engine.actions.deliveries import cancel_deliveries
from stockbridge.engine.actions.pairs import link_customer, unlink_customer
from stockbridge.engine.actions.runs import undo_run
from stockbridge.engine.models import Binding, Delivery, Run
from stockbridge.engine.settle import settle
from stockbridge.engine.tests.test_customer_changes import (
    ADA,
    CHANGE,
    RENAMED,
    a_linked_world,
    an_hour,
    changed,
)
from stockbridge.engine.tests.worlds import World, a_world, an_order
from stockbridge.ports import PostOutcome, PostResult

pytestmark = pytest.mark.django_db(transaction=True)
THIRD = replace(ADA, email="third@example.com")


@contextmanager
def the_books_out_of_reach(world: World) -> Iterator[None]:
    world.ledger.cut_line = 50
    yield
    world.ledger.cut_line = 0


def a_waiting_change() -> tuple[World, Delivery]:
    """Return a world in which a change of Ada's e-mail address waits to leave."""
    world = a_linked_world()
    with the_books_out_of_reach(world):
        changed(world, RENAMED)
    (row,) = world.deliveries(kind=CHANGE)
    return world, row


def a_change_in_doubt() -> World:
    """Return a world in which the answer to Ada's change just got lost."""
    world = a_linked_world()
    world.ledger.lose_answers = 1
    world.shop.add_customer(RENAMED)
    world.clock.advance(hours=1)
    world.store_job()
    with pytest.raises(SyncError):
        world.books_job()
    return world


def answered_late(world: World, row: Delivery) -> None:
    row.refresh_from_db()
    result = PostResult("send-1-1", PostOutcome.POSTED, books_id="C1")
    with world.session(world.books_connection) as session:
        settle(session, [(row, result)])


def states(world: World) -> list[str]:
    return [row.state for row in world.deliveries(kind=CHANGE)]


# ── links that end ───────────────────────────────────────────────────────────


def test_linked_to_another_customer_the_waiting_change_of_the_former_is_dropped() -> (
    None
):
    world = a_linked_world()
    world.ledger.add_customer(a_books_customer(external_id="C2"))
    an_hour(world)
    with the_books_out_of_reach(world):
        changed(world, RENAMED)

    link_customer(world.bridge, "5", "C2", world.act)
    an_hour(world)

    assert states(world) == ["superseded"]
    assert world.ledger.customers["C1"].email == ADA.email


def test_linked_anew_to_the_same_customer_a_change_like_an_old_one_leaves_again() -> (
    None
):
    world = a_linked_world()
    changed(world, RENAMED)
    unlink_customer(world.bridge, "5", world.act)
    changed(world, ADA)
    link_customer(world.bridge, "5", "C1", world.act)

    changed(world, RENAMED)

    assert states(world) == ["posted", "posted"]


def test_a_refused_change_of_somebody_unlinked_asks_for_nothing_any_more() -> None:
    world = a_linked_world()
    refusal = SyncError("The name is taken.", remedy="Rename one.", code="3100")
    world.ledger.refused[DocumentKind.CUSTOMER_CHANGE] = refusal
    changed(world, RENAMED)
    assert world.issue_codes() == ["refused_3100"]

    unlink_customer(world.bridge, "5", world.act)

    assert states(world) == ["superseded"]
    assert world.issues() == []


def test_a_change_that_came_back_after_its_link_ended_does_not_leave_again() -> None:
    world, row = a_waiting_change()
    Delivery.objects.filter(pk=row.pk).update(state="sent")
    unlink_customer(world.bridge, "5", world.act)
    Delivery.objects.filter(pk=row.pk).update(state="ready", not_before=None)

    an_hour(world)

    assert states(world) == ["superseded"]
    assert world.ledger.customers["C1"].email == ADA.email


def test_a_customer_who_is_removed_from_the_books_takes_a_waiting_change_along() -> (
    None
):
    world = a_world(change_customers=True)
    world.shop.add_customer(ADA)
    an_hour(world)
    done = world.approve(world.start(Run.Kind.IMPORT_CUSTOMERS, all=True))
    with the_books_out_of_reach(world):
        changed(world, RENAMED)
    run = undo_run(done, world.act)
    world.store_job()
    run.refresh_from_db()
    Delivery.objects.filter(kind=CHANGE).update(state="held")

    world.approve(run)
    world.rest()

    assert world.ledger.customers == {}
    assert states(world) == ["superseded"]


# ── one at a time ────────────────────────────────────────────────────────────


def test_importing_somebody_whose_change_is_in_doubt_says_so_and_stops_nothing() -> (
    None
):
    world = a_change_in_doubt()
    world.shop.add_customer(THIRD)
    world.clock.advance(hours=1)
    world.store_job()

    run = world.start(Run.Kind.IMPORT_CUSTOMERS, all=True)

    row = world.rows(run, "customer")["5"]
    assert (row.action, row.reason) == (
        "skip",
        "A change is on its way: import again once it is in the books.",
    )
    an_hour(world)
    an_hour(world)
    assert states(world) == ["posted", "posted"]
    assert world.ledger.customers["C1"].email == THIRD.email


def test_a_change_that_left_after_the_preview_lets_the_row_be_looked_at_again() -> None:
    world, row = a_waiting_change()
    run = world.start(Run.Kind.IMPORT_CUSTOMERS, all=True)
    assert world.rows(run, "customer")["5"].action == "change"
    Delivery.objects.filter(pk=row.pk).update(state="sent")

    world.approve(run)

    seen = world.rows(run, "customer")["5"]
    assert (seen.action, seen.is_approved) == ("skip", False)


# ── answers that come late ───────────────────────────────────────────────────


def test_a_dropped_change_that_was_carried_out_is_said_and_later_ones_go_on() -> None:
    world, row = a_waiting_change()
    cancel_deliveries(world.company, [row.pk], world.act)

    answered_late(world, row)
    changed(world, THIRD)

    assert world.ledger.customers["C1"].email == THIRD.email
    (issue,) = world.issues()
    assert issue.code == "booked_after_all"
    assert "order" not in f"{issue.message} {issue.remedy}"


def test_a_replaced_change_that_was_carried_out_stops_no_later_one() -> None:
    world, row = a_waiting_change()
    with the_books_out_of_reach(world):
        changed(world, THIRD)

    answered_late(world, row)
    changed(world, replace(THIRD, phone="+1 555 0199"))

    found = world.ledger.customers["C1"]
    assert (found.email, found.phone) == (THIRD.email, "+1 555 0199")


def test_a_change_that_waits_behind_such_a_one_is_planned_anew() -> None:
    world, row = a_waiting_change()
    with the_books_out_of_reach(world):
        changed(world, THIRD)

    answered_late(world, row)
    an_hour(world)

    *_, last = world.deliveries(kind=CHANGE)
    assert last.document is not None
    assert (last.state, last.document["before"]["email"]) == ("posted", RENAMED.email)


# ── what counts as said ──────────────────────────────────────────────────────


def test_a_change_between_planning_and_creating_a_customer_reaches_the_books() -> None:
    world = a_world(change_customers=True)
    world.shop.add_customer(ADA)
    an_hour(world)
    with the_books_out_of_reach(world):
        world.shop.place(an_order(customer=ADA))
        an_hour(world)
        changed(world, replace(ADA, phone="+1 555 0199"))

    an_hour(world)
    an_hour(world)

    phones = [one.phone for one in world.ledger.customers.values()]
    assert phones == ["+1 555 0199"]


def test_what_an_order_said_otherwise_than_the_account_is_no_change() -> None:
    world = a_world(change_customers=True)
    world.shop.add_customer(ADA)
    an_hour(world)

    world.shop.place(an_order(customer=replace(ADA, phone="+1 555 0123")))
    an_hour(world)
    an_hour(world)

    assert [one.phone for one in world.ledger.customers.values()] == ["+1 555 0123"]
    assert world.deliveries(kind=CHANGE) == []


def test_after_a_dropped_change_the_next_one_knows_what_the_books_were_told() -> None:
    world, row = a_waiting_change()
    cancel_deliveries(world.company, [row.pk], world.act)

    changed(world, replace(RENAMED, phone="+1 555 0199"))
    changed(world, replace(THIRD, phone="+1 555 0199"))

    _, of_phone, of_email = world.deliveries(kind=CHANGE)
    assert of_phone.document is not None
    assert of_phone.document["fields"] == ["phone"]
    assert of_email.document is not None
    assert of_email.document["before"]["email"] == ADA.email
    assert world.ledger.customers["C1"].email == THIRD.email


def test_what_changed_before_the_switch_is_not_sent_with_what_changes_after_it() -> (
    None
):
    world = a_linked_world(change_customers=False)
    changed(world, RENAMED)

    world.set_options(change_customers=True)
    changed(world, replace(RENAMED, phone="+1 555 0199"))

    found = world.ledger.customers["C1"]
    assert (found.email, found.phone) == (ADA.email, "+1 555 0199")
    run = world.start(Run.Kind.IMPORT_CUSTOMERS, all=True)
    shown = world.rows(run, "customer")["5"].details["changes"]
    assert shown == [{"field": "email", "before": ADA.email, "after": RENAMED.email}]
    world.approve(run)
    assert world.ledger.customers["C1"].email == RENAMED.email


def test_the_links_keep_apart_what_was_told_said_and_seen() -> None:
    world = a_linked_world(change_customers=False)
    changed(world, RENAMED)
    world.set_options(change_customers=True)
    an_hour(world)

    kept = Binding.objects.get(kind="customer").agreed

    assert kept is not None
    emails = [kept[name]["email"] for name in ("record", "said", "seen")]
    assert emails == [ADA.email, ADA.email, RENAMED.email]
