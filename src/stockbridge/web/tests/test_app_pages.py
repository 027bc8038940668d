"""Where an app leads people: it opens what is theirs and tells others nothing."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from stockbridge.companies.permissions import Permission
from stockbridge.engine.checks import SIGN_IN
from stockbridge.engine.models import Connection, Issue
from stockbridge.web.screens.app_pages import LOOK_LIMIT
from stockbridge.web.tests.commands import given
from stockbridge.web.tests.online import Online, a_connection_to, an_online_company
from stockbridge.web.tests.people import make_people

pytestmark = pytest.mark.django_db
_TOKEN = re.compile(r"X-CSRFToken[^}]*}")  # another in each page
LAUNCH = "/apps/quickbooks_online/launch/"
ENDED = "/apps/quickbooks_online/disconnected/"


@pytest.fixture
def online() -> Iterator[Online]:
    LOOK_LIMIT.forget()
    with an_online_company(make_people()) as found:
        yield found


def ended(browser: Client, realm_id: str) -> str:
    answer = browser.get(ENDED, {"realmId": realm_id})
    assert answer.status_code == 200
    return _TOKEN.sub("", answer.content.decode())


def calls(online: Online) -> int:
    return len(list(online.simulator.log.rows()))


# ── launch ───────────────────────────────────────────────────────────────────


def test_a_visitor_signs_in_first_and_is_launched_then(online: Online) -> None:
    answer = Client().get(LAUNCH, {"realmId": "1"})

    wanted = "/account/login/?next=/apps/quickbooks_online/launch/%3FrealmId%3D1"
    assert answer["Location"] == wanted


def test_launch_leads_to_the_connection_of_the_company_that_is_named(
    online: Online,
) -> None:
    online.sign_in()
    another = a_connection_to(online.people, online.simulator, "Another")

    named = online.browser.get(LAUNCH, {"realmId": online.simulator.realm_id})
    unnamed = online.browser.get(LAUNCH)
    another.delete()
    only = online.browser.get(LAUNCH)

    assert named["Location"] == online.url("connection")
    assert unnamed["Location"] == online.people.url("connections")
    assert only["Location"] == online.url("connection")


def test_launch_tells_a_stranger_nothing_of_a_company_that_is_connected(
    online: Online,
) -> None:
    online.sign_in()
    stranger = online.people.client(online.people.stranger)

    theirs = stranger.get(LAUNCH, {"realmId": online.simulator.realm_id})
    nobodys = stranger.get(LAUNCH, {"realmId": "1"})

    assert theirs["Location"] == nobodys["Location"] == "/"


def test_what_has_no_such_app_has_no_such_page(online: Online) -> None:
    assert online.browser.get("/apps/embedded/launch/").status_code == 404
    assert Client().get("/apps/nothing/disconnected/").status_code == 404


# ── disconnected there ───────────────────────────────────────────────────────


def test_who_disconnected_inside_quickbooks_is_told_so_and_what_to_do(
    online: Online,
) -> None:
    online.sign_in()
    online.simulator.authorizer.end_access(online.simulator.realm_id)

    page = ended(online.browser, online.simulator.realm_id)

    online.row.refresh_from_db()
    assert "<strong>Books online</strong> is disconnected" in page
    assert online.url("sign_in") in page
    assert online.row.status == Connection.Status.NEEDS_SIGN_IN
    assert Issue.objects.filter(code=SIGN_IN, resolved_at=None).count() == 1


def test_an_access_that_is_said_to_be_gone_and_is_not_stays(online: Online) -> None:
    online.sign_in()
    before = dict(online.row.secrets)

    page = ended(online.browser, online.simulator.realm_id)

    online.row.refresh_from_db()
    assert "still has its access" in page
    assert online.row.status == Connection.Status.ACTIVE
    assert online.row.secrets == before
    assert not Issue.objects.exists()


def test_while_nobody_answers_nothing_is_said_to_be_lost(online: Online) -> None:
    online.sign_in()
    online.simulator.stop()

    page = ended(online.browser, online.simulator.realm_id)

    online.row.refresh_from_db()
    assert "cannot be said at this moment" in page
    assert online.row.status != Connection.Status.NEEDS_SIGN_IN
    assert not Issue.objects.filter(code=SIGN_IN).exists()
    online.simulator.start()


def test_a_connection_that_knows_already_is_not_asked_about(online: Online) -> None:
    online.sign_in()
    online.browser.post(online.url("sign_out"))
    before = calls(online)

    page = ended(online.browser, online.simulator.realm_id)

    assert "is disconnected" in page
    assert calls(online) == before


def test_visitors_and_strangers_set_nothing_off_and_see_one_and_the_same_page(
    online: Online,
) -> None:
    online.sign_in()
    online.simulator.authorizer.end_access(online.simulator.realm_id)
    before = calls(online)
    visitor, stranger = Client(), online.people.client(online.people.stranger)

    pages = [
        {ended(browser, realm) for realm in (online.simulator.realm_id, "1", "")}
        for browser in (visitor, stranger)
    ]

    online.row.refresh_from_db()
    assert [len(found) for found in pages] == [1, 1]
    assert all("Books online" not in page for found in pages for page in found)
    assert calls(online) == before
    assert online.row.status == Connection.Status.ACTIVE


def test_a_member_who_may_not_test_connections_sees_what_a_visitor_sees(
    online: Online,
) -> None:
    online.sign_in()
    online.people.allow_all_but(Permission.CONFIGURE)
    before = calls(online)

    page = ended(online.people.client(online.people.member), online.simulator.realm_id)

    assert "Books online" not in page
    assert calls(online) == before


def test_loading_the_page_over_and_over_asks_the_other_side_a_few_times_only(
    online: Online,
) -> None:
    online.sign_in()
    began = calls(online)
    ended(online.browser, online.simulator.realm_id)
    once = calls(online) - began

    for _ in range(9):
        page = ended(online.browser, online.simulator.realm_id)

    assert once > 0
    assert calls(online) - began <= 3 * once
    assert "cannot be said at this moment" in page


# ── where they are told ──────────────────────────────────────────────────────


def test_both_addresses_stand_where_the_redirect_uri_does(
    online: Online, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://sync.example.com"

    page = online.browser.get(online.url("sign_in")).content.decode()
    told = given(
        f'connection sign-in "Books online" --company {online.people.company.slug}'
    )

    for address in (LAUNCH, ENDED):
        assert f'value="https://sync.example.com{address}" readonly' in page
    assert told["launch_address"] == f"https://sync.example.com{LAUNCH}"
    assert told["disconnect_address"] == f"https://sync.example.com{ENDED}"
