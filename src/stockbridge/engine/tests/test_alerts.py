"""Each trouble is told once, to whom it concerns, and the day is summed up."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core import mail

from stockbridge.companies.models import Company
from stockbridge.engine import alerts, summaries, workers
from stockbridge.engine.desk.access import make_access
from stockbridge.engine.issues import IssueDraft, open_issue, resolve_issues
from stockbridge.engine.messengers import Message, send
from stockbridge.engine.models import (
    AlertChannel,
    Connection,
    DeskAccess,
    Disposition,
    Issue,
    Snapshot,
)
from stockbridge.engine.tests.rows import (
    NOW,
    a_bridge,
    a_company,
    a_connection,
    a_delivery,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def company() -> Company:
    return a_company()


def test_an_issue_is_told_once(company: Company) -> None:
    _channel(company)
    _sign_in_lost(company)

    first, second = alerts.tell(NOW), alerts.tell(LATER)

    assert (first, second) == (1, 0)
    assert mail.outbox[0].subject == f"[{company.name}] Shop needs new keys"
    assert "Enter them." in mail.outbox[0].body
    assert mail.outbox[0].to == ["owner@example.com"]


def test_the_same_trouble_after_it_was_mended_is_told_anew(company: Company) -> None:
    _channel(company)
    _sign_in_lost(company)
    alerts.tell(NOW)
    resolve_issues(company, now=NOW, code="sign_in")
    _sign_in_lost(company)

    assert alerts.tell(LATER) == 1


def test_a_channel_hears_only_what_it_asked_for(company: Company) -> None:
    _channel(company, events=["limit"])
    _sign_in_lost(company)
    _open(company, "limit_zeroed")

    alerts.tell(NOW)

    assert [message.subject for message in mail.outbox] == [f"[{company.name}] Trouble"]


def test_another_company_hears_nothing(company: Company) -> None:
    _channel(a_company("Other"))
    _sign_in_lost(company)

    assert alerts.tell(NOW) == 0


def test_what_nobody_could_be_told_is_tried_again(company: Company) -> None:
    channel = _channel(company)
    _sign_in_lost(company)

    alerts.tell(NOW, sender=lambda to, message: "The mail server refused.")
    channel.refresh_from_db()
    sent = alerts.tell(LATER)

    assert channel.last_error == "The mail server refused."
    assert sent == 1


def test_no_worker_for_five_minutes_is_told_and_closed_when_one_is_back(
    company: Company,
) -> None:
    a_connection(company)
    workers.beat("one", now=NOW)

    alerts.watch_workers(NOW + timedelta(minutes=6))
    opened = Issue.objects.get(code=alerts.NO_WORKER)
    workers.beat("two", now=NOW + timedelta(minutes=7))
    alerts.watch_workers(NOW + timedelta(minutes=7))
    opened.refresh_from_db()

    assert opened.resolved_at is not None
    assert "2026-03-10 15:00" in opened.message


def test_no_worker_is_no_trouble_where_nothing_has_to_be_done(company: Company) -> None:
    a_connection(company, status="new")

    alerts.watch_workers(NOW)

    assert not Issue.objects.exists()


def test_a_silent_connection_is_noticed_and_forgotten_when_it_answers(
    company: Company,
) -> None:
    workers.beat("one", now=NOW)
    shop = _old_connection(company, last_seen_at=NOW - timedelta(hours=2))

    alerts.watch(NOW)
    assert Issue.objects.get().code == alerts.SILENT
    Connection.objects.filter(pk=shop.pk).update(last_seen_at=NOW)
    alerts.watch(NOW)

    assert not Issue.objects.filter(resolved_at=None).exists()


def test_books_in_this_process_that_work_are_not_silent(company: Company) -> None:
    workers.beat("one", now=NOW)
    _old_connection(company, worked_at=NOW - timedelta(minutes=1))

    alerts.watch(NOW)

    assert not Issue.objects.exists()


@pytest.mark.parametrize(("every", "is_told"), [(10, True), (60, False)])
def test_a_web_connector_that_stays_away_is_noticed_though_jobs_go_well(
    company: Company,
    every: int,
    is_told: bool,  # noqa: FBT001 – a case
) -> None:
    workers.beat("one", now=NOW)
    books = _old_connection(company, worked_at=NOW, last_seen_at=NOW)
    access, _password = make_access(books)
    access.every_minutes = every
    access.last_sign_in_at = NOW - timedelta(hours=2)
    access.save()

    alerts.watch(NOW)

    assert Issue.objects.filter(code=alerts.SILENT).exists() is is_told
    DeskAccess.objects.update(last_sign_in_at=NOW)
    alerts.watch(NOW)
    assert not Issue.objects.filter(resolved_at=None).exists()


def test_what_is_held_for_too_long_is_told_in_one_message() -> None:
    bridge = a_bridge()
    _channel(bridge.company, held_longer_than_h=4)
    for number in range(3):
        Disposition.objects.create(
            bridge=bridge,
            source_kind="order",
            source_id=str(number),
            revision="r",
            outcome=Disposition.Outcome.HELD,
            at=NOW - timedelta(hours=5 if number else 3),
        )
    workers.beat("one", now=NOW)

    alerts.watch(NOW)

    assert len(mail.outbox) == 1
    assert "2 orders" in mail.outbox[0].subject


def test_a_web_address_is_told_as_json(company: Company, receiver: str) -> None:
    company.allows_private_addresses = True
    company.save()
    channel = _channel(company, kind="webhook", address=receiver)

    error = send(channel, _message())

    assert error == ""
    assert _heard[-1]["title"] == "Something"
    assert _heard[-1]["event"] == "sign_in"


def test_a_private_web_address_is_not_called_unless_allowed(
    company: Company, receiver: str
) -> None:
    channel = _channel(company, kind="webhook", address=receiver)
    count = len(_heard)

    error = send(channel, _message())

    assert error
    assert len(_heard) == count


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("webhook", "https://example.com:99999/"),
        ("webhook", "https://example.com/\u00fc"),
        ("email", "two\nlines@example.com"),
    ],
)
def test_a_channel_that_cannot_work_does_not_silence_another_company(
    company: Company, kind: str, address: str
) -> None:
    bad = _channel(company, kind=kind, address=address)
    _sign_in_lost(company)
    other = a_company()
    _channel(other, address="other@example.com")
    _sign_in_lost(other)

    told = alerts.tell(NOW)

    bad.refresh_from_db()
    assert told == 1
    assert mail.outbox[0].to == ["other@example.com"]
    assert bad.last_error


def test_a_company_s_name_breaks_no_line_of_a_mail(company: Company) -> None:
    company.name = "North\r\nBcc: all@example.com"
    channel = _channel(company)

    error = send(channel, replace(_message(), company=company.name))

    assert error == ""
    assert mail.outbox[0].subject.startswith("[North Bcc: all@example.com]")


def test_the_day_is_summed_up_each_morning_once() -> None:
    bridge = a_bridge(a_company(time_zone="America/New_York"))
    channel = _channel(bridge.company, daily_summary=True)
    yesterday = NOW - timedelta(days=1)
    for number in ("1", "2"):
        Snapshot.objects.create(
            connection=bridge.store,
            feed="orders",
            external_id=number,
            digest=number,
            at=yesterday,
            seen_at=yesterday,
        )
    a_delivery(
        bridge, state="posted", posted_at=yesterday, total="16.50", currency="USD"
    )

    counts = [
        summaries.summarise(NOW - timedelta(hours=9)),  # 2 in the morning there
        summaries.summarise(NOW),
        summaries.summarise(NOW + timedelta(hours=1)),
    ]

    channel.refresh_from_db()
    assert counts == [0, 1, 0]
    assert "Orders placed in the stores: 2" in mail.outbox[0].body
    assert "Sales booked: 1, 16.50 USD" in mail.outbox[0].body


_heard: list[dict[str, str]] = []


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        _heard.append(json.loads(self.rfile.read(length)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/alerts"
    server.shutdown()
    thread.join()
    server.server_close()


def _channel(company: Company, **fields: Any) -> AlertChannel:
    values = {"kind": "email", "address": "owner@example.com", **fields}
    return AlertChannel.objects.create(company=company, **values)


def _sign_in_lost(company: Company) -> None:
    _open(company, "sign_in", title="Shop needs new keys", remedy="Enter them.")


def _open(
    company: Company, code: str, *, title: str = "Trouble", remedy: str = ""
) -> None:
    open_issue(IssueDraft(company, code, title, remedy=remedy), now=NOW)


def _old_connection(company: Company, **fields: Any) -> Connection:
    shop = a_connection(company, **fields)
    Connection.objects.filter(pk=shop.pk).update(created_at=NOW - timedelta(days=9))
    return shop


def _message() -> Message:
    return Message("sign_in", "Acme", "Something", "What to do", NOW)
