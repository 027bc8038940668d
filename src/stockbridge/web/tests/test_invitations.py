"""Invitations: made, taken once, by the right person, in time."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from stockbridge.companies.models import Invitation, Membership, User
from stockbridge.companies.permissions import Permission
from stockbridge.web.tests.people import (
    PASSWORD,
    People,
    assert_access,
    make_people,
)

pytestmark = pytest.mark.django_db
NEW = {
    "display_name": "Erin Evans",
    "password": "violet-harbour-19",
    "password_again": "violet-harbour-19",
}


def invite(people: People, email: str = "erin@example.com", **more: object) -> str:
    """Invite as Alice and return the path of the link that she is shown."""
    answer = people.client().post(
        people.url("invitation_add"), {"email": email, "role": "member", **more}
    )
    found = re.search(r"/invitation/[\w-]+/", answer.content.decode())
    assert found, answer.content.decode()
    return found.group()


@pytest.mark.parametrize("name", ["invitations", "invitation_add"])
def test_invitations_are_for_those_who_manage_users(name: str) -> None:
    people = make_people()

    assert_access(people, people.url(name), Permission.MANAGE_USERS)


def test_only_those_who_manage_users_invite_and_revoke() -> None:
    people = make_people()
    data = {"email": "erin@example.com", "role": "member"}

    permission = Permission.MANAGE_USERS
    assert_access(people, people.url("invitation_add"), permission, "post", data)
    assert_access(people, people.url("invitations_revoke"), permission, "post")


def test_somebody_new_joins_with_a_name_and_a_password() -> None:
    people = make_people()
    link = invite(people, permissions=["see_logs"])
    client = Client()

    answer = client.post(link, NEW)

    assert answer["Location"] == people.url("company_home")
    erin = Membership.objects.get(user__email="erin@example.com")
    assert erin.extra_permissions == ["see_logs"]
    assert client.get("/profile/").status_code == 200
    assert Client().login(email="erin@example.com", password=NEW["password"])


def test_a_link_works_once() -> None:
    people = make_people()
    link = invite(people)
    Client().post(link, NEW)

    answer = Client().post(link, NEW)

    assert answer.status_code == 410
    assert User.objects.filter(email="erin@example.com").count() == 1


def test_a_link_ends_after_a_week() -> None:
    people = make_people()
    link = invite(people)

    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1), tick=False):
        answer = Client().post(link, NEW)

    assert answer.status_code == 410
    assert not User.objects.filter(email="erin@example.com").exists()


def test_a_revoked_link_is_gone() -> None:
    people = make_people()
    link = invite(people)

    people.client().post(people.url("invitations_revoke"), {"selection": "all"})

    assert Client().get(link).status_code == 410


def test_a_new_invitation_ends_the_earlier_one() -> None:
    people = make_people()
    earlier = invite(people)

    later = invite(people)

    assert Client().get(earlier).status_code == 410
    assert Client().get(later).status_code == 200


def test_somebody_known_signs_in_first_and_then_joins() -> None:
    people = make_people()
    link = invite(people, email=people.stranger.email)

    before = Client().get(link).content.decode()
    people.client(people.stranger).post(link)

    assert f"/account/login/?next={link}" in before
    assert people.company.memberships.filter(user=people.stranger).exists()


def test_a_link_never_changes_the_password_of_somebody_known() -> None:
    people = make_people()
    link = invite(people, email=people.stranger.email)

    Client().post(link, NEW)

    assert Client().login(email=people.stranger.email, password=PASSWORD)
    assert not people.company.memberships.filter(user=people.stranger).exists()


def test_somebody_else_cannot_take_an_invitation() -> None:
    people = make_people()
    link = invite(people)

    answer = people.client(people.stranger).post(link)

    assert answer.status_code == 409
    assert not people.company.memberships.filter(user=people.stranger).exists()


def test_the_invitations_of_another_company_are_neither_seen_nor_revoked() -> None:
    people = make_people()
    link = invite(people)
    rival = people.stranger.memberships.get().company
    client = people.client(people.stranger)

    seen = client.get(f"/c/{rival.slug}/users/invitations/").content.decode()
    client.post(f"/c/{rival.slug}/users/invitations/revoke/", {"selection": "all"})

    assert "erin@example.com" not in seen
    assert Client().get(link).status_code == 200


def test_a_member_is_not_invited_again() -> None:
    people = make_people()

    answer = people.client().post(
        people.url("invitation_add"), {"email": "BOB@example.com", "role": "member"}
    )

    assert answer.status_code == 422
    assert "works in North Mugs already" in answer.content.decode()


def test_who_manages_users_cannot_invite_an_administrator() -> None:
    people = make_people()
    people.allow(Permission.MANAGE_USERS)

    answer = people.client(people.member).post(
        people.url("invitation_add"),
        {"email": "erin@example.com", "role": "administrator"},
    )

    assert answer.status_code == 422
    assert "cannot give what you may not do" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_a_weak_password_is_refused_beside_its_field() -> None:
    people = make_people()
    link = invite(people)

    answer = Client().post(link, NEW | {"password": "12345", "password_again": "123"})

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "too short" in text
    assert "The two passwords differ" in text


def test_the_link_is_kept_as_a_hash_and_never_cached() -> None:
    people = make_people()

    answer = people.client().post(
        people.url("invitation_add"), {"email": "erin@example.com", "role": "member"}
    )

    token = re.search(r"/invitation/([\w-]+)/", answer.content.decode())
    assert token
    assert Invitation.objects.get().token_hash != token.group(1)
    assert answer["Cache-Control"] == "no-store"


def test_the_link_is_sent_by_e_mail_under_the_public_address(
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = "https://books.example.com"
    people = make_people()

    link = invite(people)

    assert f"https://books.example.com{link}" in mail.outbox[0].body
    assert mail.outbox[0].to == ["erin@example.com"]
