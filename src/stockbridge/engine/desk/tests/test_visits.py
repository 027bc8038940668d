"""A visit at the desk: what it does, in which order, and what a broken one costs."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from stockbridge.domain.accounting import DocumentKind, SaleDocument
from stockbridge.engine.actions.deliveries import cancel_deliveries, retry_deliveries
from stockbridge.engine.desk.counter import UNREADABLE
from stockbridge.engine.desk.envelopes import CULPRIT
from stockbridge.engine.desk.tests.caller import (
    Caller,
    DiedError,
)
from stockbridge.engine.desk.tests.till import (
    CAPABILITIES,
    UNSAYABLE,
    Till,
    TillTranslator,
)
from stockbridge.engine.desk.tests.visiting import (
    a_visit_to_come,
    marker_of,
)
from stockbridge.engine.desk.visits import end_visit, open_visit
from stockbridge.engine.models import (
    Batch,
    Connection,
    Conversation,
    Delivery,
    Snapshot,
)
from stockbridge.engine.tests.worlds import World, an_order
from stockbridge.ports import CompanyNotice, Fault, Verdict

pytestmark = pytest.mark.django_db(transaction=True)
#: A part of the steps in every run of the tests; all of them: `make faults`.
EVERY = int(os.environ.get("STOCKBRIDGE_DIE_EVERY", "4"))
Execute = Callable[..., object]


def test_an_order_is_written_once_after_the_company_was_checked() -> None:
    world, caller = a_visit_to_come()

    told = caller.visit()

    assert [type(w.document).__name__ for w in caller.till.written] == [
        "CustomerRecord",
        "SaleDocument",
        "PaymentDocument",
    ]
    assert caller.till.kinds()[0] == "CheckCompany"
    assert world.outcome("727") == "posted"
    assert "3 sent" in told


def test_a_document_leaves_with_the_id_of_what_it_needs() -> None:
    _, caller = a_visit_to_come()

    caller.visit()

    customer = caller.till.sales()[0].customer
    assert customer is not None
    assert customer.books_id == "T0"


def test_items_and_stock_are_read_and_kept() -> None:
    world, caller = a_visit_to_come()
    caller.till.items = [
        replace(item, version="2") for item in world.ledger.items.values()
    ]

    caller.visit()

    kept = Snapshot.objects.filter(connection=world.bridge.books, feed="items")
    assert kept.count() == 2
    connection = Connection.objects.get(pk=world.bridge.books_id)
    assert connection.facts["lists"]["locations"] == [["1", "Shop", True]]


def test_the_company_that_came_first_is_the_only_one_from_then_on() -> None:
    world, caller = a_visit_to_come()
    caller.visit()
    world.shop.place(an_order())
    world.clock.advance(minutes=6)
    world.store_job()
    caller.till.identity = "South Mugs"
    written = len(caller.till.written)

    caller.now += timedelta(hours=1)
    told = caller.visit()

    assert "Another company is open" in told
    assert len(caller.till.written) == written
    assert world.issue("other_company").remedy


@pytest.mark.parametrize(("user", "password"), [("", ""), ("x", ""), ("", "wrong")])
def test_a_wrong_name_or_password_is_refused(user: str, password: str) -> None:
    _, caller = a_visit_to_come()
    caller.user = user or caller.user
    caller.password = password or ("wrong" if not user else caller.password)

    desk = caller.desk()
    told = desk.sign_in(caller.user, caller.password)

    assert told.verdict is Verdict.INVALID
    assert told.ticket == ""
    assert desk.is_refused


def test_an_unknown_ticket_gets_nothing_and_does_nothing() -> None:
    _, caller = a_visit_to_come()
    caller.ticket = "made-up"

    desk = caller.desk()

    assert desk.next_envelope("made-up", CompanyNotice()) == b""
    assert desk.take_answer("made-up", b"[]") == -1
    assert desk.is_refused
    assert Batch.objects.count() == 0


def test_a_second_visitor_waits_while_the_first_is_at_it() -> None:
    _, caller = a_visit_to_come()
    caller.sign_in()

    again = caller.desk().sign_in(caller.user, caller.password)

    assert again.verdict is Verdict.BUSY


def test_a_visit_ends_together_with_its_lease_or_not_at_all() -> None:
    _, caller = a_visit_to_come()
    caller.sign_in()

    def die_at_the_lease(execute: Execute, sql: str, *rest: Any) -> object:
        if "engine_lease" in sql and sql.startswith("UPDATE"):
            raise DiedError
        return execute(sql, *rest)

    row = Conversation.objects.get(ticket=caller.ticket)
    with connection.execute_wrapper(die_at_the_lease), pytest.raises(DiedError):
        end_visit(row, caller.now)

    assert open_visit(caller.connection) == row


def test_a_document_that_cannot_be_said_is_held_and_the_rest_goes_on() -> None:
    world, caller = a_visit_to_come(number=UNSAYABLE)
    world.shop.place(an_order(external_id="728"))
    world.clock.advance(minutes=6)
    world.store_job()

    caller.rest()

    assert [sale.reference for sale in caller.till.sales()] == ["1042"]
    held = Delivery.objects.get(state="held")
    assert held.error == "The till cannot say it."


def test_a_visit_in_which_all_had_to_be_held_ends_without_an_error() -> None:
    _, caller = a_visit_to_come(number=UNSAYABLE)
    caller.visit()
    Delivery.objects.filter(state="held").update(state="ready")  # tried once more

    told = caller.visit()

    assert Delivery.objects.filter(kind="sale", state="held").count() == 1
    assert caller.shown == ""
    assert told.startswith("Done: 0 sent")
    assert caller.steps[-3:] == ["answered", "bring", "leave"]


def test_what_a_person_withdraws_during_a_visit_ends_it_without_an_error() -> None:
    world, caller = a_visit_to_come()
    caller.visit()
    world.shop.place(an_order(external_id="728", number="1043"))
    world.clock.advance(minutes=6)
    world.store_job()

    def withdraw(step: str) -> None:
        waiting = Delivery.objects.filter(state="ready")
        if step == "bring":
            ids = list(waiting.values_list("pk", flat=True))
            cancel_deliveries(world.company, ids, world.act)

    caller.at_step = withdraw

    caller.visit()

    assert [sale.reference for sale in caller.till.sales()] == ["1042"]
    assert caller.shown == ""


def test_a_refused_document_is_held_with_the_books_words() -> None:
    world, caller = a_visit_to_come()
    caller.till.refused = {marker_of(Delivery.objects.get(kind="sale"))}

    caller.rest()

    assert Delivery.objects.get(kind="sale").state == "held"
    assert "inactive" in world.issue("refused_InvalidInputError").message
    assert len(caller.till.written) == 1


def test_what_the_books_remark_on_a_document_that_they_took_is_told() -> None:
    world, caller = a_visit_to_come()
    caller.till.remarked = {marker_of(Delivery.objects.get(kind="sale"))}

    caller.rest()

    assert Delivery.objects.get(kind="sale").state == "posted"
    assert world.issue("remarked").message == "Somebody else moved it meanwhile."


def test_a_feed_that_fails_twice_is_left_for_the_next_visit() -> None:
    _, caller = a_visit_to_come()
    caller.sign_in()
    asked = []

    while envelope := caller.desk().next_envelope(caller.ticket, CompanyNotice()):
        request = json.loads(envelope)["requests"][0]
        asked.append(request.get("feed", ""))
        is_failing = request.get("feed") == "setup"
        answer = b"[]" if is_failing else caller.till.process(envelope)
        if caller.desk().take_answer(caller.ticket, answer) == 100:
            break

    assert asked.count("setup") == 2
    assert asked.count("documents") == 1


def test_what_a_write_depends_on_is_read_in_an_envelope_before_it() -> None:
    _, caller = a_visit_to_come(prepares=frozenset({DocumentKind.SALE}))

    caller.visit()

    kinds = caller.till.kinds()
    assert kinds.index("Prepare") < len(kinds) - 1 - kinds[::-1].index("Write")
    assert len(caller.till.sales()) == 1


@pytest.mark.parametrize("keeps_answers", [False, True])
def test_a_visit_that_dies_at_any_step_books_nothing_twice_and_loses_nothing(
    *,
    keeps_answers: bool,
) -> None:
    steps = len(a_whole_visit(keeps_answers=keeps_answers).steps)
    ends = []

    for place in range(1, steps + 1, EVERY):
        caller = a_whole_visit(keeps_answers=keeps_answers, dies_at=place)
        states = Delivery.objects.filter(connection=caller.connection)
        ends.append((len(caller.till.written), {row.state for row in states}))

    assert steps > 15
    assert ends == [(3, {"posted"})] * len(ends)


def a_whole_visit(*, keeps_answers: bool, dies_at: int = 0) -> Caller[Till]:
    capabilities = replace(CAPABILITIES, keeps_answers=keeps_answers)
    _, caller = a_visit_to_come(capabilities=capabilities)
    caller.till.keeps_answers = keeps_answers

    def die(_step: str) -> None:
        if len(caller.steps) == dies_at:
            raise DiedError

    caller.at_step = die
    try:
        caller.visit()
    except DiedError:
        caller.at_step = lambda _: None
        caller.rest()
    return caller


def test_a_document_that_makes_quickbooks_refuse_the_envelope_is_found_and_held() -> (
    None
):
    world, caller = a_visit_to_come()
    world.shop.place(an_order(external_id="728", number="bad"))
    world.clock.advance(minutes=6)
    world.store_job()

    for _ in range(12):
        caller.now += timedelta(minutes=20)
        visit_with_a_poisoned_document(caller, "bad")

    assert [sale.reference for sale in caller.till.sales()] == ["1042"]
    held = Delivery.objects.get(state="held")
    assert (held.reference, held.kind) == ("bad", "sale")
    assert world.issue("refused_unreadable").remedy


def test_a_record_that_was_unreadable_and_is_tried_again_is_judged_anew() -> None:
    world, caller = a_visit_to_come()
    customer = Delivery.objects.get(kind="customer")
    Delivery.objects.filter(pk=customer.pk).update(unreadable=CULPRIT)
    caller.rest()
    held = Delivery.objects.get(kind="customer").state

    retry_deliveries(world.company, [customer.pk], world.act)
    caller.rest()

    assert held == "held"
    assert len(caller.till.written) == 3


def test_an_order_that_changes_after_it_was_chosen_does_not_leave_as_it_was() -> None:
    world, caller = a_visit_to_come()
    caller.translator = TillTranslator(
        caller.till,
        at_check=lambda post: (
            change_the_order(world) if isinstance(post.document, SaleDocument) else None
        ),
    )

    caller.visit()

    assert caller.till.sales() == []
    assert Delivery.objects.get(kind="sale").state == "ready"


def change_the_order(world: World) -> None:
    """Let the order be read in another form, as a store's job does meanwhile."""
    Snapshot.objects.filter(feed="orders").update(digest="changed")


