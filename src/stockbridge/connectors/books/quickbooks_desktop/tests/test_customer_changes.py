"""A customer of QuickBooks takes on what the store changed, and keeps all the rest."""

from dataclasses import replace
from typing import Any

import pytest

from stockbridge.connectors.books.quickbooks_desktop.simulator.state import NAMES
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import a_post
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    World,
    a_world,
)
from stockbridge.connectors.tests.customers import ADA, SIDE_STREET
from stockbridge.domain.accounting import (
    BooksRef,
    CustomerChange,
    CustomerField,
    CustomerRecord,
)
from stockbridge.domain.errors import ConflictError
from stockbridge.ports import LookUpOutcome, NotDone, PostOutcome, Prepare


def a_change(world: World, after: CustomerRecord, **given: Any) -> CustomerChange:
    usual: dict[str, object] = {"before": ADA, "fields": tuple(CustomerField)}
    customer = BooksRef(world.company.id_of("Customer", "Ada Example"))
    return CustomerChange(customer, after=after, **{**usual, **given})


def with_ada(**settings: object) -> World:
    world = a_world(**settings)
    world.made(ADA, "customer/ada/1")
    return world


def said(world: World, path: str) -> str:
    kept = [r for r in world.company.state.of("Customer") if r.text("Email")]
    assert len(kept) == 1
    return kept[0].text(path)


def typed(world: World, tag: str, text: str) -> None:
    """Let somebody type into QuickBooks."""
    record = world.company.state.records[world.company.id_of("Customer", "Ada Example")]
    record.ret.find(tag).text = text
    record.ret.find("EditSequence").text = world.company.state.sequence()


def test_only_what_changed_is_named_and_all_else_stays() -> None:
    world = with_ada()
    after = replace(ADA, email="ada@mugs.example.com")

    result = world.write(a_post(a_change(world, after), "change/ada/1"))

    assert result is not None
    assert (result.outcome, result.error) == (PostOutcome.POSTED, None)
    assert said(world, "Email") == "ada@mugs.example.com"
    assert (said(world, "Phone"), said(world, "BillAddress/Addr2")) == (
        "555-0100",
        "1 Main Street",
    )
    sent = world.prepared(a_post(a_change(world, after), "change/ada/1"))
    assert b"<Phone>" not in world.books.translator.encode([sent], batch_id="B")


def test_a_shorter_address_leaves_no_line_of_the_old_one() -> None:
    world = with_ada()

    world.made(a_change(world, replace(ADA, billing=SIDE_STREET)), "change/ada/1")

    assert said(world, "BillAddress/Addr2") == "2 Side Street"
    assert said(world, "BillAddress/Addr3") == ""
    assert said(world, "BillAddress/City") == "Springfield"


def test_a_change_read_before_somebody_typed_is_refused_and_read_again() -> None:
    world = with_ada()
    post = a_post(a_change(world, replace(ADA, phone="555-0199")), "change/ada/1")
    stale = world.prepared(post)
    typed(world, "Phone", "555-0777")
    body = world.books.translator.encode([stale], batch_id="E" * 23)

    result = world.understood(post, (stale, world.company.process(body)))
    again = world.write(post)

    assert result is not None
    assert result.outcome is PostOutcome.RETRY
    assert again is not None
    assert again.outcome is PostOutcome.POSTED
    assert "the phone number" in str(again.error)
    assert said(world, "Phone") == "555-0777"


def test_where_the_store_rules_what_was_typed_is_overwritten() -> None:
    world = with_ada()
    typed(world, "Phone", "555-0777")
    after = replace(ADA, phone="555-0199")
    change = a_change(world, after, ruled=(CustomerField.PHONE,))

    world.made(change, "change/ada/1")

    assert said(world, "Phone") == "555-0199"


def test_a_customer_renamed_keeps_the_id_and_is_nobody_new() -> None:
    world = with_ada()
    count = len(list(world.company.state.of("Customer")))
    after = replace(ADA, name="Ada Byron", last_name="Byron")

    result = world.write(a_post(a_change(world, after), "change/ada/1"))

    assert result is not None
    assert result.number == "Ada Byron"
    assert result.books_id == world.company.id_of("Customer", "Ada Byron")
    assert len(list(world.company.state.of("Customer"))) == count


def test_a_name_that_a_bookkeeper_gave_stays() -> None:
    world = with_ada()
    change = a_change(world, replace(ADA, name="Ada Byron", last_name="Byron"))
    typed(world, "Name", "Example, Ada (wholesale)")

    result = world.write(a_post(change, "change/ada/1"))

    assert result is not None
    assert "the name" in str(result.error)
    assert said(world, "Name") == "Example, Ada (wholesale)"
    assert said(world, "LastName") == "Byron"


def test_a_new_name_that_is_taken_is_refused_with_a_remedy() -> None:
    world = with_ada()
    world.company.add("Vendor", "Ada Byron")
    post = a_post(a_change(world, replace(ADA, name="Ada Byron")), "change/ada/1")

    result = world.write(post)

    assert result is not None
    assert result.outcome is PostOutcome.REFUSED
    assert isinstance(result.error, ConflictError)
    assert result.error.remedy
    assert said(world, "Name") == "Ada Example"


@pytest.mark.parametrize("kind", NAMES)
def test_a_new_name_that_is_taken_gets_a_sign_where_policy_says_so(kind: str) -> None:
    world = with_ada(name_taken="suffix")
    world.company.add(kind, "Ada Byron")
    post = a_post(a_change(world, replace(ADA, name="Ada Byron")), "change/ada/1")

    result = world.write(post)

    assert result is not None
    assert result.number.startswith("Ada Byron #")
    assert world.look_up(post).outcome is LookUpOutcome.FOUND
    back = a_post(
        CustomerChange(
            BooksRef(result.books_id),
            replace(ADA, name="Ada Byron"),
            ADA,
            (CustomerField.NAME,),
        ),
        "change/ada/2",
    )
    again = world.write(back)
    assert again is not None
    assert again.number == "Ada Example"


def test_a_lost_answer_is_found_by_what_the_customer_says_now() -> None:
    world = with_ada()
    change = a_change(world, replace(ADA, phone="555-0199"))
    post = a_post(change, "change/ada/1")

    before = world.look_up(post)
    world.write(post)
    after = world.look_up(post)

    assert before.outcome is LookUpOutcome.MISSING
    assert after.outcome is LookUpOutcome.FOUND
    assert after.result is not None
    assert after.result.books_id == change.customer.books_id


def test_a_customer_who_was_deleted_is_said_and_not_made_anew() -> None:
    world = with_ada()
    change = a_change(world, replace(ADA, phone="555-0199"))
    del world.company.state.records[change.customer.books_id]

    (told,) = world.books.ask([Prepare("p", a_post(change, "change/ada/1"))])

    assert isinstance(told, NotDone)
    assert not told.is_retryable


@pytest.mark.parametrize("name", ["王小明", "Zoë: née Łukasz"])
def test_what_quickbooks_cannot_keep_is_compared_as_it_keeps_it(name: str) -> None:
    world = with_ada()
    after = replace(ADA, first_name=name, company=name * 20)
    post = a_post(a_change(world, after), "change/ada/1")

    world.write(post)

    assert world.look_up(post).outcome is LookUpOutcome.FOUND
    again = world.prepared(post)
    assert b"FirstName" not in world.books.translator.encode([again], batch_id="B")
