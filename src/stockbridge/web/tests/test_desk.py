"""The Web Connector's screen: who gets in, the password, the file, the hours."""

from datetime import time
from xml.etree import ElementTree

import pytest
from pytest_django import Settings

from stockbridge.companies.permissions import Permission
from stockbridge.connectors import registry
from stockbridge.connectors.tests.servers import RawServer, ok
from stockbridge.engine.actions import desk
from stockbridge.engine.actions.connections import (
    Act,
    ConnectionDraft,
    create_connection,
)
from stockbridge.engine.clock import utc_now
from stockbridge.engine.desk.access import may_enter
from stockbridge.engine.models import Connection, DeskAccess, Issue
from stockbridge.web.tests.people import People, assert_access, make_people

pytestmark = pytest.mark.django_db(transaction=True)
HOURS = {"every_minutes": "15", "quiet_from": "01:00", "quiet_until": "05:30"}


@pytest.fixture
def people() -> People:
    return make_people()


@pytest.fixture(autouse=True)
def _nobody_answers(settings: Settings) -> None:
    settings.PUBLIC_URL = "http://localhost:9"


def a_counter(people: People, *, has_password: bool = True) -> Connection:
    """Return a connection to a Point of Sale that has not called yet."""
    act = Act(now=utc_now(), by="Ada")
    connector = registry.get("quickbooks_pos")
    row = create_connection(
        people.company, connector, ConnectionDraft("Counter", {}), act
    )
    if has_password:
        desk.new_password(row, act)
    return row


def the_part(people: People, row: Connection) -> str:
    """Return what the page fetches after it has come."""
    url = people.url("desk_address", uid=row.uid)
    return people.client().get(url, headers={"HX-Request": "true"}).content.decode()


@pytest.mark.parametrize(
    ("name", "method", "data"),
    [
        ("desk", "get", None),
        ("desk_address", "get", None),
        ("desk_password", "post", {}),
        ("desk_hours", "post", HOURS),
        ("desk_company", "post", {}),
        ("desk_another", "post", {}),
        ("desk_file", "get", None),
    ],
)
def test_who_may_set_the_web_connector_up(
    people: People, name: str, method: str, data: dict[str, str] | None
) -> None:
    row = a_counter(people)

    assert_access(
        people, people.url(name, uid=row.uid), Permission.CONFIGURE, method, data
    )


@pytest.mark.parametrize("slug", ["quickbooks_pos", "quickbooks_desktop"])
def test_quickbooks_is_added_as_the_form_offers_it(people: People, slug: str) -> None:
    url = people.url("connection_new", connector=slug)
    client = people.client(people.owner)
    form = client.get(url).context["form"]
    offered = {one.html_name: one.value() for one in form}
    sent = {name: value for name, value in offered.items() if value not in {None, ""}}

    answer = client.post(url, {**sent, "name": "Counter"})

    row = Connection.objects.get(name="Counter")
    assert answer["Location"].endswith(people.url("desk", uid=row.uid))
    model = registry.get(slug).settings
    assert row.settings == model().model_dump(mode="json")


def test_the_password_is_shown_once_and_opens_the_desk(people: People) -> None:
    row = a_counter(people, has_password=False)
    client = people.client(people.owner)

    made = client.post(people.url("desk_password", uid=row.uid))
    later = client.get(people.url("desk", uid=row.uid))

    shown = made.context["password"]
    access = DeskAccess.objects.get(connection=row)
    assert shown in made.content.decode()
    assert may_enter(access, access.user_name, shown)
    assert shown not in later.content.decode()


def test_the_page_calls_nobody_and_fetches_what_is_found(
    people: People, settings: Settings
) -> None:
    row = a_counter(people)
    with RawServer([ok()]) as ours:
        settings.PUBLIC_URL = f"http://localhost:{ours.port}"

        page = people.client().get(people.url("desk", uid=row.uid))

        assert ours.connections == 0
    part = people.url("desk_address", uid=row.uid)
    text = page.content.decode()
    assert f'hx-get="{part}"' in text
    assert f'<noscript><a href="{part}">' in text  # a link works without script, too


def test_where_our_address_answers_the_part_offers_the_file(
    people: People, settings: Settings
) -> None:
    row = a_counter(people)
    with RawServer([ok(b"<p>Help</p>")]) as ours:
        settings.PUBLIC_URL = f"http://localhost:{ours.port}"

        text = the_part(people, row)

        asked = ours.requests[0].decode()
    assert asked.startswith(f"GET /hooks/{row.uid}/ HTTP/1.1")
    assert "This address works only on the computer" in text
    assert "could not reach" not in text
    assert people.url("desk_file", uid=row.uid) in text
    assert "<html" not in text


@pytest.mark.parametrize(
    ("status", "header"),
    [("401 Unauthorized", "X-Proxy: 1"), ("302 Found", "Location: /sign-in/")],
)
def test_where_our_address_answers_otherwise_the_part_says_so_and_keeps_the_file(
    people: People, settings: Settings, status: str, header: str
) -> None:
    row = a_counter(people)
    with RawServer([ok(b"", header, status=status), ok()]) as ours:
        settings.PUBLIC_URL = f"http://localhost:{ours.port}"

        text = the_part(people, row)

        assert len(ours.requests) == 1  # it went nowhere else
    assert f"The help page answers {status[:3]} instead of 200." in text
    assert people.url("desk_file", uid=row.uid) not in text


