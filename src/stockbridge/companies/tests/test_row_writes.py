"""Writing many rows at once: the same rows as one by one, and no others."""

from datetime import UTC, datetime

import pytest

from stockbridge.companies.models import Company, Membership, User
from stockbridge.companies.row_writes import (
    add_rows,
    insert_rows,
    put_rows,
    update_each,
    update_rows,
)
from stockbridge.domain.errors import DefectError

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


def test_values_of_other_types_arrive_as_django_would_write_them() -> None:
    odd = {"time_zone": "UTC", "retention_days": "30"}
    insert_rows([Company(name=7, slug="seven", **odd)])
    Company.objects.create(name=7, slug="eight", **odd)

    mine, djangos = Company.objects.order_by("slug").reverse().values()
    assert mine | {"id": 0, "slug": ""} == djangos | {
        "id": 0,
        "slug": "",
        "created_at": mine["created_at"],
    }


def test_added_rows_learn_their_ids_and_are_no_longer_new() -> None:
    wanted = people(3)

    add_rows(wanted)

    found = dict(User.objects.values_list("email", "pk"))
    assert {row.email: row.pk for row in wanted} == found
    wanted[0].first_name = "Ann"
    wanted[0].save()
    assert User.objects.count() == 3


def test_what_is_there_already_takes_on_some_columns_or_none(
    companies: list[Company],
) -> None:
    again = [
        Company(name="New", slug="quay", time_zone="Asia/Tokyo"),
        Company(name="Pier", slug="pier", time_zone="UTC"),
    ]

    put_rows(again)
    assert Company.objects.get(slug="quay").name == "Quay"
    assert Company.objects.get(slug="pier").name == "Pier"

    put_rows(again, unique=["slug"], columns=["name"])
    quay = Company.objects.get(slug="quay")
    assert (quay.name, quay.time_zone, quay.pk) == ("New", "UTC", companies[1].pk)
    assert Company.objects.count() == 4


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


def test_what_has_no_column_cannot_be_written() -> None:
    with pytest.raises(DefectError, match="memberships of Company has no column"):
        update_each(Company, ["memberships"], [(1, None)])
