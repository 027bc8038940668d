"""Calls from outside: who is heard, who is refused, and what is kept of it."""

import hmac
import json
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from stockbridge.engine.models import Connection, ExchangeLog, LogEntry
from stockbridge.engine.tests.rows import a_connection
from stockbridge.ports import Answer
from stockbridge.web import hooks
from stockbridge.web.rate_limits import RateLimit
from stockbridge.web.tests import callers

pytestmark = pytest.mark.django_db
fresh = callers.fresh
Answered = Any  # the test client's own kind of answer
SECRET = "a-webhook-secret-of-a-store"
KEYS = {"consumer_key": f"ck_{'a' * 40}", "consumer_secret": f"cs_{'b' * 40}"}


def a_store(**fields: object) -> Connection:
    fields.setdefault("secrets", {**KEYS, "webhook_secret": SECRET})
    return a_connection(None, name="", **fields)


def notify(
    connection: Connection,
    data: object,
    *,
    secret: str = SECRET,
    topic: str = "order.updated",
) -> Answered:
    """Send a notice as a store does."""
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    made = hmac.new(secret.encode(), body, sha256).digest()
    return Client(enforce_csrf_checks=True).post(
        f"/hooks/{connection.uid}/",
        body,
        content_type="application/json",
        headers={
            "x-wc-webhook-signature": b64encode(made).decode(),
            "x-wc-webhook-topic": topic,
        },
    )


def test_a_call_knows_the_address_that_it_came_to() -> None:
    request = RequestFactory().get("/hooks/4f1c/?wsdl", headers={"host": "localhost"})

    call = hooks._call(request, "", b"", "")

    assert call.address == "http://localhost/hooks/4f1c/"
    assert call.query == "wsdl"


def test_a_signed_notice_is_kept_as_a_hint_and_wakes_the_connection() -> None:
    store = a_store()

    answer = notify(store, {"id": 727})

    store.refresh_from_db()
    assert answer.status_code == 200
    assert store.hints == {"orders": ["727"]}
    assert store.woken


def test_the_same_notice_twice_is_one_hint() -> None:
    store = a_store()

    notify(store, {"id": 727})
    notify(store, {"id": 727})

    store.refresh_from_db()
    assert store.hints == {"orders": ["727"]}


def test_a_forged_notice_is_refused_and_hints_at_nothing() -> None:
    store = a_store()

    answer = notify(store, {"id": 727}, secret="somebody-elses-secret")

    store.refresh_from_db()
    assert answer.status_code == 401
    assert store.hints == {}
    assert not store.woken


def test_many_forged_notices_write_one_line() -> None:
    store = a_store()

    for number in range(5):
        notify(store, {"id": number}, secret="somebody-elses-secret")

    assert LogEntry.objects.filter(connection=store).count() == 1
    assert not ExchangeLog.objects.exists()


def test_a_forger_is_soon_turned_away_while_the_store_is_still_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hooks.CALLER_LIMIT, "now_s", lambda: 0.0)  # nothing comes back
    store, other = a_store(), a_store()

    codes = [notify(store, b"x", secret="wrong-one").status_code for _ in range(40)]

    assert codes[0] == 401
    assert 429 in codes[30:]
    assert notify(other, {"id": 1}).status_code == 200


def test_an_unknown_address_is_not_found() -> None:
    answer = Client().post("/hooks/0123456789ab/", b"{}", content_type="text/plain")

    assert answer.status_code == 404


def test_what_is_announced_as_too_large_is_refused_unread() -> None:
    store = a_store()

    answer = notify(store, b"x" * (hooks.BODY_BYTES_MAX + 1))

    assert answer.status_code == 413
    assert not ExchangeLog.objects.exists()


