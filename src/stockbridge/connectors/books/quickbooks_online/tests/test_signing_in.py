"""Connecting, renewing and disconnecting: no token is lost, none is seen."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from stockbridge.connectors.books.quickbooks_online import oauth, signin
from stockbridge.connectors.books.quickbooks_online.oauth import (
    authorization_address,
)
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSecrets,
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Lifetimes,
    Options,
)
from stockbridge.connectors.books.quickbooks_online.tests.qbo_contracts import (
    CONTRACTS,
    contract,
    needs_contracts,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import (
    RETURN,
    SignedIn,
    signed_in,
)
from stockbridge.connectors.simulation import Fault, FaultKind, SettableClock
from stockbridge.domain.errors import (
    ActionNeededError,
    DefectError,
    InvalidInputError,
    RetryableError,
    SignInError,
)

STATE = "s" * 32


@pytest.fixture
def rotating() -> Iterator[SignedIn]:
    """Return a connection whose refresh token changes with each use."""
    lifetimes = Lifetimes(rotation=0)
    options = Options(clock=SettableClock(), lifetimes=lifetimes, limits=UNLIMITED)
    with signed_in(options) as found:
        yield found


def later(connected: SignedIn, seconds: float) -> None:
    clock = connected.simulator.options.clock
    assert isinstance(clock, SettableClock)
    clock.advance(seconds)


def test_the_owner_is_sent_to_intuit_with_a_state_that_nobody_guesses() -> None:
    address = authorization_address(
        QuickBooksOnlineSettings(), "ABclient", return_address=RETURN, state=STATE
    )

    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == (
        "https://appcenter.intuit.com/connect/oauth2"
    )
    assert parse_qs(parts.query) == {
        "client_id": ["ABclient"],
        "response_type": ["code"],
        "scope": ["com.intuit.quickbooks.accounting"],
        "redirect_uri": [RETURN],
        "state": [STATE],
    }
    with pytest.raises(DefectError):
        authorization_address(
            QuickBooksOnlineSettings(), "AB", return_address=RETURN, state="short"
        )


@needs_contracts
def test_the_addresses_are_those_of_intuits_discovery_document() -> None:
    told = contract("oauth/discovery.sample.json")
    settings, keys = QuickBooksOnlineSettings(), oauth.AppKeys("a", "b")

    tokens = oauth.refresh_request(settings, keys, "r")
    revoke = oauth.revoke_request(settings, keys, "r")
    authorize = authorization_address(settings, "a", return_address=RETURN, state=STATE)

    assert CONTRACTS.is_dir()
    assert tokens.address == told["token_endpoint"]
    assert revoke.address == told["revocation_endpoint"]
    assert authorize.startswith(told["authorization_endpoint"])


def test_a_code_becomes_tokens_that_are_kept_with_the_company(
    connected: SignedIn,
) -> None:
    kept = connected.keeper.secrets

    QuickBooksOnlineSecrets.model_validate(kept)
    assert kept["realm_id"] == connected.simulator.realm_id
    assert kept["access_token"]
    assert kept["refresh_token"]


def test_a_code_is_good_once(connected: SignedIn) -> None:
    code = connected.simulator.authorise(redirect_uri=RETURN)
    realm = connected.simulator.realm_id
    signin.connect(connected.link(), code=code, realm_id=realm, return_address=RETURN)

    with pytest.raises(SignInError) as caught:
        signin.connect(
            connected.link(), code=code, realm_id=realm, return_address=RETURN
        )

    assert "Connect to QuickBooks" in caught.value.remedy


def test_another_company_than_before_is_refused(connected: SignedIn) -> None:
    code = connected.simulator.authorise(redirect_uri=RETURN)

    with pytest.raises(InvalidInputError, match="another company"):
        signin.connect(
            connected.link(), code=code, realm_id="123", return_address=RETURN
        )


def test_wrong_keys_of_the_app_say_where_the_right_ones_are(
    connected: SignedIn,
) -> None:
    connected.keeper.secrets["client_secret"] = "something else"
    code = connected.simulator.authorise(redirect_uri=RETURN)

    with pytest.raises(ActionNeededError, match="app's keys") as caught:
        signin.connect(
            connected.link(),
            code=code,
            realm_id=connected.simulator.realm_id,
            return_address=RETURN,
        )

    assert "developer.intuit.com" in caught.value.remedy


def test_an_old_access_token_is_renewed_before_it_is_used(rotating: SignedIn) -> None:
    before = dict(rotating.keeper.secrets)
    later(rotating, 3500)

    assert rotating.books().check().is_usable

    after = rotating.keeper.secrets
    assert after["access_token"] != before["access_token"]
    assert after["refresh_token"] != before["refresh_token"]


def test_the_new_refresh_token_is_kept_before_anything_is_asked(
    rotating: SignedIn,
) -> None:
    later(rotating, 3500)
    kept_when_asked: list[str] = []
    rotating.simulator.faults.interrupt(
        lambda: kept_when_asked.append(rotating.keeper.secrets["refresh_token"]),
        path="/v3/company/",
    )

    rotating.books().check()

    assert kept_when_asked[0] == rotating.simulator.authorizer.grants[0].refresh_token


def test_a_token_that_is_not_accepted_is_renewed_once(connected: SignedIn) -> None:
    connected.simulator.authorizer.grants[0].access.clear()

    assert connected.books().check().is_usable
    assert len(connected.keeper.kept) == 2  # the connection itself, and one renewal


def test_tokens_that_another_worker_got_meanwhile_are_taken(
    rotating: SignedIn,
) -> None:
    first, second = rotating.books(), rotating.books()
    later(rotating, 3500)

    assert first.check().is_usable
    assert second.check().is_usable

    renewals = [one for one in rotating.keeper.kept if one]
    assert len(renewals) == 2  # not a third one by the second worker


def test_one_worker_renews_at_a_time(rotating: SignedIn) -> None:
    later(rotating, 3500)
    rotating.keeper.is_busy = True

    report = rotating.books().check()

    assert [one.code for one in report.findings] == ["renewing"]


def test_a_worker_that_comes_second_takes_the_tokens_of_the_first(
    rotating: SignedIn,
) -> None:
    """As one that slept for longer than its claim: its token has died meanwhile."""
    later(rotating, 3500)

    def be_first() -> None:
        rotating.keeper.is_busy = False
        assert rotating.books().check().is_usable

    rotating.simulator.faults.interrupt(be_first, path="/tokens/bearer")

    assert rotating.books().check().is_usable
    renewals = rotating.simulator.log.count(path="/tokens/bearer")
    assert renewals == 1 + 2  # the connection itself, the first, and the second


def test_a_token_that_died_is_tried_once(connected: SignedIn) -> None:
    connected.simulator.authorizer.end_access(connected.simulator.realm_id)
    before = connected.simulator.log.count(path="/tokens/bearer")

    with pytest.raises(SignInError):
        connected.books().accounts()

    assert connected.simulator.log.count(path="/tokens/bearer") == before + 1


def test_a_connection_that_was_ended_in_quickbooks_asks_for_a_person(
    connected: SignedIn,
) -> None:
    connected.simulator.authorizer.end_access(connected.simulator.realm_id)

    report = connected.books().check()

    assert not report.is_usable
    assert "Connect to QuickBooks" in report.findings[0].remedy


def test_after_a_hundred_days_of_silence_a_person_signs_in(
    connected: SignedIn,
) -> None:
    later(connected, 101 * 86400)

    with pytest.raises(SignInError):
        connected.books().accounts()


def test_the_hard_end_is_the_end_also_of_a_token_in_use(connected: SignedIn) -> None:
    now = connected.wire.now()
    answer = {
        "access_token": "a",
        "refresh_token": "r",
        "token_type": "bearer",
        "expires_in": 3600,
        "x_refresh_token_expires_in": 8_640_000,
        "x_refresh_token_hard_expires_in": 60,
    }

    granted = oauth._granted(oauth._Granted.model_validate(answer), now)

    assert (granted.refresh_until - now).total_seconds() == 60


def test_disconnecting_ends_the_tokens_and_keeps_the_company(
    connected: SignedIn,
) -> None:
    signin.disconnect(connected.link())

    assert connected.simulator.authorizer.grants == []
    assert "refresh_token" not in connected.keeper.secrets
    assert connected.keeper.secrets["realm_id"] == connected.simulator.realm_id
    report = connected.books().check()
    assert not report.is_usable


def test_while_intuit_is_out_of_reach_nothing_is_forgotten(
    connected: SignedIn,
) -> None:
    connected.simulator.faults.add(Fault(FaultKind.SERVER_ERROR, path="revoke"))

    with pytest.raises(RetryableError):
        signin.disconnect(connected.link())

    assert connected.keeper.secrets["refresh_token"]


def test_a_token_whose_answer_got_lost_puts_no_document_in_doubt(
    rotating: SignedIn,
) -> None:
    later(rotating, 3500)
    rotating.simulator.faults.add(Fault(FaultKind.CONNECTION_CUT, path="bearer"))

    report = rotating.books().check()

    assert not report.is_usable
    assert rotating.facts.get("unanswered", "") == ""


def test_no_token_and_no_code_stands_in_any_log(rotating: SignedIn) -> None:
    later(rotating, 3500)
    code = rotating.simulator.authorise(redirect_uri=RETURN)
    secrets = set(rotating.keeper.secrets.values())
    realm = rotating.simulator.realm_id
    signin.connect(rotating.link(), code=code, realm_id=realm, return_address=RETURN)
    rotating.books().check()
    secrets |= {code, *rotating.keeper.secrets.values()}

    known = secrets - {realm}
    text = rotating.wire.log_text

    assert rotating.wire.exchanges
    assert [one for one in known if len(one) > 8 and one in text] == []


def test_an_address_that_is_not_encrypted_is_for_tests_on_this_machine() -> None:
    with pytest.raises(ValueError, match="not encrypted"):
        QuickBooksOnlineSettings(address="http://quickbooks.example.com")

    assert QuickBooksOnlineSettings(address="http://127.0.0.1:8766/").address
