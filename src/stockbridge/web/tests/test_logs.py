"""Logs: who sees them, what they show, and that nothing secret is in them."""

import pytest

from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.engine.logbook import Line, log
from stockbridge.engine.models import Connection, ExchangeLog, LogEntry
from stockbridge.engine.tests.rows import NOW
from stockbridge.web.tests.joined import KEYS, a_store
from stockbridge.web.tests.people import assert_access, make_people

pytestmark = pytest.mark.django_db


def write(
    place: Connection | Company, message: str, channel: str = "connection"
) -> None:
    log(Line(channel, "info", message), place, NOW)


def an_exchange(store: Connection, **fields: object) -> ExchangeLog:
    return ExchangeLog.objects.create(
        connection=store,
        at=NOW,
        method="GET",
        address="https://shop.example.com/orders",
        **fields,
    )


def test_logs_are_for_those_who_may_see_them() -> None:
    people = make_people()
    row = an_exchange(a_store(people))

    for url in (
        people.url("logs"),
        people.url("exchanges"),
        people.url("exchange", pk=row.pk),
    ):
        assert_access(people, url, Permission.SEE_LOGS)
    assert_access(people, people.url("logs_clear"), Permission.SEE_LOGS, "post")


def test_lines_of_other_companies_are_not_shown() -> None:
    people = make_people()
    write(people.company, "Ours.")
    write(people.stranger.memberships.get().company, "Theirs.")

    page = people.client().get(people.url("logs")).content.decode()

    assert "Ours." in page
    assert "Theirs." not in page


def test_an_exchange_of_another_company_does_not_exist_here() -> None:
    people = make_people()
    row = an_exchange(a_store(people))
    rival = people.stranger.memberships.get().company
    url = people.url("exchange", pk=row.pk).replace(people.company.slug, rival.slug)

    assert people.client(people.stranger).get(url).status_code == 404


def test_the_log_is_filtered_and_searched() -> None:
    people = make_people()
    write(people.company, "A quantity was written.", "stock")
    write(people.company, "An order came.", "orders")

    stock = people.client().get(people.url("logs"), {"channel": "stock"})
    found = people.client().get(people.url("logs"), {"q": "order"})

    assert "A quantity" in stock.content.decode()
    assert "An order" not in stock.content.decode()
    assert "An order" in found.content.decode()
    assert "A quantity" not in found.content.decode()


def test_following_renews_the_rows_alone() -> None:
    people = make_people()
    write(people.company, "First.")

    page = people.client().get(people.url("logs"), {"follow": "yes"}).content.decode()
    part = people.client().get(
        people.url("logs"),
        headers={"hx-request": "true", "hx-target": "logs-rows"},
    )

    assert 'hx-trigger="every 2s"' in page
    assert "<html" not in part.content.decode()
    assert "First." in part.content.decode()


def test_clearing_the_view_deletes_nothing_and_is_ones_own() -> None:
    people = make_people()
    people.allow(Permission.SEE_LOGS)
    write(people.company, "Long ago.")
    alice, bob = people.client(), people.client(people.member)

    alice.post(people.url("logs_clear"))
    cleared = alice.get(people.url("logs")).content.decode()
    alice.post(people.url("logs_clear"), {"all": "yes"})

    assert "Long ago." not in cleared
    assert "Long ago." in alice.get(people.url("logs")).content.decode()
    assert "Long ago." in bob.get(people.url("logs")).content.decode()
    assert LogEntry.objects.count() == 1


def test_the_log_is_taken_home_as_a_file() -> None:
    people = make_people()
    write(people.company, "=HYPERLINK(1)")

    answer = people.client().get(people.url("logs"), {"export": "csv"})

    text = answer.getvalue().decode()
    assert "'=HYPERLINK(1)" in text


def test_a_request_and_its_answer_are_shown_without_keys() -> None:
    people = make_people()
    row = an_exchange(
        a_store(people),
        status=401,
        request="GET /orders",
        answer='{"code": "<b>refused</b>"}',
    )

    page = people.client().get(people.url("exchange", pk=row.pk)).content.decode()

    assert "&lt;b&gt;refused" in page
    assert KEYS["consumer_key"] not in page
