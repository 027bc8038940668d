"""The way in, in a real browser: first run, sign-in, invitation, second factor."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from stockbridge.companies.models import Company, Invitation
from stockbridge.web.tests.browsing import assert_accessible, shoot, sign_in
from stockbridge.web.tests.people import PASSWORD, make_people

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Forget the tries of other tests."""
    cache.clear()


def test_the_wizard_leads_from_nothing_to_a_company(
    page: Page, live_server: LiveServer
) -> None:
    page.goto(live_server.url)
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    shoot(page, "welcome")
    assert_accessible(page)

    page.get_by_label("Your name").fill("Alice Adams")
    page.get_by_label("E-mail address").fill("alice@example.com")
    page.get_by_label("Password", exact=True).fill("violet-harbour-19")
    page.get_by_label("Password again").fill("violet-harbour-91")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("The two passwords differ.")).to_be_visible()
    assert_accessible(page)
    page.get_by_label("Password", exact=True).fill("violet-harbour-19")
    page.get_by_label("Password again").fill("violet-harbour-19")
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("heading", name="Your company")).to_be_visible()
    shoot(page, "welcome-company")
    assert_accessible(page)
    page.get_by_label("Name of the company").fill("North Mugs")
    page.get_by_label("Time zone").select_option("Europe/Berlin")
    page.get_by_label("Currency").fill("eur")
    page.get_by_role("button", name="Continue").click()

    expect(page).to_have_url(re.compile("/c/north-mugs/"))
    assert Company.objects.get().currency == "EUR"


def test_signing_in_by_keyboard_alone(page: Page, live_server: LiveServer) -> None:
    people = make_people()
    page.goto(live_server.url + people.url("users"))
    shoot(page, "sign-in")
    assert_accessible(page)

    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not correct")
    assert_accessible(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Users")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()


def test_an_invitation_is_made_and_taken(page: Page, live_server: LiveServer) -> None:
    people = make_people()
    sign_in(page, live_server, people.owner)
    page.goto(live_server.url + people.url("invitation_add"))
    shoot(page, "invite")
    assert_accessible(page)

    page.get_by_label("E-mail address").fill("erin@example.com")
    page.get_by_label("See logs").check()
    page.get_by_role("button", name="Invite").click()
    link = page.get_by_label("Link").input_value()
    assert_accessible(page)
    page.context.clear_cookies()
    page.goto(link)
    shoot(page, "join")
    assert_accessible(page)
    page.get_by_label("Your name").fill("Erin Evans")
    page.get_by_label("Password", exact=True).fill("violet-harbour-19")
    page.get_by_label("Password again").fill("violet-harbour-19")
    page.get_by_role("button", name="Join").click()

    expect(page.get_by_text("Welcome to North Mugs.")).to_be_visible()
    assert Invitation.objects.get().accepted_at


def test_invitations_are_selected_over_all_pages_and_revoked_after_asking(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    for number in range(30):
        people.client().post(
            people.url("invitation_add"),
            {"email": f"guest{number}@example.com", "role": "member"},
        )
    sign_in(page, live_server, people.owner)
    page.goto(live_server.url + people.url("invitations") + "?size=25")

    expect(page.get_by_role("button", name="Revoke")).to_be_disabled()
    page.get_by_label("Select all rows on this page").check()
    expect(page.locator("[data-selected-count]")).to_have_text("25")
    page.get_by_label("All 30 rows, on every page").check()
    expect(page.locator("[data-selected-count]")).to_have_text("30")
    shoot(page, "invitations-waiting")
    page.get_by_label("All 30 rows, on every page").check()
    assert_accessible(page)
    page.get_by_role("button", name="Revoke").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("will no longer work")
    assert_accessible(page)
    dialog.get_by_role("button", name="Cancel").click()
    assert Invitation.objects.count() == 30
    page.get_by_role("button", name="Revoke").click()
    dialog.get_by_role("button", name="Continue").click()

    expect(page.get_by_text("30 revoked.")).to_be_visible()
    assert_accessible(page)


def test_a_second_factor_is_set_up_and_asked(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    page.goto(live_server.url + "/account/login/?next=/profile/")
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    shoot(page, "profile")
    assert_accessible(page)
    page.get_by_role("link", name="Set up").click()
    shoot(page, "second-factor")
    assert_accessible(page)
    page.get_by_role("link", name="Activate").click()
    shoot(page, "password-again")
    assert_accessible(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_label("Authenticator secret")).to_be_visible()
    shoot(page, "second-factor-activate")
    assert_accessible(page)

    secret = page.get_by_label("Authenticator secret").input_value()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_label("Unused codes")).to_be_visible()
    assert_accessible(page)
    page.context.clear_cookies()
    page.goto(live_server.url + people.url("users"))
    page.get_by_label("Email").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    expect(page).to_have_url(re.compile("/account/2fa/authenticate/"))
    shoot(page, "second-factor-asked")
    assert_accessible(page)


def code_of(secret: str) -> str:
    """Return what an authenticator app shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


@pytest.mark.parametrize(
    "name", ["company_settings", "tokens", "token_add", "invitations"]
)
def test_a_screen_of_the_set_up_is_accessible(
    page: Page, live_server: LiveServer, name: str
) -> None:
    people = make_people()
    sign_in(page, live_server, people.owner)
    page.goto(live_server.url + people.url(name))

    shoot(page, name)

    assert_accessible(page)


def test_a_refusal_says_what_is_missing(page: Page, live_server: LiveServer) -> None:
    people = make_people()
    sign_in(page, live_server, people.member)

    page.goto(live_server.url + people.url("users"))

    expect(page.get_by_text("Manage users")).to_be_visible()
    expect(page.get_by_text("Alice Adams")).to_be_visible()
    shoot(page, "refused")
    assert_accessible(page)
