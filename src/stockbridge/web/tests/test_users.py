"""The users screen: who sees it, what it lists, what it changes."""

import pytest

from stockbridge.companies.models import Membership
from stockbridge.companies.permissions import Permission, Role
from stockbridge.web.tests.people import assert_access, make_people

pytestmark = pytest.mark.django_db


def test_users_are_for_those_who_manage_them() -> None:
    people = make_people()

    assert_access(people, people.url("users"), Permission.MANAGE_USERS)


def test_a_members_page_is_for_those_who_manage_users() -> None:
    people = make_people()
    bob = Membership.objects.get(user=people.member)

    url = people.url("user", member=bob.pk)

    assert_access(people, url, Permission.MANAGE_USERS)
    assert_access(people, url, Permission.MANAGE_USERS, "post", {"role": "member"})


def test_a_ticked_permission_brings_what_it_needs() -> None:
    people = make_people()
    bob = Membership.objects.get(user=people.member)
    url = people.url("user", member=bob.pk)

    people.client().post(url, {"role": "member", "permissions": ["import_orders"]})

    bob.refresh_from_db()
    assert set(bob.extra_permissions) == {"import_orders", "create_sales_orders"}
    assert bob.may(Permission.IMPORT_ORDERS)


def test_an_unknown_role_is_refused_beside_its_field() -> None:
    people = make_people()
    bob = Membership.objects.get(user=people.member)

    answer = people.client().post(
        people.url("user", member=bob.pk), {"role": "emperor"}
    )

    assert answer.status_code == 422
    assert "emperor is not one of the available choices" in answer.content.decode()


def test_the_last_administrator_stays_one() -> None:
    people = make_people()
    alice = Membership.objects.get(user=people.owner)

    answer = people.client().post(
        people.url("user", member=alice.pk), {"role": "member"}
    )

    alice.refresh_from_db()
    assert answer.status_code == 422
    assert "only administrator" in answer.content.decode()
    assert alice.role == Role.ADMINISTRATOR


def test_the_last_administrator_cannot_be_removed() -> None:
    people = make_people()
    alice = Membership.objects.get(user=people.owner)

    people.client().post(people.url("user_remove", member=alice.pk))

    assert Membership.objects.filter(pk=alice.pk).exists()


def test_a_removed_member_is_a_stranger_from_then_on() -> None:
    people = make_people()
    bob = Membership.objects.get(user=people.member)
    bobs_browser = people.client(people.member)

    people.client().post(people.url("user_remove", member=bob.pk))

    assert bobs_browser.get(people.url("company_home")).status_code == 404


def test_a_member_of_another_company_cannot_be_changed_from_here() -> None:
    people = make_people()
    charlie = Membership.objects.get(user=people.stranger)

    answer = people.client().post(
        people.url("user", member=charlie.pk), {"role": "member"}
    )

    assert answer.status_code == 404
