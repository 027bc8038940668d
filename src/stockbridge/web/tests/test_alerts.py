"""Alerts on the screen: who sets them up, what is refused, how they are tried."""

from typing import Any

import pytest
from django.core import mail

from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import AlertChannel
from stockbridge.web.tests.people import People, assert_access, make_people

pytestmark = pytest.mark.django_db
FORM: dict[str, Any] = {
    "kind": "email",
    "address": "alice@example.com",
    "events": ["no_worker"],
    "held_longer_than_h": "24",
}


def a_channel(people: People, **fields: object) -> AlertChannel:
    values = {"kind": "email", "address": "alice@example.com", **fields}
    return AlertChannel.objects.create(company=people.company, **values)


def test_alerts_are_for_those_who_may_configure() -> None:
    people = make_people()
    pk = a_channel(people).pk

    for url in (
        people.url("alerts"),
        people.url("alert_add"),
        people.url("alert", pk=pk),
    ):
        assert_access(people, url, Permission.CONFIGURE)
    assert_access(people, people.url("alert_try", pk=pk), Permission.CONFIGURE, "post")
    assert_access(people, people.url("alert_add"), Permission.CONFIGURE, "post", FORM)


def test_removing_is_for_those_who_may_configure() -> None:
    people = make_people()
    url = people.url("alert_delete", pk=a_channel(people).pk)
    people.allow_all_but(Permission.CONFIGURE)

    refused = people.client(people.member).post(url)
    done = people.client().post(url)

    assert (refused.status_code, done.status_code) == (403, 302)
    assert not AlertChannel.objects.exists()


def test_a_channel_of_another_company_does_not_exist_here() -> None:
    people = make_people()
    rival = people.stranger.memberships.get().company
    url = people.url("alert", pk=a_channel(people).pk)

    answer = people.client(people.stranger).get(
        url.replace(people.company.slug, rival.slug)
    )

    assert answer.status_code == 404


def test_an_address_is_saved_with_what_it_wants_to_hear() -> None:
    people = make_people()

    people.client().post(people.url("alert_add"), {**FORM, "daily_summary": "on"})

    saved = AlertChannel.objects.get()
    assert (saved.address, saved.events) == ("alice@example.com", ["no_worker"])
    assert saved.daily_summary


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": "no address"}, "address"),
        ({"kind": "webhook", "address": "ftp://example.com"}, "address"),
        ({"kind": "webhook", "address": "http://example.com/x"}, "address"),
        ({"kind": "webhook", "address": "https://127.0.0.1/x"}, "address"),
        ({"kind": "webhook", "address": "https://169.254.169.254/x"}, "address"),
        ({"kind": "webhook", "address": "https://u:p@example.com/x"}, "address"),
        ({"events": ["earthquake"]}, "events"),
        ({"held_longer_than_h": "0"}, "held_longer_than_h"),
        ({"kind": "pigeon"}, "kind"),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(
    changes: dict[str, Any], field: str
) -> None:
    people = make_people()

    answer = people.client().post(people.url("alert_add"), {**FORM, **changes})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not AlertChannel.objects.exists()


def test_a_test_message_says_that_nothing_is_wrong() -> None:
    people = make_people()
    channel = a_channel(people)

    answer = people.client().post(people.url("alert_try", pk=channel.pk), follow=True)

    assert "A test is on its way" in answer.content.decode()
    assert "Nothing is wrong" in mail.outbox[0].body


def test_a_test_that_does_not_get_through_says_why() -> None:
    people = make_people()
    channel = a_channel(people, kind="webhook", address="https://127.0.0.1:9/hook")

    answer = people.client().post(people.url("alert_try", pk=channel.pk), follow=True)

    channel.refresh_from_db()
    assert "did not get through" in answer.content.decode()
    assert "private network" in channel.last_error
