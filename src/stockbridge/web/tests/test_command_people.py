"""Companies, people and tokens on the command line."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.utils import timezone

from stockbridge.companies.invitations import find_invitation
from stockbridge.companies.models import Company, Membership, User
from stockbridge.companies.tokens import find_token
from stockbridge.web.tests.commands import asked, given, typed
from stockbridge.web.tests.people import make_people

pytestmark = pytest.mark.django_db


def test_a_company_is_made_shown_and_changed() -> None:
    made = given('company add "North Mugs" --currency EUR --retention-days 30')
    given('company set --name "Mugs of the North" --closed-until 2026-03-31')
    shown = given("company show")
    given("company set --closed-until none")

    assert made["slug"] == "north-mugs"
    assert (shown["name"], shown["currency"]) == ("Mugs of the North", "EUR")
    assert shown["closed_until"] == "2026-03-31"
    assert shown["overview"]["issues"] == 0
    assert given("company show")["closed_until"] is None


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ("--time-zone Mars/Base", 1, "time zone"),
        ("--currency dollars", 1, "capital letters"),
        ("--retention-days 1", 1, "3650"),
        ("--closed-until soon", 2, "2026-03-31"),
        ("--owner nobody@example.com", 1, "nobody@example.com"),
    ],
)
def test_a_company_that_does_not_fit_is_not_made(
    options: str, code: int, words: str
) -> None:
    result = asked(f"company add Mugs {options}")

    assert result.code == code
    assert words in result.problem["message"]
    assert not Company.objects.exists()


def test_with_several_companies_one_has_to_be_named() -> None:
    given("company add First")
    given("company add Second")

    result = asked("connection list")
    named = given("connection list --company first")
    wrong = asked("connection list --company third")

    assert (result.code, named) == (2, [])
    assert "first, second" in result.problem["message"]
    assert wrong.code == 1
    assert "company list" in wrong.problem["remedy"]


def test_without_any_company_it_is_said_how_to_make_one() -> None:
    result = typed("bridge list")

    assert result.code == 1
    assert "stockbridge company add NAME" in result.err
    assert result.out == ""


def test_a_person_is_added_with_a_password_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "password.txt"
    secret.write_text("mugs-are-for-tea-5\n")
    given("company add North")

    made = given(f"user add Ada@Example.com --role power_user --password-file {secret}")

    assert made["email"] == "ada@example.com"
    assert "password" not in made
    user = authenticate(email="ada@example.com", password="mugs-are-for-tea-5")
    assert user == User.objects.get()


def test_a_password_that_nobody_gave_is_made_and_shown_once() -> None:
    given("company add North")

    made = given("user add ada@example.com --role administrator --may see_logs")
    again = asked("user add ada@example.com")
    other = given("user password ada@example.com")

    assert User.objects.get().check_password(other["password"])
    assert made["password"] != other["password"]
    assert again.code == 1
    assert "already" in again.problem["message"]
    assert "password" not in given("user list")[0]


def test_a_weak_password_is_refused_with_its_reason(tmp_path: Path) -> None:
    secret = tmp_path / "password.txt"
    secret.write_text("12345678")
    given("company add North")

    result = asked(f"user add ada@example.com --password-file {secret}")

    assert result.code == 1
    assert result.problem["errors"][0]["field"] == "password"
    assert not User.objects.exists()


def test_somebody_is_invited_gets_another_role_and_leaves() -> None:
    people = make_people()
    where = f"--company {people.company.slug}"

    offer = given(f"user invite eve@example.com --may sync_stock {where}")
    given(f"user role bob@example.com --may import_orders {where}")
    last = asked(f"user role alice@example.com --role member {where}")
    given(f"user remove bob@example.com {where}")

    token = offer["link"].rstrip("/").rpartition("/")[2]
    found = find_invitation(token, timezone.now() + timedelta(days=1))
    assert found is not None
    assert found.extra_permissions == ["sync_stock"]
    assert last.code == 1
    assert "only administrator" in last.problem["message"]
    assert not Membership.objects.filter(user=people.member).exists()


def test_a_token_is_made_used_and_revoked() -> None:
    people = make_people()
    where = f"--company {people.company.slug}"

    made = given(f"token add Till --may sync_stock {where}")
    known = find_token(made["token"], timezone.now())
    listed = given(f"token list {where}")
    given(f"token revoke {made['id']} {where}")
    wrong = asked(f"token revoke 4711 {where}")

    assert known is not None
    assert known.permissions == ["sync_stock", "view"]
    assert "token" not in listed[0]
    assert find_token(made["token"], timezone.now()) is None
    assert wrong.code == 1


def test_a_token_needs_somebody_who_answers_for_it() -> None:
    given("company add North")

    result = asked("token add Till")

    assert result.code == 1
    assert "stockbridge user add" in result.problem["remedy"]