def test_a_notice_at_the_limit_is_heard() -> None:
    store = a_store()
    body = b'{"id": 7, "note": "' + b"x" * (hooks.BODY_BYTES_MAX - 21) + b'"}'

    answer = notify(store, body)

    assert len(body) == hooks.BODY_BYTES_MAX
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"[" * 200_000, b"\xff\xfe", b"{", b'{"id": "\\ud800"}', b"null"]
)
def test_malformed_bodies_are_never_an_error_of_ours(body: bytes) -> None:
    store = a_store()

    signed = notify(store, body)
    unsigned = Client().post(
        f"/hooks/{store.uid}/", body, content_type="application/json"
    )

    assert signed.status_code < 500
    assert 400 <= unsigned.status_code < 500


def test_a_lone_surrogate_in_a_pairing_is_no_error_of_ours() -> None:
    store = a_store()
    body = b'{"consumer_key": "ck_1", "user_id": "\\ud800"}'

    answer = Client().post(
        f"/hooks/{store.uid}/", body, content_type="application/json"
    )

    assert answer.status_code == 400


def test_reading_an_address_of_ours_is_not_allowed() -> None:
    store = a_store()

    answer = Client().get(f"/hooks/{store.uid}/")

    assert answer.status_code == 405
    assert answer["Allow"] == "POST"


def test_only_the_first_ping_leaves_a_trace_for_anybody_can_send_one() -> None:
    store = a_store()

    for _ in range(3):
        answer = Client().post(
            f"/hooks/{store.uid}/", b"webhook_id=7", content_type="text/plain"
        )

    assert answer.status_code == 200
    assert ExchangeLog.objects.count() == 1  # so calls reach us
    assert not LogEntry.objects.exists()


def test_an_exchange_is_kept_without_secrets_and_persons() -> None:
    store = a_store()

    notify(store, {"id": 1, "email": "ann@example.com", "order_key": "wc_order_XYZ"})

    kept = ExchangeLog.objects.get(connection=store)
    assert kept.is_incoming
    assert "ann@example.com" not in kept.request
    assert "wc_order_XYZ" not in kept.request


def test_keys_of_a_pairing_are_kept_once_and_only_with_the_id_we_gave() -> None:
    store = a_store(secrets={}, facts=_pairing(minutes=30))

    forged = _pair(store, user_id="x" * 40)
    good = _pair(store, user_id="p" * 40)
    again = _pair(store, user_id="p" * 40)

    store.refresh_from_db()
    assert (forged, good, again) == (403, 200, 403)
    assert store.secrets["consumer_key"] == KEYS["consumer_key"]
    assert "pairing_id" not in store.facts


def test_a_pairing_that_took_too_long_is_refused() -> None:
    store = a_store(secrets={}, facts=_pairing(minutes=-1))

    status = _pair(store, user_id="p" * 40)

    store.refresh_from_db()
    assert status == 403
    assert store.secrets == {}


def test_the_limit_gives_back_tokens_with_time() -> None:
    now = [0.0]
    limit = RateLimit(per_s=1, burst=2, now_s=lambda: now[0])

    taken = [limit.take("a") for _ in range(3)]
    now[0] = 1.0

    assert taken == [True, True, False]
    assert limit.take("a")
    assert limit.take("b")


def _pairing(*, minutes: int) -> dict[str, str]:
    until = timezone.now() + timedelta(minutes=minutes)
    return {"pairing_id": "p" * 40, "pairing_until": until.isoformat()}


def _pair(store: Connection, *, user_id: str) -> int:
    body = {**KEYS, "user_id": user_id, "key_id": 1, "key_permissions": "read_write"}
    answer = Client().post(
        f"/hooks/{store.uid}/", json.dumps(body), content_type="application/json"
    )
    return answer.status_code


def test_what_is_left_to_do_is_done_once_the_caller_has_its_answer() -> None:
    done: list[str] = []
    response = hooks.answered(Answer(200), lambda: done.append("afterwards"))
    before = list(done)

    response.close()

    assert before == []
    assert done == ["afterwards"]
