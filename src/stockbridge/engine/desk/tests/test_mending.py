"""What the books could not hold: said as an issue, mended by a person, booked once."""

import pytest

from stockbridge.connectors import registry
from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.tests.builders import a_refund
from stockbridge.engine.actions.changing import change_connection
from stockbridge.engine.actions.connections import (
    ConnectionDraft,
    create_connection,
)
from stockbridge.engine.actions.retrying import retry_issues
from stockbridge.engine.desk.tests.caller import Caller, a_caller
from stockbridge.engine.desk.tests.till import Till, TillTranslator
from stockbridge.engine.models import Delivery, Issue
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)


def a_held_sale() -> tuple[World, Caller[Till]]:
    """Return a world whose only order the books cannot hold as it is."""
    world = a_world()
    world.shop.place(an_order())
    world.clock.advance(minutes=6)
    world.store_job()
    caller = a_caller(world.books_connection, Till(), unsayable="1042")
    caller.rest()
    assert Delivery.objects.get(kind="sale").state == "held"
    return world, caller


def refusals(world: World) -> list[Issue]:
    """Return the open issues of documents."""
    return [one for one in world.issues() if one.code.startswith("refused_")]


def test_what_was_not_sent_is_said_and_the_order_waits_for_a_person() -> None:
    world, _ = a_held_sale()

    issue = world.issue("refused_InvalidInputError")

    assert issue.title == "The sale 1042 was not sent"
    assert world.outcome("727") == "held"


def test_once_mended_it_is_tried_again_and_booked_once() -> None:
    world, caller = a_held_sale()
    caller.translator = TillTranslator(caller.till, unsayable="another")

    acted = retry_issues(world.bridge.company, refusals(world), world.act)
    world.clock.advance(minutes=6)
    world.store_job()
    caller.rest()

    assert acted.refused == ()
    assert [sale.reference for sale in caller.till.sales()] == ["1042"]
    assert world.outcome("727") == "posted"
    assert not refusals(world)


def test_what_was_read_before_a_sale_holds_it_alone_and_the_others_are_booked() -> None:
    world = a_world()
    for number in ("1042", "1043", "1044"):
        world.shop.place(an_order(external_id=number, number=number))
    world.clock.advance(minutes=6)
    world.store_job()
    caller = a_caller(
        world.books_connection,
        Till(),
        prepares=frozenset({DocumentKind.SALE}),
        unwritable="1043",
    )

    caller.rest()

    assert [sale.reference for sale in caller.till.sales()] == ["1042", "1044"]
    assert (
        world.issue("refused_InvalidInputError").title == "The sale 1043 was not sent"
    )


def test_an_order_that_is_called_off_meanwhile_asks_nothing_any_more() -> None:
    world, _ = a_held_sale()

    world.shop.cancel("727")
    world.clock.advance(minutes=6)
    world.store_job()

    assert not refusals(world)
    assert world.outcome("727") == "ignored"


def test_what_waits_for_a_held_sale_wakes_nobody() -> None:
    world, _ = a_held_sale()
    world.shop.refund("727", a_refund())
    world.clock.advance(minutes=6)
    world.store_job()
    assert "refund ready" in world.states()

    done = world.store_job()

    assert done.wakes == set()


def test_what_was_read_from_quickbooks_outlives_a_change_of_settings() -> None:
    world = a_world()
    act = world.act.__class__(now=world.clock(), by="Ada")
    connector = registry.get("quickbooks_pos")
    draft = ConnectionDraft("Counter", {})
    row = create_connection(world.bridge.company, connector, draft, act)
    row.facts = {"lists": {"accounts": [["cash", "Cash", "tender", ""]]}}
    row.save(update_fields=["facts"])

    change_connection(row, ConnectionDraft("Counter", {"tax_item": "-7"}), act)

    assert row.settings["tax_item"] == "-7"
    assert row.facts["lists"]["accounts"] == [["cash", "Cash", "tender", ""]]
