"""The first-run wizard: reached from everywhere, once, by the right person."""

import logging

import pytest
from django.test import Client
from pytest_django import Settings

from stockbridge.companies.models import Company, User
from stockbridge.web.setup_token import setup_token
from stockbridge.web.tests.people import make_people

pytestmark = pytest.mark.django_db
ADMINISTRATOR = {
    "display_name": "Alice Adams",
    "email": "alice@example.com",
    "password": "violet-harbour-19",
    "password_again": "violet-harbour-19",
}
COMPANY = {"name": "North Mugs", "time_zone": "Europe/Berlin", "currency": "EUR"}


@pytest.mark.parametrize("path", ["/", "/companies/", "/account/login/", "/c/x/users/"])
def test_every_address_leads_to_the_wizard_at_first(path: str) -> None:
    answer = Client().get(path)

    assert answer["Location"] == "/welcome/"


def test_the_wizard_makes_the_administrator_and_the_company() -> None:
    client = Client()

    first = client.post("/welcome/", ADMINISTRATOR)
    second = client.post("/welcome/company/", COMPANY)

    alice = User.objects.get()
    company = Company.objects.get()
    assert first["Location"] == "/welcome/company/"
    assert second["Location"].startswith("/c/north-mugs/")
    assert alice.is_superuser
    assert company.memberships.get().user == alice
    assert (company.time_zone, company.currency) == ("Europe/Berlin", "EUR")


def test_the_wizard_is_gone_once_somebody_is_here() -> None:
    people = make_people()

    assert Client().get("/welcome/").status_code == 404
    assert Client().post("/welcome/", ADMINISTRATOR).status_code == 404
    assert (
        people.client(people.administrator).get("/welcome/company/").status_code == 404
    )


def test_the_second_step_is_for_the_administrator_alone() -> None:
    Client().post("/welcome/", ADMINISTRATOR)

    assert Client().get("/welcome/company/")["Location"].startswith("/account/login/")


def test_what_is_missing_is_said_beside_its_field() -> None:
    answer = Client().post("/welcome/", ADMINISTRATOR | {"email": "nonsense"})

    assert answer.status_code == 422
    assert 'id="id_email_error"' in answer.content.decode()
    assert not User.objects.exists()


def test_on_this_machine_no_token_is_asked() -> None:
    assert "Set-up token" not in Client().get("/welcome/").content.decode()


def test_a_stranger_on_the_network_needs_the_token(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = Client(REMOTE_ADDR="192.0.2.7")

    with caplog.at_level(logging.WARNING):
        page = client.get("/welcome/").content.decode()
    guessed = client.post("/welcome/", ADMINISTRATOR | {"token": "guess"})

    assert "Set-up token" in page
    assert guessed.status_code == 422
    assert not User.objects.exists()


def test_the_token_of_the_servers_home_opens_the_wizard(
    settings: Settings,
) -> None:
    settings.ASKS_SETUP_TOKEN = True
    token = setup_token()

    Client().post("/welcome/", ADMINISTRATOR | {"token": token})

    assert User.objects.get().email == "alice@example.com"
    assert setup_token() != token


def test_a_server_with_a_public_name_asks_for_the_token(
    settings: Settings,
) -> None:
    settings.ALLOWED_HOSTS = ["books.example.com", "testserver"]

    assert "Set-up token" in Client().get("/welcome/").content.decode()
