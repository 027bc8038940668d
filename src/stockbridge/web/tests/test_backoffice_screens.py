"""The back office's screens: who sees them, what they show, what they book."""

import pytest

from stockbridge.backoffice.checks import differences
from stockbridge.backoffice.ledger import open_books
from stockbridge.backoffice.models import (
    Item,
    Location,
    OrderStatus,
    PostedDocument,
    StockLevel,
)
from stockbridge.backoffice.partners import create_partner
from stockbridge.backoffice.tests.builders import NOW, Shop, paid
from stockbridge.companies.permissions import Permission
from stockbridge.web.tests.keeping import send, the_order
from stockbridge.web.tests.people import People, assert_access, make_people

pytestmark = pytest.mark.django_db
PLAIN = (
    "items",
    "item_add",
    "locations",
    "location_add",
    "stock",
    "adjust",
    "transfer",
    "movements",
    "documents",
    "partners",
    "partner_add",
    "orders",
    "receipts",
    "receipt_add",
    "payments",
    "payment_add",
    "accounts",
    "account_add",
    "defaults",
    "journal",
    "entry_add",
)


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def shop(people: People) -> Shop:
    open_books(people.company)
    return Shop(people.company)


@pytest.mark.parametrize("name", PLAIN)
def test_a_screen_is_for_those_who_work_in_the_back_office(
    people: People, name: str
) -> None:
    url = people.url(f"backoffice_{name}")

    assert_access(people, url, Permission.BACK_OFFICE)
    if name.endswith(("add", "adjust", "transfer", "defaults")):
        assert_access(people, url, Permission.BACK_OFFICE, "post")


@pytest.mark.parametrize("content", ["items", "partners", "stock", "orders", "journal"])
def test_files_are_for_those_who_work_in_the_back_office(
    people: People, content: str
) -> None:
    way_in = people.url("backoffice_file_in", content=content)

    assert_access(people, way_in, Permission.BACK_OFFICE)
    assert_access(people, way_in, Permission.BACK_OFFICE, "post")
    way_out = people.url("backoffice_file_out", content=content)
    assert_access(people, way_out, Permission.BACK_OFFICE)


@pytest.mark.parametrize("name", ["order", "fulfill", "order_pay", "refund", "cancel"])
def test_an_order_s_screens_are_for_those_who_work_in_the_back_office(
    people: People, shop: Shop, name: str
) -> None:
    url = people.url(f"backoffice_{name}", order=the_order(shop).pk)

    assert_access(people, url, Permission.BACK_OFFICE)
    if name != "order":
        assert_access(people, url, Permission.BACK_OFFICE, "post")


def test_records_are_for_those_who_work_in_the_back_office(
    people: People, shop: Shop
) -> None:
    order = the_order(shop)
    partner = create_partner(people.company, {"name": "Ada"}, at=NOW)
    document = order.documents.get()
    pages = {
        "item": {"item": shop.items[0].pk},
        "location": {"location": shop.place.pk},
        "partner": {"partner": partner.pk},
        "partner_merge": {"partner": partner.pk},
        "account": {"account": people.company.accounts.all()[0].pk},
        "document": {"document": document.pk},
    }

    for name, parts in pages.items():
        url = people.url(f"backoffice_{name}", **parts)
        assert_access(people, url, Permission.BACK_OFFICE)
        assert_access(people, url, Permission.BACK_OFFICE, "post")


def test_what_belongs_to_another_company_is_not_there(people: People) -> None:
    rival = people.stranger.memberships.get().company
    open_books(rival)
    theirs = Shop(rival)
    order = the_order(theirs)
    client = people.client()

    for name, parts in (
        ("order", {"order": order.pk}),
        ("refund", {"order": order.pk}),
        ("item", {"item": theirs.items[0].pk}),
        ("document", {"document": order.documents.get().pk}),
        ("account", {"account": rival.accounts.all()[0].pk}),
        ("location", {"location": theirs.place.pk}),
    ):
        url = people.url(f"backoffice_{name}", **parts)
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404


def test_lists_show_what_is_there(people: People, shop: Shop) -> None:
    order = the_order(shop, paid=paid("26.00"), is_fulfilled=True)
    create_partner(people.company, {"name": "Ada Example"}, at=NOW)
    client = people.client()
    expected = {
        "items": shop.items[0].sku,
        "stock": shop.items[0].name,
        "movements": order.documents.get(kind="fulfillment").number,
        "documents": order.number,
        "partners": "Ada Example",
        "orders": "#1001",
        "payments": "card",
        "accounts": "Undeposited Funds",
        "journal": "Sales Tax Payable",
        "locations": "Main",
    }

    for name, text in expected.items():
        answer = client.get(people.url(f"backoffice_{name}"))
        assert answer.status_code == 200
        assert text in answer.content.decode(), name


