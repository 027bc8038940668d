"""Connecting QuickBooks Online: there, through its page, and back."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from stockbridge.connectors.books.quickbooks_online.simulator import (
    Habits,
    Options,
    QuickBooksOnlineSimulator,
)
from stockbridge.engine.models import Connection
from stockbridge.web.tests.browsing import assert_accessible, shoot, sign_in
from stockbridge.web.tests.joined import a_store
from stockbridge.web.tests.people import make_people

pytestmark = pytest.mark.browser


def test_a_company_is_connected_on_the_services_own_page(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    people.company.allows_private_addresses = True
    people.company.save()
    a_store(people)
    sign_in(page, live_server, people.owner)
    with QuickBooksOnlineSimulator(Options(habits=Habits(automated_tax=True))) as sim:
        page.goto(live_server.url + people.url("connection_add"))
        page.get_by_role("link", name="QuickBooks Online").click()
        page.get_by_label("Name", exact=True).fill("Books online")
        page.get_by_label("Client ID").fill(sim.client_id)
        page.get_by_label("Client secret").fill(sim.client_secret)
        assert_accessible(page)
        shoot(page, "online-new")
        page.get_by_label("Name", exact=True).fill("Books online")
        page.get_by_label("Client ID").fill(sim.client_id)
        page.get_by_label("Client secret").fill(sim.client_secret)
        page.get_by_text("More settings").click()
        page.get_by_label("Address", exact=True).fill(sim.url)
        page.get_by_role("button", name="Save and go on").click()

        expect(
            page.get_by_role("heading", name="Connect to QuickBooks")
        ).to_be_visible()
        assert_accessible(page)
        shoot(page, "online-connect")
        page.get_by_role("button", name="Connect to QuickBooks").click()
        page.get_by_role("button", name="Connect Example Kitchenware").click()

        expect(page.get_by_text("is connected to QuickBooks")).to_be_visible()
        row = Connection.objects.get(connector="quickbooks_online")
        page.goto(live_server.url + people.url("connection", uid=row.uid))
        expect(page.get_by_text("How long it takes")).to_be_visible()
        assert_accessible(page)
        shoot(page, "online-connection")
        page.goto(live_server.url + people.url("connection_edit", uid=row.uid))
        assert_accessible(page)
        shoot(page, "online-settings")
        assert sim.crashes == []
