"""What every journey in a real browser does: sign in, check, take shots.

The fixture `page` is in `tests/browser/conftest.py`; a journey reads so:

    @pytest.mark.browser
    def test_orders_can_be_searched(page: Page, live_server: LiveServer) -> None:
        people = make_people()
        sign_in(page, live_server, people.owner)

        page.goto(live_server.url + people.url("orders"))

        assert_accessible(page)
"""

import os
from pathlib import Path

from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from stockbridge.companies.models import User

AXE = Path(__file__).parents[4] / "tests/browser/vendor/axe/axe.min.js"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


def sign_in(page: Page, live_server: LiveServer, user: User) -> None:
    """Sign a person in without the sign-in page, which has a journey of its own."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
    )


def assert_accessible(page: Page) -> None:
    """Check the page as it stands by axe; the message names rule, place and reason."""
    # Evaluated by the debugger: our policy rightly forbids a foreign script tag.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", RULES
    )
    faults = [
        f"{rule['id']}, {len(rule['nodes'])} times: {node['html'][:200]}"
        f" – {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"][:3]
    ]
    assert not faults, f"{page.url}\n" + "\n".join(faults)


def choose_theme(page: Page, theme: str) -> None:
    """Switch to "light" or "dark" as the menu does, without opening it."""
    page.evaluate("(t) => localStorage.setItem('stockbridge-theme', t)", theme)
    page.reload()


def shoot(page: Page, name: str) -> None:
    """Keep shots in light, dark and phone width in $STOCKBRIDGE_SHOTS, if it is set."""
    folder = os.environ.get("STOCKBRIDGE_SHOTS")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for look, theme, size in (
        ("light", "light", DESK),
        ("dark", "dark", DESK),
        ("phone", "light", PHONE),
    ):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        choose_theme(page, theme)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=Path(folder) / f"{name}-{look}.png")
    page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
    choose_theme(page, "light")