def test_an_item_is_added_with_its_codes_and_changed(people: People) -> None:
    given = {"sku": "A-1", "name": "Mug", "kind": "tracked", "price": "12.50"}
    given |= {"lookup_codes": "x1\nx2", "is_active": "on"}
    assert send(people, "item_add", dict(given)) == ""
    item = Item.objects.get()

    refused = send(people, "item_add", dict(given))
    changed = send(people, "item", {**given, "name": "Big mug"}, item=item.pk)

    item.refresh_from_db()
    assert "is already used by Mug" in refused
    assert changed == ""
    assert item.name == "Big mug"
    assert item.lookup_codes.count() == 2


def test_a_wrong_upc_is_said_beside_its_field(people: People) -> None:
    text = send(
        people,
        "item_add",
        {"name": "Mug", "kind": "tracked", "upc": "12AB", "sku": "A"},
    )

    assert 'id="id_upc_error"' in text
    assert "digits only" in text


def test_stock_is_adjusted_once_though_the_form_was_sent_twice(
    people: People, shop: Shop
) -> None:
    mug = shop.item()
    given = {
        "item": mug.sku,
        "location": str(shop.place.pk),
        "delta": "5",
        "reason": "found",
    }

    for _ in range(2):
        assert send(people, "adjust", dict(given)) == ""

    assert StockLevel.objects.get().on_hand == 5


def test_an_adjustment_without_a_reason_or_item_is_refused_beside_the_fields(
    people: People, shop: Shop
) -> None:
    text = send(people, "adjust", {"item": "nothing", "location": str(shop.place.pk)})

    for field in ("item", "reason", "counted"):
        assert f'id="id_{field}_error"' in text


def test_stock_is_carried_to_another_location(people: People, shop: Shop) -> None:
    mug = shop.stocked("5")
    assert send(people, "location_add", {"name": "Attic", "is_active": "on"}) == ""
    attic = Location.objects.get(name="Attic", company=people.company)
    given = {"item": mug.sku, "quantity": "2", "to_location": str(attic.pk)}

    taken = send(people, "transfer", {**given, "from_location": str(shop.place.pk)})
    same = send(
        people, "transfer", {**given, "key": "screen:2", "from_location": attic.pk}
    )

    assert taken == ""
    assert "Both locations are the same" in same
    assert mug.levels.get(location=attic).on_hand == 2


def test_the_place_that_serves_orders_stays_one(people: People, shop: Shop) -> None:
    text = send(
        people,
        "location",
        {"name": "Main", "is_active": "on"},
        location=shop.place.pk,
    )

    assert 'id="id_is_default_error"' in text


def test_an_order_s_way_through_the_screens(people: People, shop: Shop) -> None:
    order = the_order(shop)
    line = order.lines.get(source_line="a")
    page = people.client().get(people.url("backoffice_order", order=order.pk))

    steps = [
        ("order_pay", {"amount": "26.00", "method": "cash"}),
        ("fulfill", {f"units_{line.pk}": "1"}),
        ("fulfill", {f"units_{line.pk}": "1"}),
        (
            "refund",
            {
                f"amount_{line.pk}": "10.00",
                f"units_{line.pk}": "1",
                f"restock_{line.pk}": "1",
                "pays_out": "on",
            },
        ),
    ]
    for number, (name, data) in enumerate(steps):
        key = {"key": f"screen:{number}"}
        assert send(people, name, {**data, **key}, order=order.pk) == ""

    order.refresh_from_db()
    assert "Hand over" in page.content.decode()
    assert order.status == OrderStatus.FULFILLED
    assert order.paid == order.billed == 16
    assert shop.level(shop.items[0]).on_hand == 8
    assert differences(people.company) == []


def test_more_than_is_open_is_refused_beside_the_line(
    people: People, shop: Shop
) -> None:
    order = the_order(shop)
    line = order.lines.get(source_line="a")

    text = send(people, "fulfill", {f"units_{line.pk}": "3"}, order=order.pk)

    assert f'id="id_units_{line.pk}_error"' in text


def test_a_refund_of_nothing_or_of_too_much_is_refused(
    people: People, shop: Shop
) -> None:
    order = the_order(shop)
    line = order.lines.get(source_line="a")

    nothing = send(people, "refund", {}, order=order.pk)
    too_much = send(people, "refund", {"extra": "26.01"}, order=order.pk)
    shelf = send(
        people,
        "refund",
        {f"units_{line.pk}": "1", f"restock_{line.pk}": "2"},
        order=order.pk,
    )

    assert "Give back at least something" in nothing
    assert "more than what is left" in too_much
    assert "Not more than was given back" in shelf


def test_an_open_order_is_called_off(people: People, shop: Shop) -> None:
    order = the_order(shop)

    assert send(people, "cancel", {"reason": "wrong size"}, order=order.pk) == ""

    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED


def test_a_document_is_taken_back_with_a_reason(people: People, shop: Shop) -> None:
    document = shop.receive(shop.item(), "5", "20.00")

    refused = send(people, "document", {}, document=document.pk)
    taken = send(people, "document", {"reason": "twice"}, document=document.pk)

    assert 'id="id_reason_error"' in refused
    assert taken == ""
    assert PostedDocument.objects.get(reverses=document).total == -20
    shown = people.client().get(people.url("backoffice_document", document=document.pk))
    assert "Taken back by" in shown.content.decode()
