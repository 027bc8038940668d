"""The first person comes once; companies have addresses of their own."""

import pytest

from stockbridge.companies.models import User
from stockbridge.companies.starting import (
    start_company,
    start_installation,
    time_zones,
)
from stockbridge.domain.errors import ConflictError

pytestmark = pytest.mark.django_db


def test_the_first_person_looks_after_the_installation() -> None:
    alice = start_installation(" Alice@Example.com ", "violet-harbour-19", "Alice")

    assert alice.is_superuser
    assert alice.email == "alice@example.com"


def test_nobody_is_first_twice() -> None:
    User.objects.create(email="alice@example.com")

    with pytest.raises(ConflictError):
        start_installation("eve@example.com", "violet-harbour-19", "Eve")


def test_companies_of_one_name_have_addresses_of_their_own() -> None:
    alice = User.objects.create(email="alice@example.com")

    made = [start_company(alice, "North Mugs", "UTC", "USD") for _ in range(3)]

    assert [one.slug for one in made] == ["north-mugs", "north-mugs-2", "north-mugs-3"]


def test_no_company_takes_an_address_of_ours() -> None:
    alice = User.objects.create(email="alice@example.com")

    assert start_company(alice, "New", "UTC", "USD").slug == "new-2"


def test_time_zones_are_areas_and_cities() -> None:
    known = time_zones()

    assert {"UTC", "Europe/Berlin", "America/New_York"} <= set(known)
    assert not [name for name in known if name.startswith(("Etc/", "US/"))]
