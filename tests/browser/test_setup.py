"""Setting a shop up, in a real browser against the simulated store."""

import re
import ssl
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from stockbridge.connectors.stores.woocommerce.simulator.tls import self_signed
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge, Connection
from stockbridge.web.tests import callers
from stockbridge.web.tests.browsing import PHONE, assert_accessible, shoot, sign_in
from stockbridge.web.tests.joined import a_joined_store, a_shop
from stockbridge.web.tests.people import make_people

pytestmark = pytest.mark.browser


fresh = callers.fresh


@contextmanager
def an_https_front(target: str) -> Iterator[str]:
    """Stand in front of the server with https, as a reverse proxy does."""

    class Front(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            request = urllib.request.Request(
                f"{target}{self.path}",
                self.rfile.read(length),
                {"Content-Type": self.headers.get("Content-Type", "")},
            )
            with urllib.request.urlopen(request, timeout=20) as answer:
                self.send_response(answer.status)
                self.end_headers()
                self.wfile.write(answer.read())

        def log_message(self, *_args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Front)
    context: ssl.SSLContext = self_signed()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_store_is_connected_tested_and_joined_with_the_back_office(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    sign_in(page, live_server, people.owner)

    page.goto(live_server.url + people.url("overview"))
    expect(page.get_by_text("Connect your store")).to_be_visible()
    shoot(page, "overview-new")
    assert_accessible(page)
    page.get_by_role("link", name="Connect a store").click()
    shoot(page, "connection-add")
    assert_accessible(page)
    with a_shop(people) as shop:
        shop.seed_products(8)
        page.get_by_role("link", name="WooCommerce").click()
        shoot(page, "connection-new")
        assert_accessible(page)
        page.get_by_label("Name").fill("Mug shop")
        page.get_by_label("Store address").fill(shop.url)
        page.get_by_label("Consumer key").fill("what?")
        page.get_by_label("Consumer secret").fill(shop.consumer_secret)
        page.get_by_role("button", name="Save and test").click()
        expect(page.get_by_text("A consumer key begins with ck_")).to_be_visible()
        expect(page.get_by_text("The address is not encrypted")).to_be_visible()
        shoot(page, "connection-refused")
        assert_accessible(page)
        page.get_by_text("More settings", exact=True).click()
        page.get_by_label("Allow insecure http").check()
        page.get_by_label("Consumer key").fill(shop.consumer_key)
        page.get_by_label("Consumer secret").fill(shop.consumer_secret)
        page.get_by_role("button", name="Save and test").click()

        expect(page.get_by_text("Connected to WooCommerce")).to_be_visible(
            timeout=20_000
        )
        shoot(page, "connection")
        assert_accessible(page)
        page.get_by_role("button", name="Join with the back office").click()
        expect(
            page.get_by_role("heading", name="Mug shop → Back office")
        ).to_be_visible()

    assert Connection.objects.get(kind="store").status == "active"
    assert not Bridge.objects.get().is_enabled


def test_the_store_makes_the_keys_by_one_click(
    page: Page, live_server: LiveServer, settings: Settings
) -> None:
    people = make_people()
    sign_in(page, live_server, people.owner)
    with a_shop(people) as shop, an_https_front(live_server.url) as front:
        settings.PUBLIC_URL = front
        page.goto(
            live_server.url + people.url("connection_new", connector="woocommerce")
        )
        page.get_by_label("Name").fill("Mug shop")
        page.get_by_label("Store address").fill(shop.url)
        page.get_by_text("More settings", exact=True).click()
        page.get_by_label("Allow insecure http").check()
        page.get_by_role("button", name="Let the store make the keys").click()
        shoot(page, "pairing")
        assert_accessible(page)
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("link", name="Go to Mug shop and approve").click()
        page.locator("input[name=username]").fill("owner")
        page.locator("input[name=password]").fill(shop.pairing.password)
        page.get_by_role("button", name="Login").click()
        page.get_by_role("link", name="Approve").click()

        expect(page.get_by_text("made keys for us and answers well")).to_be_visible(
            timeout=20_000
        )

    store = Connection.objects.get(kind="store")
    expect(page.get_by_role("heading", name="Mug shop → Back office")).to_be_visible()
    assert store.secrets["consumer_key"] != shop.consumer_key
    assert store.status == "active"
    assert "pairing_id" not in store.facts


def test_without_a_public_address_the_guide_to_keys_by_hand_appears(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    bridge = a_joined_store(people)
    sign_in(page, live_server, people.owner)

    page.goto(live_server.url + people.url("pairing", uid=bridge.store.uid))

    expect(page.get_by_text("no public address")).to_be_visible()
    shoot(page, "pairing-by-hand")
    assert_accessible(page)
    page.get_by_role("link", name="Enter the keys by hand").click()
    expect(page.get_by_role("heading", name="How to make the keys")).to_be_visible()


def test_options_are_saved_together_and_the_first_import_is_asked_about(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    bridge = a_joined_store(people)
    sign_in(page, live_server, people.owner)

    page.goto(live_server.url + people.url("bridge", uid=bridge.uid))
    shoot(page, "options")
    assert_accessible(page)
    page.get_by_role("checkbox", name="Sync stock").check()
    page.get_by_label("Buffer").fill("2")
    page.get_by_role("checkbox", name="Import orders automatically").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(
        page.get_by_role("heading", name="Import an order by hand first")
    ).to_be_visible()
    shoot(page, "options-asked")
    assert_accessible(page)
    page.get_by_label("Switch it on all the same").check()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    bridge.refresh_from_db()
    options = options_of(bridge)
    assert options.stock_enabled
    assert options.orders_enabled
    assert str(options.buffer) == "2"


def test_the_options_fit_on_a_phone(page: Page, live_server: LiveServer) -> None:
    people = make_people()
    bridge = a_joined_store(people)
    sign_in(page, live_server, people.owner)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})

    for name, parts in (("bridge", {"uid": bridge.uid}), ("connections", {})):
        page.goto(live_server.url + people.url(name, **parts))

        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_connection_is_paused_after_asking_nobody_and_deleted_after_asking(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    bridge = a_joined_store(people)
    sign_in(page, live_server, people.owner)
    page.goto(live_server.url + people.url("connection", uid=bridge.store.uid))

    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused by Alice Adams.")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Continue").click()

    expect(page).to_have_url(re.compile("/connections/$"))
    assert not Connection.objects.filter(kind="store").exists()
