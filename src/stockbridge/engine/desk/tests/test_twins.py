"""A company that another connection leads to already gets nothing a second time."""

from datetime import timedelta

import pytest

from stockbridge.domain.errors import ActionNeededError, ConflictError
from stockbridge.engine.actions.bridges import join
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.separating import (
    SameCompanyError,
    say_it_is_another,
    twin_asked_about,
)
from stockbridge.engine.desk.tests.caller import NOW, Caller, a_caller
from stockbridge.engine.desk.tests.till import Till
from stockbridge.engine.desk.tests.visiting import a_visit_to_come
from stockbridge.engine.models import (
    Binding,
    Bridge,
    Connection,
    DeskAccess,
    Issue,
)
from stockbridge.engine.tests.rows import a_company, a_connection
from stockbridge.engine.tests.worlds import World, an_order

pytestmark = pytest.mark.django_db(transaction=True)
ACT = Act(now=NOW, by="Ada")


def a_second_caller(
    world: World, connector: str = "quickbooks_pos", *, joined: bool = True
) -> Caller[Till]:
    """Return who calls a second connection, of the same store where it is joined."""
    first = Connection.objects.filter(pk=world.bridge.books_id)
    first.update(connector=connector, settings={})
    second = a_connection(
        world.company,
        name="Second till",
        kind="books",
        connector=connector,
        settings={},
    )
    if joined:
        Bridge.objects.create(
            company=world.company,
            store=world.bridge.store,
            books=second,
            is_enabled=True,
            activated_at=world.clock(),
            options=world.bridge.options,
        )
        for one in Binding.objects.filter(books_connection=world.bridge.books_id):
            one.pk, one.books_connection = None, second
            one.save(force_insert=True)
    return a_caller(second, Till())


def plan_here_too(world: World) -> None:
    """Let the order be planned for the second connection as well."""
    world.shop.place(an_order(external_id="728", number="1043"))
    world.clock.advance(minutes=6)
    world.store_job()


def twin_issue() -> Issue:
    """Return the one open question about a company that is reached twice."""
    return Issue.objects.get(code="same_company", resolved_at=None)


@pytest.mark.parametrize("connector", ["quickbooks_pos", "quickbooks_desktop"])
def test_a_second_connection_to_one_company_writes_nothing_and_names_the_first(
    connector: str,
) -> None:
    world, first = a_visit_to_come()
    first.visit()
    second = a_second_caller(world, connector)
    plan_here_too(world)

    told = second.visit()

    issue = twin_issue()
    assert world.books_connection.name in told
    assert second.till.written == []
    assert issue.connection == second.connection
    assert world.books_connection.name in issue.message
    assert "one connection serves several stores" in issue.remedy
    assert DeskAccess.objects.get(pk=second.connection.pk).company_identity == ""


def test_a_file_that_is_signed_for_another_connection_is_that_ones() -> None:
    world, first = a_visit_to_come()  # it has not been here yet
    second = a_second_caller(world, "quickbooks_desktop")
    access = DeskAccess.objects.get(pk=first.connection.pk)
    second.till.identity = f"{{{access.file_id}}}"

    second.visit()

    assert twin_issue().details["twin"] == world.books_connection.uid


def test_the_first_connection_goes_on() -> None:
    world, first = a_visit_to_come()
    first.visit()
    second = a_second_caller(world)
    plan_here_too(world)
    second.visit()
    first.now += timedelta(hours=1)

    first.visit()

    assert len(first.till.sales()) == 2
    assert second.till.sales() == []


def test_two_companies_of_one_name_are_served_once_somebody_says_so() -> None:
    world, first = a_visit_to_come()
    first.visit()
    second = a_second_caller(world)
    plan_here_too(world)
    second.visit()
    assert twin_asked_about(second.connection) == world.books_connection

    say_it_is_another(second.connection, ACT)
    second.now += timedelta(hours=1)
    second.visit()

    assert not Issue.objects.filter(code="same_company", resolved_at=None).exists()
    assert second.till.sales()


