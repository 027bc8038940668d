"""A new item at a site has its first quantity exactly once."""

from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    DAY,
    a_post,
    a_sale,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import (
    World,
    a_world,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.contract_files import (
    faults_of,
    needs_contracts,
)
from stockbridge.domain.accounting import ItemRecord
from stockbridge.domain.errors import SettingNeededError
from stockbridge.ports import LookUpOutcome, PostOutcome, PostRequest, PostResult, Write


def with_sites(**settings: object) -> tuple[World, str, PostRequest]:
    """Return a company file with two sites, one of them, and a new mug for it."""
    world = a_world(uses_sites=True, **settings)
    world.company.add("InventorySite", "Warehouse", IsDefaultSite="true")
    shop = world.company.add("InventorySite", "Shop", IsDefaultSite="false")
    return world, shop, a_post(a_mug(shop), "item/mug/1")


def a_mug(site: str) -> ItemRecord:
    """Return a new item with seven of it."""
    return ItemRecord(
        "Mug",
        "MUG-1",
        initial_quantity=Decimal(7),
        initial_date=DAY,
        location_id=site,
    )


def held(world: World) -> dict[str, Decimal]:
    """Return what is on hand, by site."""
    return {
        world.company.state.records[site].text("Name"): units
        for (_, site), units in world.company.state.on_hand().items()
        if site
    }


def test_it_is_at_the_chosen_site_on_its_day() -> None:
    world, _, post = with_sites()

    result = world.write(post)

    assert result is not None
    assert result.outcome is PostOutcome.POSTED
    assert result.books_id == world.company.id_of("ItemInventory", "MUG-1")
    assert held(world) == {"Shop": Decimal(7)}
    (adjustment,) = world.company.state.of("InventoryAdjustment")
    assert adjustment.text("TxnDate") == DAY.isoformat()


def test_without_a_chosen_site_quickbooks_takes_its_default() -> None:
    world, _, post = with_sites()
    post = replace(post, document=a_mug(""))

    world.write(post)

    assert held(world) == {"Warehouse": Decimal(7)}


def test_a_lost_answer_is_found_and_nothing_is_counted_twice() -> None:
    world, _, post = with_sites()
    before = world.look_up(post)
    posted = world.write(post)

    found = world.look_up(post)

    assert before.outcome is LookUpOutcome.MISSING
    assert posted is not None
    assert found.result is not None
    assert found.result.books_id == posted.books_id
    again = world.write(post)
    assert again is not None
    assert again.books_id == posted.books_id
    assert held(world) == {"Shop": Decimal(7)}


def test_the_adjustment_proves_the_item_where_quickbooks_keeps_no_guid() -> None:
    world, _, post = with_sites()
    posted = world.write(post)
    assert posted is not None
    ret = world.company.state.records[posted.books_id].ret
    ret.remove(ret.find("ExternalGUID"))

    assert world.look_up(post).outcome is LookUpOutcome.FOUND


def test_of_an_item_whose_quantity_was_refused_only_the_quantity_is_sent_again() -> (
    None
):
    world, _, post = with_sites()
    world.company.refuse("InventoryAdjustmentAdd", 3171, "The period is closed.")

    half = world.write(post)
    missing = world.look_up(post)
    whole = world.write(post)

    assert half is not None
    assert half.outcome is PostOutcome.REFUSED
    assert missing.outcome is LookUpOutcome.MISSING
    assert whole is not None
    assert whole.outcome is PostOutcome.POSTED
    assert held(world) == {"Shop": Decimal(7)}
    assert len(list(world.company.state.of("ItemInventory"))) == 1


def test_a_namesake_that_came_meanwhile_gets_no_quantity() -> None:
    world, _, post = with_sites()
    write = world.prepared(post)
    plain = ItemRecord("Other", "MUG-1")
    other = world.made(plain, "item/other/1")
    sale = a_post(a_sale(customer=world.ada()), "sale/1")
    writes = [write, Write(sale.attempt_id, sale)]
    body = world.books.translator.encode(writes, batch_id="E" * 23)

    results = world.books.translator.decode(writes, world.company.process(body))

    first, second = results
    assert isinstance(first, PostResult)
    assert isinstance(second, PostResult)
    assert first.outcome is PostOutcome.REFUSED
    assert second.outcome is PostOutcome.RETRY
    assert not second.was_tried
    assert world.company.state.records[other].text("Name") == "MUG-1"
    assert held(world) == {}


def test_it_keeps_out_of_envelopes_that_must_go_on_after_an_error() -> None:
    world, _, post = with_sites()
    sale = a_post(a_sale(customer=world.ada()), "sale/1")

    stopping = [world.books.translator.stops_others(one) for one in (post, sale)]

    assert stopping == [True, False]


def test_an_item_without_a_quantity_is_written_as_ever() -> None:
    world, _, post = with_sites()
    post = replace(post, document=ItemRecord("Mug", "MUG-1"))

    assert not world.books.translator.needs_preparation(post)
    world.write(post)

    assert not list(world.company.state.of("InventoryAdjustment"))


def test_it_waits_for_the_account_of_adjustments() -> None:
    world, _, post = with_sites(adjustment_account="")

    with pytest.raises(SettingNeededError) as caught:
        world.books.translator.check_document(post)

    assert caught.value.field == "adjustment_account"


@needs_contracts
def test_both_parts_are_what_quickbooks_takes() -> None:
    world, _, post = with_sites()

    body = world.books.translator.encode([world.prepared(post)], batch_id="E" * 23)

    assert faults_of(body) == []
    assert b'onError="stopOnError"' in body
