"""The envelope that is made ahead: it has not left, and leaves only if it still may."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from stockbridge.engine.desk.answers import take_in
from stockbridge.engine.desk.envelopes import SUSPECT
from stockbridge.engine.desk.tests.caller import Caller, DiedError, a_caller
from stockbridge.engine.desk.tests.test_visits import EVERY
from stockbridge.engine.desk.tests.till import CAPABILITIES, Till
from stockbridge.engine.models import (
    Batch,
    Connection,
    Conversation,
    Delivery,
    Snapshot,
)
from stockbridge.engine.models.deliveries import AHEAD
from stockbridge.engine.privacy import erase_person
from stockbridge.engine.tests.worlds import World, a_world, an_order
from stockbridge.ports import CompanyNotice

pytestmark = pytest.mark.django_db(transaction=True)
#: So an envelope is full with one document.
ONE_EACH = replace(CAPABILITIES, documents_per_call_max=1)


def two_orders_to_come() -> tuple[World, Caller[Till]]:
    """Return who will carry two orders, each document in an envelope of its own."""
    world = a_world()
    world.shop.place(an_order(number="1042"))
    world.shop.place(an_order(external_id="728", number="1043"))
    world.clock.advance(minutes=6)
    world.store_job()
    return world, a_caller(world.books_connection, Till(), capabilities=ONE_EACH)


def ask(caller: Caller[Till]) -> bytes:
    """Ask for an envelope; what is made ahead is made, once it has left."""
    desk = caller.desk()
    envelope = desk.next_envelope(caller.ticket, CompanyNotice())
    desk.work_ahead()
    return envelope


def bring(caller: Caller[Till], envelope: bytes) -> None:
    """Let the till do it and bring the answer."""
    caller.desk().take_answer(caller.ticket, caller.till.process(envelope))


def the_first_sale_is_out() -> tuple[World, Caller[Till], bytes]:
    """Return a visit with one sale out, and the next one's envelope made ahead."""
    world, caller = two_orders_to_come()
    caller.sign_in()
    envelope = ask(caller)
    while b'"kind": "sale"' not in envelope:
        bring(caller, envelope)
        envelope = ask(caller)
    return world, caller, envelope


def made() -> Batch:
    """Return the envelope that was made ahead."""
    return Batch.objects.get(kind=AHEAD)


def visit_row(caller: Caller[Till]) -> Conversation:
    """Return the visit as it is kept."""
    return Conversation.objects.get(ticket=caller.ticket)


def states() -> list[str]:
    """Return where the two sales are, in their order."""
    rows = Delivery.objects.filter(kind="sale").order_by("id")
    return [row.state for row in rows]


def test_the_next_envelope_is_made_while_the_books_work_and_leaves_as_it_was_made() -> (
    None
):
    _, caller, out = the_first_sale_is_out()
    ahead = made()
    before = states()

    bring(caller, out)
    envelope = ask(caller)

    assert before == ["sent", "ready"]
    assert envelope == bytes(ahead.body)
    assert states() == ["posted", "sent"]
    row = Batch.objects.get(pk=ahead.pk)
    assert row.kind == "write"
    assert row.sent_at == caller.now


def test_an_answer_is_settled_once_the_envelope_that_was_made_ahead_has_left() -> None:
    _, caller, out = the_first_sale_is_out()

    bring(caller, out)
    brought = states()
    desk = caller.desk()
    desk.next_envelope(caller.ticket, CompanyNotice())
    left = states()
    desk.work_ahead()

    assert (brought, left) == (["sent", "ready"], ["sent", "sent"])
    assert states() == ["posted", "sent"]


def test_an_answer_is_settled_first_where_what_was_made_ahead_does_not_leave() -> None:
    _, caller, out = the_first_sale_is_out()
    bring(caller, out)

    Batch.objects.filter(kind=AHEAD).delete()
    caller.desk().next_envelope(caller.ticket, CompanyNotice())

    assert states() == ["posted", "ready"]  # its payment goes first


def test_an_answer_that_waits_to_be_settled_is_so_when_the_visit_ends() -> None:
    _, caller, out = the_first_sale_is_out()
    bring(caller, out)

    told = caller.desk().close(caller.ticket)

    assert states() == ["posted", "ready"]
    assert told.startswith("Done: 2 sent")  # the customer and the first sale


def test_an_answer_that_nobody_settled_is_no_doubt_for_the_next_visit() -> None:
    _, caller, out = the_first_sale_is_out()
    bring(caller, out)

    caller.now += timedelta(minutes=20)
    caller.sign_in()

    assert states() == ["posted", "ready"]
    assert "LookUp" not in caller.till.kinds()


def test_an_unreadable_answer_is_told_although_the_next_envelope_is_made() -> None:
    _, caller, out = the_first_sale_is_out()
    caller.till.process(out)

    told = caller.desk().take_answer(caller.ticket, b"<html>")

    assert told < 0
    assert states() == ["in_doubt", "ready"]


