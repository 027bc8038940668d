"""What every store connector promises (`ports.Store`), tried on its simulator."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeVar

import pytest

from stockbridge.connectors.tests.store_desk import StoreDesk, desk_of, store_slugs
from stockbridge.domain.catalog import StoreItem
from stockbridge.domain.commerce import OrderStatus
from stockbridge.domain.errors import (
    ActionNeededError,
    AnswerLostError,
    RetryableError,
)
from stockbridge.domain.money import Money
from stockbridge.ports import ItemWrite, Page, StockWrite, Store

Record = TypeVar("Record")


@pytest.fixture(params=store_slugs())
def desk(request: pytest.FixtureRequest) -> Iterator[StoreDesk]:
    with desk_of(request.param) as opened:
        yield opened


def read_all(
    read: Callable[..., Page[Record]], *, cursor: str = "", limit: int = 100
) -> tuple[list[Record], str]:
    records: list[Record] = []
    for _ in range(500):
        page = read(cursor, limit=limit)
        records += page.records
        cursor = page.cursor
        if page.is_last:
            return records, cursor
    raise AssertionError("the feed has no end")


def stocked_items(store: Store) -> list[StoreItem]:
    items, _ = read_all(store.walk_items)
    return [item for item in items if item.kind != "variable"]


def row(item: StoreItem, quantity: str) -> StockWrite:
    return StockWrite(item.external_id, item.product_id, item.kind, Decimal(quantity))


# ── reading ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_every_order_is_read(desk: StoreDesk, limit: int) -> None:
    placed = desk.place_orders(12)

    orders, _ = read_all(desk.store().changed_orders, limit=limit)

    assert {order.external_id for order in orders} == set(placed)


def test_an_order_that_changes_while_we_read_hides_no_other(desk: StoreDesk) -> None:
    placed = desk.place_orders(6)
    store = desk.store()
    seen: set[str] = set()
    cursor, is_last, turn = "", False, 0

    while not is_last:
        page = store.changed_orders(cursor, limit=1)
        seen |= {order.external_id for order in page.records}
        cursor, is_last, turn = page.cursor, page.is_last, turn + 1
        if turn <= 4:
            desk.change_order(placed[turn % 2])

    assert seen == set(placed)


def test_what_changes_after_a_round_comes_in_the_next(desk: StoreDesk) -> None:
    first, second = desk.place_orders(2)
    store = desk.store()
    _, cursor = read_all(store.changed_orders)
    desk.change_order(first)
    (new,) = desk.place_orders(1)

    orders, _ = read_all(store.changed_orders, cursor=cursor)

    assert {first, new} <= {order.external_id for order in orders}
    assert {order.external_id for order in orders} <= {first, second, new}


def test_reading_goes_on_after_a_restart_from_the_cursor_alone(desk: StoreDesk) -> None:
    placed = desk.place_orders(9)
    seen: set[str] = set()
    cursor, is_last = "", False

    while not is_last:
        page = desk.store().changed_orders(cursor, limit=2)
        seen |= {order.external_id for order in page.records}
        cursor, is_last = page.cursor, page.is_last

    assert seen == set(placed)


def test_the_same_cursor_gives_the_same_records_again(desk: StoreDesk) -> None:
    desk.place_orders(5)
    store = desk.store()
    first = store.changed_orders("", limit=3)

    again = store.changed_orders("", limit=3)

    assert first.records == again.records


def test_an_unreadable_order_blocks_only_itself(desk: StoreDesk) -> None:
    good, bad = desk.place_orders(2)
    desk.break_order(bad)

    page = desk.store().changed_orders("", limit=100)

    assert [order.external_id for order in page.records] == [good]
    (unreadable,) = page.unreadable
    assert unreadable.external_id == bad
    assert unreadable.message
    assert unreadable.remedy


def test_a_refused_call_in_mid_read_loses_nothing(desk: StoreDesk) -> None:
    placed = desk.place_orders(6)
    store = desk.store()
    first = store.changed_orders("", limit=2)
    desk.refuse_next_call()

    with pytest.raises(RetryableError):
        store.changed_orders(first.cursor, limit=2)
    rest, _ = read_all(store.changed_orders, cursor=first.cursor, limit=2)

    assert {order.external_id for order in (*first.records, *rest)} == set(placed)


def test_an_order_adds_up_and_brings_its_refunds(desk: StoreDesk) -> None:
    (order_id,) = desk.place_orders(1)
    given_back = desk.refund_order(order_id)

    (order,) = desk.store().orders([order_id]).records

    net = sum((line.total.amount for line in order.lines), Decimal(0))
    assert net + order.total_tax.amount == order.total.amount
    assert [refund.amount for refund in order.refunds] == [given_back]
    assert order.is_refunds_complete
    assert order.refunds_total == given_back


def test_an_order_that_is_gone_comes_as_deleted(desk: StoreDesk) -> None:
    kept, gone = desk.place_orders(2)
    desk.delete_order(gone)

    page = desk.store().orders([kept, gone])

    statuses = {order.external_id: order.status for order in page.records}
    assert statuses[gone] is OrderStatus.DELETED
    assert statuses[kept] is not OrderStatus.DELETED


def test_the_daily_walk_shows_every_order_and_what_dates_hide(desk: StoreDesk) -> None:
    placed = desk.place_orders(5)
    store = desk.store()
    before, _ = read_all(store.walk_orders, limit=2)
    desk.refund_order(placed[0])

    after, _ = read_all(store.walk_orders, limit=2)

    marks = {mark.external_id: mark.fingerprint for mark in before}
    changed = {m.external_id for m in after if marks[m.external_id] != m.fingerprint}
    assert set(marks) == set(placed)
    assert changed == {placed[0]}


def test_open_orders_hold_stock(desk: StoreDesk) -> None:
    placed = desk.place_orders(3)

    orders, _ = read_all(desk.store().open_orders, limit=2)

    assert {order.external_id for order in orders} == set(placed)
    assert all(order.takes_stock for order in orders)


@pytest.mark.parametrize("limit", [3, 100])
def test_every_item_is_read_by_the_feed_and_by_the_walk(
    desk: StoreDesk, limit: int
) -> None:
    added = desk.add_items(14)
    store = desk.store()

    changed, _ = read_all(store.changed_items, limit=limit)
    walked, _ = read_all(store.walk_items, limit=limit)

    assert set(added) <= {item.external_id for item in changed}
    assert set(added) <= {item.external_id for item in walked}


def test_a_quantity_changed_in_the_store_is_read(desk: StoreDesk) -> None:
    added = desk.add_items(6)
    store = desk.store()
    _, cursor = read_all(store.changed_items)
    desk.set_stock(added[-1], 77)

    items, _ = read_all(store.changed_items, cursor=cursor)

    shown = {item.external_id: item.stock_quantity for item in items}
    assert shown[added[-1]] == 77


def test_items_come_by_their_ids_and_gone_ones_are_left_out(desk: StoreDesk) -> None:
    desk.add_items(6)
    store = desk.store()
    items = stocked_items(store)

    refs = [(item.external_id, item.product_id) for item in items]
    page = store.items([*refs, ("987654321", "987654321")])

    assert set(page.records) == set(items)
    assert not page.unreadable


def test_an_item_is_found_by_its_sku(desk: StoreDesk) -> None:
    desk.add_items(6)
    store = desk.store()
    wanted = next(item for item in stocked_items(store) if item.sku)

    assert store.find_item(wanted.sku) == wanted
    assert store.find_item("no-such-sku") is None


def test_a_new_customer_is_read(desk: StoreDesk) -> None:
    store = desk.store()
    _, cursor = read_all(store.changed_customers)
    new = desk.add_customer()

    customers, _ = read_all(store.changed_customers, cursor=cursor)

    assert new in {customer.external_id for customer in customers}


def test_new_items_and_customers_tell_when_they_were_created(desk: StoreDesk) -> None:
    store, person, added = desk.store(), desk.add_customer(), desk.add_items(6)

    items, _ = read_all(store.changed_items)
    people, _ = read_all(store.changed_customers)

    told = {item.external_id: item.created_at for item in items}
    told |= {someone.external_id: someone.created_at for someone in people}
    assert all(told[one] is not None for one in (person, *added))


# ── writing ──────────────────────────────────────────────────────────────────


def test_a_product_offers_values_and_each_variation_is_one_of_them(
    desk: StoreDesk,
) -> None:
    store = desk.store()
    price = Money(Decimal("19.00"), desk.store().check().facts["currency"])
    offered = (("Colour", "Red"), ("Size", "S"))
    product = ItemWrite(kind="variable", name="Shirt", sku="SHIRT", attributes=offered)
    (made,) = store.write_items([product])
    row_of_it = ItemWrite(
        product_id=made.item_id,
        kind="variation",
        sku="SHIRT-RED-S",
        price=price,
        attributes=offered,
    )

    (first,) = store.write_items([row_of_it])
    (again,) = store.write_items([row_of_it])
    more = ItemWrite(
        made.item_id, made.item_id, "variable", attributes=(("Size", "M"),)
    )
    (grown,) = store.write_items([more])

    assert first.item is not None
    assert (first.item.product_id, first.item.attributes) == (made.item_id, offered)
    assert again.item_id == first.item_id, "repeating makes no second one"
    assert grown.item is not None
    assert dict(grown.item.attributes) == {"Colour": "Red", "Size": "S, M"}


def test_each_row_of_stock_has_its_result_in_order(desk: StoreDesk) -> None:
    desk.add_items(10)
    store = desk.store()
    rows = [row(item, "9") for item in stocked_items(store)]

    results = store.write_stock(rows)

    assert [result.item_id for result in results] == [r.item_id for r in rows]
    assert all(result.error is None for result in results)
    assert {desk.stock_of(r.item_id) for r in rows} == {Decimal(9)}
    if store.capabilities.is_write_visible_at_once:
        assert {result.shown for result in results} == {Decimal(9)}


def test_writing_the_same_stock_twice_changes_nothing_more(desk: StoreDesk) -> None:
    (item_id,) = desk.add_items(1)[:1]
    store = desk.store()
    item = next(i for i in stocked_items(store) if i.external_id == item_id)

    first = store.write_stock([row(item, "4")])
    second = store.write_stock([row(item, "4")])

    assert first == second
    assert desk.stock_of(item_id) == 4


def test_a_bad_row_of_stock_fails_alone(desk: StoreDesk) -> None:
    desk.add_items(4)
    store = desk.store()
    good, untracked = stocked_items(store)[:2]
    desk.stop_tracking(untracked.external_id)
    gone = StockWrite("987654321", "987654321", "simple", Decimal(1))
    odd = row(good, "1.5")

    results = store.write_stock([row(untracked, "5"), gone, odd, row(good, "6")])

    assert isinstance(results[0].error, ActionNeededError)
    assert isinstance(results[1].error, ActionNeededError)
    if store.capabilities.quantity_is_whole:
        assert isinstance(results[2].error, ActionNeededError)
    assert results[3].error is None
    assert desk.stock_of(good.external_id) == 6


def test_a_lost_answer_is_a_doubt_and_writing_again_resolves_it(
    desk: StoreDesk,
) -> None:
    desk.add_items(2)
    store = desk.store()
    item = stocked_items(store)[0]
    desk.lose_next_answer()

    with pytest.raises(AnswerLostError):
        store.write_stock([row(item, "3")])
    (result,) = store.write_stock([row(item, "3")])

    assert result.error is None
    assert desk.stock_of(item.external_id) == 3


def test_a_full_call_of_stock_is_as_large_as_promised(desk: StoreDesk) -> None:
    desk.add_items(30)
    store = desk.store()
    rows = [row(item, "2") for item in stocked_items(store)]
    most = store.capabilities.stock_rows_max

    results = store.write_stock(rows[:most])

    assert all(result.error is None for result in results)
    assert most >= 1


# ── the connection itself ────────────────────────────────────────────────────


def test_a_check_explains_and_never_raises(desk: StoreDesk) -> None:
    good = desk.store().check()
    desk.refuse_next_call()
    refused = desk.store().check()

    assert good.is_usable
    assert good.version
    assert all(finding.message for finding in (*good.findings, *refused.findings))


def test_webhooks_are_made_watched_and_removed(desk: StoreDesk) -> None:
    store = desk.store()
    address = "https://us.example.com/hooks/1"

    made = store.ensure_webhooks(address, "a-secret-of-ours")
    store.remove_webhooks(address)
    after = store.webhook_health(address)

    assert made.is_working
    assert made.ids
    assert not after.is_working
    assert after.findings
