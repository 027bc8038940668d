"""Lists: bounds, zones, pages, and what they leave out."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from stockbridge.connectors.stores.woocommerce.simulator.indexes import SortedIndex
from stockbridge.connectors.stores.woocommerce.tests.asking import Asker, a_store


def _names(ask: Asker, **query: str) -> list[str]:
    rows = ask("GET", "products", order="asc", **query)[1]
    return [row["name"] for row in rows]


@pytest.fixture
def three() -> list[str]:
    return ["first", "second", "third"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"modified_after": "2026-03-02T15:00:10", "dates_are_gmt": "true"}, ["third"]),
        ({"modified_after": "2026-03-02T10:00:10"}, ["third"]),  # New York
        ({"modified_after": "2026-03-02T15:00:10"}, []),  # five hours ahead
        ({"modified_after": "2026-03-02T15:00:10Z"}, ["third"]),
        ({"modified_before": "2026-03-02T10:00:10"}, ["first"]),
        ({"after": "2026-03-02T10:00:00", "before": "2026-03-02T10:00:20"}, ["second"]),
    ],
)
def test_bounds_are_exclusive_to_the_second(
    query: dict[str, str], expected: list[str], three: list[str]
) -> None:
    with a_store() as (ask, clock):
        for name in three:
            ask.made("products", {"name": name})
            clock.advance(10)

        assert _names(ask, **query) == expected


def test_a_z_together_with_dates_are_gmt_is_off_by_the_zone(three: list[str]) -> None:
    with a_store() as (ask, clock):
        for name in three:
            ask.made("products", {"name": name})
            clock.advance(10)

        found = _names(ask, modified_after="2026-03-02T15:00:20Z", dates_are_gmt="true")

        assert found == three


def test_pages_lead_on_and_the_last_leads_back() -> None:
    with a_store() as (ask, _):
        ask.simulator.seed_products(5)
        seen = []
        for page in (1, 2, 3):
            status, rows = ask("GET", "products", per_page=2, page=page)
            assert status == 200
            seen.append((len(rows), sorted(_rels(ask))))
            totals = (ask.headers["x-wp-total"], ask.headers["x-wp-totalpages"])
            assert totals == ("5", "3")

        assert seen == [(2, ["next"]), (2, ["next", "prev"]), (1, ["prev"])]
        assert dict(parse_qsl(urlsplit(_rels(ask)["prev"]).query))["page"] == "2"


def test_past_the_end_products_still_count_and_orders_do_not() -> None:
    with a_store() as (ask, _):
        ask.simulator.seed_products(3)
        ask.simulator.seed_orders(3)

        products = ask("GET", "products", page=9)[1], ask.headers["x-wp-total"]
        orders = ask("GET", "orders", page=9)[1], ask.headers["x-wp-total"]

        assert products == ([], "3")
        assert orders == ([], "0")


def test_posts_as_order_storage_count_past_the_end() -> None:
    with a_store(hpos=False) as (ask, _):
        ask.simulator.seed_products(3)
        ask.simulator.seed_orders(3)

        ask("GET", "orders", page=9)

        assert ask.headers["x-wp-total"] == "3"


def test_orders_of_a_vanished_status_are_in_no_list() -> None:
    with a_store() as (ask, _):
        ask.simulator.state.register_status("awaiting-pickup", "Awaiting pickup")
        order = ask.made("orders", {"status": "awaiting-pickup"})
        listed = [row["id"] for row in ask("GET", "orders", status="any")[1]]
        ask.simulator.state.forget_status("awaiting-pickup")

        assert listed == [order["id"]]
        assert ask("GET", "orders", status="any")[1] == []
        assert ask("GET", f"orders/{order['id']}")[1]["status"] == "awaiting-pickup"


def test_a_filter_sees_what_was_changed_a_moment_ago() -> None:
    with a_store() as (ask, _):
        order = ask.made("orders", {})
        before = ask("GET", "orders", status="processing")[1]
        ask("PUT", f"orders/{order['id']}", {"status": "processing"})

        after = ask("GET", "orders", status="processing")[1]

        assert (len(before), len(after)) == (0, 1)


def test_nested_fields_reach_into_objects_but_not_into_lists() -> None:
    with a_store() as (ask, _):
        ask.made("orders", {"billing": {"email": "ada@example.com"}})

        fields = "id,billing.email,line_items.sku"
        row = ask("GET", "orders", _fields=fields)[1][0]

        assert row == {"id": row["id"], "billing": {"email": "ada@example.com"}}


def test_an_index_keeps_its_order_through_moves() -> None:
    index = SortedIndex()
    for record_id, key in ((1, 50), (2, 40), (3, 60), (1, 70)):
        index.put(record_id, key)
    index.drop(3)

    low, high = index.bounds(39, None)

    assert list(index.ids(low, high)) == [2, 1]
    assert index.bounds(40, 70) == (1, 1)


def _rels(ask: Asker) -> dict[str, str]:
    found = {}
    for part in ask.headers["link"].split(", "):
        url, _, rel = part.partition("; ")
        found[rel.removeprefix('rel="').rstrip('"')] = url.strip("<>")
    return found
