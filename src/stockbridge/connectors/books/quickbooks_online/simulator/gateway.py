"""The gateway before the service: tokens, limits, and the pages of the OAuth server."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from stockbridge.connectors.books.quickbooks_online.simulator.answers import (
    as_xml,
    dumped,
    gateway_fault,
    gateway_xml,
)
from stockbridge.connectors.books.quickbooks_online.simulator.limits import Turnstile
from stockbridge.connectors.books.quickbooks_online.simulator.oauth import (
    Authorizer,
    OAuthError,
)
from stockbridge.connectors.books.quickbooks_online.simulator.pages import (
    consent_page,
    plain_page,
)
from stockbridge.connectors.books.quickbooks_online.simulator.service import Service
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json
from stockbridge.connectors.simulated_http import HttpRequest, Reply
from stockbridge.connectors.simulation import Clock

JSON_TYPE = "application/json;charset=UTF-8"
XML_TYPE = "application/xml"
HTML_TYPE = "text/html; charset=UTF-8"

COMPANY_PATH = "/v3/company/"
AUTHORISE_PATH = "/connect/oauth2"
TOKEN_PATH = "/oauth2/v1/tokens/bearer"
REVOKE_PATH = "/v2/oauth2/tokens/revoke"
DISCOVERY_PATH = "/.well-known/openid_configuration"


@dataclass(slots=True)
class Gateway:
    """Answers every request but those for the simulator itself."""

    clock: Clock
    authorizer: Authorizer
    turnstile: Turnstile
    services: dict[str, Service] = field(default_factory=dict)
    speaks_xml: bool = False  # seen until 2017: 429 is XML whatever Accept says
    address: Callable[[], str] = str

    def answer(self, request: HttpRequest) -> Reply:
        """Answer one request."""
        path = request.path
        if path.startswith(COMPANY_PATH):
            return self._company(request)
        if path == TOKEN_PATH and request.method == "POST":
            return self._token(request)
        if path == REVOKE_PATH and request.method == "POST":
            return self._revoke(request)
        if path == AUTHORISE_PATH:
            return self._authorise(request)
        if path == DISCOVERY_PATH:
            return Reply(200, dumped(self._discovery()), {"Content-Type": JSON_TYPE})
        return Reply(404, plain_page("Not Found"), {"Content-Type": HTML_TYPE})

    # --- the companies -------------------------------------------------------------

    def _company(self, request: HttpRequest) -> Reply:
        parts = request.path.removeprefix(COMPANY_PATH).strip("/").split("/")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        realm_id = self.authorizer.realm_of(token) if scheme.lower() == "bearer" else ""
        if not realm_id:
            return self.unauthenticated(token)
        if realm_id != parts[0] or realm_id not in self.services:
            return self.fault(
                403,
                "3100",
                "ApplicationAuthorizationFailed",
                f"Application not authorized for company {parts[0]}",
            )
        if len(parts) == 1:
            return Reply(404, plain_page("Not Found"), {"Content-Type": HTML_TYPE})
        is_batch = parts[1] == "batch"
        if not self.turnstile.enter(realm_id, is_batch=is_batch):
            return self.throttled()
        try:
            status, body = self.services[realm_id].answer(request, parts[1:])
        finally:
            self.turnstile.leave(realm_id)
        if request.accepts("json"):
            return Reply(status, dumped(body), {"Content-Type": JSON_TYPE})
        return Reply(status, as_xml(body), {"Content-Type": XML_TYPE})

    def unauthenticated(self, token: str) -> Reply:
        """Return 401 for a token that is malformed, unknown or has expired."""
        detail = "Malformed bearer token: too short or too long"
        if len(token) > 40:
            detail = "Token expired"
        return self.fault(401, "3200", "AuthenticationFailed", detail)

    def throttled(self) -> Reply:
        """Return 429: too many requests for this company."""
        detail = "The request limit was reached.  Try again later"
        return self.fault(429, "3001", "ThrottleExceeded", detail)

    def fault(self, status: int, code: str, name: str, detail: str) -> Reply:
        """Return an error in the gateway's own shape."""
        now = self.clock.now()
        if self.speaks_xml and status == 429:
            body = gateway_xml(status, code, name, detail, now)
            return Reply(status, body, {"Content-Type": XML_TYPE})
        body = dumped(gateway_fault(status, code, name, detail, now))
        return Reply(status, body, {"Content-Type": JSON_TYPE})

    # --- OAuth ---------------------------------------------------------------------

    def _token(self, request: HttpRequest) -> Reply:
        authorization = request.headers.get("authorization", "")
        try:
            found = self.authorizer.token(request.form, authorization)
        except OAuthError as error:
            return _json(error.status, error.body())
        return _json(200, found)

    def _revoke(self, request: HttpRequest) -> Reply:
        form = request.form
        if "json" in request.headers.get("content-type", ""):
            try:
                sent = json.loads(request.body)
            except ValueError:
                sent = {}
            form = {k: str(v) for k, v in sent.items()}
        authorization = request.headers.get("authorization", "")
        try:
            self.authorizer.revoke(form.get("token", ""), form, authorization)
        except OAuthError as error:
            return _json(error.status, error.body())
        return Reply(200)

    def _authorise(self, request: HttpRequest) -> Reply:
        asked = request.query
        why = self._why_not(asked)
        if why:
            return Reply(400, plain_page(why), {"Content-Type": HTML_TYPE})
        if request.method != "POST":
            names = {
                realm: one.company.name for realm, one in sorted(self.services.items())
            }
            page = consent_page(request.target, names)
            return Reply(200, page, {"Content-Type": HTML_TYPE})
        state = {"state": asked["state"]} if "state" in asked else {}
        realm_id = request.form.get("realm", "")
        if realm_id not in self.services:
            return _redirect(asked["redirect_uri"], {"error": "access_denied", **state})
        code = self.authorizer.authorise(realm_id, asked["redirect_uri"])
        answer = {"code": code, **state, "realmId": realm_id}
        return _redirect(asked["redirect_uri"], answer)

    def _why_not(self, asked: dict[str, str]) -> str:
        redirect = asked.get("redirect_uri", "")
        allowed = self.authorizer.redirect_uris
        if asked.get("client_id") != self.authorizer.client_id:
            return "The client_id query parameter value is invalid."
        if not redirect or (allowed and redirect not in allowed):
            return "The redirect_uri query parameter value is invalid."
        if asked.get("response_type") != "code":
            return "The response_type query parameter value is missing."
        if not asked.get("scope"):
            return "The scope query parameter value is missing."
        if not asked.get("state"):
            return "The state query parameter value is missing."
        return ""

    def _discovery(self) -> Json:
        here = self.address()
        return {
            "issuer": f"{here}/op/v1",
            "authorization_endpoint": f"{here}{AUTHORISE_PATH}",
            "token_endpoint": f"{here}{TOKEN_PATH}",
            "revocation_endpoint": f"{here}{REVOKE_PATH}",
            "response_types_supported": ["code"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_post",
                "client_secret_basic",
            ],
        }


def named(reply: Reply) -> Reply:
    """Return an answer with the id by which Intuit's support finds it."""
    trace = f"1-{secrets.token_hex(4)}-{secrets.token_hex(12)}"
    reply.headers.setdefault("intuit_tid", trace)
    return reply


def _json(status: int, body: Json) -> Reply:
    return Reply(status, dumped(body), {"Content-Type": JSON_TYPE})


def _redirect(address: str, answer: dict[str, str]) -> Reply:
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query), *answer.items()])
    return Reply(302, b"", {"Location": parts._replace(query=query).geturl()})
