"""Companies: the list, a new one, its settings."""

import pytest
from django.test import Client

from stockbridge.companies.models import Company, Membership
from stockbridge.companies.permissions import Permission
from stockbridge.web.tests.people import People, assert_access, make_people

pytestmark = pytest.mark.django_db


def settings_of(people: People, **changed: object) -> dict[str, object]:
    return {
        "name": "North Mugs",
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
        "closed_until": "",
        "retention_days": 90,
        **changed,
    }


def test_a_person_sees_the_companies_of_theirs_alone() -> None:
    people = make_people()

    page = people.client().get("/companies/").content.decode()

    assert "North Mugs" in page
    assert "South Bowls" not in page


def test_an_administrator_of_the_installation_sees_all_companies() -> None:
    people = make_people()

    page = people.client(people.administrator).get("/companies/").content.decode()

    assert "North Mugs" in page
    assert "South Bowls" in page


def test_a_visitor_signs_in_first() -> None:
    make_people()

    assert Client().get("/companies/")["Location"].startswith("/account/login/")


def test_who_has_one_company_lands_in_it() -> None:
    people = make_people()

    answer = people.client().get("/")

    assert answer["Location"] == people.url("company_home")


def test_only_an_administrator_of_the_installation_adds_companies() -> None:
    people = make_people()

    assert people.client().get("/companies/new/").status_code == 404
    assert people.client(people.administrator).get("/companies/new/").status_code == 200


def test_two_companies_of_one_name_have_two_addresses() -> None:
    people = make_people()
    data = {"name": "North Mugs", "time_zone": "UTC", "currency": "usd"}

    answer = people.client(people.administrator).post("/companies/new/", data)

    assert answer["Location"] == "/c/north-mugs-2/home/"
    made = Company.objects.get(slug="north-mugs-2")
    assert made.currency == "USD"
    assert Membership.objects.get(company=made).user == people.administrator


def test_a_name_without_letters_still_has_an_address() -> None:
    people = make_people()
    data = {"name": "株式会社", "time_zone": "UTC", "currency": "JPY"}

    answer = people.client(people.administrator).post("/companies/new/", data)

    assert answer["Location"] == "/c/company/home/"


def test_settings_are_for_those_who_configure() -> None:
    people = make_people()
    url = people.url("company_settings")

    assert_access(people, url, Permission.CONFIGURE)
    assert_access(people, url, Permission.CONFIGURE, "post", settings_of(people))


def test_settings_are_saved() -> None:
    people = make_people()

    people.client().post(
        people.url("company_settings"), settings_of(people, closed_until="2026-03-31")
    )

    people.company.refresh_from_db()
    assert people.company.time_zone == "Europe/Berlin"
    assert str(people.company.closed_until) == "2026-03-31"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("time_zone", "Mars/Olympus", "not one of the available choices"),
        ("currency", "E1", "at least 3 characters"),
        ("currency", "E1R", "three letters"),
        ("retention_days", "3", "greater than or equal to 7"),
        ("closed_until", "yesterday", "Enter a valid date"),
        ("name", "", "required"),
    ],
)
def test_bad_input_is_refused_beside_its_field(
    field: str, value: str, said: str
) -> None:
    people = make_people()

    answer = people.client().post(
        people.url("company_settings"), settings_of(people, **{field: value})
    )

    assert answer.status_code == 422
    error = answer.content.decode().split(f'id="id_{field}_error"')[1][:300]
    assert said in error


def test_private_addresses_are_allowed_by_the_installations_administrator_alone() -> (
    None
):
    people = make_people()
    url = people.url("company_settings")
    data = settings_of(people, allows_private_addresses="on")

    people.client().post(url, data)
    people.company.refresh_from_db()
    by_owner = people.company.allows_private_addresses
    people.client(people.administrator).post(url, data)
    people.company.refresh_from_db()

    assert by_owner is False
    assert people.company.allows_private_addresses is True
