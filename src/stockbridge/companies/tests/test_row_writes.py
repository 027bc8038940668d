"""Writing many rows at once: the same rows as one by one, and no others."""

from datetime import UTC, datetime

import pytest

from stockbridge.companies.models import Company, Membership, User
from stockbridge.companies.row_writes import insert_rows, update_each, update_rows

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 12, 30, 15, 123456, tzinfo=UTC)


@pytest.fixture
def companies() -> list[Company]:
    return [
        Company.objects.create(name=name, slug=name.lower(), time_zone="UTC")
        for name in ("Harbour", "Quay", "Mole")
    ]


def people(count: int) -> list[User]:
    return [User(email=f"p{n}@example.com", date_joined=AT) for n in range(count)]


def test_inserted_rows_are_as_if_each_had_been_saved(companies: list[Company]) -> None:
    insert_rows(people(3))

    found = User.objects.order_by("email")
    assert [row.email for row in found] == [f"p{n}@example.com" for n in range(3)]
    assert {row.date_joined for row in found} == {AT}
    assert {row.is_active for row in found} == {True}


def test_a_related_row_that_was_saved_meanwhile_counts_with_its_id(
    companies: list[Company],
) -> None:
    person = User(email="late@example.com")
    member = Membership(company=companies[0], user=person)
    person.save()

    insert_rows([member])

    assert Membership.objects.get().user == person


def test_nothing_to_insert_asks_nothing() -> None:
    insert_rows([])
    assert update_rows([], ["name"]) == 0


def test_each_row_gets_values_of_its_own(companies: list[Company]) -> None:
    for number, company in enumerate(companies):
        company.name, company.closed_until = f"New {number}", AT.date()

    count = update_rows(companies, ["name"])

    assert count == 3
    found = Company.objects.order_by("id")
    assert [row.name for row in found] == ["New 0", "New 1", "New 2"]
    assert {row.closed_until for row in found} == {None}


def test_what_was_deleted_meanwhile_stays_deleted(companies: list[Company]) -> None:
    Company.objects.filter(pk=companies[1].pk).delete()

    assert update_rows(companies, ["name"]) == 2
    assert Company.objects.count() == 2


def test_only_rows_that_are_still_as_they_were_are_written(
    companies: list[Company],
) -> None:
    Company.objects.filter(pk=companies[0].pk).update(slug="moved")
    changes = [(row.slug, "Renamed") for row in companies]

    count = update_each(
        Company, ["name"], changes, only_if={"time_zone": "UTC"}, key="slug"
    )

    assert count == 2
    assert Company.objects.get(slug="moved").name == "Harbour"
