"""The back office's screens: who sees them, what they show, what they book."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stockbridge.backoffice.checks import differences
from stockbridge.backoffice.ledger import open_books
from stockbridge.backoffice.models import (
    Account,
    CustomerOrder,
    Item,
    JournalEntry,
    Location,
    OrderStatus,
    Partner,
    PostedDocument,
    StockLevel,
)
from stockbridge.backoffice.partners import create_partner
from stockbridge.backoffice.tests.builders import NOW, Shop, a_line, paid, shipping, tax
from stockbridge.companies.permissions import Permission
from stockbridge.web.tests.people import People, assert_access, make_people

pytestmark = pytest.mark.django_db
DAY = "2026-03-14"
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


def the_order(shop: Shop, **more: object) -> CustomerOrder:
    lines = [a_line(shop.stocked("9"), "20.00", "2", source="a"), shipping(), tax()]
    return shop.order(lines, **more)


def send(people: People, name: str, data: Mapping[str, object], **parts: object) -> str:
    """Post a form as the owner; return the page's text, "" when it was taken."""
    given = {"key": "screen:1", "date": DAY, **data}
    answer = people.client().post(people.url(f"backoffice_{name}", **parts), given)
    assert answer.status_code in {302, 422}, answer.status_code
    return "" if answer.status_code == 302 else answer.content.decode()


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


def test_goods_are_received_row_by_row(people: People, shop: Shop) -> None:
    mug = shop.item()
    vendor = create_partner(
        people.company,
        {"name": "Kiln", "is_vendor": True, "is_customer": False},
        at=NOW,
    )
    given = {"vendor": vendor.number, "location": str(shop.place.pk)}
    rows = {"item_1": mug.sku, "quantity_1": "3", "amount_1": "9.00"}

    wrong = send(people, "receipt_add", {**given, "item_1": mug.sku, "item_2": "none"})
    taken = send(people, "receipt_add", {**given, **rows})

    assert 'id="id_quantity_1_error"' in wrong
    assert taken == ""
    assert shop.balance("Accounts Payable") == -9


def test_a_vendor_is_paid(people: People, shop: Shop) -> None:
    vendor = create_partner(people.company, {"name": "Kiln"}, at=NOW)
    given = {"direction": "out", "partner": vendor.number, "amount": "9.00"}

    assert send(people, "payment_add", given) == ""
    assert "no partner of this number" in send(
        people, "payment_add", {**given, "partner": "P-9"}
    )
    assert shop.balance("Undeposited Funds") == -9


def test_accounts_are_added_and_chosen(people: People, shop: Shop) -> None:
    given = {"number": "4001", "name": "Web sales", "kind": "income", "is_active": "on"}
    assert send(people, "account_add", dict(given)) == ""
    assert "Another account has this" in send(people, "account_add", dict(given))
    account = Account.objects.get(number="4001")
    form = people.client().get(people.url("backoffice_defaults")).context["form"]
    chosen = {name: str(pk) for name, pk in form.initial.items()}

    assert send(people, "defaults", {**chosen, "income": str(account.pk)}) == ""

    shop.order([a_line(shop.item())], is_fulfilled=True)
    assert shop.balance("Web sales") == -10


def test_an_entry_by_hand_balances_or_is_refused(people: People, shop: Shop) -> None:
    bank = people.company.accounts.get(name="Bank")
    funds = people.company.accounts.get(name="Undeposited Funds")
    given = {
        "memo": "to the bank",
        "account_1": str(bank.pk),
        "debit_1": "5.00",
        "account_2": str(funds.pk),
        "credit_2": "5.00",
    }

    refused = send(people, "entry_add", {**given, "credit_2": "4.00"})
    taken = send(people, "entry_add", given)

    assert "they must be equal" in refused
    assert taken == ""
    assert JournalEntry.objects.count() == 1


def test_the_journal_goes_out_for_the_days_chosen(people: People, shop: Shop) -> None:
    the_order(shop, is_fulfilled=True)
    url = people.url("backoffice_journal")
    client = people.client()

    there = client.get(url, {"export": "csv", "date_from": DAY, "date_to": DAY})
    before = client.get(url, {"export": "csv", "date_to": "2026-03-13"})

    assert len(there.getvalue().splitlines()) > 5
    assert len(before.getvalue().splitlines()) == 1


def test_a_file_is_looked_at_first_and_taken_in_as_it_was_seen(people: People) -> None:
    data = b"sku,name\nA-1,Mug\n"
    url = people.url("backoffice_file_in", content="items")
    client = people.client()

    def upload(body: bytes, looked_at: str = "") -> tuple[int, str]:
        file = SimpleUploadedFile("items.csv", body)
        answer = client.post(url, {"file": file, "looked_at": looked_at})
        return answer.status_code, answer.content.decode()

    seen = hashlib.sha256(data).hexdigest()
    looked = upload(data)
    assert not Item.objects.exists()
    other = upload(b"sku,name\nB-1,Cup\n", seen)
    assert not Item.objects.exists()
    bad = upload(b"sku,name\n,Cup\n")
    taken = upload(data, seen)

    assert seen in looked[1]
    assert (other[0], bad[0], taken[0]) == (200, 422, 302)
    assert "This cell must not be empty" in bad[1]
    assert Item.objects.get().sku == "A-1"


def test_partners_are_merged_and_erased_ones_stay_closed(people: People) -> None:
    made = [
        create_partner(people.company, {"name": name}, at=NOW) for name in ("Ada", "Bo")
    ]
    given: dict[str, object] = {"into": made[1].number}

    assert send(people, "partner_merge", given, partner=made[0].pk) == ""
    Partner.objects.filter(pk=made[1].pk).update(erased_at=NOW)
    erased = people.client().get(people.url("backoffice_partner", partner=made[1].pk))

    made[0].refresh_from_db()
    assert made[0].merged_into == made[1]
    assert 'name="first_name"' not in erased.content.decode()


def test_an_address_stays_what_nobody_changed(people: People) -> None:
    fields = {"name": "Ada", "billing": {"first_name": "Ada", "city": "Ulm"}}
    partner = create_partner(people.company, fields, at=NOW)

    given = {"name": "Ada", "is_customer": "on", "billing_city": "Bonn"}
    assert send(people, "partner", dict(given), partner=partner.pk) == ""

    partner.refresh_from_db()
    assert partner.billing == {"first_name": "Ada", "city": "Bonn"}


def test_amounts_are_shown_to_the_cent(people: People, shop: Shop) -> None:
    order = the_order(shop)

    page = people.client().get(people.url("backoffice_order", order=order.pk))

    assert "26.00" in page.content.decode()
    assert "26.000000" not in page.content.decode()
    assert order.total == Decimal(26)