def test_a_slow_read_says_nothing_about_writes() -> None:
    _, caller = a_visit_to_come()
    caller.sign_in()
    while envelope := caller.desk().next_envelope(caller.ticket, CompanyNotice()):
        if b'"Read"' in envelope:
            break
        caller.desk().take_answer(caller.ticket, caller.till.process(envelope))
    before = caller.desk().connection.desk.pace
    caller.now += timedelta(seconds=120)

    caller.lose("The operation timed out.")

    access = caller.desk().connection.desk
    assert access.pace == before
    assert access.read_pace > 4


def test_a_company_is_not_opened_where_there_is_nothing_to_do() -> None:
    _, caller = a_visit_to_come()
    caller.rest()

    told = caller.desk().sign_in(caller.user, caller.password)

    assert told.verdict is Verdict.NOTHING


def visit_with_a_poisoned_document(caller: Caller[Till], reference: str) -> None:
    """Visit as long as no envelope holds the document that nobody can read."""
    if caller.sign_in() is not Verdict.OPEN:
        return
    while envelope := caller.desk().next_envelope(caller.ticket, CompanyNotice()):
        told = json.loads(envelope)["requests"]
        documents = [one.get("document", {}) for one in told if one["is"] == "Write"]
        if any(one.get("reference") == reference for one in documents):
            fault = Fault(UNREADABLE, "error parsing the XML")
            caller.desk().lose_answer(caller.ticket, fault)
            break
        answer = caller.till.process(envelope)
        if caller.desk().take_answer(caller.ticket, answer) == 100:
            break
    caller.desk().close(caller.ticket)
