"""Connections on the screen: who sees them, how they are made, tested, ended."""

import pytest

from stockbridge.companies.permissions import Permission
from stockbridge.engine.actions.connections import EMBEDDED
from stockbridge.engine.models import Bridge, Connection, Cursor, Delivery, Lease
from stockbridge.engine.tests.rows import NOW, a_delivery
from stockbridge.web.tests.joined import (
    KEYS,
    a_joined_store,
    a_shop,
    a_store,
    form_of,
)
from stockbridge.web.tests.people import People, assert_access, make_people

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Mug shop",
    "address": "https://shop.example.com",
    "rows_per_call": "100",
    "shipments_from": "none",
    "timeout_s": "45",
    **KEYS,
}


def test_connections_are_seen_by_every_member() -> None:
    people = make_people()
    store = a_store(people)

    assert_access(people, people.url("connections"), Permission.VIEW)
    assert_access(people, people.url("connection", uid=store.uid), Permission.VIEW)


def test_setting_connections_up_is_for_those_who_may_configure() -> None:
    people = make_people()
    uid = a_store(people).uid
    new = people.url("connection_new", connector="woocommerce")

    for url in (
        people.url("connection_add"),
        new,
        people.url("connection_edit", uid=uid),
        people.url("pairing", uid=uid),
        people.url("paired", uid=uid),
    ):
        assert_access(people, url, Permission.CONFIGURE)
    for name in ("pause", "clear", "notices", "join", "delete"):
        address = "connection_webhooks" if name == "notices" else f"connection_{name}"
        a_store(people, name=f"Shop to {name}")
        target = Connection.objects.get(name=f"Shop to {name}").uid
        if name == "delete":
            continue
        url = people.url(address, uid=target)
        assert_access(people, url, Permission.CONFIGURE, "post")
    assert_access(people, new, Permission.CONFIGURE, "post", {"name": ""})
    assert_access(
        people, people.url("connection_embedded"), Permission.CONFIGURE, "post"
    )


def test_deleting_is_for_those_who_may_configure() -> None:
    people = make_people()
    store = a_store(people)
    people.allow_all_but(Permission.CONFIGURE)

    answer = people.client(people.member).post(
        people.url("connection_delete", uid=store.uid)
    )

    assert answer.status_code == 403
    assert Connection.objects.filter(pk=store.pk).exists()


def test_a_connection_of_another_company_does_not_exist_here() -> None:
    people, rivals = make_people(), None
    store = a_store(people)
    rivals = make_people_elsewhere(people)

    answer = rivals.client().get(rivals.url("connection", uid=store.uid))

    assert answer.status_code == 404


def make_people_elsewhere(people: People) -> People:
    """Return the same persons seen from the rival's company."""
    rival = people.stranger.memberships.get().company
    return People(
        rival, people.stranger, people.member, people.owner, people.administrator
    )


def test_the_form_is_made_of_the_connectors_own_fields() -> None:
    people = make_people()

    page = people.client().get(people.url("connection_new", connector="woocommerce"))

    text = page.content.decode()
    assert "Store address" in text
    assert "Consumer key" in text
    assert "webhook_secret" not in text  # ours to make


def test_each_wrong_field_is_said_beside_itself() -> None:
    people = make_people()
    url = people.url("connection_new", connector="woocommerce")

    answer = people.client().post(
        url, {**FORM, "rows_per_call": "5", "consumer_key": ""}
    )

    form = answer.context["form"]
    assert answer.status_code == 422
    assert set(form.errors) == {"rows_per_call", "consumer_key"}
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"address": "shop example"}, "address", "no web address"),
        ({"address": "http://shop.example.com"}, "address", "not encrypted"),
        ({"consumer_key": "what?"}, "consumer_key", "begins with ck_"),
        ({"name": "Books"}, "name", "already"),
    ],
)
def test_what_the_connector_refuses_stands_beside_its_field(
    changes: dict[str, str], field: str, words: str
) -> None:
    people = make_people()
    a_store(people, name="Books")
    url = people.url("connection_new", connector="woocommerce")

    answer = people.client().post(url, {**FORM, **changes})

    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])


@pytest.mark.parametrize(
    "address", ["https://192.168.1.5", "https://localhost:8443", "https://[::1]"]
)
def test_a_private_address_is_refused_unless_an_administrator_allowed_it(
    address: str,
) -> None:
    people = make_people()
    url = people.url("connection_new", connector="woocommerce")

    refused = people.client().post(url, {**FORM, "address": address})
    people.company.allows_private_addresses = True
    people.company.save()
    allowed = people.client().post(url, {**FORM, "address": address})

    assert refused.status_code == 422
    assert "administrator of the installation" in refused.content.decode()
    assert allowed.status_code == 302


def test_the_clouds_own_address_is_refused_even_then() -> None:
    people = make_people()
    people.company.allows_private_addresses = True
    people.company.save()
    url = people.url("connection_new", connector="woocommerce")

    answer = people.client().post(url, {**FORM, "address": "https://169.254.169.254"})

    assert answer.status_code == 422


