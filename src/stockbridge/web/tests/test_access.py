"""Access: what a page says to those whom it turns away."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django_htmx.middleware import HtmxMiddleware

from stockbridge.companies.permissions import Permission
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.middleware import CONTENT_SECURITY_POLICY
from stockbridge.web.screens import screen_modules
from stockbridge.web.tests.people import make_people

pytestmark = pytest.mark.django_db


def test_a_visitor_comes_back_here_after_signing_in() -> None:
    people = make_people()

    answer = Client().get(people.url("users") + "?q=bob")

    assert answer["Location"] == ("/account/login/?next=/c/north-mugs/users/%3Fq%3Dbob")


def test_part_of_a_page_sends_a_visitor_to_sign_in_as_a_whole() -> None:
    people = make_people()
    headers = {
        "HX-Request": "true",
        "HX-Current-URL": "http://testserver/c/north-mugs/users/",
    }

    answer = Client().get(people.url("users"), headers=headers)

    assert answer["HX-Redirect"] == "/account/login/?next=/c/north-mugs/users/"


def test_a_stranger_cannot_tell_a_company_from_none() -> None:
    people = make_people()
    client = people.client(people.stranger)

    theirs = client.get(people.url("users"))
    nobodys = client.get("/c/no-such-company/users/")

    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.content == nobodys.content


def test_part_of_a_page_says_the_refusal_among_the_messages() -> None:
    people = make_people()

    answer = people.client(people.member).get(
        people.url("users"), headers={"HX-Request": "true"}
    )

    assert answer.status_code == 403
    assert answer["HX-Retarget"] == "#messages"
    assert "Manage users" in answer.content.decode()


def test_who_lacks_what_a_permission_needs_is_told_the_missing_one() -> None:
    people = make_people()
    people.allow_all_but(Permission.CREATE_SALES_ORDERS)

    membership = people.member.memberships.get()

    assert not membership.may(Permission.IMPORT_ORDERS)


@screen(Permission.VIEW, post=Permission.CONFIGURE)
def rules(request: CompanyRequest) -> HttpResponse:
    return HttpResponse(request.company.name)


@pytest.mark.parametrize(
    ("method", "permission", "status"),
    [
        ("GET", Permission.VIEW, 200),
        ("HEAD", Permission.VIEW, 200),
        ("POST", Permission.VIEW, 403),
        ("PUT", Permission.VIEW, 403),
        ("POST", Permission.CONFIGURE, 200),
    ],
)
def test_seeing_and_changing_can_take_different_permissions(
    method: str, permission: Permission, status: int
) -> None:
    people = make_people()
    people.allow(permission)
    request = RequestFactory().generic(method, "/")
    request.user = people.member

    answer = HtmxMiddleware(lambda asked: rules(asked, company="north-mugs"))(request)

    assert isinstance(answer, HttpResponse)
    assert answer.status_code == status


def test_the_menu_shows_only_what_may_be_opened() -> None:
    people = make_people()
    people.allow(Permission.CONFIGURE)

    page = people.client(people.member).get(people.url("company_settings"))

    assert people.url("company_settings") in page.content.decode()
    assert people.url("users") not in page.content.decode()


def test_every_page_says_what_it_may_load() -> None:
    people = make_people()

    answer = people.client().get(people.url("users"))

    assert answer["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert answer["X-Frame-Options"] == "DENY"


def test_no_page_has_script_or_style_of_its_own() -> None:
    people = make_people()

    page = people.client().get(people.url("users")).content.decode()

    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert "<script>" not in page


def test_times_are_shown_in_the_companys_time_zone() -> None:
    people = make_people()
    people.company.time_zone = "Pacific/Auckland"
    people.company.save()

    page = people.client().get(people.url("users")).content.decode()

    assert "+13:00" in page or "+12:00" in page


def test_every_screen_module_is_mounted() -> None:
    names = {module.__name__.rsplit(".", 1)[-1] for module in screen_modules()}

    assert {"home", "companies", "users", "invitations", "tokens"} <= names


def test_nobody_signs_up_by_themselves() -> None:
    make_people()

    page = Client().get("/account/signup/")
    posted = Client().post(
        "/account/signup/", {"email": "eve@example.com", "password1": "x" * 12}
    )

    assert "Nobody signs up here" in page.content.decode()
    assert "Nobody signs up here" in posted.content.decode()


def test_the_session_cookie_is_out_of_reach_of_scripts() -> None:
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
