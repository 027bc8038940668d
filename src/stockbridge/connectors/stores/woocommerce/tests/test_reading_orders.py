"""Orders are read from a store whole, whatever its version and whatever happens."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from stockbridge.connectors.simulation import Fault, FaultKind
from stockbridge.connectors.stores.woocommerce.client import StoreApi
from stockbridge.connectors.stores.woocommerce.simulator import Basket
from stockbridge.connectors.stores.woocommerce.tests.desk import (
    ALL_VERSIONS,
    Desk,
    a_desk,
    read_all,
    read_round,
)
from stockbridge.domain.commerce import LineKind, OrderStatus
from stockbridge.domain.errors import ActionNeededError, RetryableError

OLD = datetime(2020, 1, 1, tzinfo=UTC)


def _product(desk: Desk, sku: str = "MUG", stock: int = 20) -> int:
    product = desk.simulator.add_product(
        name="Mug",
        sku=sku,
        regular_price="10.00",
        manage_stock=True,
        stock_quantity=stock,
    )
    return int(product.id)


@pytest.mark.parametrize("version", ALL_VERSIONS)
@pytest.mark.parametrize("limit", [3, 100])
def test_a_first_read_brings_every_order_in_every_version(
    version: str, limit: int
) -> None:
    with a_desk(version) as desk:
        desk.simulator.seed_products(10)
        placed = desk.simulator.seed_orders(23, per_second=5)

        orders, _ = read_all(desk.store().changed_orders, limit=limit)

    assert {order.external_id for order in orders} >= set(map(str, placed))


def test_an_order_arrives_as_it_was_placed() -> None:
    with a_desk() as desk:
        _product(desk)
        desk.simulator.sales.place_order(
            Basket(
                [("MUG", 3)],
                shipping="5.00",
                fees=[("Loyalty", "-2.00")],
                note="Ring twice",
                meta={"_po_number": "PO-1", "_tracking_cookie": "x"},
            )
        )
        store = desk.store(order_fields=["_po_number", "reseller"])

        (order,), _ = read_all(store.changed_orders)

    item, shipping, fee = order.lines
    assert (item.kind, item.sku, item.quantity) == (
        LineKind.ITEM,
        "MUG",
        Decimal(3),
    )
    assert item.units_taken == 3
    assert str(shipping.total) == "5.00 USD"
    assert str(fee.total) == "-2.00 USD"
    assert order.note == "Ring twice"
    assert order.meta == (("_po_number", "PO-1"),)
    assert order.customer.external_id == ""
    lines = sum(line.total.amount for line in order.lines)
    assert lines + order.total_tax.amount == order.total.amount
    assert order.takes_stock


def test_what_a_person_calls_a_gift_card_is_no_item_and_no_fee() -> None:
    with a_desk() as desk:
        _product(desk, "CARD-25")
        _product(desk)
        basket = [("MUG", 1), ("CARD-25", 1)]
        used = [("Gift card ABC-1", "-2.00"), ("Wrap", "1.00")]
        desk.simulator.sales.place_order(Basket(basket, fees=used))
        store = desk.store(gift_card_skus=["card-25"], gift_card_fees=["Gift card"])

        (order,), _ = read_all(store.changed_orders)

    kinds = {line.name: line.kind for line in order.lines}
    assert [line.sku for line in order.item_lines] == ["MUG"]
    assert kinds["Gift card ABC-1"] is LineKind.GIFT_CARD
    assert kinds["Wrap"] is LineKind.FEE
    lines = sum(line.total.amount for line in order.lines)
    assert lines + order.total_tax.amount == order.total.amount


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_an_order_comes_with_its_refunds(version: str) -> None:
    with a_desk(version) as desk:
        _product(desk)
        order_ids = []
        for _ in range(4):
            order = desk.simulator.sales.place_order(Basket([("MUG", 2)]))
            line = order.lines[0].id
            desk.simulator.sales.refund(order.id, quantities={line: 1})
            desk.simulator.sales.refund(order.id, amount="1.00", reason="Late")
            order_ids.append(str(order.id))

        orders, _ = read_all(desk.store().changed_orders)

    by_id = {order.external_id: order for order in orders}
    for order_id in order_ids:
        read = by_id[order_id]
        assert read.is_refunds_complete
        assert [len(refund.lines) for refund in read.refunds] == [1, 0]
        given_back = sum(refund.amount.amount for refund in read.refunds)
        assert read.refunds_total is not None
        assert given_back == read.refunds_total.amount
        assert read.refunds[0].restocked_units == (
            (read.lines[0].external_id, Decimal(1)),
        )
        assert read.lines[0].units_taken == 2


def test_refunds_of_many_orders_cost_one_call_where_the_version_can() -> None:
    with a_desk() as desk:
        _product(desk)
        for _ in range(10):
            order = desk.simulator.sales.place_order(Basket(["MUG"]))
            desk.simulator.sales.refund(order.id, amount="1.00")
        store = desk.store()

        read_all(store.changed_orders)

        assert desk.simulator.log.count("GET", r"orders/\d+/refunds") == 0


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_a_refund_and_its_deletion_are_seen_by_the_feed_or_by_the_walk(
    version: str,
) -> None:
    with a_desk(version) as desk:
        _product(desk)
        order = desk.simulator.sales.place_order(Basket([("MUG", 2)]))
        store = desk.store()
        before, _ = read_all(store.walk_orders)

        refund = desk.simulator.sales.refund(order.id, amount="1.00")
        between, _ = read_all(store.walk_orders)
        desk.simulator.sales.delete_refund(refund.id)
        after, _ = read_all(store.walk_orders)

    assert before[0].fingerprint != between[0].fingerprint
    assert before[0].fingerprint == after[0].fingerprint


def test_a_trashed_order_is_deleted_and_the_walk_still_shows_it() -> None:
    with a_desk() as desk:
        _product(desk)
        order = desk.simulator.sales.place_order(Basket(["MUG"]))
        store = desk.store()
        desk.simulator.sales.trash_order(order.id)

        (read,) = store.orders([str(order.id)]).records
        marks, _ = read_all(store.walk_orders)

    assert read.status is OrderStatus.DELETED
    assert [(m.external_id, m.status) for m in marks] == [(str(order.id), "trash")]


def test_an_order_that_is_gone_for_good_comes_as_deleted() -> None:
    with a_desk() as desk:
        (read,) = desk.store().orders(["424242"]).records

    assert (read.external_id, read.status) == ("424242", OrderStatus.DELETED)


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_open_orders_are_those_that_wait_to_be_fulfilled(version: str) -> None:
    with a_desk(version) as desk:
        _product(desk)
        by_status = {
            status: desk.simulator.sales.place_order(Basket(["MUG"], status=status)).id
            for status in ("pending", "on-hold", "processing", "completed", "cancelled")
        }

        orders, _ = read_all(desk.store().open_orders, limit=1)

    assert {order.external_id for order in orders} == {
        str(by_status["on-hold"]),
        str(by_status["processing"]),
    }


def test_one_unreadable_order_blocks_only_itself() -> None:
    with a_desk() as desk:
        _product(desk)
        good = desk.simulator.sales.place_order(Basket(["MUG"]))
        odd = desk.simulator.sales.place_order(Basket(["MUG"]))
        desk.simulator.state.orders[odd.id].currency = "BTC"

        orders, unreadable, _ = read_round(desk.store().changed_orders)

    assert [order.external_id for order in orders] == [str(good.id)]
    assert [record.external_id for record in unreadable] == [str(odd.id)]
    assert "BTC" in unreadable[0].message
    assert unreadable[0].remedy


def test_a_walk_goes_on_where_the_store_counts_nothing_past_the_end() -> None:
    with a_desk() as desk:
        desk.simulator.seed_products(2)
        placed = desk.simulator.seed_orders(20)
        store = desk.store()
        first = store.walk_orders("", limit=12)
        for order_id in placed[:15]:
            desk.simulator.sales.delete_order(order_id)

        rest, _ = read_all(store.walk_orders, cursor=first.cursor, limit=12)

    assert {mark.external_id for mark in rest} >= set(map(str, placed[15:]))


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_what_a_refused_coupon_leaves_behind_is_not_booked(version: str) -> None:
    with a_desk(version) as desk:
        _product(desk)
        sent = {"line_items": [{"sku": "MUG"}], "coupon_lines": [{"code": "nope"}]}
        with pytest.raises(ActionNeededError):
            StoreApi(desk.link()).post("orders", sent)
        left = [str(number) for number in desk.simulator.state.orders]

        orders = desk.store().orders(left).records

    assert len(orders) == 1
    assert orders[0].status in {OrderStatus.DRAFT, OrderStatus.PENDING}
    assert not orders[0].takes_stock


def test_after_a_switch_of_the_order_storage_no_order_is_taken_for_another() -> None:
    with a_desk() as desk:
        _product(desk)
        in_tables = str(desk.simulator.sales.place_order(Basket(["MUG"])).id)
        desk.simulator.state.switch_order_storage(hpos=False)
        among_posts = str(desk.simulator.sales.place_order(Basket(["MUG"])).id)
        store = desk.store()

        now = store.orders([in_tables, among_posts])
        listed, _ = read_all(store.walk_orders)
        desk.simulator.state.switch_order_storage(hpos=True)
        back = store.orders([in_tables, among_posts])

    assert [order.external_id for order in now.records] == [among_posts]
    assert [row.external_id for row in now.unreadable] == [in_tables]
    assert "switched" in now.unreadable[0].message
    assert [mark.external_id for mark in listed] == [among_posts]
    status = {order.external_id: order.status for order in back.records}
    assert status == {
        in_tables: OrderStatus.PROCESSING,
        among_posts: OrderStatus.DELETED,  # not found: as the store says
    }


def test_reading_goes_on_in_mid_page_after_a_restart() -> None:
    with a_desk() as desk:
        desk.simulator.seed_products(5)
        placed = desk.simulator.seed_orders(30, per_second=10)
        seen, cursor, is_last = set(), "", False

        while not is_last:
            page = desk.store().changed_orders(cursor, limit=4)  # each time a new one
            seen |= {order.external_id for order in page.records}
            cursor, is_last = page.cursor, page.is_last

    assert seen >= set(map(str, placed))


def test_an_idle_round_costs_three_calls_and_brings_little() -> None:
    with a_desk() as desk:
        desk.simulator.seed_products(5)
        desk.simulator.seed_orders(5)
        store = desk.store()
        _, cursor = read_all(store.changed_orders)
        desk.simulator.log.clear()

        page = store.changed_orders(cursor, limit=100)

        assert page.is_last
        assert desk.simulator.log.count("GET") <= 3


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.TOO_MANY_REQUESTS,
        FaultKind.SERVER_ERROR,
        FaultKind.BAD_GATEWAY,
        FaultKind.MAINTENANCE,
        FaultKind.CONNECTION_CUT,
        FaultKind.TRUNCATED,
    ],
)
def test_a_fault_in_mid_read_is_waited_out_and_loses_nothing(kind: FaultKind) -> None:
    with a_desk() as desk:
        desk.simulator.seed_products(5)
        placed = desk.simulator.seed_orders(30)
        store = desk.store()
        first = store.changed_orders("", limit=10)
        desk.simulator.faults.add(Fault(kind, path="/orders", times=None))

        with pytest.raises(RetryableError):
            store.changed_orders(first.cursor, limit=10)
        desk.simulator.faults.clear()
        rest, _ = read_all(store.changed_orders, cursor=first.cursor, limit=10)

    seen = {order.external_id for order in (*first.records, *rest)}
    assert seen >= set(map(str, placed))


def test_a_page_of_html_instead_of_data_is_explained() -> None:
    with a_desk() as desk:
        store = desk.store()
        store.changed_orders("", limit=10)
        desk.simulator.faults.add(Fault(FaultKind.HTML, path="/orders"))

        with pytest.raises(ActionNeededError) as caught:
            store.changed_orders("", limit=10)

    assert caught.value.code == "not_json"


def test_noise_before_the_json_is_read_through_and_noted() -> None:
    with a_desk() as desk:
        _product(desk)
        desk.simulator.sales.place_order(Basket(["MUG"]))
        store = desk.store()
        desk.simulator.faults.add(Fault(FaultKind.NOISE, times=None))

        orders, _ = read_all(store.changed_orders)

    assert len(orders) == 1
    assert any("printed" in exchange.error for exchange in desk.wire.exchanges)
