"""Signing in: by e-mail address, slowly for guessers, with a second factor."""

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from stockbridge.web.tests.people import PASSWORD, make_people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """Forget the tries of other tests."""
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, email: str, password: str) -> int:
    answer = client.post("/account/login/", {"login": email, "password": password})
    return answer.status_code


def test_a_person_signs_in_by_e_mail_address_in_any_case() -> None:
    people = make_people()
    client = Client()

    assert sign_in(client, "ALICE@example.com", PASSWORD) == 302
    assert client.get(people.url("users")).status_code == 200


def test_a_wrong_password_and_an_unknown_person_are_told_the_same() -> None:
    make_people()

    wrong = Client().post(
        "/account/login/", {"login": "alice@example.com", "password": "nope"}
    )
    unknown = Client().post(
        "/account/login/", {"login": "nobody@example.com", "password": "nope"}
    )

    said = "not correct"
    assert said in wrong.content.decode()
    assert said in unknown.content.decode()


def test_after_five_wrong_passwords_even_the_right_one_waits() -> None:
    people = make_people()
    client = Client()
    for _try in range(5):
        sign_in(client, people.owner.email, "nope")

    answer = client.post(
        "/account/login/", {"login": people.owner.email, "password": PASSWORD}
    )

    assert "Too many failed login attempts" in answer.content.decode()
    assert client.get("/profile/").status_code == 302


def test_signing_in_leads_back_but_never_elsewhere() -> None:
    make_people()
    data = {"login": "alice@example.com", "password": PASSWORD}

    inside = Client().post(
        "/account/login/?next=/profile/", data | {"next": "/profile/"}
    )
    outside = Client().post("/account/login/", data | {"next": "https://evil.example"})

    assert inside["Location"] == "/profile/"
    assert "evil" not in outside["Location"]


def test_signing_out_takes_a_post() -> None:
    people = make_people()
    client = people.client()

    client.get("/account/logout/")
    still_in = client.get("/profile/").status_code
    client.post("/account/logout/")

    assert still_in == 200
    assert client.get("/profile/").status_code == 302


def test_a_second_factor_is_asked_and_kept_encrypted() -> None:
    people = make_people()
    secret = generate_totp_secret()
    TOTP.activate(people.owner, secret)
    client = Client()

    answer = client.post(
        "/account/login/", {"login": people.owner.email, "password": PASSWORD}
    )

    assert answer["Location"] == "/account/2fa/authenticate/"
    assert client.get("/profile/").status_code == 302
    assert secret not in str(Authenticator.objects.get().data)


def test_a_forgotten_password_is_replaced_by_the_link_in_the_mail() -> None:
    people = make_people()
    client = Client()
    client.post("/account/password/reset/", {"email": people.owner.email})
    link = re.search(r"http://testserver(\S+)", str(mail.outbox[0].body))
    assert link

    form = client.get(link.group(1), follow=True)
    new = "violet-harbour-19"
    client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})

    assert Client().login(email=people.owner.email, password=new)


def test_nobody_learns_whether_an_address_is_known() -> None:
    make_people()

    answer = Client().post(
        "/account/password/reset/", {"email": "nobody@example.com"}, follow=True
    )

    assert "If the address is known here" in answer.content.decode()
    assert not mail.outbox


def test_without_a_mail_server_the_page_says_what_to_do(
    settings: Settings,
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    make_people()

    page = Client().get("/account/password/reset/").content.decode()

    assert "stockbridge changepassword" in page
