"""What shipped of an order is read from where the shop keeps it, if anywhere."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from stockbridge.connectors.stores.woocommerce.settings import ShipmentsFrom
from stockbridge.connectors.stores.woocommerce.simulator import Basket
from stockbridge.connectors.stores.woocommerce.tests.desk import Desk, a_desk, read_all
from stockbridge.domain.commerce import Order, Shipment

OWN, PLUGIN = ShipmentsFrom.FULFILLMENTS, ShipmentsFrom.TRACKING


@pytest.fixture
def desk() -> Iterator[Desk]:
    with a_desk() as made:
        for sku in ("MUG", "PLATE"):
            made.simulator.add_product(name=sku.title(), sku=sku, regular_price="10.00")
        yield made


def place(desk: Desk) -> tuple[int, int, int]:
    """Return an order of three mugs and two plates, with its two lines."""
    order = desk.simulator.sales.place_order(Basket([("MUG", 3), ("PLATE", 2)]))
    mugs, plates = (line.id for line in order.of_kind("line_item"))
    return order.id, mugs, plates


def read(desk: Desk, order_id: int, source: ShipmentsFrom) -> Order:
    page = desk.store(shipments_from=source).orders([str(order_id)])
    (order,) = page.records
    return order


def shipments(desk: Desk, order_id: int, source: ShipmentsFrom) -> list[Shipment]:
    found = read(desk, order_id, source).shipments
    assert found is not None
    return list(found)


def test_nothing_is_asked_unless_it_was_chosen(desk: Desk) -> None:
    order_id, mugs, _ = place(desk)
    desk.simulator.sales.fulfil(order_id, {mugs: 2})

    assert read(desk, order_id, ShipmentsFrom.NONE).shipments is None


def test_fulfilled_parcels_are_shipments_with_their_units(desk: Desk) -> None:
    order_id, mugs, plates = place(desk)
    first = desk.simulator.sales.fulfil(order_id, {mugs: 2}, tracking="1Z9")
    desk.simulator.sales.fulfil(order_id, {plates: 2}, is_fulfilled=False)

    (shipment,) = shipments(desk, order_id, OWN)

    assert shipment.external_id == f"F{first}"
    assert shipment.lines == ((str(mugs), Decimal(2)),)
    assert shipment.tracking == "1Z9"
    now = datetime.fromtimestamp(desk.simulator.state.now(), UTC)
    assert abs((shipment.shipped_at - now).total_seconds()) < 60


def test_a_parcel_that_was_deleted_is_told_no_more(desk: Desk) -> None:
    order_id, mugs, _ = place(desk)
    parcel = desk.simulator.sales.fulfil(order_id, {mugs: 2})
    desk.simulator.sales.remove_fulfillment(order_id, parcel)

    assert shipments(desk, order_id, OWN) == []


def test_only_orders_that_say_they_have_parcels_cost_a_call(desk: Desk) -> None:
    plain, _, _ = place(desk)
    parted, mugs, _ = place(desk)
    desk.simulator.sales.fulfil(parted, {mugs: 1})

    desk.store(shipments_from=OWN).orders([str(plain), str(parted)])

    asked = [one.address for one in desk.wire.exchanges]
    asked = [address for address in asked if "fulfillments" in address]
    assert len(asked) == 1
    assert f"orders/{parted}/" in asked[0]


def test_a_parcel_moves_its_order_into_what_changed(desk: Desk) -> None:
    order_id, mugs, _ = place(desk)
    store = desk.store(shipments_from=OWN)
    _, cursor = read_all(store.changed_orders)
    told: list[str] = []
    desk.simulator.state.listen(lambda topic, _: told.append(topic))

    desk.simulator.sales.fulfil(order_id, {mugs: 1})
    changed, _ = read_all(store.changed_orders, cursor=cursor)

    assert [len(order.shipments or ()) for order in changed] == [1]
    assert told == ["order.updated"]


def test_a_feature_that_was_switched_off_says_nothing_of_shipments(desk: Desk) -> None:
    order_id, mugs, _ = place(desk)
    desk.simulator.sales.fulfil(order_id, {mugs: 2})
    desk.simulator.state.has_fulfillments = False

    assert read(desk, order_id, OWN).shipments is None


def test_parcels_over_which_the_store_dies_block_their_own_order_alone(
    desk: Desk,
) -> None:
    deadly, mugs, _ = place(desk)
    plain, other_mugs, _ = place(desk)
    desk.simulator.sales.fulfil(deadly, {mugs: 2})
    desk.simulator.sales.fulfil(plain, {other_mugs: 1})
    desk.simulator.state.deadly_fulfillments.add(deadly)

    page = desk.store(shipments_from=OWN).orders([str(deadly), str(plain)])

    assert [order.external_id for order in page.records] == [str(plain)]
    assert [one.external_id for one in page.unreadable] == [str(deadly)]


def test_an_order_that_is_complete_is_not_asked_for_parcels(desk: Desk) -> None:
    order_id, mugs, plates = place(desk)
    desk.simulator.sales.fulfil(order_id, {mugs: 3, plates: 2})
    desk.simulator.sales.change_status(order_id, "completed")

    assert read(desk, order_id, OWN).shipments is None


def test_a_plugins_parcels_are_shipments_where_they_list_their_lines(
    desk: Desk,
) -> None:
    order_id, mugs, plates = place(desk)
    entry = {
        "tracking_provider": "dhl",
        "tracking_number": "123",
        "date_shipped": "1772582400",
        "tracking_id": "9b1d",
        "products_list": [
            {"product": "12", "item_id": str(mugs), "qty": "2"},
            {"product": "13", "item_id": plates, "qty": 1},
        ],
    }
    desk.simulator.sales.track(order_id, [entry])

    (shipment,) = shipments(desk, order_id, PLUGIN)

    assert shipment.external_id == f"T{order_id}:9b1d"
    assert shipment.shipped_at == datetime(2026, 3, 4, tzinfo=UTC)
    assert shipment.lines == ((str(mugs), Decimal(2)), (str(plates), Decimal(1)))
    assert (shipment.carrier, shipment.tracking) == ("dhl", "123")


def test_of_several_notes_of_parcels_the_first_counts_as_wordpress_means_it(
    desk: Desk,
) -> None:
    order_id, mugs, plates = place(desk)
    first, second = (
        {
            "tracking_id": name,
            "date_shipped": "2026-03-04",
            "products_list": [{"item_id": line, "qty": 1}],
        }
        for name, line in (("x", mugs), ("y", plates))
    )
    desk.simulator.sales.track(order_id, [first])
    state = desk.simulator.state
    meta = state.new_meta("_wc_shipment_tracking_items", [second])
    state.order(order_id).meta.append(meta)

    (shipment,) = shipments(desk, order_id, PLUGIN)

    assert shipment.external_id == f"T{order_id}:x"


@pytest.mark.parametrize(
    "products",
    [
        None,
        [],
        "",
        [{"product": "12", "qty": "2"}],
        [{"product": "12", "item_id": "5", "qty": "two"}],
        [{"product": "12", "item_id": "5", "qty": "0"}],
    ],
)
def test_a_parcel_that_does_not_list_its_lines_tells_of_no_part(
    desk: Desk, products: object
) -> None:
    order_id, _, _ = place(desk)
    entry = {"tracking_number": "1", "date_shipped": "1772582400", "tracking_id": "x"}
    whole = entry if products is None else {**entry, "products_list": products}
    desk.simulator.sales.track(order_id, [whole])

    assert shipments(desk, order_id, PLUGIN) == []


@pytest.mark.parametrize("count", ["1e999999", "1E-9", "0.00001", "1_0", "9" * 29])
def test_a_parcel_with_a_count_that_nobody_can_hold_tells_of_no_part(
    desk: Desk, count: str
) -> None:
    order_id, mugs, _ = place(desk)
    rows = [{"item_id": mugs, "qty": count}]
    entry = {"tracking_id": "x", "date_shipped": "1772582400", "products_list": rows}
    desk.simulator.sales.track(order_id, [entry])

    assert shipments(desk, order_id, PLUGIN) == []


def test_a_list_without_an_end_does_not_stop_the_orders_beside_it(desk: Desk) -> None:
    order_id, _, _ = place(desk)
    rows = "[" * 200_000
    entry = {"tracking_id": "x", "date_shipped": "1772582400", "products_list": rows}
    desk.simulator.sales.track(order_id, [entry])

    assert shipments(desk, order_id, PLUGIN) == []


def test_what_a_plugin_says_of_a_parcel_is_one_line_of_text(desk: Desk) -> None:
    order_id, mugs, _ = place(desk)
    entry = {
        "tracking_provider": {"name": "dhl"},
        "tracking_number": "1\x00\n2" + "3" * 9000,
        "tracking_id": "x",
        "date_shipped": "1772582400",
        "products_list": [{"item_id": mugs, "qty": 1}],
    }
    desk.simulator.sales.track(order_id, [entry])

    (shipment,) = shipments(desk, order_id, PLUGIN)

    assert shipment.carrier == ""
    assert shipment.tracking.startswith("1  23")
    assert len(shipment.tracking) == 200


@pytest.mark.parametrize(
    "date", ["20250131", 20250131, "2025-01-31", "1738281600", 1738281600]
)
def test_the_day_of_a_parcel_is_read_as_a_date_or_as_seconds(
    desk: Desk, date: object
) -> None:
    order_id, mugs, _ = place(desk)
    rows = [{"item_id": mugs, "qty": 1}]
    entry = {"tracking_id": "x", "date_shipped": date, "products_list": rows}
    desk.simulator.sales.track(order_id, [entry])

    (shipment,) = shipments(desk, order_id, PLUGIN)

    assert shipment.shipped_at == datetime(2025, 1, 31, tzinfo=UTC)


_NO_DAYS = ["", "soon", None, "99999999999999999999", "0001-01-01"]
_NO_DAYS += ["99999999999", "20251301"]
_NO_DAYS += ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"]


@pytest.mark.parametrize("date", _NO_DAYS)
def test_a_parcel_without_a_day_does_not_stop_its_order(
    desk: Desk, date: object
) -> None:
    order_id, mugs, _ = place(desk)
    rows = [{"item_id": mugs, "qty": 1}]
    entry = {"tracking_id": "x", "date_shipped": date, "products_list": rows}
    desk.simulator.sales.track(order_id, [entry])

    assert shipments(desk, order_id, PLUGIN) == []
