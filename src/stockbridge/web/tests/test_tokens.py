"""API tokens: made, shown once, limited to their maker's permissions, revoked."""

import re

import pytest
from django.utils import timezone

from stockbridge.companies.models import ApiToken
from stockbridge.companies.permissions import Permission
from stockbridge.companies.tokens import find_token
from stockbridge.web.tests.people import People, assert_access, make_people

pytestmark = pytest.mark.django_db


def make(people: People, *permissions: str) -> str:
    """Make a token as Alice and return what she is shown."""
    answer = people.client().post(
        people.url("token_add"), {"name": "Till", "permissions": permissions}
    )
    found = re.search(r"sb_[\w-]{30,}", answer.content.decode())
    assert found
    return found.group()


@pytest.mark.parametrize("name", ["tokens", "token_add"])
def test_tokens_are_for_those_who_manage_users(name: str) -> None:
    people = make_people()

    assert_access(people, people.url(name), Permission.MANAGE_USERS)


def test_only_those_who_manage_users_make_and_revoke_tokens() -> None:
    people = make_people()
    permission = Permission.MANAGE_USERS

    assert_access(people, people.url("token_add"), permission, "post", {"name": "Till"})
    assert_access(people, people.url("tokens_revoke"), permission, "post")


def test_a_token_opens_what_was_ticked_and_what_that_needs() -> None:
    people = make_people()

    text = make(people, "import_orders")

    token = find_token(text, timezone.now())
    assert token
    assert token.may(Permission.IMPORT_ORDERS)
    assert not token.may(Permission.SYNC_STOCK)


def test_a_token_is_shown_once_and_kept_as_a_hash() -> None:
    people = make_people()

    text = make(people)

    later = people.client().get(people.url("tokens")).content.decode()
    assert text not in later
    assert not ApiToken.objects.filter(token_hash=text).exists()


def test_a_token_cannot_do_more_than_its_maker() -> None:
    people = make_people()
    people.allow(Permission.MANAGE_USERS)

    answer = people.client(people.member).post(
        people.url("token_add"), {"name": "Till", "permissions": ["configure"]}
    )

    assert answer.status_code == 422
    assert "Configure connections" in answer.content.decode()
    assert not ApiToken.objects.exists()


def test_a_revoked_token_opens_nothing_and_stays_listed() -> None:
    people = make_people()
    text = make(people)
    token = ApiToken.objects.get()

    people.client().post(people.url("tokens_revoke"), {"selection": [token.pk]})

    assert find_token(text, timezone.now()) is None
    assert "revoked" in people.client().get(people.url("tokens")).content.decode()


def test_the_tokens_of_another_company_are_neither_seen_nor_revoked() -> None:
    people = make_people()
    make(people)
    rival = people.stranger.memberships.get().company
    client = people.client(people.stranger)

    seen = client.get(f"/c/{rival.slug}/tokens/").content.decode()
    client.post(f"/c/{rival.slug}/tokens/revoke/", {"selection": "all"})

    assert "Till" not in seen
    assert ApiToken.objects.get().revoked_at is None


def test_a_use_is_noted() -> None:
    people = make_people()
    text = make(people)

    find_token(text, timezone.now())

    assert ApiToken.objects.get().last_used_at


def test_a_token_without_a_name_is_refused_beside_the_field() -> None:
    people = make_people()

    answer = people.client().post(people.url("token_add"), {"name": ""})

    assert answer.status_code == 422
    assert 'id="id_name_error"' in answer.content.decode()
