"""Connecting QuickBooks Point of Sale: from the first click to its first visit."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from stockbridge.connectors.books.quickbooks_pos.simulator.command import (
    a_stocked_company,
)
from stockbridge.connectors.webconnector.simulator import (
    Account,
    Ending,
    SimulatedWebConnector,
    with_point_of_sale,
)
from stockbridge.connectors.webconnector.simulator.catalogue import sample_items
from stockbridge.engine.models import Connection
from stockbridge.web.tests import callers
from stockbridge.web.tests.browsing import (
    PHONE,
    assert_accessible,
    choose_theme,
    shoot,
    sign_in,
)
from stockbridge.web.tests.people import make_people

pytestmark = pytest.mark.browser


fresh = callers.fresh


def test_point_of_sale_is_connected_and_its_first_visit_shows(
    page: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    people = make_people()
    sign_in(page, live_server, people.owner)
    page.goto(live_server.url + people.url("connection_add"))
    page.get_by_role("link", name="QuickBooks Point of Sale").click()
    shoot(page, "quickbooks-new")
    assert_accessible(page)
    page.get_by_label("Name", exact=True).fill("Counter")
    page.get_by_role("button", name="Save and test").click()

    expect(page.get_by_text("It has not called yet.")).to_be_visible()
    shoot(page, "desk-new")
    assert_accessible(page)
    page.get_by_role("button", name="Make the password").click()
    password = page.get_by_label("Password").input_value()
    assert_accessible(page)  # and no picture: loading the page again makes another
    with page.expect_download() as started:
        page.get_by_role("link", name="Download the .qwc file").click()
    file = tmp_path / started.value.suggested_filename
    started.value.save_as(file)
    assert password not in file.read_text()

    outcome = a_web_connector(file, password).update()

    assert outcome.ending is Ending.FINISHED
    page.goto(live_server.url + people.url("desk", uid=uid_in(file)))
    row = page.get_by_role("region", name="Visits").get_by_role("row").nth(1)
    expect(row).to_be_visible()
    expect(page.get_by_text("Example Kitchenware")).to_be_visible()
    expect(page.get_by_text(password)).to_have_count(0)
    shoot(page, "desk-visited")
    assert_accessible(page)
    choose_theme(page, "dark")
    assert_accessible(page)
    choose_theme(page, "light")
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    assert_accessible(page)
    assert Connection.objects.get(name="Counter").status == "active"


def a_web_connector(file: Path, password: str) -> SimulatedWebConnector:
    """Return a Web Connector that was given the file, with a company behind."""
    said = ElementTree.fromstring(file.read_bytes())
    address = said.findtext("AppURL") or ""
    account = Account(
        # The test's server is found by its number; the file says localhost.
        address.replace("localhost", "127.0.0.1"),
        said.findtext("UserName") or "",
        password,
    )
    company = a_stocked_company(sample_items(20, seed=3))
    return SimulatedWebConnector(with_point_of_sale(company), account)


def uid_in(file: Path) -> str:
    """Return which connection a .qwc file is for."""
    said = ElementTree.fromstring(file.read_bytes())
    return (said.findtext("AppURL") or "").rstrip("/").rpartition("/")[2]
