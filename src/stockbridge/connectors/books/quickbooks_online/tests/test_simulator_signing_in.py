"""Signing in: codes, access tokens, refresh tokens that change, and their ends."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Lifetimes,
    Options,
    QuickBooksOnlineSimulator,
)
from stockbridge.connectors.books.quickbooks_online.tests.online_desk import (
    FORM,
    Client,
    a_client,
    ask_token,
    clock_of,
    raw,
    sign_in,
)
from stockbridge.connectors.books.quickbooks_online.tests.qbo_contracts import (
    faults_of,
    needs_contracts,
)
from stockbridge.connectors.simulation import SettableClock

HOUR = 3600
DAY = 24 * HOUR


def a_grant(client: Client) -> str:
    """Return a refresh token."""
    code = client.simulator.authorise()
    told = ask_token(client.simulator, grant_type="authorization_code", code=code)
    return str(told.body["refresh_token"])


def test_a_code_is_good_once() -> None:
    with a_client() as client:
        code = client.simulator.authorise()

        first = ask_token(client.simulator, grant_type="authorization_code", code=code)
        again = ask_token(client.simulator, grant_type="authorization_code", code=code)

        assert first.status == 200
        assert (again.status, again.body["error"]) == (400, "invalid_grant")


def test_a_code_waits_ten_minutes() -> None:
    with a_client() as client:
        code = client.simulator.authorise()
        clock_of(client).advance(601)

        late = ask_token(client.simulator, grant_type="authorization_code", code=code)

        assert late.body["error"] == "invalid_grant"


def test_a_wrong_secret_is_refused() -> None:
    with a_client() as client:
        client.simulator.authorizer.client_secret = "another"
        client.simulator.client_secret = "wrong"

        told = ask_token(client.simulator, grant_type="refresh_token")

        assert (told.status, told.body) == (401, {"error": "invalid_client"})


def test_an_access_token_lasts_an_hour() -> None:
    with a_client() as client:
        clock_of(client).advance(HOUR - 1)
        in_time = client.ask("GET", "preferences")
        clock_of(client).advance(1)
        late = client.ask("GET", "preferences")

        assert in_time.status == 200
        assert late.status == 401
        assert late.body["fault"]["error"][0]["code"] == "3200"


def test_a_refresh_token_changes_after_a_day_and_the_old_one_is_dead() -> None:
    with a_client() as client:
        old = a_grant(client)
        clock_of(client).advance(DAY - 1)
        same = ask_token(
            client.simulator, grant_type="refresh_token", refresh_token=old
        )
        clock_of(client).advance(1)
        new = ask_token(client.simulator, grant_type="refresh_token", refresh_token=old)
        again = ask_token(
            client.simulator, grant_type="refresh_token", refresh_token=old
        )

        assert same.body["refresh_token"] == old
        assert new.body["refresh_token"] != old
        assert again.status == 400
        assert again.body == {
            "error_description": "Incorrect or invalid refresh token",
            "error": "invalid_grant",
        }


def test_a_refresh_token_ends_a_hundred_days_after_its_last_use() -> None:
    with a_client() as client:
        token = a_grant(client)
        clock_of(client).advance(100 * DAY)

        told = ask_token(
            client.simulator, grant_type="refresh_token", refresh_token=token
        )

        assert told.body["error"] == "invalid_grant"


def test_a_refresh_token_ends_for_good_after_five_years() -> None:
    clock = SettableClock()
    lifetimes = Lifetimes(hard=150 * DAY)
    options = Options(clock=clock, limits=UNLIMITED, lifetimes=lifetimes)
    with QuickBooksOnlineSimulator(options) as simulator:
        token = a_grant(sign_in(simulator))
        clock.advance(90 * DAY)
        told = ask_token(simulator, grant_type="refresh_token", refresh_token=token)
        clock.advance(60 * DAY)
        late = ask_token(
            simulator,
            grant_type="refresh_token",
            refresh_token=told.body["refresh_token"],
        )

        assert told.body["x_refresh_token_hard_expires_in"] == 60 * DAY
        assert told.body["x_refresh_token_expires_in"] == 60 * DAY
        assert late.body["error"] == "invalid_grant"


def test_what_is_revoked_opens_nothing() -> None:
    with a_client() as client:
        headers = {"Content-Type": FORM}
        form = {
            "client_id": client.simulator.client_id,
            "client_secret": client.simulator.client_secret,
            "token": client.token,
        }

        answered = raw(
            client.simulator,
            "POST",
            "/v2/oauth2/tokens/revoke",
            urlencode(form).encode(),
            headers,
        )

        assert answered.status == 200
        assert client.ask("GET", "preferences").status == 401


def test_a_merchant_picks_the_company_and_comes_back_with_a_code() -> None:
    with a_client() as client:
        other = client.simulator.add_company("Example Bakery")
        asked = urlencode(
            {
                "client_id": client.simulator.client_id,
                "response_type": "code",
                "scope": "com.intuit.quickbooks.accounting",
                "redirect_uri": "https://shop.example.com/back?from=qbo",
                "state": "s1",
            }
        )
        path = f"/connect/oauth2?{asked}"

        page = raw(client.simulator, "GET", path)
        form = urlencode({"realm": other.realm_id}).encode()
        answered = raw(client.simulator, "POST", path, form, {"Content-Type": FORM})

        assert b"Connect Example Bakery" in page.text
        assert answered.status == 302
        query = parse_qs(urlsplit(answered.headers["location"]).query)
        assert query["from"] == ["qbo"]
        assert (query["state"], query["realmId"]) == (["s1"], [other.realm_id])
        told = ask_token(
            client.simulator,
            grant_type="authorization_code",
            code=query["code"][0],
            redirect_uri="https://shop.example.com/back?from=qbo",
        )
        assert told.status == 200


@pytest.mark.parametrize("left_out", ["client_id", "state", "scope", "redirect_uri"])
def test_the_sign_in_page_wants_to_know_who_asks(left_out: str) -> None:
    with a_client() as client:
        asked = {
            "client_id": client.simulator.client_id,
            "response_type": "code",
            "scope": "com.intuit.quickbooks.accounting",
            "redirect_uri": "https://shop.example.com/back",
            "state": "s1",
        }
        del asked[left_out]

        page = raw(client.simulator, "GET", f"/connect/oauth2?{urlencode(asked)}")

        assert page.status == 400


def test_a_token_of_one_company_does_not_open_another() -> None:
    with a_client() as client:
        client.realm_id = client.simulator.add_company("Example Bakery").realm_id

        answered = client.ask("GET", "preferences")

        assert answered.status == 403
        assert answered.body["fault"]["error"][0]["code"] == "3100"


@needs_contracts
def test_tokens_and_refusals_look_as_the_contracts_say() -> None:
    with a_client() as client:
        code = client.simulator.authorise()
        told = ask_token(client.simulator, grant_type="authorization_code", code=code)
        client.token = "short"
        refused = client.ask("GET", "preferences")

        assert faults_of(told.body, "envelopes", "TokenResponse") == []
        assert faults_of(refused.body, "envelopes", "GatewayFaultResponse") == []
        assert refused.headers["intuit_tid"]
