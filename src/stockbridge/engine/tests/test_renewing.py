"""Tokens are renewed by one worker at a time, and kept before anybody uses them."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from stockbridge.connectors import registry
from stockbridge.domain.errors import InvalidInputError, RetryableError
from stockbridge.engine import links
from stockbridge.engine.clock import database_now
from stockbridge.engine.models import Connection
from stockbridge.engine.renewing import CLAIM, KeptSecrets
from stockbridge.engine.tests.rows import a_connection

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = {"client_id": "ABclient1", "client_secret": "secret-of-the-app"}


@pytest.fixture
def connection() -> Connection:
    return a_connection(
        kind="books",
        connector="quickbooks_online",
        secrets=dict(KEYS),
        facts={"a": "b"},
    )


def keeper_of(connection: Connection) -> KeptSecrets:
    connector = registry.get("quickbooks_online")
    return KeptSecrets(
        connection.pk, lambda given: links.valid_secrets(connector, given)
    )


def test_new_tokens_are_kept_beside_the_keys_and_encrypted(
    connection: Connection,
) -> None:
    kept = keeper_of(connection)(lambda _: {"refresh_token": "the-new-token"})

    connection.refresh_from_db()
    raw = Connection.objects.extra(select={"raw": "secrets"}).get(pk=connection.pk)
    assert kept == {**KEYS, "refresh_token": "the-new-token"}
    assert connection.secrets == kept
    assert "the-new-token" not in raw.raw
    assert connection.facts == {"a": "b"}


def test_nothing_new_leaves_everything_as_it_is(connection: Connection) -> None:
    assert keeper_of(connection)(lambda kept: {}) == KEYS


def test_two_never_renew_at_once(connection: Connection) -> None:
    told: list[str] = []

    def renew(_: Mapping[str, str]) -> Mapping[str, str]:
        with pytest.raises(RetryableError) as caught:
            keeper_of(connection)(lambda _: {"refresh_token": "of the other"})
        told.append(caught.value.code)
        return {"refresh_token": "ours"}

    kept = keeper_of(connection)(renew)

    assert told == ["renewing"]
    assert kept["refresh_token"] == "ours"


def test_a_renewal_that_fails_lets_the_next_one_try(connection: Connection) -> None:
    def fail(_: Mapping[str, str]) -> Mapping[str, str]:
        raise RetryableError("out of reach")

    with pytest.raises(RetryableError, match="out of reach"):
        keeper_of(connection)(fail)

    assert keeper_of(connection)(lambda _: {"refresh_token": "new"})


def test_a_worker_that_died_while_it_renewed_holds_nobody_up_for_long(
    connection: Connection,
) -> None:
    long_ago = database_now() - timedelta(seconds=1)
    Connection.objects.filter(pk=connection.pk).update(
        facts={CLAIM: f"dead {long_ago.isoformat()}"}
    )

    assert keeper_of(connection)(lambda _: {"refresh_token": "new"})["refresh_token"]


def test_tokens_can_be_forgotten(connection: Connection) -> None:
    keeper_of(connection)(lambda _: {"refresh_token": "the-new-token"})

    assert keeper_of(connection)(lambda _: {"refresh_token": ""}) == KEYS


def test_secrets_that_do_not_fit_are_not_kept(connection: Connection) -> None:
    with pytest.raises(InvalidInputError) as caught:
        keeper_of(connection)(lambda _: {"realm_id": "no number"})

    connection.refresh_from_db()
    assert caught.value.field == "realm_id"
    assert connection.secrets == KEYS
