"""Mappings: what orders used, what is not chosen yet, and where it goes."""

import re

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.engine.actions.bridges import join
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.models import Bridge, Connection, Mapping, Snapshot
from stockbridge.engine.tests.rows import NOW, a_bridge
from stockbridge.web.addresses import setting_address
from stockbridge.web.tests.answers import Answer
from stockbridge.web.tests.choosable import FEE, MUG, POST, books, read
from stockbridge.web.tests.joined import a_joined_store, a_store
from stockbridge.web.tests.people import People, assert_access, make_people

pytestmark = pytest.mark.django_db


def an_order(bridge: Bridge, number: int, method: str, title: str) -> None:
    Snapshot.objects.create(
        connection=bridge.store,
        feed="orders",
        external_id=str(number),
        digest="d",
        at=NOW,
        seen_at=NOW,
        data={
            "payment_method": method,
            "payment_title": title,
            "lines": [{"kind": "shipping", "method_id": "flat_rate", "name": "Post"}],
            "tax_lines": [{"rate_id": "1", "label": "VAT", "rate_percent": "19"}],
        },
    )


def test_mappings_are_seen_by_members_and_changed_by_those_who_may() -> None:
    people = make_people()
    bridge = a_joined_store(people)

    assert_access(people, people.url("mappings"), Permission.VIEW)
    assert_access(
        people,
        people.url("mapping_save", uid=bridge.uid),
        Permission.CONFIGURE,
        "post",
    )


def test_payment_methods_are_listed_with_counts_those_by_default_first() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    an_order(bridge, 1, "stripe", "Credit card")
    an_order(bridge, 2, "stripe", "Credit card")
    an_order(bridge, 3, "bacs", "Bank transfer")
    account = people.company.accounts.first()
    assert account is not None
    Mapping.objects.create(
        bridge=bridge,
        kind="payment_method",
        store_key="stripe",
        value={"account_id": str(account.pk)},
    )

    page = people.client().get(people.url("mappings"))

    section = page.context["sections"][0]
    rows = [(row.seen.label, row.seen.count) for row in section.rows]
    assert rows == [("Bank transfer", 1), ("Credit card", 2)]
    assert section.unmapped == 1


def test_ways_to_ship_and_tax_rates_are_shown_with_where_they_go() -> None:
    people = make_people()
    an_order(a_joined_store(people), 1, "bacs", "Bank")

    text = people.client().get(people.url("mappings")).content.decode()

    assert "Post" in text
    assert "VAT 19 %" in text


def test_a_choice_is_saved_and_taken_back() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    an_order(bridge, 1, "stripe", "Credit card")
    account = people.company.accounts.first()
    assert account is not None
    url = people.url("mapping_save", uid=bridge.uid)

    people.client().post(url, {"key": ["stripe"], "choice": [str(account.pk)]})
    saved = Mapping.objects.get()
    people.client().post(url, {"key": ["stripe"], "choice": [""]})

    assert saved.value == {"account_id": str(account.pk)}
    assert not Mapping.objects.exists()


def test_an_account_that_there_is_not_is_refused_beside_its_line() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    an_order(bridge, 1, "stripe", "Credit card")

    answer = people.client().post(
        people.url("mapping_save", uid=bridge.uid),
        {"key": ["stripe"], "choice": ["999999"]},
    )

    assert answer.status_code == 422
    assert "no such account" in answer.content.decode()
    assert not Mapping.objects.exists()


def test_where_quickbooks_decides_by_its_settings_no_account_is_spoken_of() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    an_order(bridge, 1, "bacs", "Bank")
    Connection.objects.filter(pk=bridge.books_id).update(
        connector="quickbooks_pos", name="Counter", settings={}
    )

    text = people.client().get(people.url("mappings")).content.decode()

    assert "How each is written in Counter." in text
    assert "In QuickBooks for Bank" in text
    assert "account for" not in text.lower()


def with_lists(bridge: Bridge, connector: str) -> None:
    """Let the books be QuickBooks, of which two accounts were read."""
    accounts = [
        ["80-1", "Checking", "Bank", ""],
        ["80-2", "Postage", "Expense", ""],
    ]
    Connection.objects.filter(pk=bridge.books_id).update(
        connector=connector,
        name="Company file",
        settings={},
        facts={"lists": {"accounts": accounts}},
    )


def offered(page: Answer) -> list[str]:
    """Return what the page's first line can be set to."""
    control = page.context["sections"][0].rows[0].control
    return re.findall(r"<option[^>]*>([^<]*)</option>", control)


