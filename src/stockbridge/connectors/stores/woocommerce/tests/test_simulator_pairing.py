"""Pairing as recorded: log in, approve, keys are posted; and all the ways it fails."""

import json
import re
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.connectors.stores.woocommerce.simulator.records import Json, Value
from stockbridge.connectors.stores.woocommerce.tests.asking import Asker, a_store
from stockbridge.connectors.stores.woocommerce.tests.contract_files import (
    needs_contracts,
    recording,
)
from stockbridge.connectors.stores.woocommerce.tests.replay import HTTPS_HOME, Postbox

pytestmark = needs_contracts

_TAGS = re.compile(r"<[^>]*>")


class Browser:
    """The owner's browser, on the simulator in place of the recorded store."""

    def __init__(self, ask: Asker, postbox: Postbox) -> None:
        self.ask = ask
        self.postbox = postbox
        self.cookie = ""
        self.nonce = ""

    def play(self, name: str) -> list[str]:
        """Send one recorded step; return how the answer differs."""
        exchange = recording(name)
        request, expected = exchange["request"], exchange["response"]
        target = (
            request["url"].removeprefix(HTTPS_HOME).replace("FAKENONCE0", self.nonce)
        )
        body = request.get("form")
        if body is not None:
            body["password"] = self.ask.simulator.pairing.password
        status, page = self._send(request["method"], target, body)
        return _differences(expected, status, str(page), self.ask.headers)

    def _send(self, method: str, target: str, form: Json | None) -> tuple[int, Value]:
        headers = {"Cookie": self.cookie}
        if form is None:
            status, page = self.ask.raw(method, target, None, headers)
        else:
            status, page = _post_form(self.ask, target, form, headers)
        if cookie := self.ask.headers.get("set-cookie"):
            self.cookie = cookie.partition(";")[0]
        if nonce := re.search(r"wc_auth_nonce=(\w+)", str(page)):
            self.nonce = nonce[1]
        return status, page


def _post_form(
    ask: Asker, target: str, form: Json, headers: dict[str, str]
) -> tuple[int, Value]:
    address = urlsplit(ask.simulator.url)
    connection = HTTPConnection(str(address.hostname), address.port, timeout=5)
    try:
        sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        connection.request("POST", target, urlencode(form), sent)
        answer = connection.getresponse()
        ask.headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _differences(
    expected: Json, status: int, page: str, headers: dict[str, str]
) -> list[str]:
    found = []
    if status != expected["status"]:
        found.append(f"status {status}, was {expected['status']}")
    recorded = expected["headers"].get("Location")
    if recorded and _address(headers.get("location", "")) != _address(recorded):
        found.append(f"Location {headers.get('location')}, was {recorded}")
    text = " ".join(_TAGS.sub(" ", page).split())
    wanted = expected.get("page_text", "")
    error = re.search(r"Error: .*", wanted)
    if error and error[0] not in text.replace("&quot;", '"'):
        found.append(f"page says {text}, was {error[0]}")
    for word in ("Approve", "Deny", "Login", "would like to connect"):
        if word in wanted and word not in text:
            found.append(f"no {word!r} on the page")
    return found


def _address(url: str) -> tuple[str, list[tuple[str, str]]]:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}", sorted(parse_qsl(parts.query))


@pytest.fixture
def browser() -> Iterator[Browser]:
    postbox = Postbox({"status/500": 500, "status/201": 201, "18998": 0})
    simulator = WooCommerceSimulator(
        https_seen=True, home_url=HTTPS_HOME, deliver_webhooks=False, sender=postbox
    )
    with simulator:
        yield Browser(Asker(simulator), postbox)
        assert simulator.web.crashes == []


def test_the_recorded_steps_are_answered_alike(browser: Browser) -> None:
    names = [
        "800-wcauth-authorize-not-logged-in",
        "801-wcauth-login-form",
        "802-wcauth-login-post",
        "803-wcauth-authorize-page",
        "804-wcauth-approve",
        "807-wcauth-approve-again",
        "808-wcauth-callback-answers-500",
        "809-wcauth-callback-answers-201",
        "811-wcauth-missing-user-id",
        "812-wcauth-bad-scope",
        "814-wcauth-return-url-with-query",
    ]

    found = {name: browser.play(name) for name in names}

    assert found == {name: [] for name in names}


def test_a_callback_without_tls_or_that_nobody_answers_is_refused(
    browser: Browser,
) -> None:
    for name in ("801-wcauth-login-form", "802-wcauth-login-post"):
        browser.play(name)
    browser.play("803-wcauth-authorize-page")
    browser.postbox.allow_local = False
    browser.postbox.refused = "18998"

    assert browser.play("810-wcauth-callback-http") == []
    assert browser.play("813-wcauth-callback-unreachable") == []


@pytest.mark.parametrize(
    ("approval", "callback"),
    [
        ("804-wcauth-approve", "805-wcauth-callback"),
        ("814-wcauth-return-url-with-query", "815-wcauth-callback-odd-user-id"),
    ],
)
def test_the_keys_are_posted_as_recorded(
    browser: Browser, approval: str, callback: str
) -> None:
    for name in ("802-wcauth-login-post", "803-wcauth-authorize-page", approval):
        assert browser.play(name) == []
    recorded = recording(callback)["request"]

    url, body, headers = browser.postbox.sent[-1]

    sent, expected = json.loads(body), recorded["body"]
    assert urlsplit(url).path == recorded["path"]
    assert headers["Content-Type"] == recorded["headers"]["Content-Type"]
    assert {name: type(value) for name, value in sent.items()} == {
        name: type(value) for name, value in expected.items()
    }
    assert sent["user_id"] == expected["user_id"]
    assert sent["key_permissions"] == expected["key_permissions"]


def test_the_new_keys_work(browser: Browser) -> None:
    for name in ("802-wcauth-login-post", "803-wcauth-authorize-page"):
        browser.play(name)
    browser.play("804-wcauth-approve")
    keys = json.loads(browser.postbox.sent[-1][1])
    expected = recording("806-wcauth-new-keys-work")["response"]["status"]

    query = urlencode(
        {name: keys[name] for name in ("consumer_key", "consumer_secret")}
    )
    status, _ = browser.ask.raw("GET", f"/wp-json/wc/v3/products?{query}")

    assert status == expected == 200


def test_approving_twice_makes_two_pairs(browser: Browser) -> None:
    for name in ("802-wcauth-login-post", "803-wcauth-authorize-page"):
        browser.play(name)

    browser.play("804-wcauth-approve")
    browser.play("807-wcauth-approve-again")

    keys = [json.loads(body)["consumer_key"] for _, body, _ in browser.postbox.sent]
    assert len(set(keys)) == 2


def test_keys_that_the_callback_did_not_take_are_deleted(browser: Browser) -> None:
    for name in ("802-wcauth-login-post", "803-wcauth-authorize-page"):
        browser.play(name)
    before = set(browser.ask.simulator.state.keys)

    browser.play("808-wcauth-callback-answers-500")

    assert set(browser.ask.simulator.state.keys) == before


def test_a_wrong_password_logs_nobody_in() -> None:
    asked = {
        "app_name": "x",
        "scope": "read",
        "user_id": "1",
        "return_url": "https://example.com/",
        "callback_url": "https://example.com/",
    }
    with a_store() as (ask, _):
        target = f"/wc-auth/v1/login/?{urlencode(asked)}"
        status, page = _post_form(
            ask, target, {"username": "owner", "password": "guess"}, {}
        )

    assert status == 200
    assert "Error" in str(page)
    assert "set-cookie" not in ask.headers
