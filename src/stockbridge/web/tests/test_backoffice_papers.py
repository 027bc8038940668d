"""Goods received, payments, accounts, the journal, files, partners: by the screens."""

import hashlib
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stockbridge.backoffice.ledger import open_books
from stockbridge.backoffice.models import (
    Account,
    Item,
    JournalEntry,
    Partner,
)
from stockbridge.backoffice.partners import create_partner
from stockbridge.backoffice.tests.builders import NOW, Shop, a_line
from stockbridge.web.tests.keeping import DAY, send, the_order
from stockbridge.web.tests.people import People, make_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture
def shop(people: People) -> Shop:
    open_books(people.company)
    return Shop(people.company)


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
