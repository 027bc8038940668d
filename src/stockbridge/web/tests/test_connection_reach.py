"""How the store reaches us, on the screen: its notices, and the keys that it sends."""

import pytest
from pytest_django import Settings

from stockbridge.engine.tests.rows import NOW
from stockbridge.web.tests.joined import a_store
from stockbridge.web.tests.people import People, make_people

pytestmark = pytest.mark.django_db


def people_near_their_store() -> People:
    people = make_people()
    people.company.allows_private_addresses = True
    people.company.save()
    return people


def test_notices_that_were_never_heard_are_not_shown_as_working(
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = "https://127.0.0.1"
    people = people_near_their_store()
    store = a_store(people)
    kept = {"mode": "webhooks", "is_working": True, "at": NOW.isoformat()}
    store.webhooks = {**kept, "is_heard": False}
    store.save()

    page = people.client().get(people.url("connection", uid=store.uid)).content.decode()

    assert "not heard yet" in page
    assert "has not called us so far" in page


def test_before_the_store_is_asked_for_keys_the_way_back_is_named(
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = "https://127.0.0.1"
    people = people_near_their_store()
    store = a_store(people, secrets={})

    answer = people.client().post(people.url("pairing", uid=store.uid))

    page = answer.content.decode()
    assert "wc-auth/v1/authorize" in page
    assert "could not reach us" in page
    assert people.url("connection_edit", uid=store.uid) in page
