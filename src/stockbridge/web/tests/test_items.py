"""Items on the screen: both sides, what is linked, what is wrong, and acting on it."""

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.domain.catalog import StockKeeping
from stockbridge.domain.tests.builders import a_books_item, a_store_item
from stockbridge.engine.models import Binding, Run, Snapshot
from stockbridge.web.tests.people import assert_access, make_people
from stockbridge.web.tests.trading import Trade, a_trade

pytestmark = pytest.mark.django_db(transaction=True)


def add(trade: Trade, number: str, sku: str, **changes: object) -> None:
    """Put an item on sale in the shop."""
    item = a_store_item(
        external_id=number,
        product_id=number,
        sku=sku,
        name=f"Thing {number}",
        **changes,
    )
    trade.world.shop.add_item(item)


def row_of(trade: Trade, number: str) -> int:
    """Return the id of an item's row in the list."""
    return Snapshot.objects.get(
        connection=trade.bridge.store, feed="items", external_id=number
    ).pk


def test_items_are_seen_by_every_member() -> None:
    trade = a_trade()
    item = trade.url("store_item", uid=trade.bridge.uid, item="93")

    for url in (
        trade.url("store_items"),
        trade.url("books_items"),
        trade.url("sku_report"),
        item,
    ):
        assert_access(trade.people, url, Permission.VIEW)


@pytest.mark.parametrize(
    ("name", "permission"),
    [
        ("items_import", Permission.IMPORT_ITEMS),
        ("items_export", Permission.EXPORT_ITEMS),
        ("items_stock", Permission.SYNC_STOCK),
        ("items_books_stock", Permission.SYNC_STOCK),
        ("items_prices", Permission.EXPORT_ITEMS),
    ],
)
def test_each_act_on_items_has_its_permission(
    name: str, permission: Permission
) -> None:
    trade = a_trade(allow_export=True)

    data = {"selection": "all", "query": ""}
    assert_access(trade.people, trade.url(name), permission, "post", data)


def test_linking_is_for_those_who_may_edit_items() -> None:
    trade = a_trade()
    parts = {"uid": trade.bridge.uid, "item": "93"}

    for name, method in (
        ("item_link", "get"),
        ("item_link", "post"),
        ("item_unlink", "post"),
    ):
        url = trade.url(name, **parts)
        assert_access(trade.people, url, Permission.EDIT_ITEMS, method)


def test_reading_items_anew_is_for_those_who_may_import_them() -> None:
    trade = a_trade()

    data = {"feed": "items", "side": "books"}
    url = trade.url("refresh_start")
    assert_access(trade.people, url, Permission.IMPORT_ITEMS, "post", data)


def test_where_nothing_is_joined_the_next_step_is_named() -> None:
    people = make_people()

    for name in ("store_items", "books_items", "sku_report", "stock", "customers"):
        text = people.client().get(people.url(name)).content.decode()
        assert "No store is joined with books yet" in text


def test_an_item_says_what_it_is_linked_to_or_why_it_is_not() -> None:
    trade = a_trade()
    add(trade, "95", "CUP")
    add(trade, "96", "")
    trade.world.rest()

    text = trade.text("store_items")

    assert "MUG · Mug" in text
    assert "No active item of the books has the SKU or the lookup code CUP." in text
    assert "Thing 96 has no SKU in the store." in text


def test_items_are_filtered_by_whether_they_are_linked() -> None:
    trade = a_trade()
    add(trade, "95", "CUP")
    trade.world.rest()

    linked = trade.text("store_items", "?linked=yes")
    alone = trade.text("store_items", "?linked=no")

    assert "Thing 95" not in linked
    assert ">Mug</a>" in linked
    assert "Thing 95" in alone
    assert ">Mug</a>" not in alone


def test_stock_that_the_store_does_not_track_is_shown_with_the_fix_at_hand() -> None:
    trade = a_trade()
    add(trade, "95", "CUP", stock_keeping=StockKeeping.NONE, backorders=True)
    trade.world.rest()

    items = trade.text("store_items", "?trouble=untracked")
    page = trade.text("store_item", uid=trade.bridge.uid, item="95")

    assert "Thing 95" in items
    assert ">Mug</a>" not in items
    assert "Track stock quantity" in page
    assert "Backorders allowed" in page