@pytest.mark.parametrize("answer", [None, ok(b"x" * (desk.PAGE_BYTES_MAX + 1))])
def test_an_answer_that_never_came_whole_is_said_and_the_file_is_there(
    people: People, settings: Settings, answer: bytes | None
) -> None:
    row = a_counter(people)
    with RawServer([answer]) as ours:
        settings.PUBLIC_URL = f"http://localhost:{ours.port}"

        text = the_part(people, row)

    assert "Stockbridge could not reach its own public address." in text
    assert people.url("desk_file", uid=row.uid) in text


def test_without_script_the_part_is_a_page(people: People) -> None:
    row = a_counter(people)

    answer = people.client().get(people.url("desk_address", uid=row.uid))

    text = answer.content.decode()
    assert "<html" in text
    assert "Stockbridge could not reach its own public address." in text


def test_without_a_password_no_address_is_tried(people: People) -> None:
    row = a_counter(people, has_password=False)

    answer = people.client().get(people.url("desk_address", uid=row.uid))

    assert answer["Location"].endswith(people.url("desk", uid=row.uid))


def test_the_file_names_this_connection_and_not_the_password(people: People) -> None:
    row = a_counter(people)
    access = DeskAccess.objects.get(connection=row)

    answer = people.client(people.owner).get(people.url("desk_file", uid=row.uid))

    said = ElementTree.fromstring(answer.content)
    assert answer["Content-Disposition"].endswith('.qwc"')
    assert said.findtext("UserName") == access.user_name
    assert said.findtext("QBType") == "QBPOS"
    assert row.uid in (said.findtext("AppURL") or "")
    assert "Password" not in answer.content.decode()


def test_without_a_password_there_is_no_file(people: People) -> None:
    row = a_counter(people, has_password=False)

    client = people.client(people.owner)
    answer = client.get(people.url("desk_file", uid=row.uid), follow=True)

    assert "There is no password yet." in answer.content.decode()


def test_hours_are_saved_and_nonsense_is_said_at_its_field(people: People) -> None:
    row = a_counter(people)
    url, client = people.url("desk_hours", uid=row.uid), people.client(people.owner)

    refused = client.post(url, {**HOURS, "quiet_until": ""})
    client.post(url, HOURS)

    access = DeskAccess.objects.get(connection=row)
    assert refused.status_code == 422
    assert "Say both ends of the quiet hours." in refused.content.decode()
    assert (access.every_minutes, access.quiet_from) == (15, time(1, 0))


def test_books_that_we_call_have_no_such_screen(people: People) -> None:
    act = Act(now=utc_now(), by="Ada")
    connector = registry.get("embedded")
    row = create_connection(people.company, connector, ConnectionDraft("Own", {}), act)

    answer = people.client(people.owner).get(people.url("desk", uid=row.uid))

    assert answer.status_code == 404


def a_question_about(people: People) -> tuple[Connection, Connection]:
    """Return a connection whose company looks like that of an older one."""
    older = a_counter(people)
    act = Act(now=utc_now(), by="Ada")
    row = create_connection(
        people.company,
        registry.get("quickbooks_pos"),
        ConnectionDraft("Second till", {}),
        act,
    )
    desk.new_password(row, act)
    Issue.objects.create(
        company=people.company,
        connection=row,
        fingerprint="twin",
        code="same_company",
        title="Second till: its company is connected already",
        details={"identity": "north", "twin": older.uid, "may_differ": True},
        opened_at=act.now,
        seen_at=act.now,
    )
    return older, row


def test_two_companies_that_look_alike_are_said_to_be_two(people: People) -> None:
    older, row = a_question_about(people)
    client = people.client(people.owner)
    page = client.get(people.url("desk", uid=row.uid)).content.decode()
    assert "Counter seems to lead to the same company" in page

    answer = client.post(people.url("desk_another", uid=row.uid), follow=True)

    text = answer.content.decode()
    assert "It is served from the next visit on." in text
    assert "seems to lead to the same company" not in text
    row.refresh_from_db()
    assert row.separate_from == {older.uid: "north"}
    assert not Issue.objects.filter(resolved_at=None).exists()


def test_where_nothing_asks_no_company_is_said_to_be_another(people: People) -> None:
    row = a_counter(people)

    answer = people.client(people.owner).post(
        people.url("desk_another", uid=row.uid), follow=True
    )

    assert "there is nothing to confirm" in answer.content.decode()


def test_the_question_about_a_company_is_not_settled_by_a_tick(people: People) -> None:
    _, row = a_question_about(people)
    issue = Issue.objects.get()
    client = people.client(people.owner)

    client.post(people.url("issue_act", issue=issue.pk, act="settle"))

    issue.refresh_from_db()
    assert issue.resolved_at is None
    page = client.get(people.url("issues")).content.decode()
    assert "Mark as settled" not in page
    assert people.url("desk", uid=row.uid) in page
