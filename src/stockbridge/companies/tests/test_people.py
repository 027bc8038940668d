"""People: a new address replaces the old one everywhere; invitations are personal."""

from datetime import UTC, datetime

import pytest
from allauth.account.utils import filter_users_by_email

from stockbridge.companies.invitations import accept, invite
from stockbridge.companies.members import Grant
from stockbridge.companies.models import Membership
from stockbridge.companies.people import change_email, create_person
from stockbridge.companies.permissions import Role
from stockbridge.companies.starting import start_company
from stockbridge.domain.errors import ConflictError, InvalidInputError

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_the_old_address_neither_signs_in_nor_asks_for_a_password() -> None:
    alice = create_person("alice@example.com", "violet-harbour-19", "Alice")

    change_email(alice, "Alice@new.example.com")

    assert filter_users_by_email("alice@example.com") == []
    assert filter_users_by_email("alice@new.example.com") == [alice]


def test_an_address_belongs_to_one_person() -> None:
    alice = create_person("alice@example.com", "violet-harbour-19", "Alice")
    create_person("bob@example.com", "violet-harbour-19", "Bob")

    with pytest.raises(InvalidInputError):
        change_email(alice, "BOB@example.com")


def test_an_invitation_is_for_one_person_and_taken_once() -> None:
    alice = create_person("alice@example.com", "violet-harbour-19", "Alice")
    eve = create_person("eve@example.com", "violet-harbour-19", "Eve")
    erin = create_person("erin@example.com", "violet-harbour-19", "Erin")
    start_company(alice, "North Mugs", "UTC", "USD")
    by = Membership.objects.get(user=alice)
    offer = invite(by, "erin@example.com", Grant(Role.MEMBER), NOW).invitation

    with pytest.raises(InvalidInputError):
        accept(offer, eve, NOW)
    accept(offer, erin, NOW)
    with pytest.raises(ConflictError):
        accept(offer, erin, NOW)

    assert not Membership.objects.filter(user=eve).exists()
