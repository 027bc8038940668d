"""Strangers at a desk's real address: bytes, guessed passwords, tickets of others.

All of it goes through `web/hooks.py` to the Web Connector's endpoint and our desk.
"""

from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import pytest
from django.test import Client, RequestFactory
from lxml import etree

from stockbridge.connectors import registry
from stockbridge.connectors.webconnector.tests.hostile import HOSTILE
from stockbridge.connectors.webconnector.tests.messages import a_message
from stockbridge.engine.actions import desk
from stockbridge.engine.actions.connections import (
    Act,
    ConnectionDraft,
    create_connection,
)
from stockbridge.engine.clock import utc_now
from stockbridge.engine.desk.serving import body_bytes_max
from stockbridge.engine.models import Batch, Connection, Conversation, LogEntry
from stockbridge.engine.tests.rows import a_company
from stockbridge.web import hooks
from stockbridge.web.tests import callers

pytestmark = pytest.mark.django_db(transaction=True)
fresh = callers.fresh


@pytest.fixture(autouse=True)
def _time_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give nobody tokens back, however slow this machine is."""
    monkeypatch.setattr(hooks.CALLER_LIMIT, "now_s", lambda: 0.0)


Answered = Any  # the test client's own kind of answer
OVER = "This visit is over. The next one goes on where it ended."
WORK = {"qbXMLMajorVers": "3", "qbXMLMinorVers": "0"}
#: What each call with a ticket that is none of ours, or no more, is answered.
NOTHING = {
    "sendRequestXML": [""],
    "receiveResponseXML": ["-1"],
    "connectionError": ["done"],
    "getLastError": [OVER],
    "closeConnection": [OVER],
}


@dataclass(frozen=True, slots=True)
class Counter:
    """A desk, and who knows its password."""

    row: Connection
    user: str
    password: str

    def send(
        self, body: bytes | str, content_type: str = "", *, peer: str = "10.0.0.9"
    ) -> Answered:
        """Send bytes to the address that stands in the .qwc file."""
        raw = body.encode() if isinstance(body, str) else body
        return Client(enforce_csrf_checks=True).generic(
            "POST",
            f"/hooks/{self.row.uid}/",
            raw,
            content_type=content_type or "text/xml; charset=utf-8",
            REMOTE_ADDR=peer,
        )

    def call(self, method: str, **parameters: str) -> list[str]:
        """Call a method; return the texts of its result."""
        return texts_of(self.send(a_message(method, **parameters)))

    def sign_in(self, password: str = "", *, peer: str = "10.0.0.9") -> Answered:
        """Sign in with the right password, or another."""
        told = {"strUserName": self.user, "strPassword": password or self.password}
        return self.send(a_message("authenticate", **told), peer=peer)


def a_counter(slug: str = "quickbooks_pos") -> Counter:
    """Return the desk of a company that waits for its first visit."""
    act = Act(now=utc_now(), by="Ada")
    draft = ConnectionDraft("Counter", {})
    row = create_connection(a_company(), registry.get(slug), draft, act)
    access, password = desk.new_password(row, act)
    return Counter(row, access.user_name, password)


def texts_of(answer: Answered) -> list[str]:
    assert answer.status_code == 200, answer.content
    found = etree.fromstring(answer.content)[0][0][0]
    return [str(one.text or "") for one in (found if len(found) else [found])]


#: No HTTP server takes a header with a NUL, so it cannot come this way.
BYTES = [name for name, (_, kind) in HOSTILE.items() if "\x00" not in kind]


@pytest.mark.parametrize("name", BYTES)
def test_what_is_no_call_is_refused_tells_nothing_and_leaves_nothing(name: str) -> None:
    counter = a_counter()
    message, content_type = HOSTILE[name]
    lines = LogEntry.objects.count()

    answer = counter.send(message, content_type)

    assert answer.status_code == 400
    assert len(answer.content) < 600
    for leak in (b"root:", b"Traceback", b"lxml", b"ha" * 10, counter.user.encode()):
        assert leak not in answer.content
    assert not Conversation.objects.exists()
    assert LogEntry.objects.count() == lines


def test_who_goes_on_sending_what_is_no_call_is_turned_away_and_nobody_else() -> None:
    counter = a_counter()

    codes = [counter.send("<!DOCTYPE x><x/>").status_code for _ in range(60)]

    assert codes[0] == 400
    assert set(codes) == {400, 429}
    assert texts_of(counter.sign_in(peer="10.0.0.1"))[1] == ""


def test_guessing_the_password_is_slowed_down_and_never_an_error_of_ours() -> None:
    counter = a_counter()

    answers = [counter.sign_in(f"guess {number}") for number in range(60)]

    heard = [one for one in answers if one.status_code == 200]
    refused = [one for one in answers if one.status_code == 429]
    assert len(heard) + len(refused) == 60
    assert 1 <= len(heard) <= 40
    assert {texts_of(one)[1] for one in heard} == {"nvu"}
    assert all(int(one["Retry-After"]) >= 1 for one in refused)
    assert answers[-1].status_code == 429
    assert not Conversation.objects.exists()


def test_the_guesser_hears_as_much_of_a_user_who_is_there_as_of_one_who_is_not() -> (
    None
):
    counter = a_counter()

    there = texts_of(counter.sign_in("guess"))
    nowhere = counter.call("authenticate", strUserName="x", strPassword="guess")

    assert there[1:] == nowhere[1:] == ["nvu"]


def test_guesses_write_one_line_and_the_shop_itself_still_gets_in() -> None:
    counter = a_counter()

    for number in range(60):
        counter.sign_in(f"guess {number}")

    lines = LogEntry.objects.filter(connection=counter.row, level="warning")
    assert [one.message for one in lines] == [
        "Counter: A sign-in was refused: wrong name or password."
    ]
    assert texts_of(counter.sign_in(peer="10.0.0.1"))[1] == ""


@pytest.mark.parametrize("method", NOTHING)
@pytest.mark.parametrize("ticket", ["", "guess", "x" * 100_000, "0" * 64])
def test_a_ticket_that_nobody_gave_is_worth_nothing(method: str, ticket: str) -> None:
    counter = a_counter()
    counter.sign_in()

    told = counter.call(method, ticket=ticket, **(WORK if "send" in method else {}))

    assert told == NOTHING[method]
    assert not Batch.objects.exists()
    assert Conversation.objects.get().ended_at is None


def test_guessing_tickets_is_slowed_down() -> None:
    counter = a_counter()
    message = a_message("getLastError", ticket="guess")

    codes = [counter.send(message).status_code for _ in range(60)]

    assert set(codes) == {200, 429}
    assert codes[-1] == 429


def test_a_ticket_of_another_desk_opens_nothing_here() -> None:
    ours, theirs = a_counter(), a_counter()
    ticket = texts_of(theirs.sign_in())[0]

    assert ours.call("sendRequestXML", ticket=ticket, **WORK) == [""]
    assert ours.call("closeConnection", ticket=ticket) == [OVER]
    assert not Batch.objects.exists()
    assert theirs.call("sendRequestXML", ticket=ticket, **WORK) != [""]


def test_a_ticket_that_is_replayed_after_its_visit_gets_no_work_and_ends_no_other() -> (
    None
):
    counter = a_counter()
    old = texts_of(counter.sign_in())[0]
    counter.call("sendRequestXML", ticket=old, **WORK)
    counter.call("closeConnection", ticket=old)
    new = texts_of(counter.sign_in())[0]
    sent = Batch.objects.count()

    assert counter.call("sendRequestXML", ticket=old, **WORK) == [""]
    assert counter.call("receiveResponseXML", ticket=old, response="<x/>") == ["-1"]
    assert counter.call("connectionError", ticket=old) == ["done"]
    counter.call("closeConnection", ticket=old)

    assert Batch.objects.count() == sent
    assert Conversation.objects.get(ticket=new).ended_at is None
    assert counter.call("sendRequestXML", ticket=new, **WORK) != [""]


def test_a_call_to_a_desk_that_is_not_there_is_not_found() -> None:
    message = a_message("authenticate", strUserName="x", strPassword="y")

    answer = Client().post("/hooks/0123456789ab/", message, content_type="text/xml")

    assert answer.status_code == 404


class Endless:
    """A body of which there is always more; counts what was taken of it."""

    def __init__(self) -> None:
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        """Return as much as is asked for; all of it is never asked for."""
        assert size >= 0
        self.taken += size
        return bytes(size)


@pytest.mark.parametrize(("announced", "taken"), [(str(100 * 1024 * 1024), 0), ("", 1)])
def test_a_hundred_megabytes_are_refused_unread_or_read_up_to_the_limit(
    announced: str, taken: int
) -> None:
    counter = a_counter()
    body, most = Endless(), body_bytes_max(counter.row) or 0
    request = RequestFactory().post("/", b"", content_type="text/xml")
    request.META["CONTENT_LENGTH"] = announced
    request._stream = cast("BinaryIO", body)

    answer = hooks.hook(request, counter.row.uid)

    assert answer.status_code == 413
    assert body.taken == taken * (most + 1)
    assert most < 100 * 1024 * 1024