def test_the_report_counts_empty_doubled_and_inherited_skus() -> None:
    trade = a_trade()
    add(trade, "95", "")
    add(trade, "96", "TWIN")
    add(trade, "97", "twin")
    add(trade, "98", "PARENT", kind="variation", is_sku_inherited=True)
    trade.world.rest()

    text = trade.text("sku_report")

    for name in ("Thing 95", "Thing 96", "Thing 97", "Thing 98"):
        assert name in text
    assert "Mug" not in text


def test_an_item_is_linked_by_hand_with_a_factor_and_unlinked_again() -> None:
    trade = a_trade()
    add(trade, "95", "SIX-MUGS")
    trade.world.rest()
    parts = {"uid": trade.bridge.uid, "item": "95"}

    found = trade.text("item_link", "?find=mu", **parts)
    data = {"part": "I1", "factor-I1": "6"}
    said = trade.said(trade.url("item_link", **parts), data)
    factor = Binding.objects.get(store_id="95").factor
    gone = trade.said(trade.url("item_unlink", **parts))

    assert "Units of Mug" in found
    assert "6 of it" in said
    assert factor == 6
    assert "No longer linked" in gone
    assert "You unlinked it" in gone


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({}, "Choose an item of the books."),
        ({"part": "I1", "factor-I1": "none"}, "none is no number."),
        ({"part": "I1", "factor-I1": "0"}, "must be above zero"),
        ({"part": "I99"}, "There is no such record"),
    ],
)
def test_a_link_that_does_not_fit_is_refused_with_the_reason(
    data: dict[str, object], why: str
) -> None:
    trade = a_trade()

    url = trade.url("item_link", uid=trade.bridge.uid, item="93")
    answer = trade.post(url, data)

    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_importing_items_asks_for_accounts_and_then_shows_a_preview() -> None:
    trade = a_trade()
    add(trade, "95", "CUP")
    trade.world.rest()
    url = trade.url("items_import")

    asked = trade.said(url, {"selection": row_of(trade, "95")})
    trade.post(url, {"item": "95", "asked": "yes", "connection": trade.bridge.uid})

    run = trade.newest_run()
    assert "Income account" in asked
    assert "Cost of goods sold account" in asked
    assert run.kind == Run.Kind.IMPORT_ITEMS
    assert run.parameters["items"] == ["95"]


def test_exporting_items_begins_with_a_preview() -> None:
    trade = a_trade(allow_export=True)
    trade.world.ledger.add_item(a_books_item(external_id="I3", name="Cup", sku="CUP"))
    trade.world.rest()
    row = Snapshot.objects.get(connection=trade.bridge.books, external_id="I3").pk

    trade.post(trade.url("items_export"), {"selection": row})
    trade.world.store_job()

    run = trade.newest_run()
    assert run.kind == Run.Kind.EXPORT_ITEMS
    text = trade.text("run", run=run.pk)
    assert "CUP · Cup" in text
    assert trade.world.shop.item_calls == []


def test_exporting_says_where_it_is_switched_on() -> None:
    trade = a_trade(allow_export=False)
    row = Snapshot.objects.get(connection=trade.bridge.books, external_id="I1").pk

    said = trade.said(trade.url("items_export"), {"selection": row})

    assert "Writing items to the store is switched off" in said


def test_stock_of_an_item_of_the_books_is_synced_by_what_it_is_linked_to() -> None:
    trade = a_trade()
    row = Snapshot.objects.get(connection=trade.bridge.books, external_id="I1").pk

    trade.post(trade.url("items_books_stock"), {"selection": row})

    assert trade.newest_run().parameters["items"] == ["93"]


def test_reading_anew_shows_how_far_it_has_come() -> None:
    trade = a_trade()

    answer = trade.post(trade.url("refresh_start"), {"feed": "items", "side": "store"})

    run = trade.newest_run()
    assert run.kind == Run.Kind.REFRESH
    assert answer["Location"] == trade.url("run", run=run.pk)
    trade.world.rest()
    run.refresh_from_db()
    assert run.state == Run.State.DONE
