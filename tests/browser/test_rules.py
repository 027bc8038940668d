"""Posting rules in a browser: added, put in their order."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from stockbridge.engine.actions.posting_rules import RuleDraft, drafts_of, set_rules
from stockbridge.web.tests.browsing import assert_accessible, shoot, sign_in
from stockbridge.web.tests.trading import a_trade

pytestmark = pytest.mark.browser


def test_a_rule_is_added_and_tried_earlier(page: Page, live_server: LiveServer) -> None:
    trade = a_trade()
    set_rules(
        trade.bridge,
        [RuleDraft(name="Abroad", countries=("AT", "CH"), act="hold")],
        trade.world.act,
    )
    sign_in(page, live_server, trade.people.owner)

    page.goto(live_server.url + trade.url("rules"))
    page.get_by_label("Name").fill("Dealers")
    page.get_by_label("Roles of the customer").fill("wholesale")
    page.get_by_label("Prefix of the number").fill("D-")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("2. Dealers")).to_be_visible()
    assert_accessible(page)
    shoot(page, "rules")
    page.get_by_role("button", name="Try Dealers earlier").click()

    expect(page.get_by_text("1. Dealers")).to_be_visible()
    assert [one.name for one in drafts_of(trade.bridge)] == ["Dealers", "Abroad"]
