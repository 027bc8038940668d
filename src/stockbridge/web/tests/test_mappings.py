"""Mappings: what orders used, what is not chosen yet, and where it goes."""

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import Bridge, Connection, Mapping, Snapshot
from stockbridge.engine.tests.rows import NOW
from stockbridge.web.tests.joined import a_joined_store
from stockbridge.web.tests.people import assert_access, make_people

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

    rows = [(row.seen.label, row.seen.count) for row in page.context["rows"]]
    assert rows == [("Bank transfer", 1), ("Credit card", 2)]
    assert page.context["unmapped"] == 1


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

    people.client().post(url, {"key": ["stripe"], "account": [str(account.pk)]})
    saved = Mapping.objects.get()
    people.client().post(url, {"key": ["stripe"], "account": [""]})

    assert saved.value == {"account_id": str(account.pk)}
    assert not Mapping.objects.exists()


def test_an_account_that_there_is_not_is_refused_beside_its_line() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    an_order(bridge, 1, "stripe", "Credit card")

    answer = people.client().post(
        people.url("mapping_save", uid=bridge.uid),
        {"key": ["stripe"], "account": ["999999"]},
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


def test_money_is_received_on_accounts_of_its_kinds_only() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    an_order(bridge, 1, "bacs", "Bank")
    with_lists(bridge, "quickbooks_desktop")
    url = people.url("mapping_save", uid=bridge.uid)

    page = people.client().get(people.url("mappings"))
    wrong = people.client().post(url, {"key": ["bacs"], "account": ["80-2"]})
    right = people.client().post(url, {"key": ["bacs"], "account": ["80-1"]})

    assert [name for _id, name in page.context["accounts"]] == ["Checking"]
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

    assert [name for _id, name in page.context["accounts"]] == ["Checking", "Postage"]
    assert page.context["rows"][0].gone == ""
