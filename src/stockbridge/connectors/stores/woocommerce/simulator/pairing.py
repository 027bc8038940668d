"""The pairing pages: an application asks for keys, the owner logs in and approves.

Nothing signs what is posted to the callback; only a 200 counts, else the keys just
made are deleted again. Approving twice makes two pairs.
"""

import html
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Protocol
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

from stockbridge.connectors.stores.woocommerce.simulator.outbound import Outbox
from stockbridge.connectors.stores.woocommerce.simulator.pages import page
from stockbridge.connectors.stores.woocommerce.simulator.php import clean, php_json
from stockbridge.connectors.stores.woocommerce.simulator.records import ApiKey, Json
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

_COOKIE = "wordpress_logged_in_example"
_SCOPES = {"read": "Read", "write": "Write", "read_write": "Read/Write"}
_NEEDED = ("app_name", "user_id", "return_url", "callback_url", "scope")


class Incoming(Protocol):
    """What a page needs to know of a request."""

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers, names in lower case."""
        ...

    @property
    def body(self) -> bytes:
        """Return the body."""
        ...


@dataclass(slots=True)
class Page:
    """A page or a redirect."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class _DeniedError(Exception):
    pass


class Pairing:
    """Pages below /wc-auth/v1/ of one store."""

    def __init__(self, state: StoreState, sender: Outbox) -> None:
        self.password = "owner-password"
        self._state = state
        self._sender = sender
        self._sessions: set[str] = set()
        self._nonces: set[str] = set()

    def answer(self, method: str, target: str, request: Incoming) -> Page:
        """Answer one request below /wc-auth/v1/."""
        parts = urlsplit(target)
        name = parts.path.removeprefix("/wc-auth/v1/").strip("/")
        asked = {key: clean(value) for key, value in parse_qsl(parts.query)}
        is_owner = self._is_owner(request)
        try:
            self._check(asked)
            if name == "login":
                return self._login(method, asked, request)
            if name == "authorize":
                return self._authorize(asked, is_owner=is_owner)
            if name == "access_granted" and is_owner:
                return self._grant(asked)
            if name == "access_granted":
                raise _DeniedError("You do not have permission to access this page!")
        except _DeniedError as error:
            return _denied(str(error))
        return Page(404, page("Page not found", "<h1>Page not found</h1>"))

    def _check(self, asked: Json) -> None:
        for name in _NEEDED:
            if not asked.get(name):
                raise _DeniedError(f"Missing parameter {name}.")
        if asked["scope"] not in _SCOPES:
            raise _DeniedError(f"Invalid scope {asked['scope']}.")
        for name in ("return_url", "callback_url"):
            if not re.match(r"https?://[^/]", asked[name]):
                raise _DeniedError(f"The {name} is not a valid URL.")
        is_https = asked["callback_url"].startswith("https://")
        if not is_https and not self._sender.allow_local:
            raise _DeniedError("The callback_url needs to be over SSL.")

    def _authorize(self, asked: Json, *, is_owner: bool) -> Page:
        if not is_owner:
            return Page(302, headers={"Location": self._url("login", asked)})
        nonce = self._state.random_text(10).lower()
        self._nonces.add(nonce)
        approve = self._url("access_granted", {**asked, "wc_auth_nonce": nonce})
        deny = _with(asked["return_url"], success="0", user_id=asked["user_id"])
        app, scope = html.escape(asked["app_name"]), _SCOPES[asked["scope"]]
        body = (
            f"<h1>{app} would like to connect to your store</h1>"
            f'<p>This will give "{app}" <strong>{scope}</strong> access.</p>'
            f'<a href="{html.escape(approve)}" class="wc-auth-approve">Approve</a> '
            f'<a href="{html.escape(deny)}" class="wc-auth-deny">Deny</a>'
        )
        return Page(200, page("Application authentication request", body))

    def _login(self, method: str, asked: Json, request: Incoming) -> Page:
        if method != "POST":
            return self._login_form(asked, "")
        form = {key: rows[0] for key, rows in parse_qs(request.body.decode()).items()}
        if (form.get("username"), form.get("password")) != ("owner", self.password):
            return self._login_form(asked, "<p>Error: unknown user or password.</p>")
        session = self._state.random_text(32)
        self._sessions.add(session)
        headers = {
            "Location": self._url("authorize", asked),
            "Set-Cookie": f"{_COOKIE}={session}; path=/; HttpOnly",
        }
        return Page(302, headers=headers)

    def _login_form(self, asked: Json, notice: str) -> Page:
        app = html.escape(asked["app_name"])
        action = html.escape(self._url("login", asked))
        body = (
            f"<h1>{app} would like to connect to your store</h1>{notice}"
            f'<form method="post" action="{action}" class="wc-auth-login">'
            '<input name="username"><input name="password" type="password">'
            '<button type="submit" name="login" value="Login">Login</button></form>'
        )
        return Page(200, page("Application authentication request", body))

    def _grant(self, asked: Json) -> Page:
        if asked.get("wc_auth_nonce", "") not in self._nonces:
            raise _DeniedError("Invalid nonce verification.")
        if not self._sender.may_send_to(asked["callback_url"]):
            raise _DeniedError("A valid URL was not provided..")
        key = make_key(self._state, asked["scope"])
        sent = {
            "key_id": key.id,
            "user_id": asked["user_id"],
            "consumer_key": key.consumer_key,
            "consumer_secret": key.consumer_secret,
            "key_permissions": key.permissions,
        }
        headers = {"Content-Type": "application/json;charset=UTF-8"}
        answer = self._sender.post(asked["callback_url"], php_json(sent), headers)
        if answer is None or answer[0] != 200:
            del self._state.keys[key.consumer_key]
            raise _DeniedError(
                "An error occurred in the request and at the time were unable to send "
                "the consumer data."
            )
        location = _with(asked["return_url"], success="1", user_id=asked["user_id"])
        return Page(302, headers={"Location": location})

    def _is_owner(self, request: Incoming) -> bool:
        cookie = SimpleCookie(request.headers.get("cookie", ""))
        return _COOKIE in cookie and cookie[_COOKIE].value in self._sessions

    def _url(self, name: str, asked: Json) -> str:
        return f"{self._state.home_url}/wc-auth/v1/{name}/?{urlencode(asked)}"


def make_key(state: StoreState, permissions: str) -> ApiKey:
    """Make a pair of keys for the owner of the store."""
    text = "".join(state.random.choices("0123456789abcdef", k=80))
    key = ApiKey(
        state.take_id("key"), f"ck_{text[:40]}", f"cs_{text[40:]}", permissions
    )
    state.keys[key.consumer_key] = key
    return key


def _with(url: str, **values: str) -> str:
    joint = "&" if urlsplit(url).query else "?"
    added = "&".join(f"{name}={quote(value)}" for name, value in values.items())
    return f"{url}{joint}{added}"


def _denied(message: str) -> Page:
    body = f"<h1>Access denied</h1><p>Error: {html.escape(message)}</p>"
    return Page(401, page("Access denied", body))
