"""The Web Connector's screen: who gets in, the password, the file, the hours."""

from datetime import time
from xml.etree import ElementTree

import pytest
from pytest_django import Settings

from stockbridge.companies.permissions import Permission
from stockbridge.connectors import registry
from stockbridge.engine.actions import desk
from stockbridge.engine.actions.connections import (
    Act,
    ConnectionDraft,
    create_connection,
)
from stockbridge.engine.clock import utc_now
from stockbridge.engine.desk.access import may_enter
from stockbridge.engine.models import Connection, DeskAccess
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


@pytest.mark.parametrize(
    ("name", "method", "data"),
    [
        ("desk", "get", None),
        ("desk_password", "post", {}),
        ("desk_hours", "post", HOURS),
        ("desk_company", "post", {}),
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
