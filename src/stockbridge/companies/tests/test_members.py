"""Who may give what to whom, in a company."""

from itertools import product

import pytest

from stockbridge.companies.members import (
    Grant,
    change_membership,
    extra_permissions,
    remove_membership,
)
from stockbridge.companies.models import Company, Membership, User
from stockbridge.companies.permissions import NEEDS, Permission, Role
from stockbridge.domain.errors import ConflictError, InvalidInputError

pytestmark = pytest.mark.django_db


def a_member(company: Company, role: Role, *permissions: Permission) -> Membership:
    number = User.objects.count()
    user = User.objects.create(email=f"person{number}@example.com")
    return Membership.objects.create(
        company=company,
        user=user,
        role=role,
        extra_permissions=[str(one) for one in permissions],
    )


def a_company() -> Company:
    return Company.objects.create(name="North Mugs", slug="north-mugs")


@pytest.mark.parametrize(
    ("giver", "given"), list(product([*Role], [*Role])), ids=lambda role: role.value
)
def test_a_role_is_given_only_by_who_may_do_all_of_it(giver: Role, given: Role) -> None:
    rank = [Role.MEMBER, Role.POWER_USER, Role.ADMINISTRATOR]
    by = a_member(a_company(), giver)

    if rank.index(given) <= rank.index(giver):
        Grant(given).check(by)
    else:
        with pytest.raises(InvalidInputError):
            Grant(given).check(by)


def test_who_manages_users_cannot_give_themselves_more() -> None:
    company = a_company()
    a_member(company, Role.ADMINISTRATOR)
    clerk = a_member(company, Role.MEMBER, Permission.MANAGE_USERS)

    with pytest.raises(InvalidInputError):
        change_membership(clerk, Grant(Role.MEMBER, ("configure",)), by=clerk)


def test_what_a_permission_needs_counts_when_it_is_given() -> None:
    clerk = a_member(a_company(), Role.MEMBER, Permission.IMPORT_ORDERS)

    with pytest.raises(InvalidInputError) as refusal:
        Grant(Role.MEMBER, ("import_orders",)).check(clerk)

    assert "Create customer orders" in refusal.value.message


def test_who_manages_users_cannot_demote_an_administrator() -> None:
    company = a_company()
    boss = a_member(company, Role.ADMINISTRATOR)
    a_member(company, Role.ADMINISTRATOR)
    clerk = a_member(company, Role.MEMBER, Permission.MANAGE_USERS)

    with pytest.raises(InvalidInputError):
        change_membership(boss, Grant(Role.MEMBER), by=clerk)
    with pytest.raises(InvalidInputError):
        remove_membership(boss, by=clerk)


def test_an_administrator_who_cannot_sign_in_does_not_count() -> None:
    company = a_company()
    boss = a_member(company, Role.ADMINISTRATOR)
    gone = a_member(company, Role.ADMINISTRATOR)
    User.objects.filter(pk=gone.user_id).update(is_active=False)

    with pytest.raises(ConflictError):
        remove_membership(boss, by=boss)


def test_one_of_two_administrators_may_leave() -> None:
    company = a_company()
    boss = a_member(company, Role.ADMINISTRATOR)
    other = a_member(company, Role.ADMINISTRATOR)

    remove_membership(other, by=boss)

    assert list(company.memberships.all()) == [boss]


@pytest.mark.parametrize("permission", [*NEEDS])
def test_ticking_an_act_ticks_what_it_needs(permission: str) -> None:
    kept = extra_permissions(Role.MEMBER, [permission])

    assert set(kept) == {permission, *NEEDS[permission]}


def test_what_the_role_brings_is_not_kept_twice() -> None:
    assert extra_permissions(Role.POWER_USER, ["configure", "see_logs"]) == []


def test_an_unknown_permission_is_never_kept() -> None:
    assert extra_permissions(Role.MEMBER, ["rule_the_world"]) == []
