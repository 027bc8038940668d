"""A setting that names nothing, or what is gone: one question, answered once."""

from collections.abc import Iterator
from typing import Any

import pytest

from stockbridge.domain.commerce import Order
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.tests.builders import a_fee, a_line
from stockbridge.engine.actions.changing import change_connection
from stockbridge.engine.actions.connections import ConnectionDraft
from stockbridge.engine.actions.deliveries import cancel_deliveries
from stockbridge.engine.actions.hand import Acted
from stockbridge.engine.actions.retrying import retry_issues
from stockbridge.engine.actions.setting_choices import SettingChoice, setting_choices
from stockbridge.engine.models import Connection, Delivery, DeliveryEvent
from stockbridge.engine.settings_needed import waiting_ids
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.journeys import an_order_of_bob, sales
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, a_clock, a_world

pytestmark = pytest.mark.django_db(transaction=True)
FEE = (a_line(), a_fee(total="0.50"))


@pytest.fixture(params=["quickbooks_pos", "quickbooks_desktop"])
def world(request: pytest.FixtureRequest) -> Iterator[QuickBooksWorld]:
    is_pos = request.param == "quickbooks_pos"
    office = PointOfSale(a_clock()) if is_pos else Desktop(a_clock())
    with a_world(office) as made:
        yield made


def test_three_orders_that_lack_one_setting_ask_once(world: QuickBooksWorld) -> None:
    forget(world, "fee_item")

    place_three(world)

    (issue,) = world.issues()
    assert (issue.code, issue.subject_id) == ("setting_needed", "fee_item")
    assert issue.waiting_count == 3
    assert "Item for fees" in issue.title
    assert issue.details["field"] == "fee_item"
    assert world.office.entries() == []


def test_choosing_the_setting_books_what_waited_each_once(
    world: QuickBooksWorld,
) -> None:
    forget(world, "fee_item")
    place_three(world)
    refused = waiting(world)

    acted = choose(world, fee_item=world.office.settings()["fee_item"])
    world.rest()

    assert acted.count == 3
    assert [entry.number for entry in sales(world)] == ["1042", "1043", "1044"]
    assert world.issues() == []
    notes = DeliveryEvent.objects.filter(delivery__in=refused, event="supersede")
    assert {event.by for event in notes} == {"Ada"}
    assert notes.count() == 3


def test_another_setting_lets_nothing_go_on(world: QuickBooksWorld) -> None:
    forget(world, "fee_item")
    place_three(world)
    before = waiting(world)

    acted = choose(world, shipping_item="")

    assert acted.count == 0
    assert waiting(world) == before


def test_trying_again_without_the_setting_asks_the_same_question(
    world: QuickBooksWorld,
) -> None:
    forget(world, "fee_item")
    place_three(world)

    retry_issues(world.company, world.issues(), world.act)
    world.rest()

    (issue,) = world.issues()
    assert (issue.subject_id, issue.waiting_count) == ("fee_item", 3)
    assert sales(world) == []


def test_the_question_ends_with_the_last_document_that_waited(
    world: QuickBooksWorld,
) -> None:
    forget(world, "fee_item")
    place_three(world)
    first, *others = waiting(world)

    cancel_deliveries(world.company, [first], world.act)
    left = world.issue("setting_needed").waiting_count
    cancel_deliveries(world.company, others, world.act)

    assert left == 2
    assert "setting_needed" not in world.issue_codes()


def test_a_chosen_item_that_is_gone_is_asked_about_once(world: QuickBooksWorld) -> None:
    take_away(world, "fee_item")

    place_three(world)

    (issue,) = world.issues()
    assert issue.subject_id == "fee_item"
    assert issue.waiting_count == 3
    assert "Choose another" in issue.remedy


def test_an_id_that_the_company_does_not_have_is_refused_at_its_setting(
    world: QuickBooksWorld,
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        choose(world, fee_item="800000FF-1234567890")

    assert refused.value.field == "fee_item"
    assert "next visit" in refused.value.remedy
    assert "fee_item" not in changed(world)


def test_an_item_that_is_counted_cannot_stand_for_fees(world: QuickBooksWorld) -> None:
    mug = next(one for one in offered(world, "unstocked_item").offer.named("MUG"))

    with pytest.raises(InvalidInputError, match="counted in stock") as refused:
        choose(world, unstocked_item=mug.id)

    assert refused.value.field == "unstocked_item"


def test_what_is_gone_can_stay_while_another_setting_changes(
    world: QuickBooksWorld,
) -> None:
    row = world.books_connection
    row.settings = {**row.settings, "unstocked_item": "800000FF-1"}
    row.save(update_fields=["settings"])

    choose(world, shipping_item="")

    assert world.books_connection.settings["unstocked_item"] == "800000FF-1"
    assert world.books_connection.settings["shipping_item"] == ""


def test_all_that_the_company_is_set_up_with_can_be_chosen_by_name(
    world: QuickBooksWorld,
) -> None:
    for name, value in world.office.settings().items():
        one = next((o for o in chosen(world) if o.name == name), None)
        if one is None:
            continue
        assert one.offer.is_complete, name
        assert list(one.offer.known(one.held)) == list(one.held), (name, value)
        assert one.offer.find(limit=50), name


def test_no_item_that_is_counted_is_offered_for_fees(world: QuickBooksWorld) -> None:
    names = {one.name for one in offered(world, "fee_item").offer.find(limit=50)}

    assert names
    assert not {"MUG", "PEN"} & names


def place_three(world: QuickBooksWorld) -> None:
    for number, order in enumerate(three_orders()):
        world.shop.place(order)
        assert order.number == f"{1042 + number}"
    world.rest()


def three_orders() -> list[Order]:
    return [
        an_order(lines=FEE),
        an_order_of_bob(lines=FEE),
        an_order(external_id="729", number="1044", lines=FEE),
    ]


def forget(world: QuickBooksWorld, name: str) -> None:
    choose(world, **{name: ""})


def take_away(world: QuickBooksWorld, name: str) -> None:
    """Let somebody delete in the company what is chosen for a setting."""
    office, chosen_id = world.office, world.books_connection.settings[name]
    if isinstance(office, Desktop):
        row = world.books_connection
        row.settings = {**row.settings, "discount_item": ""}
        row.save(update_fields=["settings"])
        del office.company.state.records[chosen_id]
    elif isinstance(office, PointOfSale):
        del office.company.records.items.rows[chosen_id]


def choose(world: QuickBooksWorld, **settings: Any) -> Acted:
    row = world.books_connection
    draft = ConnectionDraft(row.name, {**row.settings, **settings})
    return change_connection(row, draft, world.act)


def changed(world: QuickBooksWorld) -> dict[str, Any]:
    """Return the settings that are not as the company was set up."""
    kept, began = world.books_connection.settings, world.office.settings()
    return {name: kept[name] for name in began if kept[name] != began[name]}


def waiting(world: QuickBooksWorld) -> list[int]:
    found = waiting_ids(world.books_connection, ["fee_item"])
    assert Delivery.objects.filter(pk__in=found, state="held").count() == len(found)
    return found


def chosen(world: QuickBooksWorld) -> list[SettingChoice]:
    row = Connection.objects.get(pk=world.bridge.books_id)
    return list(setting_choices(row, world.find(row.connector)))


def offered(world: QuickBooksWorld, name: str) -> SettingChoice:
    return next(one for one in chosen(world) if one.name == name)
