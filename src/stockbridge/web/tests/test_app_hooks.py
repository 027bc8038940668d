"""One address for an app: each connection hears of its own company, forgers of none."""

import json

import pytest
from django.test import Client

from stockbridge.companies.models import Company
from stockbridge.connectors.books.quickbooks_online.notices import signature
from stockbridge.engine import app_hearing
from stockbridge.engine.models import Connection, ExchangeLog, LogEntry
from stockbridge.engine.tests.rows import a_company, a_connection
from stockbridge.web import hooks
from stockbridge.web.tests import callers
from stockbridge.web.tests.answers import Answer

pytestmark = pytest.mark.django_db
fresh = callers.fresh
ADDRESS = "/hooks/apps/quickbooks_online/"
TOKEN, OTHER_TOKEN = "a-verifier-token-of-an-app", "the-token-of-another-app"
MUGS, BOWLS = "9341452000000001", "9341452000000002"


def books(
    realm_id: str, token: str = TOKEN, company: Company | None = None
) -> Connection:
    return a_connection(
        company or a_company(),
        kind="books",
        connector="quickbooks_online",
        settings={},
        secrets={
            "client_id": "a client id",
            "client_secret": "a client secret",
            "webhook_token": token,
            "realm_id": realm_id,
        },
    )


def notice(*said: tuple[str, str, str]) -> bytes:
    """Return a delivery in the newer format: realm, entity, id."""
    events = [
        {
            "specversion": "1.0",
            "id": f"event-{number}",
            "type": f"qbo.{entity}.updated.v1",
            "intuitentityid": entity_id,
            "intuitaccountid": realm_id,
        }
        for number, (realm_id, entity, entity_id) in enumerate(said)
    ]
    return json.dumps(events).encode()


def post(body: bytes, *, token: str = TOKEN, address: str = ADDRESS) -> Answer:
    return Client(enforce_csrf_checks=True).post(
        address,
        body,
        content_type="application/json",
        headers={"intuit-signature": signature(token, body)},
    )


def hints(row: Connection) -> dict[str, list[str]]:
    row.refresh_from_db()
    found: dict[str, list[str]] = row.hints
    return found


def test_each_connection_hears_of_its_own_company() -> None:
    mugs, bowls = books(MUGS), books(BOWLS)

    answer = post(notice((MUGS, "item", "7"), (BOWLS, "customer", "8")))

    assert answer.status_code == 200
    assert hints(mugs) == {"items": ["7"]}
    assert hints(bowls) == {"customers": ["8"]}


def test_what_is_kept_of_a_call_says_nothing_of_other_companies() -> None:
    mugs = books(MUGS)
    books(BOWLS)

    post(notice((MUGS, "item", "7"), (BOWLS, "item", "4711")))

    kept = ExchangeLog.objects.get(connection=mugs)
    assert kept.request == "item 7 update"
    assert BOWLS not in str(list(ExchangeLog.objects.filter(connection=mugs).values()))


def test_two_connections_to_one_company_both_hear() -> None:
    first, second = books(MUGS), books(MUGS)

    post(notice((MUGS, "item", "7")))

    assert hints(first) == hints(second) == {"items": ["7"]}


def test_an_apps_token_opens_only_its_own_connections() -> None:
    mugs, foreign = books(MUGS), books(BOWLS, token=OTHER_TOKEN)

    answer = post(notice((MUGS, "item", "7"), (BOWLS, "item", "8")), token=OTHER_TOKEN)

    assert answer.status_code == 200
    assert hints(mugs) == {}
    assert hints(foreign) == {"items": ["8"]}


def test_a_company_that_nobody_connected_is_no_error() -> None:
    books(MUGS)

    answer = post(notice((BOWLS, "item", "7")))

    assert answer.status_code == 200
    assert not ExchangeLog.objects.exists()


def test_forged_calls_change_and_write_nothing() -> None:
    mugs = books(MUGS)

    codes = {
        post(notice((MUGS, "item", str(n))), token="made-up").status_code
        for n in range(5)
    }

    assert codes == {401}
    assert hints(mugs) == {}
    assert not LogEntry.objects.exists()
    assert not ExchangeLog.objects.exists()


def test_without_any_token_nobody_is_believed() -> None:
    mugs = books(MUGS, token="")

    answer = post(notice((MUGS, "item", "7")), token="")

    assert answer.status_code == 401
    assert hints(mugs) == {}


def test_forgeries_are_told_once_a_minute() -> None:
    app_hearing.MEMORY.may_tell()

    assert not app_hearing.MEMORY.may_tell()


def test_a_call_that_comes_again_is_answered_and_leaves_nothing() -> None:
    mugs = books(MUGS)
    body = notice((MUGS, "item", "7"))
    post(body)
    Connection.objects.update(hints={})

    answers = [post(body).status_code for _ in range(5)]

    assert answers == [200] * 5
    assert hints(mugs) == {}
    assert ExchangeLog.objects.count() == 1


def test_an_app_that_says_the_same_words_first_silences_no_other() -> None:
    """Who has an app here may write whatever it likes, also of foreign companies."""
    mugs, foreign = books(MUGS), books(BOWLS, token=OTHER_TOKEN)
    body = notice((MUGS, "item", "7"))

    codes = [post(body, token=one).status_code for one in (OTHER_TOKEN, TOKEN)]

    assert codes == [200, 200]
    assert hints(mugs) == {"items": ["7"]}
    assert hints(foreign) == {}


def test_a_call_that_could_not_be_kept_is_heard_when_it_comes_again() -> None:
    mugs = books(MUGS)
    Connection.objects.filter(pk=mugs.pk).update(settings={"environment": "moon"})
    body = notice((MUGS, "item", "7"))

    first = post(body).status_code
    Connection.objects.filter(pk=mugs.pk).update(settings={})

    assert (first, post(body).status_code) == (503, 200)
    assert hints(mugs) == {"items": ["7"]}


def test_a_flood_of_forgeries_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks.CALLER_LIMIT, "now_s", lambda: 0.0)  # nothing comes back
    books(MUGS)

    codes = [post(b"x", token="made-up").status_code for _ in range(60)]

    assert codes[0] == 401
    assert 429 in codes


@pytest.mark.parametrize("body", [b"", b"[" * 200_000, b"\xff", b"{}", b"null"])
def test_what_nobody_can_read_is_refused(body: bytes) -> None:
    books(MUGS)

    assert post(body).status_code == 400


def test_other_methods_and_other_systems_are_refused() -> None:
    books(MUGS)

    assert Client().get(ADDRESS).status_code == 405
    assert post(b"x", address="/hooks/apps/quickbooks_pos/").status_code == 404
    assert post(b"x", address="/hooks/apps/nothing/").status_code == 404