def test_an_answer_that_two_settle_counts_once() -> None:
    _, caller, out = the_first_sale_is_out()
    bring(caller, out)
    one, other = caller.desk(), caller.desk()
    one.next_envelope(caller.ticket, CompanyNotice())
    assert one.out is not None
    other.out = replace(one.out, row=visit_row(caller))

    batch = Batch.objects.get(kind="write", answered_at__isnull=False, settled_at=None)
    one.work_ahead()
    take_in(other.out, batch, batch.answer.encode())

    assert visit_row(caller).posted == 2


def test_an_order_that_changed_after_its_envelope_was_made_does_not_leave_with_it() -> (
    None
):
    _, caller, out = the_first_sale_is_out()
    bring(caller, out)

    # As a store's job reads it meanwhile; the other order's payment is still to go.
    orders = Snapshot.objects.filter(feed="orders", external_id="728")
    orders.update(digest="changed")
    envelope = ask(caller)

    assert b'"kind": "sale"' not in envelope
    assert states() == ["posted", "ready"]


@pytest.mark.parametrize("changes", [{"digest": "another"}, {"attempts": 1}])
def test_a_document_that_was_planned_or_tried_again_is_written_anew(
    changes: dict[str, object],
) -> None:
    _, caller, out = the_first_sale_is_out()
    ahead = made()
    bring(caller, out)

    Delivery.objects.filter(kind="sale", state="ready").update(**changes)
    envelope = ask(caller)

    assert envelope != bytes(ahead.body)
    assert not Batch.objects.filter(pk=ahead.pk).exists()
    assert states() == ["posted", "ready"]  # the payment goes first, as it is older


def test_what_was_written_by_other_settings_is_written_anew() -> None:
    _, caller, out = the_first_sale_is_out()
    ahead = made()
    bring(caller, out)

    Connection.objects.filter(pk=caller.connection.pk).update(settings={"other": "1"})
    envelope = ask(caller)

    assert not Batch.objects.filter(pk=ahead.pk).exists()
    assert envelope != bytes(ahead.body)


def test_who_was_erased_meanwhile_is_in_no_envelope_that_was_made_before() -> None:
    world, caller, out = the_first_sale_is_out()
    document: Any = Delivery.objects.filter(kind="customer")[0].document
    ahead = made()
    bring(caller, out)

    erase_person(world.company, document["email"], now=caller.now, by="")

    assert not Batch.objects.filter(pk=ahead.pk).exists()


def test_a_document_whose_words_changed_is_written_anew() -> None:
    _, caller, out = the_first_sale_is_out()
    ahead = made()
    bring(caller, out)

    row = Delivery.objects.get(kind="sale", state="ready")
    document: Any = row.document
    row.document = {**document, "memo": "Another"}
    row.save()
    ask(caller)

    assert not Batch.objects.filter(pk=ahead.pk).exists()


def test_nothing_that_was_made_ahead_outlives_its_visit() -> None:
    _, caller, out = the_first_sale_is_out()
    bring(caller, out)

    caller.desk().close(caller.ticket)

    assert not Batch.objects.filter(kind=AHEAD).exists()


def test_it_is_thrown_away_if_by_now_the_books_are_known_to_be_too_slow_for_it() -> (
    None
):
    _, caller, out = the_first_sale_is_out()
    ahead = made()
    bring(caller, out)

    caller.connection.desk.pace = 60.0
    caller.connection.desk.save()
    Batch.objects.filter(pk=ahead.pk).update(guess_s=3.0)  # 180 s at that pace
    ask(caller)

    assert not Batch.objects.filter(pk=ahead.pk).exists()


def test_a_lost_answer_is_looked_up_before_anything_made_ahead_leaves() -> None:
    _, caller, out = the_first_sale_is_out()
    caller.till.process(out)
    caller.lose()
    assert not Batch.objects.filter(kind=AHEAD).exists()

    caller.rest()

    kinds = caller.till.kinds()
    first = kinds.index("LookUp")
    assert "Write" in kinds[first:]
    assert [sale.reference for sale in caller.till.sales()] == ["1042", "1043"]


def test_a_suspect_is_not_made_ahead() -> None:
    _, caller, out = the_first_sale_is_out()
    Batch.objects.filter(kind=AHEAD).delete()
    Delivery.objects.filter(kind="sale").update(unreadable=SUSPECT)
    bring(caller, out)

    ask(caller)

    assert not Batch.objects.filter(kind=AHEAD).exists()


def test_a_visit_with_envelopes_made_ahead_that_dies_anywhere_books_nothing_twice() -> (
    None
):
    steps = len(a_visit_that_dies(at=0).steps)
    ends = []

    for place in range(1, steps + 1, EVERY):
        caller = a_visit_that_dies(at=place)
        rows = Delivery.objects.filter(connection=caller.connection)
        ends.append((len(caller.till.sales()), {row.state for row in rows}))

    assert steps > 20
    assert ends == [(2, {"posted"})] * len(ends)


def a_visit_that_dies(*, at: int) -> Caller[Till]:
    """Return a caller who died at this step, and came again until all was done."""
    _, caller = two_orders_to_come()

    def die(_step: str) -> None:
        if len(caller.steps) == at:
            raise DiedError

    caller.at_step = die
    try:
        caller.visit()
    except DiedError:
        caller.at_step = lambda _: None
        caller.rest()
    return caller
