"""A live check says how a connection stands, and what to do about it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from stockbridge.companies.models import Company
from stockbridge.domain.errors import NotSentError
from stockbridge.engine import checks, webhooks
from stockbridge.engine.models import Connection, ExchangeLog, Issue, LogEntry
from stockbridge.engine.tests.rows import NOW, a_company, a_connection
from stockbridge.engine.tests.shelf import Shelf
from stockbridge.ports import Finding, Severity

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WRONG_KEY = Finding("key_unknown", Severity.ERROR, "The key is unknown.", "Copy it.")
OLD = Finding("too_old", Severity.ERROR, "The store is too old.", "Update it.")


def test_a_good_check_makes_a_new_connection_active() -> None:
    connection = _connection(status=Connection.Status.NEW)

    checked = checks.check_now(connection, now=NOW, find=Shelf().find)

    assert checked.status == Connection.Status.ACTIVE
    assert connection.version == "1.2"
    assert connection.facts == {"currency": "EUR"}
    assert connection.report["findings"][0]["message"] == "The shelf answers."
    assert connection.due_at == NOW


def test_a_good_check_does_not_start_what_somebody_paused() -> None:
    connection = _connection(status=Connection.Status.PAUSED)

    checks.check_now(connection, now=NOW, find=Shelf().find)

    assert connection.status == Connection.Status.PAUSED


def test_wrong_keys_stop_the_connection_and_ask_for_new_ones() -> None:
    connection = _connection()

    checks.check_now(connection, now=NOW, find=Shelf(findings=(WRONG_KEY,)).find)

    assert connection.status == Connection.Status.NEEDS_SIGN_IN
    issue = Issue.objects.get()
    assert (issue.code, issue.remedy) == (checks.SIGN_IN, "Copy it.")


def test_new_keys_that_work_close_the_issue() -> None:
    connection = _connection()
    checks.check_now(connection, now=NOW, find=Shelf(findings=(WRONG_KEY,)).find)

    checks.check_now(connection, now=NOW, find=Shelf().find)

    assert connection.status == Connection.Status.ACTIVE
    assert not Issue.objects.filter(resolved_at=None).exists()


def test_another_error_is_failing_and_no_matter_of_keys() -> None:
    connection = _connection()

    checks.check_now(connection, now=NOW, find=Shelf(findings=(OLD,)).find)

    assert connection.status == Connection.Status.FAILING
    assert connection.last_error == "The store is too old."


def test_a_store_that_cannot_be_reached_is_a_finding_not_an_exception() -> None:
    shelf = Shelf(failure=NotSentError("No internet.", remedy="Plug it in."))

    checked = checks.check_now(_connection(), now=NOW, find=shelf.find)

    finding = checked.report.findings[0]
    assert (finding.message, finding.remedy) == ("No internet.", "Plug it in.")


def test_without_a_public_address_there_is_polling_only_and_it_is_said(
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = ""
    shelf = Shelf()
    connection = _connection()

    webhooks.ensure_webhooks(connection, now=NOW, find=shelf.find)

    assert connection.webhooks["mode"] == "polling"
    assert "no public address" in connection.webhooks["reason"]
    assert "Polling only" in LogEntry.objects.get().message
    assert shelf.webhook_addresses == []


def test_a_public_address_that_only_we_know_means_polling_only(
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    connection = _connection()

    webhooks.ensure_webhooks(connection, now=NOW, find=Shelf().find)

    assert "local network" in connection.webhooks["reason"]


def test_webhooks_are_made_with_a_secret_of_our_own(settings: Settings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    shelf = Shelf()
    connection = _connection(company=_near())

    webhooks.ensure_webhooks(connection, now=NOW, find=shelf.find)

    assert connection.webhooks["mode"] == "webhooks"
    address = f"http://127.0.0.1:8000/hooks/{connection.uid}/"
    assert shelf.webhook_addresses == [address]
    assert len(connection.secrets["webhook_secret"]) > 30


def test_disabled_webhooks_are_repaired_and_it_is_said(
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    shelf = Shelf()
    connection = _connection(company=_near())
    webhooks.ensure_webhooks(connection, now=NOW, find=shelf.find)
    shelf.has_webhooks = False

    webhooks.check_webhooks(connection, now=NOW, find=shelf.find)

    assert shelf.has_webhooks
    assert connection.webhooks["is_working"]
    assert LogEntry.objects.filter(level="warning").exists()
    assert not Issue.objects.exists()


def test_webhooks_that_were_never_heard_are_said_to_be_that(
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    connection, shelf = _connection(company=_near()), Shelf()

    webhooks.ensure_webhooks(connection, now=NOW, find=shelf.find)

    assert not connection.webhooks["is_heard"]
    assert "No call" in connection.webhooks["findings"][-1]["message"]
    assert "127.0.0.1:8000" in connection.webhooks["findings"][-1]["remedy"]


def test_a_call_of_the_store_proves_that_it_reaches_us(settings: Settings) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    connection, shelf = _connection(company=_near()), Shelf()
    webhooks.ensure_webhooks(connection, now=NOW, find=shelf.find)
    _incoming(connection, NOW)

    webhooks.check_webhooks(connection, now=NOW + DAY, find=shelf.find)
    ExchangeLog.objects.all().delete()  # their retention is over
    webhooks.check_webhooks(connection, now=NOW + 2 * DAY, find=shelf.find)

    assert connection.webhooks["is_heard"]
    assert connection.webhooks["findings"] == []


def test_calls_to_a_former_address_prove_nothing_about_the_new_one(
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    connection, shelf = _connection(company=_near()), Shelf()
    _incoming(connection, NOW)
    webhooks.ensure_webhooks(connection, now=NOW, find=shelf.find)
    was_heard = connection.webhooks["is_heard"]

    settings.PUBLIC_URL = "http://127.0.0.1:9000"
    webhooks.ensure_webhooks(connection, now=NOW + DAY, find=shelf.find)
    webhooks.check_webhooks(connection, now=NOW + 2 * DAY, find=shelf.find)

    assert was_heard
    assert not connection.webhooks["is_heard"]


def test_with_a_new_address_the_store_no_longer_calls_the_old_one(
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    connection, shelf = _connection(company=_near()), Shelf()
    webhooks.ensure_webhooks(connection, now=NOW, find=shelf.find)
    settings.PUBLIC_URL = ""
    webhooks.check_webhooks(connection, now=NOW, find=shelf.find)

    settings.PUBLIC_URL = "http://127.0.0.1:9000"
    webhooks.check_webhooks(connection, now=NOW + DAY, find=shelf.find)

    address = f"http://127.0.0.1:9000/hooks/{connection.uid}/"
    assert shelf.webhook_addresses == [address]


def test_webhooks_that_cannot_be_repaired_are_an_issue(
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    shelf = Shelf()
    connection = _connection(company=_near())
    webhooks.ensure_webhooks(connection, now=NOW, find=shelf.find)
    shelf.has_webhooks, shelf.is_webhook_refused = False, True

    webhooks.check_webhooks(connection, now=NOW, find=shelf.find)

    assert Issue.objects.get().code == webhooks.WEBHOOKS


def _incoming(connection: Connection, at: datetime) -> None:
    ExchangeLog.objects.create(
        connection=connection, at=at, is_incoming=True, method="POST", status=200
    )


def _near() -> Company:
    return a_company(allows_private_addresses=True)


def _connection(**fields: object) -> Connection:
    values: dict[str, Any] = {
        "connector": "shelf",
        "settings": {"address": "https://shelf.example.com"},
        "secrets": {"key": "some-secret-key"},
        **fields,
    }
    return a_connection(**values)