def test_what_was_said_of_one_company_does_not_count_for_the_next() -> None:
    world, first = a_visit_to_come()
    first.visit()
    second = a_second_caller(world)
    second.visit()
    say_it_is_another(second.connection, ACT)
    DeskAccess.objects.filter(pk=first.connection.pk).update(company_identity="North")
    second.till.identity = "North"
    second.now += timedelta(hours=1)

    second.visit()

    assert twin_issue().details["identity"] == "North"


def test_a_signed_company_file_cannot_be_said_to_be_another() -> None:
    world, first = a_visit_to_come()
    first.visit()
    second = a_second_caller(world, "quickbooks_desktop")
    second.visit()

    assert twin_asked_about(second.connection) is None
    with pytest.raises(ConflictError):
        say_it_is_another(second.connection, ACT)


def test_where_nothing_asks_there_is_nothing_to_say() -> None:
    world, first = a_visit_to_come()
    first.visit()

    with pytest.raises(ActionNeededError):
        say_it_is_another(world.books_connection, ACT)


@pytest.mark.parametrize("connector", ["quickbooks_pos", "quickbooks_desktop"])
def test_a_store_is_not_joined_to_both(connector: str) -> None:
    world, first = a_visit_to_come()
    first.visit()
    second = a_second_caller(world, connector, joined=False)
    DeskAccess.objects.filter(pk=second.connection.pk).update(
        company_identity=first.till.identity
    )

    with pytest.raises(SameCompanyError) as refusal:
        join(world.bridge.store, second.connection, ACT)

    assert world.books_connection.name in refusal.value.message
    assert refusal.value.is_asked == (connector == "quickbooks_pos")


def test_a_store_is_joined_to_both_once_a_person_says_that_they_are_two() -> None:
    world, first = a_visit_to_come()
    first.visit()
    second = a_second_caller(world, joined=False)
    DeskAccess.objects.filter(pk=second.connection.pk).update(
        company_identity=first.till.identity
    )

    join(world.bridge.store, second.connection, ACT, are_separate=True)
    second.visit()

    assert not Issue.objects.filter(code="same_company", resolved_at=None).exists()


def test_once_the_other_connection_is_gone_the_company_is_served() -> None:
    world, _ = a_visit_to_come()
    gone = a_connection(
        world.company, name="Gone", kind="books", connector="quickbooks_pos"
    )
    a_caller(gone, Till()).visit()
    second = a_second_caller(world)
    second.visit()
    assert twin_issue()

    gone.delete()
    second.now += timedelta(hours=1)
    second.visit()

    assert not Issue.objects.filter(code="same_company", resolved_at=None).exists()
    assert DeskAccess.objects.get(pk=second.connection.pk).company_identity


def test_two_that_worked_side_by_side_go_on_unless_a_store_is_joined_to_both() -> None:
    world, first = a_visit_to_come()
    first.visit()
    second = a_second_caller(world, joined=False)
    DeskAccess.objects.filter(pk=second.connection.pk).update(
        company_identity=second.till.identity
    )
    second.visit()
    assert not Issue.objects.filter(code="same_company").exists()

    Bridge.objects.create(
        company=world.company, store=world.bridge.store, books=second.connection
    )
    for caller in (first, second):
        caller.now += timedelta(hours=1)
        caller.visit()

    assert twin_issue().connection == second.connection


def test_nothing_is_said_of_what_other_companies_of_the_installation_connect() -> None:
    world, first = a_visit_to_come()
    first.visit()
    Connection.objects.update(connector="quickbooks_pos")
    elsewhere = a_company()
    theirs = a_connection(
        elsewhere, name="Theirs", kind="books", connector="quickbooks_pos"
    )

    a_caller(theirs, Till()).visit()

    assert not Issue.objects.filter(code="same_company").exists()
    assert world.books_connection.name not in str(theirs.facts)
