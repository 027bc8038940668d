"""Orders that may be in the books already: asked for, chosen, on a screen."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from stockbridge.engine.models import Run
from stockbridge.web.tests.browsing import assert_accessible, shoot, sign_in
from stockbridge.web.tests.test_runs import links_to_choose
from stockbridge.web.tests.trading import a_trade

pytestmark = pytest.mark.browser


def test_a_person_says_which_document_an_order_is(
    page: Page, live_server: LiveServer
) -> None:
    trade = a_trade()
    trade.bridge.books.connector = "quickbooks_online"
    trade.bridge.books.save(update_fields=["connector"])
    run = links_to_choose(trade)
    sign_in(page, live_server, trade.people.owner)

    page.goto(live_server.url + trade.url("pull"))
    assert_accessible(page)
    shoot(page, "pull-links")
    page.goto(live_server.url + trade.url("run", run=run.pk))
    assert_accessible(page)
    shoot(page, "links-to-choose")
    page.get_by_label("over 16.50 USD").check()
    page.get_by_role("button", name="Show the preview anew").click()

    expect(page.get_by_text("preparing the preview").first).to_be_visible()
    chosen = Run.objects.get(pk=run.pk).parameters["documents"]
    assert chosen == {"1": "Invoice:7"}
