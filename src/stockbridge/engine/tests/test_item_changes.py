"""A product of the store that changes: in the books once, by itself or by hand."""

from dataclasses import replace

import pytest

from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.catalog import StoreItem
from stockbridge.domain.errors import ConflictError
from stockbridge.domain.tests.builders import a_books_item, a_store_item, usd
from stockbridge.engine.actions.deliveries import cancel_deliveries, retry_deliveries
from stockbridge.engine.actions.issues import allow_limit
from stockbridge.engine.actions.pairs import Part, link_item, unlink_item
from stockbridge.engine.models import Binding, Delivery, Run
from stockbridge.engine.tests.worlds import World, a_new_world, a_world

pytestmark = pytest.mark.django_db(transaction=True)
CHANGE = DocumentKind.ITEM_CHANGE.value
MUG = a_store_item()
RENAMED = replace(MUG, name="Large mug", upc="036000291452")


def a_changing_world(**options: object) -> World:
    """Return a world whose items are linked and were looked at once."""
    world = a_world(**{"change_items": True, **options})
    world.rest(rounds=1)
    return world


def changed(world: World, item: StoreItem) -> None:
    world.shop.add_item(item)
    world.rest(rounds=2)


def in_books(world: World, item_id: str = "I1") -> tuple[str, str]:
    found = world.ledger.items[item_id]
    return found.name, found.upc


def test_items_that_did_not_change_and_quantities_are_left_alone() -> None:
    world = a_changing_world()

    world.shop.edit_quantity("93", 7)
    world.rest(rounds=3)

    assert world.deliveries(kind=CHANGE) == []


def test_a_changed_name_reaches_the_books_once_and_creates_nothing() -> None:
    world = a_changing_world()

    changed(world, RENAMED)
    world.rest(rounds=2)

    assert in_books(world) == ("Large mug", "036000291452")
    assert set(world.ledger.items) == {"I1", "I2"}
    (row,) = world.deliveries(kind=CHANGE)
    assert row.state == "posted"
    assert row.title == "Large mug: the name, the description, the UPC"


def test_switched_off_nothing_is_kept_or_sent_and_switching_on_begins_there() -> None:
    world = a_changing_world(change_items=False)
    changed(world, RENAMED)
    assert not Binding.objects.exclude(agreed=None).exists()

    world.set_options(change_items=True)
    world.rest(rounds=2)

    assert world.deliveries(kind=CHANGE) == []
    changed(world, replace(RENAMED, name="Huge mug"))
    assert world.ledger.items["I1"].name == "Huge mug"


def test_prices_travel_only_where_the_store_owns_them() -> None:
    world = a_changing_world()
    changed(world, replace(MUG, price=usd("5.50")))
    assert world.deliveries(kind=CHANGE) == []

    world.set_options(price_owner="store")
    changed(world, replace(MUG, price=usd("6.00")))

    assert world.ledger.items["I1"].price == usd("6.00")


def test_a_price_that_moves_too_far_waits_for_a_person() -> None:
    world = a_changing_world(price_owner="store")

    changed(world, replace(MUG, price=usd("50.00")))

    (row,) = world.deliveries(kind=CHANGE)
    assert row.state == "held"
    (issue,) = world.issues()
    assert issue.code == "limit_repriced"
    assert world.ledger.items["I1"].price == usd("5.00")
    allow_limit(issue, world.act)
    world.rest(rounds=1)
    assert world.ledger.items["I1"].price == usd("50.00")


def test_small_steps_of_a_price_add_up() -> None:
    world = a_changing_world(price_owner="store")

    for price in ("6.50", "8.40", "10.90"):
        changed(world, replace(MUG, price=usd(price)))

    states = [row.state for row in world.deliveries(kind=CHANGE)]
    assert states == ["posted", "superseded", "held"]
    assert world.ledger.items["I1"].price == usd("6.50")
    assert world.issue_codes() == ["limit_repriced"]


def test_a_field_that_stays_with_the_books_is_not_carried() -> None:
    world = a_changing_world(item_name_owner="none")

    changed(world, RENAMED)

    assert in_books(world) == ("Mug", "036000291452")


def test_by_hand_the_preview_shows_each_field_and_approving_sends_it() -> None:
    world = a_changing_world()
    world.set_options(change_items=False)
    changed(world, RENAMED)
    assert world.deliveries(kind=CHANGE) == []

    run = world.start(Run.Kind.IMPORT_ITEMS, all=True)

    row = world.rows(run, "item")["93"]
    assert row.action == "change"
    assert row.details["changes"] == [
        {"field": "name", "before": "Mug", "after": "Large mug"},
        {"field": "upc", "before": "", "after": "036000291452"},
    ]
    run = world.approve(run)
    assert (run.state, run.summary["changed"]) == ("done", 1)
    assert in_books(world) == ("Large mug", "036000291452")
    again = world.start(Run.Kind.IMPORT_ITEMS, all=True)
    assert world.rows(again, "item")["93"].reason == "It is linked already."


