"""Who may give what to whom, in a company."""

from datetime import UTC, datetime
from itertools import product

import pytest

from stockbridge.companies.invitations import find_invitation, invite
from stockbridge.companies.members import (
    Grant,
    change_membership,
    extra_permissions,
    remove_membership,
)
from stockbridge.companies.models import Company, Membership, User
from stockbridge.companies.permissions import NEEDS, Permission, Role
from stockbridge.companies.tokens import find_token, make_token
from stockbridge.domain.errors import ConflictError, InvalidInputError

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)


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
        remove_membership(boss, by=clerk, now=NOW)


def test_an_administrator_who_cannot_sign_in_does_not_count() -> None:
    company = a_company()
    boss = a_member(company, Role.ADMINISTRATOR)
    gone = a_member(company, Role.ADMINISTRATOR)
    User.objects.filter(pk=gone.user_id).update(is_active=False)

    with pytest.raises(ConflictError):
        remove_membership(boss, by=boss, now=NOW)


def test_one_of_two_administrators_may_leave() -> None:
    company = a_company()
    boss = a_member(company, Role.ADMINISTRATOR)
    other = a_member(company, Role.ADMINISTRATOR)

    remove_membership(other, by=boss, now=NOW)

    assert list(company.memberships.all()) == [boss]


@pytest.mark.parametrize("permission", [*NEEDS])
def test_ticking_an_act_ticks_what_it_needs(permission: str) -> None:
    kept = extra_permissions(Role.MEMBER, [permission])

    assert set(kept) == {permission, *NEEDS[permission]}


def test_what_the_role_brings_is_not_kept_twice() -> None:
    assert extra_permissions(Role.POWER_USER, ["configure", "see_logs"]) == []


def test_an_unknown_permission_is_never_kept() -> None:
    assert extra_permissions(Role.MEMBER, ["rule_the_world"]) == []


def test_who_leaves_leaves_no_key_and_no_open_door_behind() -> None:
    company = a_company()
    boss = a_member(company, Role.ADMINISTRATOR)
    leaving = a_member(company, Role.ADMINISTRATOR)
    theirs = make_token(leaving, "Till", ["configure"]).text
    mine = make_token(boss, "Shelf", ["configure"]).text
    offer = invite(leaving, "friend@example.com", Grant(Role.MEMBER), NOW).token

    remove_membership(leaving, by=boss, now=NOW)

    assert find_token(theirs, NOW) is None
    assert find_token(mine, NOW) is not None
    assert find_invitation(offer, NOW) is None


def test_the_tokens_of_who_may_do_less_now_do_less_too() -> None:
    company = a_company()
    boss = a_member(company, Role.ADMINISTRATOR)
    clerk = a_member(company, Role.POWER_USER)
    text = make_token(clerk, "Till", ["configure", "sync_stock"]).text

    change_membership(clerk, Grant(Role.MEMBER, ("sync_stock",)), by=boss)

    token = find_token(text, NOW)
    assert token
    assert token.may(Permission.SYNC_STOCK)
    assert not token.may(Permission.CONFIGURE)


def test_offers_of_more_than_the_inviter_may_now_give_end() -> None:
    company = a_company()
    boss = a_member(company, Role.ADMINISTRATOR)
    clerk = a_member(company, Role.ADMINISTRATOR)
    large = invite(clerk, "one@example.com", Grant(Role.ADMINISTRATOR), NOW).token
    small = invite(clerk, "two@example.com", Grant(Role.MEMBER), NOW).token

    change_membership(clerk, Grant(Role.MEMBER, ("manage_users",)), by=boss)

    assert find_invitation(large, NOW) is None
    assert find_invitation(small, NOW) is not None
