"""Stock on the screen: what is shown, what should be, why, and syncing it."""

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import Bridge, Run, StockTarget
from stockbridge.engine.tests.worlds import an_order
from stockbridge.web.tests.people import assert_access
from stockbridge.web.tests.trading import a_trade

pytestmark = pytest.mark.django_db(transaction=True)


def test_stock_is_seen_by_every_member_and_synced_by_those_who_may() -> None:
    trade = a_trade()

    assert_access(trade.people, trade.url("stock"), Permission.VIEW)
    data = {"selection": "all", "query": ""}
    url = trade.url("stock_sync")
    assert_access(trade.people, url, Permission.SYNC_STOCK, "post", data)


def test_a_quantity_says_how_it_comes_about_and_leads_to_its_orders() -> None:
    trade = a_trade(orders_enabled=False)
    trade.world.shop.place(an_order())
    trade.world.rest()

    text = trade.text("stock")

    assert "20 available − 2 in orders − 0 buffer" in text
    assert trade.order_url() in text
    assert "in step" in text


def test_the_window_in_which_a_sale_could_be_overwritten_is_shown() -> None:
    trade = a_trade()
    Bridge.objects.filter(pk=trade.bridge.pk).update(stock_window_ms=1234)

    text = trade.text("stock")

    assert "From reading orders to writing stock" in text
    assert "1,234 ms" in text


def test_a_quantity_on_hand_is_called_so() -> None:
    trade = a_trade(quantity="on_hand")

    text = trade.text("stock")

    assert "20 on hand − 0 in orders − 0 buffer" in text


def test_quantities_are_found_by_the_name_of_their_item_and_by_their_state() -> None:
    trade = a_trade()
    StockTarget.objects.filter(item_id="94").update(is_due=True, shown=7)

    pens = trade.text("stock", "?q=pen")
    due = trade.text("stock", "?show=due")

    for text in (pens, due):
        assert "PEN" in text
        assert "MUG" not in text


def test_what_the_store_refused_and_what_a_limit_holds_is_told_apart() -> None:
    trade = a_trade()
    StockTarget.objects.filter(item_id="93").update(is_held=True, error="No, thanks.")
    StockTarget.objects.filter(item_id="94").update(is_held=True, is_due=True)

    refused = trade.text("stock", "?show=refused")
    held = trade.text("stock", "?show=held")

    assert "No, thanks." in refused
    assert "PEN" not in refused
    assert "held by a safety limit" in held
    assert "MUG" not in held


def test_syncing_selected_items_shows_before_and_after_first() -> None:
    trade = a_trade(stock_enabled=False)
    trade.world.ledger.count_stock("I1", 17)
    trade.world.rest()
    target = trade.world.target("93")

    trade.post(trade.url("stock_sync"), {"selection": target.pk})
    trade.world.store_job()
    run = trade.newest_run()
    text = trade.text("run", run=run.pk)
    before = trade.world.shown("93")
    trade.post(trade.url("run_approve", run=run.pk), {"everything": "yes"})
    trade.world.store_job()

    assert run.kind == Run.Kind.PUSH_STOCK
    assert "MUG · Mug" in text
    assert "<strong>17</strong>" in text
    assert before == 20
    assert trade.world.shown("93") == 17


def test_all_that_is_due_is_synced_by_one_button() -> None:
    trade = a_trade(stock_enabled=False)
    StockTarget.objects.filter(item_id="93").update(is_due=True, shown=1)

    page = trade.text("stock")
    trade.post(trade.url("stock_sync"), {"everything": "yes"})

    assert "Sync 1 now" in page
    assert trade.newest_run().parameters["all"] is True
