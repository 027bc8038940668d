"""Signing in to QuickBooks Online in a browser: led there, back, and out again."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from stockbridge.companies.permissions import Permission
from stockbridge.connectors.simulation import Fault, FaultKind
from stockbridge.engine.actions.signing_in import LASTS
from stockbridge.engine.checks import SIGN_IN
from stockbridge.engine.models import Connection, Issue, LogEntry
from stockbridge.engine.sign_in_ends import SIGN_IN_ENDS, warn_of_ends
from stockbridge.engine.tests.rows import a_delivery
from stockbridge.web.tests import online as online_books
from stockbridge.web.tests.joined import a_joined_store, a_store
from stockbridge.web.tests.online import Online, a_connection_to
from stockbridge.web.tests.people import assert_access

pytestmark = pytest.mark.django_db
online = online_books.online


def test_signing_in_and_out_is_for_those_who_may_configure(online: Online) -> None:
    people = online.people

    assert_access(people, online.url("sign_in"), Permission.CONFIGURE)
    assert_access(people, online.url("sign_in"), Permission.CONFIGURE, "post")
    assert_access(people, online.url("sign_out"), Permission.CONFIGURE, "post")


def test_coming_back_is_for_those_who_may_configure_the_connection(
    online: Online,
) -> None:
    way = online.consent(online.press_connect())

    assert_access(online.people, way, Permission.CONFIGURE)


def test_a_person_is_led_to_the_service_and_back_to_what_the_books_are_joined_with(
    online: Online,
) -> None:
    store = a_store(online.people)

    address = online.press_connect()
    answer = online.come_back(online.consent(address))

    online.row.refresh_from_db()
    told = parse_qs(urlsplit(address).query)
    assert told["redirect_uri"] == ["http://testserver/signed-in/"]
    assert online.row.status == Connection.Status.ACTIVE
    assert online.row.secrets["realm_id"] == online.simulator.realm_id
    bridge = store.bridges_as_store.get()
    assert bridge.books_id == online.row.pk
    assert answer["Location"] == online.people.url("bridge", uid=bridge.uid)
    assert "is connected to QuickBooks" in online.said(answer)


def test_the_browser_may_follow_the_form_to_the_service_and_nowhere_else(
    online: Online,
) -> None:
    policy = online.browser.get(online.url("sign_in"))["Content-Security-Policy"]

    assert f"form-action 'self' {online.simulator.url};" in policy
    assert "script-src 'self';" in policy


def test_the_page_shows_the_address_to_be_entered_in_the_app(
    online: Online, settings: Settings
) -> None:
    settings.PUBLIC_URL = "https://sync.example.com"

    page = online.browser.get(online.url("sign_in")).content.decode()

    assert "https://sync.example.com/signed-in/" in page
    assert "https://sync.example.com/hooks/apps/quickbooks_online/" in page


def test_the_state_is_kept_as_a_digest_only(online: Online) -> None:
    state = parse_qs(urlsplit(online.press_connect()).query)["state"][0]

    online.row.refresh_from_db()

    assert len(state) >= 43
    assert state not in str(online.row.facts)


def test_access_that_was_not_allowed_changes_nothing_and_says_so(
    online: Online,
) -> None:
    before = online.secrets_now()

    answer = online.come_back(online.consent(online.press_connect(), realm_id=""))

    assert "not allowed on Intuit" in online.said(answer)
    assert online.secrets_now() == before


def test_the_same_way_back_a_second_time_is_refused(online: Online) -> None:
    way = online.consent(online.press_connect())
    online.come_back(way)
    before = online.secrets_now()

    answer = online.come_back(way)

    assert "was used already" in online.said(answer)
    assert online.secrets_now() == before


def test_a_state_that_nobody_gave_out_is_refused(online: Online) -> None:
    online.press_connect()

    forged = f"/signed-in/?state={online.row.uid}.{'x' * 43}&code=c&realmId=1"
    answer = online.come_back(forged)

    assert "was used already, or another was begun" in online.said(answer)
    assert "realm_id" not in online.secrets_now()


@pytest.mark.parametrize("state", ["", "nothing", "0123456789ab.x", "é.x", "%00.x"])
def test_a_state_that_names_no_connection_finds_none(
    online: Online, state: str
) -> None:
    answer = online.come_back(f"/signed-in/?state={state}&code=c")

    assert answer.status_code == 404
    assert "belongs to no connection" in answer.content.decode()


def test_a_colleague_cannot_finish_what_another_began(online: Online) -> None:
    way = online.consent(online.press_connect())
    online.people.allow(Permission.CONFIGURE)

    answer = online.come_back(way, user=online.people.member)

    assert "refresh_token" not in online.secrets_now()
    assert answer["Location"] == online.url("sign_in")
    assert online.come_back(way)["Location"] == online.url("connection")


def test_another_browser_of_the_same_person_cannot_finish_it(online: Online) -> None:
    way = online.consent(online.press_connect())

    online.come_back(way, user=online.people.owner)

    assert "refresh_token" not in online.secrets_now()


def test_who_is_not_signed_in_here_comes_back_to_the_sign_in_page(
    online: Online,
) -> None:
    way = online.consent(online.press_connect())

    answer = Client().get(way)

    assert answer["Location"].startswith("/account/login/?next=")
    assert "refresh_token" not in online.secrets_now()


def test_after_half_an_hour_the_way_back_is_closed(online: Online) -> None:
    way = online.consent(online.press_connect())
    row = Connection.objects.get(pk=online.row.pk)
    row.facts["sign_in_until"] = (timezone.now() - timedelta(seconds=1)).isoformat()
    row.save()

    answer = online.come_back(way)

    assert timedelta(minutes=30) == LASTS
    assert "longer than half an hour" in online.said(answer)
    assert "refresh_token" not in online.secrets_now()


def test_a_second_beginning_ends_the_first(online: Online) -> None:
    first = online.consent(online.press_connect())
    second = online.consent(online.press_connect())

    online.come_back(first)
    assert "refresh_token" not in online.secrets_now()

    online.come_back(second)
    assert "refresh_token" in online.secrets_now()


def test_another_company_than_at_first_is_refused(online: Online) -> None:
    online.sign_in()
    other = online.simulator.add_company("Example Bowls")
    before = online.secrets_now()

    answer = online.come_back(online.consent(online.press_connect(), other.realm_id))

    assert "another company of QuickBooks" in online.said(answer)
    assert online.secrets_now() == before


def test_a_company_that_another_connection_books_into_is_refused(
    online: Online,
) -> None:
    online.sign_in()
    twin = a_connection_to(online.people, online.simulator, name="Twin")
    second = Online(online.people, online.simulator, twin, online.browser)

    answer = second.sign_in()

    assert "Books online leads to this company" in second.said(answer)
    assert "refresh_token" not in twin.secrets


def test_a_service_that_does_not_answer_changes_nothing(online: Online) -> None:
    way = online.consent(online.press_connect())
    online.simulator.faults.add(Fault(FaultKind.SERVER_ERROR, path="bearer"))

    answer = online.come_back(way)

    assert "does not answer as it should" in online.said(answer)
    assert "refresh_token" not in online.secrets_now()


def test_neither_code_nor_token_nor_state_stands_in_a_log(online: Online) -> None:
    way = online.consent(online.press_connect())
    online.come_back(way)

    told = parse_qs(urlsplit(way).query)
    text = str(list(LogEntry.objects.values_list("message", flat=True)))
    exchanges = list(online.row.exchanges.values())
    text += str(exchanges)

    assert exchanges
    for secret in (told["code"][0], told["state"][0], *online.secrets_now().values()):
        assert secret not in text or secret == online.simulator.realm_id


def test_the_lists_of_the_company_are_chosen_by_name_once_it_is_connected(
    online: Online,
) -> None:
    before = online.browser.get(online.url("connection_edit")).content.decode()
    online.sign_in()

    after = online.browser.get(online.url("connection_edit")).content.decode()

    assert "Sales of Product Income" not in before
    assert "comes once QuickBooks Online is connected" in before
    assert "Sales of Product Income" in after
    assert "Webhook verifier token" in after


def test_a_new_connection_is_asked_for_keys_and_little_else(online: Online) -> None:
    address = online.people.url("connection_new", connector="quickbooks_online")

    form = online.browser.get(address).context["form"]

    assert form.main == ["name", "environment"]
    assert form.keys == ["client_id", "client_secret", "webhook_token"]


def test_disconnecting_ends_the_access_and_says_what_waits(online: Online) -> None:
    online.sign_in()
    bridge = a_joined_store(online.people)
    for state in ("ready", "posted"):
        document = a_delivery(bridge, state=state)
        document.connection = online.row
        document.save()

    answer = online.browser.post(online.url("sign_out"))

    page = online.said(answer)
    online.row.refresh_from_db()
    assert "QuickBooks Online QuickBooks Online" not in page
    assert "is disconnected from QuickBooks" in page
    assert "1 document waits" in page
    assert online.simulator.authorizer.grants == []
    assert online.row.status == Connection.Status.NEEDS_SIGN_IN
    assert "Connect to QuickBooks" in page


def test_a_disconnection_that_did_not_arrive_leaves_all_as_it_was(
    online: Online,
) -> None:
    online.sign_in()
    online.simulator.faults.add(Fault(FaultKind.SERVER_ERROR, path="revoke"))

    online.browser.post(online.url("sign_out"))

    online.row.refresh_from_db()
    assert online.row.status == Connection.Status.ACTIVE
    assert online.row.secrets["refresh_token"]


def test_a_lost_sign_in_leads_to_the_button_and_is_settled_by_it(
    online: Online,
) -> None:
    online.sign_in()
    online.simulator.authorizer.end_access(online.simulator.realm_id)
    online.browser.post(online.url("connection_test"))
    issues = online.browser.get(online.people.url("issues")).content.decode()
    overview = online.browser.get(online.people.url("overview")).content.decode()
    asked = Issue.objects.filter(code=SIGN_IN, resolved_at=None).count()

    online.sign_in()

    assert asked == 1
    assert online.url("sign_in") in issues
    assert online.url("sign_in") in overview
    assert not Issue.objects.filter(code=SIGN_IN, resolved_at=None).exists()
    assert online.row.status == Connection.Status.ACTIVE


def ends_in(online: Online, days: int) -> None:
    row = Connection.objects.get(pk=online.row.pk)
    until = timezone.now() + timedelta(days=days, hours=1)
    row.secrets = {**row.secrets, "refresh_until": until.isoformat()}
    row.save()


def test_the_end_of_a_sign_in_is_told_two_weeks_before_and_once(
    online: Online,
) -> None:
    online.sign_in()
    ends_in(online, days=14)
    early = warn_of_ends(timezone.now())
    ends_in(online, days=13)

    first, second = warn_of_ends(timezone.now()), warn_of_ends(timezone.now())
    Issue.objects.update(resolved_at=timezone.now())

    assert (early, first, second, warn_of_ends(timezone.now())) == (0, 1, 0, 0)
    page = online.browser.get(online.url("connection")).content.decode()
    assert "Connect again before" in page


def test_signing_in_again_settles_the_warning_of_its_end(online: Online) -> None:
    online.sign_in()
    ends_in(online, days=3)
    warn_of_ends(timezone.now())

    online.sign_in()

    assert not Issue.objects.filter(code=SIGN_IN_ENDS, resolved_at=None).exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [("address", "https://elsewhere.example.com"), ("environment", "sandbox")],
)
def test_tokens_do_not_follow_elsewhere(online: Online, name: str, value: str) -> None:
    online.sign_in()
    form = {
        **{key: str(kept) for key, kept in online.row.settings.items()},
        "name": online.row.name,
        name: value,
        "strip_number_sign": "on",
        "client_id": "a client id",
        "client_secret": "a client secret",
    }

    answer = online.browser.post(online.url("connection_edit"), form)

    assert answer.status_code == 302, answer.context["form"].errors
    assert "access_token" not in online.secrets_now()
    assert "refresh_token" not in online.secrets_now()


def test_a_changed_setting_keeps_what_was_learnt_of_the_company(
    online: Online,
) -> None:
    online.sign_in()
    row = Connection.objects.get(pk=online.row.pk)
    row.facts = {**row.facts, "unanswered": "2026-03-10T15:00:00+00:00"}
    row.save()
    form = {
        **{name: str(value) for name, value in row.settings.items()},
        "name": row.name,
        "document": "invoice",
        "strip_number_sign": "on",
    }

    answer = online.browser.post(online.url("connection_edit"), form)

    row.refresh_from_db()
    assert answer.status_code == 302, answer.context["form"].errors
    assert row.settings["document"] == "invoice"
    assert row.facts["unanswered"] == "2026-03-10T15:00:00+00:00"
    assert "lists" in row.facts
