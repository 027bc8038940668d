"""Watching over a shop, in a real browser: overview, checklists, logs, help, alerts."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from stockbridge.connectors import registry
from stockbridge.connectors.stores.woocommerce.simulator import (
    Basket,
    WooCommerceSimulator,
)
from stockbridge.engine import workers
from stockbridge.engine.actions import connections as actions
from stockbridge.engine.actions.bridges import enable, join, save_options
from stockbridge.engine.actions.connections import Act, ConnectionDraft
from stockbridge.engine.actions.runs import RunRequest, start_run
from stockbridge.engine.models import AlertChannel, Bridge, Connection, Run
from stockbridge.web.demo.setting_up import receive_goods
from stockbridge.web.tests.browsing import PHONE, assert_accessible, shoot, sign_in
from stockbridge.web.tests.joined import a_joined_store, a_shop, work
from stockbridge.web.tests.people import People, make_people

pytestmark = pytest.mark.browser


def connect(people: People, shop: WooCommerceSimulator) -> Bridge:
    """Connect the shop and join it with the back office, as a person would."""
    act = Act(now=timezone.now(), by="Alice Adams")
    draft = ConnectionDraft(
        "Mug shop",
        {"address": shop.url, "allow_insecure_http": True},
        {"consumer_key": shop.consumer_key, "consumer_secret": shop.consumer_secret},
    )
    store = actions.create_connection(
        people.company, registry.get("woocommerce"), draft, act
    )
    actions.test_connection(store, act)
    return join(store, actions.embedded_books(people.company, act), act)


def run(bridge: Bridge, kind: str, **parameters: object) -> None:
    """Do what a person started and approved, to its end."""
    request = RunRequest(kind, {"all": True, **parameters}, at_once=True)
    start_run(bridge, request, Act(now=timezone.now(), by="Alice Adams"))
    work(bridge)


def a_day_of_work(people: People, shop: WooCommerceSimulator, bridge: Bridge) -> None:
    """Import items, orders and customers by hand, and let stock go back."""
    act = Act(now=timezone.now(), by="Alice Adams")
    enable(bridge, act)
    work(bridge)
    run(bridge, Run.Kind.IMPORT_ITEMS)
    product = next(p for p in shop.state.products.values() if p.sku)
    for _ in range(3):
        shop.sales.place_order(Basket([product.id]))
    bridge.refresh_from_db()
    Connection.objects.update(woken=True, due_at=timezone.now())
    bridge.store.cursors.update(caught_up_at=None)
    work(bridge)
    run(bridge, Run.Kind.IMPORT_ORDERS, moves_stock="no")
    save_options(bridge, {"stock_enabled": True}, act)
    receive_goods(people.company, now=timezone.now())
    work(bridge)


def test_the_checklists_turn_green_while_the_work_is_done(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    sign_in(page, live_server, people.owner)
    with a_shop(people) as shop:
        shop.seed_products(6)
        bridge = connect(people, shop)
        page.goto(live_server.url + people.url("checklists"))
        line = page.locator("#check-items")
        expect(line).to_contain_text("not met yet:")
        shoot(page, "checklists-begun")
        assert_accessible(page)

        a_day_of_work(people, shop, bridge)
        page.reload()

    expect(page.locator("#check-items")).to_contain_text("6 items were read")
    for key in ("reconnect", "log", "items", "stock", "customer", "order", "imported"):
        expect(page.locator(f"#check-{key}")).to_contain_text("met:")
    expect(page.locator("#check-accounts")).to_contain_text("not met yet:")
    page.locator("#check-accounts").get_by_role("button").click()
    expect(page.locator("#check-accounts")).to_contain_text("Ticked by Alice Adams")
    expect(page.get_by_text("agrees").first).to_be_visible()
    shoot(page, "checklists")
    assert_accessible(page)


def test_the_overview_says_what_came_in_and_what_needs_me(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    sign_in(page, live_server, people.owner)
    with a_shop(people) as shop:
        shop.seed_products(6)
        bridge = connect(people, shop)
        a_day_of_work(people, shop, bridge)
        page.goto(live_server.url + people.url("overview"))
        expect(page.get_by_text("No worker is running")).to_be_visible()
        shoot(page, "overview-no-worker")
        assert_accessible(page)
        workers.beat("w", now=timezone.now())
        page.reload()

    expect(page.get_by_text("No worker is running")).to_have_count(0)
    expect(page.locator("#booked-chart canvas")).to_be_visible()
    shoot(page, "overview")
    assert_accessible(page)
    for name in ("connections", "mappings", "troubleshooting", "logs", "exchanges"):
        page.goto(live_server.url + people.url(name))
        shoot(page, name)
        assert_accessible(page)
    page.goto(live_server.url + people.url("connection", uid=bridge.store.uid))
    shoot(page, "connection-working")
    assert_accessible(page)
    page.goto(live_server.url + people.url("exchanges"))
    page.locator("tbody a").first.click()
    shoot(page, "exchange")
    assert_accessible(page)


def test_the_log_follows_by_itself(page: Page, live_server: LiveServer) -> None:
    people = make_people()
    bridge = a_joined_store(people)
    sign_in(page, live_server, people.owner)
    page.goto(live_server.url + people.url("logs"))

    page.get_by_role("button", name="Follow").click()
    Act(now=timezone.now()).note(bridge.store, "Something new happened.")

    expect(page.get_by_text("Something new happened.")).to_be_visible(timeout=8_000)
    assert_accessible(page)


def test_an_alert_address_is_added_and_tried(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    sign_in(page, live_server, people.owner)
    page.goto(live_server.url + people.url("alerts"))
    assert_accessible(page)
    page.get_by_role("link", name="Add an address").first.click()
    page.get_by_label("How").select_option("webhook")
    page.get_by_label("Address").fill("https://192.168.1.9/hook")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("lies in a private network")).to_be_visible()
    shoot(page, "alert-refused")
    assert_accessible(page)

    page.get_by_label("How").select_option("email")
    page.get_by_label("Address").fill("alice@example.com")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Send a test").click()

    expect(
        page.get_by_text("A test is on its way to alice@example.com")
    ).to_be_visible()
    assert AlertChannel.objects.get().address == "alice@example.com"
    page.goto(live_server.url + people.url("alerts"))
    shoot(page, "alerts")


def test_the_installation_and_the_support_page_are_accessible(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    sign_in(page, live_server, people.administrator)

    page.goto(live_server.url + "/installation/")
    page.get_by_role("button", name="Make a backup").click()
    expect(page.get_by_text("was made and proved whole")).to_be_visible()
    shoot(page, "installation")
    assert_accessible(page)
    page.goto(live_server.url + people.url("support"))
    shoot(page, "support")
    assert_accessible(page)


def test_what_is_watched_fits_on_a_phone(page: Page, live_server: LiveServer) -> None:
    people = make_people()
    a_joined_store(people)
    sign_in(page, live_server, people.owner)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})

    for name in ("overview", "checklists", "troubleshooting", "logs", "alerts"):
        page.goto(live_server.url + people.url(name))

        assert_accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{name} is {wide} wide"
