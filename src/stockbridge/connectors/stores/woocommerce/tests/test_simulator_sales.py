"""What shoppers and the merchant do inside the simulated store."""

from decimal import Decimal

import pytest

from stockbridge.connectors.stores.woocommerce.simulator import Basket
from stockbridge.connectors.stores.woocommerce.tests.asking import Asker, a_store


def _stocked(ask: Asker) -> None:
    ask.simulator.add_product(
        name="Mug", sku="MUG", regular_price="9.99", manage_stock=True, stock_quantity=9
    )


def test_an_order_of_everything_adds_up() -> None:
    with a_store() as (ask, _):
        _stocked(ask)
        ask.made("coupons", {"code": "ten", "discount_type": "percent", "amount": "10"})

        order = ask.simulator.sales.place_order(
            Basket(
                items=[("MUG", 3)],
                shipping="10.00",
                fees=[("Wrap", "4.00"), ("Loyalty", "-1.00")],
                coupons=["ten"],
            )
        )

        lines = sum((line.total for line in order.lines), Decimal(0))
        assert order.total == lines + order.total_tax
        assert order.discount_total == Decimal("3.00")  # 2.997, the cent rounded up
        assert ask.simulator.state.product_by_sku("MUG").stock_quantity == 6


def test_a_full_refund_gives_all_money_and_goods_back() -> None:
    with a_store() as (ask, _):
        _stocked(ask)
        sales = ask.simulator.sales
        order = sales.place_order(Basket(items=[("MUG", 3)], shipping="10.00"))

        refund = sales.refund(order.id)

        assert refund.amount == order.total
        assert order.status == "refunded"
        assert ask.simulator.state.product_by_sku("MUG").stock_quantity == 9


def test_a_partial_refund_takes_its_share_of_the_tax() -> None:
    with a_store() as (ask, _):
        _stocked(ask)
        sales = ask.simulator.sales
        order = sales.place_order(Basket(items=[("MUG", 3)]))

        refund = sales.refund(
            order.id, quantities={order.lines[0].id: 1}, restock=False
        )

        assert refund.amount == Decimal("10.88")  # 9.99 and 0.40, 0.45, 0.04 tax
        assert order.status == "processing"
        assert ask.simulator.state.product_by_sku("MUG").stock_quantity == 6


def test_what_is_in_the_trash_comes_back_as_it_was() -> None:
    with a_store() as (ask, _):
        _stocked(ask)
        sales = ask.simulator.sales
        order = sales.place_order(Basket(items=["MUG"]))
        sales.trash_order(order.id)
        trashed = ask("GET", "orders")[1]

        sales.restore_order(order.id)

        assert trashed == []
        assert ask("GET", "orders")[1][0]["status"] == "processing"


def test_a_deleted_refund_leaves_the_orders_date_alone() -> None:
    with a_store() as (ask, clock):
        _stocked(ask)
        sales = ask.simulator.sales
        order = sales.place_order(Basket(items=["MUG"]))
        refund = sales.refund(order.id, amount="1.00")
        before = order.modified
        clock.advance(60)

        sales.delete_refund(refund.id)

        assert order.modified == before
        assert order.refunds == []


def test_a_trashed_variation_is_listed_nowhere_and_keeps_its_sku() -> None:
    with a_store() as (ask, _):
        options = {"name": "Size", "variation": True, "options": ["S"]}
        parent = ask.made(
            "products", {"name": "Shirt", "type": "variable", "attributes": [options]}
        )
        path = f"products/{parent['id']}/variations"
        child = ask.made(path, {"sku": "S", "regular_price": "1"})

        ask("DELETE", f"{path}/{child['id']}")

        assert ask("GET", path)[1] == []
        assert ask("GET", f"products/{parent['id']}")[1]["variations"] == []
        assert ask("GET", f"{path}/{child['id']}")[1]["status"] == "trash"
        assert ask("POST", "products", {"name": "x", "sku": "S"})[0] == 400


def test_an_unknown_sku_is_nothing_to_buy() -> None:
    with a_store() as (ask, _), pytest.raises(KeyError, match="NOPE"):
        ask.simulator.sales.place_order(Basket(items=["NOPE"]))