def test_money_is_received_on_accounts_of_its_kinds_only() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    an_order(bridge, 1, "bacs", "Bank")
    with_lists(bridge, "quickbooks_desktop")
    url = people.url("mapping_save", uid=bridge.uid)
    line = {"kind": "payment_method", "key": ["bacs"]}

    page = people.client().get(people.url("mappings"))
    wrong = people.client().post(url, {**line, "choice": ["80-2"]})
    right = people.client().post(url, {**line, "choice": ["80-1"]})

    assert offered(page) == ["By default", "Checking"]
    assert wrong.status_code == 422
    assert "Postage is an account of the kind Expense" in wrong.content.decode()
    assert right.status_code == 302
    assert Mapping.objects.get().value == {"account_id": "80-1"}


def test_an_account_that_was_chosen_before_stays_in_its_list() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    an_order(bridge, 1, "bacs", "Bank")
    with_lists(bridge, "quickbooks_desktop")
    Mapping.objects.create(
        bridge=bridge,
        kind="payment_method",
        store_key="bacs",
        value={"account_id": "80-2"},
    )

    page = people.client().get(people.url("mappings"))

    assert offered(page) == ["By default", "Postage", "Checking"]


# ── ways to ship, and departments ────────────────────────────────────────────


def a_store_joined_with(people: People, books: Connection) -> Bridge:
    act = Act(now=NOW, by="a test")
    bridge = join(a_store(people), books, act)
    an_order(bridge, 1, "bacs", "Bank")
    return bridge


def test_a_way_to_ship_gets_an_item_of_its_own_and_loses_it_again() -> None:
    people = make_people()
    bridge = a_store_joined_with(people, read(books(people)))
    url = people.url("mapping_save", uid=bridge.uid)
    line = {"kind": "shipping_method", "key": ["flat_rate"]}

    page = people.client().get(people.url("mappings")).content.decode()
    people.client().post(url, {**line, "choice": [POST]})
    saved = Mapping.objects.get()
    known = Connection.objects.get(pk=bridge.books_id).facts["shipping_items"]
    people.client().post(url, {**line, "choice": [""]})

    assert "Item for Post" in page
    assert (saved.kind, saved.value) == ("shipping_method", {"item_id": POST})
    assert known == POST
    assert not Mapping.objects.exists()


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ("80000099-1", "no such entry"),
        (MUG, "counted in stock"),
        (FEE, "item for billed tax already"),
    ],
)
def test_an_item_that_cannot_stand_for_shipping_is_refused_beside_its_line(
    item: str, why: str
) -> None:
    people = make_people()
    row = read(books(people, tax_line_item=FEE))
    bridge = a_store_joined_with(people, row)
    line = {"kind": "shipping_method", "key": ["flat_rate"], "choice": [item]}

    answer = people.client().post(people.url("mapping_save", uid=bridge.uid), line)

    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert not Mapping.objects.exists()


def test_categories_go_to_departments_where_the_books_have_them() -> None:
    people = make_people()
    lists = {"departments": [["D1", "Kitchen"]], "department_names": [["kit", "D1"]]}
    till = read(books(people, "quickbooks_pos"), lists)
    bridge = a_store_joined_with(people, till)
    Snapshot.objects.create(
        connection=bridge.store,
        feed="items",
        external_id="9",
        digest="d",
        seen_at=NOW,
        data={"categories": ["Mugs"]},
    )
    line = {"kind": "category", "key": ["Mugs"], "choice": ["D1"]}

    page = people.client().get(people.url("mappings")).content.decode()
    people.client().post(people.url("mapping_save", uid=bridge.uid), line)

    assert "Department for Mugs" in page
    assert Mapping.objects.get().value == {"department_id": "D1"}


def test_the_back_office_has_accounts_for_ways_to_ship_and_no_departments() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    an_order(bridge, 1, "bacs", "Bank")

    page = people.client().get(people.url("mappings"))
    line = {"kind": "category", "key": ["Mugs"], "choice": ["D1"]}
    answer = people.client().post(people.url("mapping_save", uid=bridge.uid), line)

    kinds = [(one.kind.kind, one.kind.field) for one in page.context["sections"]]
    assert kinds == [
        ("payment_method", "account_id"),
        ("shipping_method", "account_id"),
    ]
    assert answer.status_code == 404


def test_the_tax_rates_lead_to_the_settings_that_book_them() -> None:
    people = make_people()
    bridge = a_store_joined_with(people, read(books(people)))

    text = people.client().get(people.url("mappings")).content.decode()

    assert setting_address(bridge.books, "tax_items") in text


def test_another_companys_mappings_are_not_there() -> None:
    people, bridge = make_people(), a_bridge()
    an_order(bridge, 1, "bacs", "Bank")
    line = {"kind": "shipping_method", "key": ["flat_rate"], "choice": ["1"]}

    answer = people.client().post(people.url("mapping_save", uid=bridge.uid), line)

    assert answer.status_code == 404
    assert not Mapping.objects.exists()
