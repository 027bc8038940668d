"""A connection's row becomes something that can be spoken to."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError

from stockbridge.companies.models import Company
from stockbridge.domain.errors import DefectError, InvalidInputError
from stockbridge.engine import links
from stockbridge.engine.clock import database_now
from stockbridge.engine.models import Budget, Connection, ExchangeLog
from stockbridge.engine.tests.rows import NOW, a_company, a_connection
from stockbridge.engine.tests.shelf import Shelf

pytestmark = pytest.mark.django_db
KEY = "the-very-secret-key"


def test_a_store_is_opened_with_the_connections_settings_and_keys() -> None:
    shelf = Shelf()

    with links.calling():
        links.open_store(_connection(), None, find=shelf.find).check()

    assert shelf.keys_seen == [KEY]


def test_what_was_exchanged_is_kept_once_the_calls_are_over() -> None:
    shelf = Shelf()

    with links.calling():
        links.open_store(_connection(), None, find=shelf.find).check()

    kept = ExchangeLog.objects.get()
    assert kept.status == 200
    assert KEY not in str(ExchangeLog.objects.values().get())
    assert "ann@example.com" not in kept.answer


def test_times_are_the_databases_whatever_this_machine_believes() -> None:
    shelf = Shelf()

    with time_machine.travel(NOW.replace(year=2001)), links.calling():
        links.open_store(_connection(), None, find=shelf.find).check()

    assert abs(ExchangeLog.objects.get().at - database_now()) < timedelta(minutes=5)


def test_two_connections_to_one_address_share_its_budget() -> None:
    shelf = Shelf()
    company = a_company()

    with links.calling():
        for _ in range(2):
            links.open_store(_connection(company), None, find=shelf.find).check()

    assert Budget.objects.count() == 1


def test_facts_that_a_connector_finds_are_added_to_the_known_ones() -> None:
    connection = _connection(facts={"currency": "EUR", "root": "old"})
    shelf = Shelf(new_facts={"root": "new"})

    with links.calling():
        links.open_store(connection, None, find=shelf.find).check()

    connection.refresh_from_db()
    assert connection.facts == {"currency": "EUR", "root": "new"}


def test_settings_that_do_not_fit_name_the_field_and_quote_nothing() -> None:
    connection = _connection(settings={"address": "x", "secret_thing": KEY})

    with pytest.raises(InvalidInputError) as error, links.calling():
        links.open_store(connection, None, find=Shelf().find)

    assert error.value.field == "secret_thing"
    assert KEY not in str(error.value)
    assert error.value.__context__ is None


def test_one_who_calls_within_anothers_calls_closes_only_what_is_its_own() -> None:
    shelf = Shelf()
    company = a_company()

    with links.calling():
        outer = links.open_store(_connection(company), None, find=shelf.find)
        outer.check()
        with links.calling():
            links.open_store(_connection(company), None, find=shelf.find).check()
        written = ExchangeLog.objects.count()
        outer.check()

    assert written == 1
    assert ExchangeLog.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_wire_that_fails_to_close_keeps_none_of_the_others_open() -> None:
    shelf = Shelf()
    company = a_company()
    vanished, kept = _connection(company), _connection(company)

    def call_both() -> None:
        with links.calling():
            for connection in (kept, vanished):
                links.open_store(connection, None, find=shelf.find).check()
            Connection.objects.filter(pk=vanished.pk).delete()

    with pytest.raises(IntegrityError):
        call_both()
    with links.calling():
        pass

    assert ExchangeLog.objects.get().connection == kept


def test_nothing_is_opened_where_nobody_closes_it() -> None:
    with pytest.raises(DefectError):
        links.open_store(_connection(), None, find=Shelf().find)


def test_new_keys_replace_the_old_ones_and_keep_the_rest() -> None:
    connection = _connection(secrets={"key": "old", "webhook_secret": "kept"})

    links.set_secrets(connection, {"key": "new"}, find=Shelf().find)

    found = Connection.objects.get(pk=connection.pk)
    assert found.secrets == {"key": "new", "webhook_secret": "kept"}


def test_an_empty_field_leaves_the_old_key_as_it_is() -> None:
    connection = _connection(secrets={"key": "old"})

    links.set_secrets(connection, {"key": ""}, find=Shelf().find)

    assert Connection.objects.get(pk=connection.pk).secrets == {"key": "old"}


def _connection(company: Company | None = None, **fields: object) -> Connection:
    values: dict[str, Any] = {
        "connector": "shelf",
        "settings": {"address": "https://shelf.example.com"},
        "secrets": {"key": KEY},
        **fields,
    }
    return a_connection(company, **values)
