"""A table in a real browser: search, sort, select, phone width."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from stockbridge.companies.models import Membership, User
from stockbridge.web.tests.browsing import assert_accessible, shoot, sign_in
from stockbridge.web.tests.people import make_people

pytestmark = pytest.mark.browser


def open_users(page: Page, live_server: LiveServer, *, more: int = 0) -> None:
    people = make_people()
    users = User.objects.bulk_create(
        User(email=f"member{n:03}@example.com", display_name=f"Member {n:03}")
        for n in range(more)
    )
    Membership.objects.bulk_create(
        Membership(company=people.company, user=user) for user in users
    )
    sign_in(page, live_server, people.owner)
    page.goto(live_server.url + people.url("users"))


def test_a_search_stays_in_the_address_and_survives_a_reload(
    page: Page, live_server: LiveServer
) -> None:
    open_users(page, live_server, more=60)

    page.get_by_role("searchbox").fill("member 042")
    expect(page.locator("tbody tr")).to_have_count(1)

    expect(page).to_have_url(re.compile("q=member%20042"))
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("searchbox")).to_have_value("member 042")


def test_sorting_turns_round_and_keeps_the_focus(
    page: Page, live_server: LiveServer
) -> None:
    open_users(page, live_server, more=3)

    page.get_by_role("link", name="E-mail", exact=True).press("Enter")
    expect(page.locator("th", has_text="E-mail")).to_have_attribute(
        "aria-sort", "ascending"
    )
    expect(page.get_by_role("link", name="E-mail", exact=True)).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("tbody tr").first).to_contain_text("member002")
    expect(page).to_have_url(re.compile("sort=-email"))


def test_the_next_page_is_reached_and_left_by_the_back_button(
    page: Page, live_server: LiveServer
) -> None:
    open_users(page, live_server, more=60)

    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("status").first).to_have_text("51 to 62 of 62")
    page.go_back()

    expect(page.get_by_role("status").first).to_have_text("1 to 50 of 62")


def test_the_users_screen_is_accessible_in_light_dark_and_on_a_phone(
    page: Page, live_server: LiveServer
) -> None:
    open_users(page, live_server, more=60)
    shoot(page, "users")
    assert_accessible(page)

    page.get_by_role("button", name="Light or dark").click()
    page.get_by_role("button", name="Dark", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert_accessible(page)

    page.set_viewport_size({"width": 390, "height": 844})
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_menu_opens_on_a_phone(page: Page, live_server: LiveServer) -> None:
    open_users(page, live_server)
    page.set_viewport_size({"width": 390, "height": 844})

    page.get_by_role("button", name="Open the menu").click()

    expect(page.get_by_role("navigation", name="Main menu")).to_be_visible()
    assert_accessible(page)
