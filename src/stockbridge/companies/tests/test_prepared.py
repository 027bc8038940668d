"""Statements that are kept find and write what Django itself would."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, QuerySet
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as DjangoTestCase

from stockbridge.companies.models import Company, Membership, User
from stockbridge.companies.prepared import Change, prepared, prepared_change
from stockbridge.domain.errors import DefectError

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 1, 12, 30, 15, 123456, tzinfo=UTC)


@prepared
def people_since(at: datetime, emails: Sequence[str]) -> QuerySet[User]:
    return User.objects.filter(date_joined__gte=at, email__in=emails).order_by("email")


@prepared
def names_of(company_ids: Sequence[int]) -> QuerySet[Company, tuple[str, str]]:
    found = Company.objects.filter(pk__in=company_ids).order_by("name")
    return found.values_list("name", "slug")


@prepared
def slug_of(name: str) -> QuerySet[Company, str]:
    return Company.objects.filter(name=name).values_list("slug", flat=True)


@prepared
def members_of(company_ids: Sequence[int]) -> QuerySet[Membership]:
    found = Membership.objects.filter(company__in=company_ids).order_by("pk")
    return found.select_related("company", "user").annotate(email=F("user__email"))


@prepared
def with_last_login(at: datetime | None) -> QuerySet[User]:
    return User.objects.filter(last_login=at)


@prepared
def locked(name: str) -> QuerySet[Company]:
    return Company.objects.select_for_update().filter(name=name)


@prepared
def beginning_with(start: str) -> QuerySet[Company]:
    return Company.objects.filter(name__startswith=start)


@prepared
def by_member_count(slug: str) -> QuerySet[Company]:
    return Company.objects.filter(slug=slug).annotate(count=Count("memberships"))


@prepared
def members_by_join(company_ids: Sequence[int]) -> QuerySet[Membership, str]:
    found = Membership.objects.filter(company__in=company_ids).order_by("-user__email")
    return found.distinct().values_list("company__name", flat=True)


@prepared
def pairs_by_join(
    company_ids: Sequence[int],
) -> QuerySet[Membership, tuple[str, str]]:
    found = Membership.objects.filter(company__in=company_ids).order_by("-user__email")
    return found.distinct().values_list("company__name", "company__slug")


@prepared
def found_by_names(names: Sequence[str]) -> QuerySet[Company]:
    return Company.objects.filter(name__in=names)


@prepared
def found_never(name: str) -> QuerySet[Company]:
    return Company.objects.filter(name=name).none()


@prepared_change
def rename(company_ids: Sequence[int], name: str) -> Change:
    return Change(Company.objects.filter(pk__in=company_ids), {"name": name})


@prepared_change
def sign_in(email: str, at: datetime | None) -> Change:
    return Change(User.objects.filter(email=email), {"last_login": at})


@pytest.fixture
def companies() -> list[Company]:
    return [
        Company.objects.create(name=name, slug=name.lower(), time_zone="UTC")
        for name in ("Harbour", "Mole", "Quay")
    ]


class AnyPeople(DjangoTestCase):
    """Whatever is asked: the same rows as from Django."""

    @settings(max_examples=40)
    @given(
        days=st.integers(-5, 5),
        numbers=st.lists(st.integers(0, 9), max_size=9),
    )
    def test_the_rows_are_those_that_django_finds(
        self, days: int, numbers: list[int]
    ) -> None:
        for n in range(8):
            joined = AT + timedelta(days=n - 4)
            User.objects.create(email=f"p{n}@example.com", date_joined=joined)
        at = AT + timedelta(days=days)
        emails = [f"p{n}@example.com" for n in numbers]

        found = people_since(at, emails)

        expected = User.objects.filter(date_joined__gte=at, email__in=emails)
        assert found == list(expected.order_by("email"))
        assert [vars(row)["date_joined"] for row in found] == [
            row.date_joined for row in expected.order_by("email")
        ]
        assert people_since.exists(at, emails) == bool(found)
        assert people_since.first(at, emails) == (found[0] if found else None)


def test_tuples_and_single_values_come_as_their_querysets_give_them(
    companies: list[Company],
) -> None:
    assert names_of([row.pk for row in companies[:2]]) == [
        ("Harbour", "harbour"),
        ("Mole", "mole"),
    ]
    assert slug_of("Quay") == ["quay"]
    assert slug_of("Pier") == []
    assert slug_of.first("Pier") is None


def test_related_rows_and_annotations_come_along(companies: list[Company]) -> None:
    person = User.objects.create(email="ann@example.com", date_joined=AT)
    Membership.objects.create(company=companies[1], user=person)

    with CaptureQueriesContext(connection) as asked:
        found = members_of([row.pk for row in companies])
        told = [
            (row.company.name, row.user.date_joined, vars(row)["email"])
            for row in found
        ]

    assert told == [("Mole", AT, "ann@example.com")]
    assert len(asked) == 1


def test_nothing_is_asked_where_no_row_can_be_found() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert names_of([]) == []
        assert not names_of.exists([])
        assert rename([], "Pier") == 0
    assert len(asked) == 0


def test_a_value_that_is_missing_makes_a_statement_of_its_own() -> None:
    seen = User.objects.create(email="a@example.com", last_login=AT)
    never = User.objects.create(email="b@example.com", last_login=None)

    assert with_last_login(AT) == [seen]
    assert with_last_login(None) == [never]
    assert with_last_login(AT) == [seen]


def test_a_change_is_written_and_counted_and_leaves_the_others(
    companies: list[Company],
) -> None:
    assert rename([companies[0].pk, companies[2].pk], "Pier") == 2

    names = Company.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["Pier", "Mole", "Pier"]


def test_a_change_to_nothing_and_back(companies: list[Company]) -> None:
    person = User.objects.create(email="a@example.com", last_login=AT)
    assert sign_in("a@example.com", None) == 1
    person.refresh_from_db()
    assert person.last_login is None
    assert sign_in("a@example.com", AT) == 1
    person.refresh_from_db()
    assert person.last_login == AT


def test_the_second_time_nothing_is_put_together(companies: list[Company]) -> None:
    made = []

    @prepared
    def named(name: str) -> QuerySet[Company]:
        made.append(name)
        return Company.objects.filter(name=name)

    assert [named(row.name) for row in companies] == [[row] for row in companies]
    assert len(made) == 1


def test_a_value_that_arrives_changed_is_a_defect_and_not_a_wrong_answer() -> None:
    with pytest.raises(DefectError, match="arrives as it was given"):
        beginning_with("Har")


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_only_within_a_transaction() -> None:
    company = Company.objects.create(name="Pier", slug="pier", time_zone="UTC")
    with transaction.atomic():
        assert locked("Pier") == [company]
    with pytest.raises(DefectError, match="within a transaction"):
        locked("Pier")


def test_a_lock_is_asked_of_a_database_that_has_locks() -> None:
    with CaptureQueriesContext(connection) as asked:
        locked("Pier")
    has_locks = connection.features.has_select_for_update
    assert ("FOR UPDATE" in asked[0]["sql"]) is has_locks


def test_a_query_that_adds_up_keeps_its_groups(companies: list[Company]) -> None:
    person = User.objects.create(email="ann@example.com", date_joined=AT)
    Membership.objects.create(company=companies[1], user=person)
    (mole,), (quay,) = by_member_count("mole"), by_member_count("quay")
    assert (vars(mole)["count"], vars(quay)["count"]) == (1, 0)


def test_what_is_only_sorted_by_is_no_part_of_the_rows(
    companies: list[Company],
) -> None:
    for email, company in zip(("ann", "ben"), companies, strict=False):
        person = User.objects.create(email=f"{email}@example.com", date_joined=AT)
        Membership.objects.create(company=company, user=person)
    ids = [row.pk for row in companies]

    assert members_by_join(ids) == ["Mole", "Harbour"]
    assert pairs_by_join(ids) == [("Mole", "mole"), ("Harbour", "harbour")]


def test_a_question_that_finds_nothing_whatever_is_asked_is_a_defect() -> None:
    with pytest.raises(DefectError, match="whatever is asked"):
        found_never("Quay")


class Pier(str, Enum):  # noqa: UP042 – that is the point
    """An enumeration of texts that does not print as its values do."""

    QUAY = "Quay"


def test_a_text_counts_as_its_value_whatever_it_prints_as(
    companies: list[Company],
) -> None:
    assert slug_of(Pier.QUAY) == ["quay"]


def test_a_value_that_is_missing_in_a_list_is_not_taken_for_a_text(
    companies: list[Company],
) -> None:
    Company.objects.create(name="None", slug="none", time_zone="UTC")
    with pytest.raises(TypeError):
        found_by_names(["Quay", None])  # type: ignore[list-item]
