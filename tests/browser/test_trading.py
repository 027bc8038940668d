"""Daily work in a real browser: orders, a missing SKU, stock, a refusal."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from stockbridge.backoffice.models import CustomerOrder, Item
from stockbridge.companies.permissions import Permission
from stockbridge.web.demo.setting_up import receive_goods
from stockbridge.web.tests.browsing import PHONE, assert_accessible, shoot, sign_in
from stockbridge.web.tests.market import Market, a_market
from stockbridge.web.tests.people import make_people

pytestmark = pytest.mark.browser


def look(page: Page, name: str) -> None:
    """Check a page by axe, in the dark and on a phone, too; keep shots of it."""
    shoot(page, name)
    assert_accessible(page)
    page.get_by_role("button", name="Light or dark").click()
    page.get_by_role("button", name="Dark", exact=True).click()
    assert_accessible(page)
    page.get_by_role("button", name="Light or dark").click()
    page.get_by_role("button", name="Light", exact=True).click()
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.set_viewport_size({"width": 1280, "height": 900})


def preview_comes(page: Page, market: Market) -> None:
    """Let a worker make the preview that the page waits for."""
    market.work()
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "waits for your approval"
    )


def test_orders_are_imported_by_hand_and_a_missing_sku_is_mended(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    sign_in(page, live_server, people.owner)
    with a_market(people) as market:
        known = market.skus[0]
        market.shop.add_product(
            name="Tin cup",
            sku="CUP",
            regular_price="7.50",
            stock_quantity=9,
            manage_stock=True,
        )
        market.sell(known)
        market.sell(known, "CUP")
        market.work()

        import_both(page, live_server.url + people.url("store_orders"), market)
        assert CustomerOrder.objects.count() == 1

        # Needs you: the SKU is linked right there, and the order goes on by itself.
        market.set_options(orders_enabled=True)
        market.work()
        link_the_cup(page, live_server.url + people.url("issues"), known)
        market.work()
        page.goto(live_server.url + people.url("issues"))
        expect(page.get_by_text("Nothing needs you.")).to_be_visible()
        assert CustomerOrder.objects.count() == 2

        read_the_story(page, live_server.url + people.url("imported_orders"))

        # Store = books, to the cent.
        page.goto(live_server.url + people.url("statement"))
        expect(page.get_by_text("Even to the cent")).to_be_visible()
        look(page, "statement")

        # Online tax: the same days, by rate.
        page.goto(live_server.url + people.url("taxes"))
        page.get_by_role("link", name="This month").click()
        expect(
            page.get_by_text("All of it is in the books, to the cent.")
        ).to_be_visible()
        look(page, "taxes")
        page.get_by_role("link", name="Tax on sales").click()
        column = page.get_by_role("columnheader", name="Tax on sales")
        expect(column).to_have_attribute("aria-sort", "ascending")
        page.get_by_role("link", name="Tell rates apart by city and postcode").click()
        expect(page.get_by_role("columnheader", name="Sent to")).to_be_visible()
        look(page, "taxes-by-place")


def import_both(page: Page, address: str, market: Market) -> None:
    """Import two orders by hand, of which one has an unknown SKU."""
    # Two orders, neither booked: nothing flows by itself.
    page.goto(address)
    expect(page.locator("tbody tr")).to_have_count(2)
    look(page, "orders")
    page.get_by_role("checkbox", name="Select all rows on this page").check()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Import orders")
    look(page, "run-previewing")

    # The preview: one would be booked, the other needs a person.
    preview_comes(page, market)
    expect(page.locator(".tile", has_text="needs you")).to_contain_text("1")
    expect(page.get_by_text("Not found in the books: CUP")).to_be_visible()
    look(page, "run-preview")
    page.get_by_role("button", name="Approve all").click()
    market.work()
    expect(page.get_by_role("heading", level=1)).to_contain_text("done")
    look(page, "run-done")


def link_the_cup(page: Page, address: str, sku: str) -> None:
    """Link the unknown SKU to a known item, from the issue that asks for it."""
    page.goto(address)
    expect(page.get_by_role("heading", name="Items without a match")).to_be_visible()
    look(page, "needs-you")
    page.get_by_role("button", name="Link CUP").click()
    search = page.get_by_role("searchbox")
    search.fill(sku)
    search.press("Enter")
    page.get_by_role("checkbox", name=sku).check()
    assert_accessible(page)
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.get_by_text("Linked. Orders that waited")).to_be_visible()


def read_the_story(page: Page, address: str) -> None:
    """Open the first imported order: linked both ways, its history told."""
    page.goto(address)
    expect(page.locator("tbody tr")).to_have_count(2)
    look(page, "imported-orders")
    page.locator("tbody tr").first.get_by_role("link").first.click()
    story = page.get_by_role("heading", name="What happened to this order")
    expect(story).to_be_visible()
    page.get_by_text("Its history").first.click()
    look(page, "order")


def test_stock_is_pushed_after_a_look_at_what_would_change(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    sign_in(page, live_server, people.owner)
    with a_market(people) as market:
        item = Item.objects.order_by("sku").first()
        assert item is not None
        receive_goods(people.company, now=timezone.now())
        market.work()

        page.goto(live_server.url + people.url("store_items"))
        expect(page.locator("tbody tr")).to_have_count(4)
        look(page, "items")
        before = _shown(market, item.sku)
        page.goto(live_server.url + people.url("stock"))
        look(page, "stock")
        page.get_by_role("checkbox", name=f"Select {item.sku}").check()
        page.get_by_role("button", name="Sync the selected ones now").click()
        preview_comes(page, market)
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody strong")).to_have_text(str(before + 12))
        look(page, "stock-preview")
        assert _shown(market, item.sku) == before

        page.get_by_role("button", name="Approve all").click()
        market.work()
        expect(page.get_by_role("heading", level=1)).to_contain_text("done")
        assert _shown(market, item.sku) == before + 12


def _shown(market: Market, sku: str) -> int:
    products = market.shop.state.products.values()
    return int(next(one.stock_quantity for one in products if one.sku == sku) or 0)


def test_a_member_who_may_not_import_is_refused_and_told_who_can_allow_it(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    with a_market(people, products=1) as market:
        market.sell(market.skus[0])
        market.work()
        people.allow(Permission.IMPORT_ORDERS)
        sign_in(page, live_server, people.member)
        page.goto(live_server.url + people.url("store_orders"))
        page.get_by_role("checkbox", name="Select all rows on this page").check()

        # Meanwhile the administrator took the permission away.
        people.allow(Permission.VIEW)
        page.get_by_role("button", name="Import", exact=True).click()

        expect(page.get_by_text("Import orders").first).to_be_visible()
        expect(page.get_by_text("Alice Adams")).to_be_visible()
        look(page, "refused")
        page.goto(live_server.url + people.url("store_orders"))
        expect(page.get_by_role("button", name="Import", exact=True)).to_have_count(0)
        page.goto(live_server.url + people.url("pull"))
        expect(page.get_by_text("You may look, not start it.").first).to_be_visible()


@pytest.mark.parametrize(
    "name",
    ["books_items", "sku_report", "customers", "queue", "runs", "push", "pull"],
)
def test_the_other_screens_are_accessible_in_light_dark_and_on_a_phone(
    page: Page, live_server: LiveServer, name: str
) -> None:
    people = make_people()
    sign_in(page, live_server, people.owner)
    with a_market(people) as market:
        market.set_options(orders_enabled=True, allow_export=True)
        market.sell(market.skus[0])
        market.work()
        query = "?show=all" if name in ("queue", "runs") else ""

        page.goto(live_server.url + people.url(name) + query)

        look(page, name.replace("_", "-"))


def test_one_item_and_one_customer_are_accessible(
    page: Page, live_server: LiveServer
) -> None:
    people = make_people()
    sign_in(page, live_server, people.owner)
    with a_market(people) as market:
        market.shop.add_customer(email="ada@example.com", first_name="Ada")
        market.work()

        page.goto(live_server.url + people.url("store_items"))
        page.locator("tbody tr").first.get_by_role("link").first.click()
        expect(page.get_by_role("heading", name="Linked to")).to_be_visible()
        look(page, "item")
        page.get_by_role("link", name="Link to something else").click()
        look(page, "link")
        page.goto(live_server.url + people.url("customers"))
        page.locator("tbody tr").first.get_by_role("link").first.click()
        expect(page.get_by_role("heading", name="Linked to")).to_be_visible()
        look(page, "customer")