def test_a_good_store_is_made_and_tested_with_each_finding() -> None:
    people = make_people()
    client = people.client()

    with a_shop(people) as shop:
        made = client.post(
            people.url("connection_new", connector="woocommerce"), form_of(shop)
        )
        store = Connection.objects.get(connector="woocommerce")
        tested = client.post(
            people.url("connection_test", uid=store.uid), headers={"hx-request": "true"}
        )

    store.refresh_from_db()
    assert made["Location"].endswith(f"/connections/{store.uid}/?test=now")
    assert store.status == Connection.Status.ACTIVE
    shown = tested.content.decode()
    assert store.report["findings"][0]["message"] in shown
    # The state beside it comes along: it would go on saying "not tested yet".
    assert 'id="connection-status" hx-swap-oob="true"' in shown
    assert "not tested yet" not in shown


def test_a_wrong_key_is_explained_with_its_remedy() -> None:
    people = make_people()

    with a_shop(people) as shop:
        people.client().post(
            people.url("connection_new", connector="woocommerce"),
            form_of(shop, consumer_key=f"ck_{'0' * 40}"),
        )
        store = Connection.objects.get(connector="woocommerce")
        tested = people.client().post(
            people.url("connection_test", uid=store.uid), headers={"hx-request": "true"}
        )

    worst = tested.context["findings"][-1]
    assert worst["severity"] == "error"
    assert worst["remedy"] in tested.content.decode()


def test_the_back_office_is_connected_by_one_click_and_once() -> None:
    people = make_people()

    for _ in range(2):
        people.client().post(people.url("connection_embedded"))

    books = Connection.objects.get(connector=EMBEDDED)
    assert books.status == Connection.Status.ACTIVE


def test_a_store_is_joined_with_the_back_office_and_nothing_flows_yet() -> None:
    people = make_people()
    store = a_store(people)

    answer = people.client().post(people.url("connection_join", uid=store.uid))

    bridge = Bridge.objects.get(store=store)
    assert answer["Location"] == people.url("bridge", uid=bridge.uid)
    assert not bridge.is_enabled


def test_pause_stops_the_work_and_going_on_restores_the_state() -> None:
    people = make_people()
    store = a_store(people)
    url = people.url("connection_pause", uid=store.uid)

    people.client().post(url)
    store.refresh_from_db()
    paused = (store.status, store.paused_reason)
    people.client().post(url)
    store.refresh_from_db()

    assert paused == ("paused", "Paused by Alice Adams.")
    assert store.status == "active"
    assert store.woken


def test_clearing_the_cache_reads_every_feed_from_its_start() -> None:
    people = make_people()
    store = a_store(people)
    Cursor.objects.create(connection=store, feed="items", value="far", caught_up_at=NOW)

    people.client().post(people.url("connection_clear", uid=store.uid))

    cursor = Cursor.objects.get(connection=store)
    assert (cursor.value, cursor.caught_up_at) == ("", None)


def test_the_cache_is_not_cleared_under_a_readers_feet() -> None:
    people = make_people()
    store = a_store(people)
    Cursor.objects.create(connection=store, feed="items", value="far")
    later = NOW.replace(year=2099)
    Lease.objects.create(
        connection=store, holder="x", machine="till-2", expires_at=later
    )

    answer = people.client().post(
        people.url("connection_clear", uid=store.uid), follow=True
    )

    assert "is being read at this moment" in answer.content.decode()
    assert Cursor.objects.get(connection=store).value == "far"


def test_the_list_says_which_machine_works_on_a_connection() -> None:
    people = make_people()
    later = NOW.replace(year=2099)
    Lease.objects.create(
        connection=a_store(people), holder="x", machine="till-2", expires_at=later
    )

    page = people.client().get(people.url("connections")).content.decode()

    assert "till-2" in page
    assert "at work" in page


def test_a_connection_without_documents_can_be_deleted() -> None:
    people = make_people()
    bridge = a_joined_store(people)

    people.client().post(people.url("connection_delete", uid=bridge.store.uid))

    assert not Connection.objects.filter(pk=bridge.store_id).exists()
    assert not Bridge.objects.exists()


def test_a_connection_through_which_something_was_booked_stays() -> None:
    people = make_people()
    bridge = a_joined_store(people)
    a_delivery(bridge, state="posted")

    answer = people.client().post(
        people.url("connection_delete", uid=bridge.store.uid), follow=True
    )

    assert "Documents were booked through Mug shop" in answer.content.decode()
    assert Delivery.objects.count() == 1


def test_without_a_public_address_it_is_said_that_there_is_polling_only() -> None:
    people = make_people()
    store = a_store(people)

    page = people.client().get(people.url("connection", uid=store.uid)).content.decode()

    assert "polling only" in page
    assert "no public address" in page


def test_pairing_falls_back_to_keys_by_hand_with_a_guide() -> None:
    people = make_people()
    store = a_store(people, secrets={})

    page = people.client().get(people.url("pairing", uid=store.uid)).content.decode()

    assert "no public address" in page
    assert "How to make the keys" in page
    assert people.url("connection_edit", uid=store.uid) in page


def test_a_pairing_that_brought_no_keys_leads_to_keys_by_hand() -> None:
    people = make_people()
    store = a_store(people, secrets={})

    answer = people.client().get(people.url("paired", uid=store.uid), {"success": "0"})

    assert answer["Location"] == people.url("connection_edit", uid=store.uid)
