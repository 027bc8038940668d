"""A connection's keys on the screen: never shown, kept where they belong."""

import pytest

from stockbridge.web.tests.joined import (
    KEYS,
    a_store,
)
from stockbridge.web.tests.people import make_people

pytestmark = pytest.mark.django_db


FORM = {
    "name": "Mug shop",
    "address": "https://shop.example.com",
    "rows_per_call": "100",
    "shipments_from": "none",
    "timeout_s": "45",
    **KEYS,
}


def test_no_secret_is_ever_shown_again() -> None:
    people = make_people()
    store = a_store(people)

    shown = [
        people.client().get(people.url(name, uid=store.uid)).content.decode()
        for name in ("connection", "connection_edit", "pairing")
    ]
    refused = people.client().post(
        people.url("connection_edit", uid=store.uid), {**FORM, "name": ""}
    )

    for text in (*shown, refused.content.decode()):
        assert KEYS["consumer_key"] not in text
        assert KEYS["consumer_secret"] not in text


def test_keys_left_empty_are_kept_and_new_ones_replace_them() -> None:
    people = make_people()
    store = a_store(people)
    url = people.url("connection_edit", uid=store.uid)
    new = f"ck_{'c' * 40}"

    people.client().post(url, {**FORM, "consumer_key": "", "consumer_secret": ""})
    store.refresh_from_db()
    kept = dict(store.secrets)
    people.client().post(url, {**FORM, "consumer_key": new, "consumer_secret": ""})
    store.refresh_from_db()

    assert kept == KEYS
    assert store.secrets == {**KEYS, "consumer_key": new}


@pytest.mark.parametrize(
    ("address", "is_refused"),
    [
        ("https://elsewhere.example.com", True),
        ("https://shop.example.com:8443", True),
        ("https://shop.example.com/other", True),
        ("https://shop.example.com/", False),
    ],
)
def test_kept_keys_never_go_to_another_address(
    address: str,
    is_refused: bool,  # noqa: FBT001 – a parameter of the test
) -> None:
    people = make_people()
    store = a_store(people)
    without_keys = {"consumer_key": "", "consumer_secret": ""}
    url = people.url("connection_edit", uid=store.uid)

    answer = people.client().post(url, {**FORM, "address": address, **without_keys})

    store.refresh_from_db()
    assert (answer.status_code == 422) is is_refused
    assert (b"Enter the keys of the store" in answer.content) is is_refused
    assert store.settings["address"] == "https://shop.example.com"
    assert store.secrets == KEYS


def test_another_address_with_all_its_keys_is_kept() -> None:
    people = make_people()
    store = a_store(people)
    url = people.url("connection_edit", uid=store.uid)
    new = {"address": "https://elsewhere.example.com", "consumer_key": f"ck_{'c' * 40}"}

    half = people.client().post(url, {**FORM, **new, "consumer_secret": ""})
    whole = people.client().post(
        url, {**FORM, **new, "consumer_secret": f"cs_{'d' * 40}"}
    )

    store.refresh_from_db()
    assert (half.status_code, whole.status_code) == (422, 302)
    assert store.settings["address"] == new["address"]
    assert store.secrets["consumer_secret"] == f"cs_{'d' * 40}"
