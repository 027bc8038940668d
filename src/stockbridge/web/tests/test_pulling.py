"""Pull and push on the screen: what was chosen, dry first, by those who may."""

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.domain.tests.builders import a_store_item
from stockbridge.engine.models import Run
from stockbridge.web.tests.people import assert_access, make_people
from stockbridge.web.tests.trading import a_trade

pytestmark = pytest.mark.django_db(transaction=True)


def test_both_pages_are_seen_by_every_member() -> None:
    trade = a_trade()

    for name in ("pull", "push"):
        assert_access(trade.people, trade.url(name), Permission.VIEW)


def test_stock_is_taken_from_the_store_only_where_the_store_or_both_own_it() -> None:
    trade = a_trade()
    before = trade.text("pull")

    trade.world.set_options(owner="both")

    assert "The books own stock on this connection" in before
    assert "Quantities that somebody typed in the store" in trade.text("pull")


def test_each_page_says_its_direction_plainly_and_leads_to_the_other() -> None:
    trade = a_trade()
    store, books = trade.bridge.store.name, trade.bridge.books.name

    pull, push = trade.text("pull"), trade.text("push")

    assert f"from the store {store} into the books {books}." in pull
    assert f"from the books {books} to the store {store}." in push
    assert trade.url("push") in pull
    assert trade.url("pull") in push


@pytest.mark.parametrize(
    ("kind", "permission"),
    [
        ("import_orders", Permission.IMPORT_ORDERS),
        ("import_customers", Permission.IMPORT_CUSTOMERS),
        ("import_items", Permission.IMPORT_ITEMS),
        ("export_items", Permission.EXPORT_ITEMS),
        ("push_prices", Permission.EXPORT_ITEMS),
        ("push_stock", Permission.SYNC_STOCK),
        ("take_stock", Permission.SYNC_STOCK),
    ],
)
def test_each_start_has_its_permission_and_makes_a_preview(
    kind: str, permission: Permission
) -> None:
    trade = a_trade(allow_export=True, owner="both")
    url = trade.url("move_start", kind=kind)

    assert_access(trade.people, url, permission, "post", {"match_by": "email"})

    run = trade.newest_run()
    assert run.kind == kind
    assert run.state == Run.State.PREVIEWING


def test_orders_are_looked_for_only_in_books_that_can_say_what_they_have() -> None:
    trade = a_trade()
    url = trade.url("move_start", kind="link_orders")
    days = {"first": "2026-03-01", "last": "2026-03-05"}
    before = trade.text("pull")

    trade.post(url, days)
    refused = Run.objects.filter(kind=Run.Kind.LINK_ORDERS).count()
    trade.bridge.books.connector = "quickbooks_online"
    trade.bridge.books.save(update_fields=["connector"])

    assert "in the books already" not in before
    assert refused == 0
    assert "in the books already" in trade.text("pull")
    assert trade.post(url, {"first": "2026-03-01"}).status_code == 422
    assert_access(trade.people, url, Permission.IMPORT_ORDERS, "post", days)
    chosen = trade.newest_run().parameters
    assert (chosen["first"], chosen["last"]) == ("2026-03-01", "2026-03-05")


def test_orders_are_pulled_by_their_dates_and_status() -> None:
    trade = a_trade()
    url = trade.url("move_start", kind="import_orders")

    trade.post(url, {"first": "2026-03-01", "last": "2026-03-05"})

    chosen = trade.newest_run().parameters
    assert (chosen["first"], chosen["last"]) == ("2026-03-01", "2026-03-05")
    assert chosen["all"] is False


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"first": "2026-03-05", "last": "2026-03-01"}, "before the first one"),
        ({"first": "yesterday"}, "Enter a valid date"),
        ({"status": "no-such"}, "no-such is not one of the available choices"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(
    data: dict[str, object], why: str
) -> None:
    trade = a_trade()

    answer = trade.post(trade.url("move_start", kind="import_orders"), data)

    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_what_is_switched_off_says_where_to_switch_it_on() -> None:
    trade = a_trade(allow_export=False)

    text = trade.text("push")

    assert "Switched off in the connection" in text
    assert trade.url("bridge", uid=trade.bridge.uid) in text


def test_who_may_not_start_it_reads_so() -> None:
    trade = a_trade()
    trade.people.allow(Permission.VIEW)

    text = trade.get(trade.url("pull"), trade.people.member).content.decode()

    assert "You may look, not start it." in text
    assert "Show the preview" not in text


def test_nobody_starts_what_there_is_not() -> None:
    trade = a_trade()

    answer = trade.post(trade.url("move_start", kind="automatic"))

    assert answer.status_code == 404


def test_where_nothing_is_joined_the_next_step_is_named() -> None:
    people = make_people()

    for name in ("pull", "push"):
        text = people.client().get(people.url(name)).content.decode()
        assert "No store is joined with books yet" in text


def test_the_number_of_items_to_pull_leaves_out_those_that_are_linked() -> None:
    trade = a_trade()
    trade.world.shop.add_item(
        a_store_item(external_id="95", product_id="95", name="Jug", sku="JUG")
    )
    shirt = a_store_item(external_id="96", product_id="96", kind="variable", sku="")
    trade.world.shop.add_item(shirt)
    trade.world.rest(rounds=1)

    page = trade.people.client().get(trade.url("pull"))

    assert page.context["items"] == 1
