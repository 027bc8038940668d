"""Signing in by the command line and by the API: the same rules as in a browser."""

import json

import pytest
from django.test import Client

from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import Connection
from stockbridge.web.api.tests.worlds import headers_of, token_of
from stockbridge.web.tests import online as online_books
from stockbridge.web.tests.answers import Answer
from stockbridge.web.tests.commands import asked, given, typed
from stockbridge.web.tests.online import Online

pytestmark = pytest.mark.django_db
online = online_books.online
SIGN_IN = 'connection sign-in "Books online"'


def where(online: Online) -> str:
    return f"--company {online.people.company.slug}"


def test_the_command_line_prints_the_address_and_takes_the_way_back(
    online: Online,
) -> None:
    begun = given(f"{SIGN_IN} {where(online)}")
    way = online.consent(begun["address"])
    back = f"http://localhost:8420{way}\n"

    done = given(f"{SIGN_IN} --returned - {where(online)}", stdin=back)

    assert begun["return_address"] == "http://localhost:8420/signed-in/"
    assert done["status"] == "active"
    assert done["sign_in"]["account_id"] == online.simulator.realm_id


def test_the_address_stands_on_one_line_to_be_copied(online: Online) -> None:
    told = typed(f"{SIGN_IN} {where(online)}")

    lines = [line for line in told.out.splitlines() if "/connect/oauth2?" in line]
    assert len(lines) == 1
    assert lines[0].startswith("http")
    assert online.consent(lines[0])


def test_a_browser_cannot_finish_what_the_command_line_began(online: Online) -> None:
    way = online.consent(given(f"{SIGN_IN} {where(online)}")["address"])

    answer = online.come_back(way)
    done = asked(f'{SIGN_IN} --returned "http://localhost:8420{way}" {where(online)}')

    assert "on the command line" in online.said(answer)
    assert done.code == 0, done.err


def test_disconnecting_on_the_command_line_asks_first(online: Online) -> None:
    online.sign_in()

    refused = asked(f'connection disconnect "Books online" {where(online)}')
    done = given(f'connection disconnect "Books online" --yes {where(online)}')

    assert refused.code == 3
    assert done == {"name": "Books online", "waiting": 0}
    assert online.simulator.authorizer.grants == []


def test_a_store_has_no_sign_in_of_that_kind(online: Online) -> None:
    slug = online.people.company.slug
    given(f"connection add embedded --company {slug}")

    refused = asked(f'connection sign-in "Back office" --company {slug}')

    assert refused.code == 1
    assert "Nobody signs in" in refused.problem["message"]


def test_tokens_cannot_be_put_in_by_hand(online: Online) -> None:
    keys = "--secret client_id=a-client-id --secret client_secret=a-client-secret"

    refused = asked(
        f"connection add quickbooks_online B {keys} --secret realm_id=1 {where(online)}"
    )
    changed = asked(
        f'connection set "Books online" --secret refresh_token=x {where(online)}'
    )
    made = given(f"connection add quickbooks_online B {keys} {where(online)}")

    assert "realm_id comes with the sign-in" in refused.problem["message"]
    assert "refresh_token comes with the sign-in" in changed.problem["message"]
    assert made["sign_in"] == {"is_signed_in": False, "account_id": "", "ends_at": None}


def call(online: Online, token: str, path: str, body: object = None) -> Answer:
    return Client().post(
        f"/api/v1/connections/{online.row.uid}/{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        **headers_of(token),
    )


def test_a_program_leads_a_person_there_and_finishes(online: Online) -> None:
    people = online.people
    token = token_of(people.company, people.owner, Permission.CONFIGURE)

    begun = call(online, token, "sign-in").json()
    way = online.consent(begun["address"])
    done = call(
        online, token, "sign-in/finish", {"address": f"http://testserver{way}"}
    ).json()
    ended = call(online, token, "disconnect").json()

    assert done["sign_in"]["is_signed_in"]
    assert "token" not in json.dumps(done["sign_in"])
    assert ended == {"waiting": 0}


def test_another_programs_way_back_is_refused(online: Online) -> None:
    people = online.people
    first = token_of(people.company, people.owner, Permission.CONFIGURE)
    second = token_of(people.company, people.owner, Permission.CONFIGURE, name="B")

    way = online.consent(call(online, first, "sign-in").json()["address"])
    refused = call(
        online, second, "sign-in/finish", {"address": f"http://testserver{way}"}
    )

    assert refused.status_code == 422
    assert "begun in another" in refused.json()["message"]
    assert "refresh_token" not in Connection.objects.get(pk=online.row.pk).secrets
