"""OAuth 2 as Intuit does it: codes, short access tokens, refresh tokens that change.

Lifetimes: access token one hour; refresh token 100 days from its last use, with a hard
end after five years. Its value changes about every 24 hours, and then the old value is
dead.
"""

import base64
import binascii
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Json
from stockbridge.connectors.simulation import Clock

SCOPE = "com.intuit.quickbooks.accounting"


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long each thing lasts, in seconds."""

    code: int = 600
    access: int = 3600
    refresh: int = 100 * 86400
    hard: int = 5 * 365 * 86400
    rotation: int = 86400  # 0: each refresh brings another value


class OAuthError(Exception):
    """What the token endpoint refuses, with RFC 6749's word for it."""

    def __init__(self, status: int, error: str, description: str = "") -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.description = description

    def body(self) -> Json:
        """Return the JSON that says so."""
        found = {"error": self.error}
        if self.description:
            found = {"error_description": self.description, **found}
        return found


@dataclass(slots=True)
class Code:
    """An authorisation code; it is good once."""

    realm_id: str
    redirect_uri: str
    until: datetime


@dataclass(slots=True)
class Grant:
    """What a merchant allowed: one company, until it ends or is revoked."""

    realm_id: str
    refresh_token: str
    issued: datetime  # this value of the refresh token
    used: datetime
    since: datetime
    access: dict[str, datetime] = field(default_factory=dict)  # token → its end


@dataclass(slots=True)
class Authorizer:
    """Hands out codes and tokens for one app."""

    clock: Clock
    client_id: str
    client_secret: str
    lifetimes: Lifetimes = field(default_factory=Lifetimes)
    redirect_uris: tuple[str, ...] = ()  # () = any
    codes: dict[str, Code] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def authorise(self, realm_id: str, redirect_uri: str = "") -> str:
        """Return a code, as if somebody had pressed Connect."""
        code = f"AB1{secrets.token_hex(24)}"
        until = self.clock.now() + timedelta(seconds=self.lifetimes.code)
        self.codes[code] = Code(realm_id, redirect_uri, until)
        return code

    def token(self, form: Mapping[str, str], authorization: str) -> Json:
        """Answer the token endpoint; raise OAuthError."""
        self._check_client(form, authorization)
        grant_type = form.get("grant_type", "")
        with self._lock:  # of two refreshers at once one comes too late
            if grant_type == "authorization_code":
                return self._from_code(form)
            if grant_type == "refresh_token":
                return self._refreshed(form.get("refresh_token", ""))
        raise OAuthError(400, "unsupported_grant_type")

    def revoke(self, token: str, form: Mapping[str, str], authorization: str) -> None:
        """End the grant that a refresh or access token belongs to."""
        self._check_client(form, authorization)
        for grant in tuple(self.grants):
            if token and (token == grant.refresh_token or token in grant.access):
                self.grants.remove(grant)
                return
        raise OAuthError(400, "invalid_request")

    def realm_of(self, access_token: str) -> str:
        """Return the company that a token opens; "" if it opens none any more."""
        for grant in self.grants:
            until = grant.access.get(access_token)
            if until is not None and self.clock.now() < until:
                return grant.realm_id
        return ""

    def end_access(self, realm_id: str) -> None:
        """Let the merchant disconnect the app inside QuickBooks Online."""
        self.grants[:] = [one for one in self.grants if one.realm_id != realm_id]

    def _check_client(self, form: Mapping[str, str], authorization: str) -> None:
        given = (form.get("client_id", ""), form.get("client_secret", ""))
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() == "basic":
            try:
                name, _, secret = base64.b64decode(value).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise OAuthError(401, "invalid_client") from None
            given = (name, secret)
        if given != (self.client_id, self.client_secret):
            raise OAuthError(401, "invalid_client")

    def _from_code(self, form: Mapping[str, str]) -> Json:
        code = self.codes.pop(form.get("code", ""), None)
        now = self.clock.now()
        if code is None or now >= code.until:
            raise OAuthError(400, "invalid_grant", "Invalid authorization code.")
        if code.redirect_uri and code.redirect_uri != form.get("redirect_uri", ""):
            raise OAuthError(400, "invalid_grant", "Invalid redirect uri.")
        grant = Grant(code.realm_id, _new_refresh_token(), now, now, now)
        self.grants.append(grant)
        return self._answer(grant)

    def _refreshed(self, value: str) -> Json:
        now = self.clock.now()
        grant = next((one for one in self.grants if one.refresh_token == value), None)
        if grant is None or now >= self._end(grant):
            raise OAuthError(400, "invalid_grant", "Incorrect or invalid refresh token")
        if (now - grant.issued).total_seconds() >= self.lifetimes.rotation:
            grant.refresh_token = _new_refresh_token()
            grant.issued = now
        grant.used = now
        return self._answer(grant)

    def _end(self, grant: Grant) -> datetime:
        rolling = grant.used + timedelta(seconds=self.lifetimes.refresh)
        return min(rolling, grant.since + timedelta(seconds=self.lifetimes.hard))

    def _answer(self, grant: Grant) -> Json:
        now = self.clock.now()
        token = f"eyJ{secrets.token_urlsafe(120)}"
        grant.access[token] = now + timedelta(seconds=self.lifetimes.access)
        hard = grant.since + timedelta(seconds=self.lifetimes.hard) - now
        return {
            "token_type": "bearer",
            "access_token": token,
            "expires_in": self.lifetimes.access,
            "refresh_token": grant.refresh_token,
            "x_refresh_token_expires_in": int((self._end(grant) - now).total_seconds()),
            "x_refresh_token_hard_expires_in": int(hard.total_seconds()),
        }


def _new_refresh_token() -> str:
    return f"RT1-{secrets.token_urlsafe(36)}"
