"""What people do to an open sales order: it is neither changed nor filled then."""

from collections.abc import Callable

import pytest

from stockbridge.connectors.books.quickbooks_pos.tests.open_order import Change, Shop

Act = Callable[[Shop], Change]
both_acts = pytest.mark.parametrize("act", [Shop.a_mug_more, Shop.filling])


@both_acts
def test_an_order_that_was_filled_is_held(act: Act) -> None:
    shop = Shop()
    shop.fill()

    shop.refuses("has been filled", act(shop))


@both_acts
def test_an_order_of_which_something_was_filled_is_held(act: Act) -> None:
    shop = Shop()
    shop.order["SalesOrderItemRet"][0]["QtySold"] = "1.00"

    shop.refuses("or a part of it", act(shop))


@both_acts
def test_an_order_with_a_deposit_is_held(act: Act) -> None:
    shop = Shop()
    shop.order["DepositBalance"] = "5.00"

    shop.refuses("deposit", act(shop))


@both_acts
def test_an_order_that_somebody_changed_is_held(act: Act) -> None:
    shop = Shop()
    shop.order["Total"] = "20.00"

    shop.refuses("was changed", act(shop))


@both_acts
def test_an_order_given_to_somebody_else_is_held(act: Act) -> None:
    shop = Shop()
    shop.order["CustomerListID"] = "-6"

    shop.refuses("another customer", act(shop))


@both_acts
def test_an_order_that_was_deleted_there_is_held(act: Act) -> None:
    shop = Shop()
    del shop.counter.company.records.orders.rows[shop.order_id[6:]]

    shop.refuses("no longer in Point of Sale", act(shop))
