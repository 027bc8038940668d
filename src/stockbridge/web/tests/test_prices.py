"""Prices on the screen: what the store asks, what the books ask, and sending it."""

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import ActionNeededError
from stockbridge.domain.tests.builders import a_books_item, usd
from stockbridge.engine.actions.bridges import save_options
from stockbridge.engine.actions.retrying import retry_issues
from stockbridge.engine.actions.runs import check_switches
from stockbridge.engine.models import Issue
from stockbridge.web.tests.people import assert_access
from stockbridge.web.tests.trading import Trade, a_trade

pytestmark = pytest.mark.django_db(transaction=True)
ON = {"allow_export": True, "price_owner": "books", "send_prices": True}


def a_mug_for(trade: Trade, price: str) -> None:
    """Let somebody change the price of the mug in the books, and time pass."""
    trade.world.ledger.add_item(a_books_item(price=usd(price)), 20)
    trade.world.rest(rounds=2)


def what_it_costs(trade: Trade) -> str:
    return str(trade.world.shop.items["93"].price)


def test_prices_are_seen_by_every_member_and_sent_by_those_who_may() -> None:
    trade = a_trade(**ON)

    assert_access(trade.people, trade.url("prices"), Permission.VIEW)
    data = {"selection": "all", "query": ""}
    url = trade.url("prices_send")
    assert_access(trade.people, url, Permission.EXPORT_ITEMS, "post", data)


def test_an_empty_page_says_where_it_is_switched_on() -> None:
    trade = a_trade()

    text = trade.text("prices")

    assert "off: prices are sent by hand, from Push" in text
    assert "under Products and prices" in text


def test_what_travelled_is_seen_with_its_time_and_in_the_log() -> None:
    trade = a_trade(**ON)
    trade.world.rest(rounds=1)

    a_mug_for(trade, "5.50")

    assert "in step" in trade.text("prices")
    assert "MUG: 5.00 USD → 5.50 USD" in trade.text("logs", "?channel=prices")


def test_what_differed_before_is_listed_with_both_prices_and_sent_by_hand() -> None:
    trade = a_trade(**{**ON, "send_prices": False})
    a_mug_for(trade, "5.50")
    trade.world.set_options(send_prices=True)
    trade.world.rest(rounds=1)
    before = trade.text("prices", "?show=before")

    trade.post(trade.url("prices_send"), {"selection": "all", "query": "show=before"})
    trade.world.rest(rounds=1)

    assert "5.00 USD" in before
    assert "5.50 USD" in before
    assert "PEN" not in before
    assert what_it_costs(trade) == "5.50 USD"


def test_a_limit_names_both_prices_and_lets_those_go_that_a_person_allows() -> None:
    trade = a_trade(**ON)
    trade.world.rest(rounds=1)
    a_mug_for(trade, "0.05")
    issue = Issue.objects.get(code="limit_repriced", resolved_at=None)

    text = trade.text("issues", "?kind=limit_repriced")
    trade.post(trade.url("prices_send"), {"selection": "all", "query": ""})
    trade.world.rest(rounds=1)
    untouched = what_it_costs(trade)
    trade.post(
        trade.url("issue_act", issue=issue.pk, act="allow"),
        {"which": "rows", "row": "93"},
    )
    trade.world.rest(rounds=1)

    assert "5.00 USD" in text
    assert "0.05 USD" in text
    assert untouched == "5.00 USD"
    assert what_it_costs(trade) == "0.05 USD"


def test_what_the_store_refused_is_tried_again_from_what_needs_you() -> None:
    trade = a_trade(**ON)
    trade.world.rest(rounds=1)
    trade.world.shop.refused["93"] = "Prices are locked."
    a_mug_for(trade, "5.50")
    issue = Issue.objects.get(code="price_refused", resolved_at=None)
    text = trade.text("prices", "?show=refused")
    trade.world.shop.refused.clear()

    acted = retry_issues(trade.world.company, [issue], trade.world.act)
    trade.world.rest(rounds=1)

    assert acted.count == 1
    assert "Prices are locked." in text
    assert what_it_costs(trade) == "5.50 USD"


def test_a_switch_that_has_no_effect_yet_says_what_is_missing() -> None:
    trade = a_trade()

    saved = save_options(trade.bridge, {"send_prices": True}, trade.world.act)

    assert any("choose that the books own" in one for one in saved.warnings)


def test_where_the_store_owns_prices_they_are_not_sent_by_hand_either() -> None:
    trade = a_trade(**{**ON, "price_owner": "store"})
    a_mug_for(trade, "5.50")

    trade.post(trade.url("move_start", kind="push_prices"))

    with pytest.raises(ActionNeededError, match="The store owns prices here"):
        check_switches(trade.bridge, "push_prices")
    assert what_it_costs(trade) == "5.00 USD"