def test_a_lost_answer_is_looked_up_and_has_one_effect() -> None:
    world = a_changing_world()
    world.ledger.lose_answers = 1

    changed(world, RENAMED)
    world.rest(rounds=2)

    assert world.ledger.look_ups == 1
    (row,) = world.deliveries(kind=CHANGE)
    assert row.state == "posted"
    assert len(world.ledger.live(DocumentKind.ITEM_CHANGE)) == 1


def test_while_a_change_is_on_its_way_the_next_one_waits_for_it() -> None:
    world = a_changing_world()
    world.ledger.cut_line = 2
    world.ledger.lose_answers = 1
    changed(world, RENAMED)

    changed(world, replace(RENAMED, name="Huge mug"))
    world.rest(rounds=4)

    assert world.ledger.items["I1"].name == "Huge mug"
    states = {row.state for row in world.deliveries(kind=CHANGE)}
    assert states <= {"posted", "superseded"}


def test_a_refused_change_needs_a_person_and_goes_on_when_mended() -> None:
    world = a_changing_world()
    refusal = ConflictError("The name is taken.", remedy="Rename one.", code="3100")
    world.ledger.refused[DocumentKind.ITEM_CHANGE] = refusal
    changed(world, RENAMED)
    assert world.issue_codes() == ["refused_3100"]

    world.ledger.refused.clear()
    (row,) = world.deliveries(kind=CHANGE)
    retry_deliveries(world.company, [row.pk], world.act)
    world.rest(rounds=2)

    assert world.issues() == []
    assert world.ledger.items["I1"].name == "Large mug"


def test_a_change_that_a_person_dropped_does_not_come_back_with_the_next_one() -> None:
    world = a_changing_world()
    world.ledger.cut_line = 10
    changed(world, replace(MUG, name="Wrong"))
    (row,) = world.deliveries(kind=CHANGE)
    cancel_deliveries(world.company, [row.pk], world.act)
    world.ledger.cut_line = 0

    changed(world, replace(MUG, name="Wrong", upc="036000291452"))

    assert in_books(world) == ("Mug", "036000291452")


def test_an_emptied_field_says_nothing() -> None:
    world = a_changing_world()
    changed(world, RENAMED)

    changed(world, replace(RENAMED, upc=""))

    assert in_books(world) == ("Large mug", "036000291452")


def test_a_pack_is_left_alone() -> None:
    world = a_changing_world()
    link_item(world.bridge, "93", [Part("I1", "6")], world.act)
    world.rest(rounds=1)

    changed(world, RENAMED)

    assert world.deliveries(kind=CHANGE) == []
    assert world.ledger.items["I1"].name == "Mug"


def test_an_item_that_two_products_share_is_left_alone() -> None:
    world = a_changing_world()
    link_item(world.bridge, "94", [Part("I1"), Part("I2")], world.act)
    world.rest(rounds=1)

    changed(world, RENAMED)
    changed(world, a_store_item(external_id="94", product_id="94", name="Set", sku="P"))

    assert world.deliveries(kind=CHANGE) == []
    assert [item.name for item in world.ledger.items.values()] == ["Mug", "Pen"]


def test_a_change_that_waits_goes_when_its_item_is_unlinked() -> None:
    world = a_changing_world()
    world.ledger.cut_line = 10
    changed(world, RENAMED)

    unlink_item(world.bridge, "93", world.act)
    world.ledger.cut_line = 0
    world.rest(rounds=2)

    (row,) = world.deliveries(kind=CHANGE)
    assert row.state == "superseded"
    assert in_books(world) == ("Mug", "")


def test_a_product_that_we_created_is_known_as_it_was_created() -> None:
    world = a_new_world(change_items=True)
    world.rest(rounds=2)
    world.approve(world.start(Run.Kind.IMPORT_ITEMS, all=True))
    (books_id,) = [i for i, one in world.ledger.items.items() if one.sku == "MUG"]

    changed(world, RENAMED)

    assert in_books(world, books_id) == ("Large mug", "036000291452")
    assert len(world.ledger.items) == 2
    assert Delivery.objects.filter(kind=CHANGE, state="posted").count() == 1


def test_a_new_link_counts_changes_from_when_it_was_made() -> None:
    world = a_changing_world()
    world.ledger.add_item(a_books_item(external_id="I3", name="Cup", sku="CUP"), 3)
    cup = a_store_item(external_id="95", product_id="95", name="Tea cup", sku="CUP")
    changed(world, cup)
    assert world.deliveries(kind=CHANGE) == []

    changed(world, replace(cup, name="Coffee cup"))

    assert world.ledger.items["I3"].name == "Coffee cup"
