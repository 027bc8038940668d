"""Profile: name, address, the way to password and second factor."""

import pytest
from django.test import Client

from stockbridge.web.tests.people import PASSWORD, make_people

pytestmark = pytest.mark.django_db


def test_a_visitor_signs_in_first() -> None:
    make_people()

    assert Client().get("/profile/")["Location"].startswith("/account/login/")


def test_a_name_is_saved() -> None:
    people = make_people()

    people.client().post("/profile/", {"display_name": "Alice A."})

    people.owner.refresh_from_db()
    assert people.owner.display_name == "Alice A."


def test_a_new_address_signs_in_and_the_old_one_does_not() -> None:
    people = make_people()

    people.client().post(
        "/profile/", {"email": "Alice.New@example.com", "password": PASSWORD}
    )

    assert Client().login(email="alice.new@example.com", password=PASSWORD)
    assert not Client().login(email="alice@example.com", password=PASSWORD)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"email": "new@example.com", "password": "wrong"}, "not your password"),
        ({"email": "BOB@example.com", "password": PASSWORD}, "Somebody else has"),
        ({"email": "nonsense", "password": PASSWORD}, "valid email"),
    ],
)
def test_an_address_is_refused_beside_its_field(
    data: dict[str, str], said: str
) -> None:
    people = make_people()

    answer = people.client().post("/profile/", data)

    people.owner.refresh_from_db()
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert people.owner.email == "alice@example.com"


def test_guessing_the_password_for_a_new_address_is_soon_over() -> None:
    people = make_people()
    client = people.client()
    for number in range(10):
        client.post("/profile/", {"email": "x@example.com", "password": f"no{number}"})

    answer = client.post("/profile/", {"email": "x@example.com", "password": PASSWORD})

    people.owner.refresh_from_db()
    assert "Too many tries" in answer.content.decode()
    assert people.owner.email == "alice@example.com"


@pytest.mark.parametrize("path", ["/account/password/change/", "/account/2fa/"])
def test_security_pages_wear_our_look(path: str) -> None:
    people = make_people()

    page = people.client().get(path, follow=True).content.decode()

    assert "stockbridge.css" in page
    assert "Profile and security" in page
