"""Deleting a connection to QuickBooks Online ends its access there."""

import pytest

from stockbridge.engine.models import Connection, Delivery, LogEntry
from stockbridge.engine.tests.rows import a_delivery
from stockbridge.web.tests import online as online_books
from stockbridge.web.tests.commands import asked
from stockbridge.web.tests.joined import a_joined_store
from stockbridge.web.tests.online import Online

pytestmark = pytest.mark.django_db
online = online_books.online


def test_deleting_a_connection_ends_its_access_at_the_service(online: Online) -> None:
    online.sign_in()
    (grant,) = online.simulator.authorizer.grants

    answer = online.browser.post(online.url("connection_delete"), follow=True)

    assert not Connection.objects.filter(pk=online.row.pk).exists()
    assert grant not in online.simulator.authorizer.grants
    assert "was deleted" in answer.content.decode()
    assert "was not ended" not in answer.content.decode()


def test_a_connection_is_deleted_while_the_service_is_away_and_says_what_is_left(
    online: Online,
) -> None:
    online.sign_in()
    online.simulator.stop()

    answer = online.browser.post(online.url("connection_delete"), follow=True)

    page = answer.content.decode()
    assert not Connection.objects.filter(pk=online.row.pk).exists()
    assert "The access to QuickBooks was not ended there" in page
    assert "My apps, and disconnect the app" in page
    assert LogEntry.objects.filter(message__contains="My apps").exists()
    online.simulator.start()


def test_a_connection_through_which_something_was_booked_keeps_its_access(
    online: Online,
) -> None:
    store = a_joined_store(online.people)
    online.sign_in()
    made = a_delivery(store, state="posted")
    Delivery.objects.filter(pk=made.pk).update(connection=online.row)

    answer = online.browser.post(online.url("connection_delete"), follow=True)

    assert "Documents were booked through" in answer.content.decode()
    assert online.secrets_now()["refresh_token"]
    assert len(online.simulator.authorizer.grants) == 1


def test_the_command_line_says_before_that_the_access_ends(online: Online) -> None:
    online.sign_in()
    line = f'connection remove "Books online" --company {online.people.company.slug}'

    signed_in = asked(line)
    online.browser.post(online.url("sign_out"))
    signed_out = asked(line)

    assert (signed_in.code, signed_out.code) == (3, 3)
    ends = "the access to QuickBooks would end. What is in its books stays."
    assert ends in signed_in.problem["message"]
    assert "nothing changes on the other side" not in signed_in.problem["message"]
    assert "nothing changes on the other side" in signed_out.problem["message"]
    assert Connection.objects.filter(pk=online.row.pk).exists()
