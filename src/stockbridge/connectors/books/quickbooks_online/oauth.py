"""Signing in to QuickBooks Online: OAuth 2.0 as requests and answers, without a wire.

An access token lasts an hour. A refresh token lasts a hundred days from its last use,
its value changes about every day, and the old value dies: so a new one is kept before
it is used (Intuit, "Set up OAuth 2.0"). Since 2026 there is a hard end after five
years.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from pydantic import BaseModel, Field, ValidationError

from stockbridge.connectors.books.quickbooks_online.answers import read_body
from stockbridge.connectors.books.quickbooks_online.errors import sign_in_error
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.http import HttpAnswer, HttpRequest
from stockbridge.domain.errors import (
    ActionNeededError,
    DefectError,
    RetryableError,
    SyncError,
)

SCOPE = "com.intuit.quickbooks.accounting"
STATE_CHARS_MIN = 32
TIMEOUT_S = 30.0
#: A token that ends within this time is renewed before it is used.
MARGIN = timedelta(minutes=3)
_AUTHORIZE = "https://appcenter.intuit.com"
_TOKENS = "https://oauth.platform.intuit.com"
_REVOKE = "https://developer.api.intuit.com"


@dataclass(frozen=True, slots=True)
class AppKeys:
    """The keys of the merchant's own app on developer.intuit.com."""

    client_id: str
    client_secret: str

    @property
    def header(self) -> str:
        """The Basic header that signs the app in."""
        pair = f"{self.client_id}:{self.client_secret}".encode()
        return f"Basic {b64encode(pair).decode()}"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What Intuit gave, and until when it holds."""

    access_token: str
    access_until: datetime
    refresh_token: str
    refresh_until: datetime

    def as_secrets(self) -> dict[str, str]:
        """Return them as they are kept, beside the app's keys."""
        return {
            "access_token": self.access_token,
            "access_until": self.access_until.isoformat(),
            "refresh_token": self.refresh_token,
            "refresh_until": self.refresh_until.isoformat(),
        }


class _Granted(BaseModel):
    access_token: str = Field(min_length=1)
    refresh_token: str = Field(min_length=1)
    expires_in: int = Field(gt=0)
    x_refresh_token_expires_in: int = Field(gt=0)
    x_refresh_token_hard_expires_in: int | None = None


def authorization_address(
    settings: QuickBooksOnlineSettings,
    client_id: str,
    *,
    return_address: str,
    state: str,
) -> str:
    """Return where to send the owner's browser.

    `return_address` has to stand among the app's redirect URIs, letter by letter. Back
    come `code`, `state`, `realmId`; or `error` and `state`.
    """
    if len(state) < STATE_CHARS_MIN:
        raise DefectError("A state that can be guessed lets others in.")
    query = {
        "client_id": client_id,
        "response_type": "code",
        "scope": SCOPE,
        "redirect_uri": return_address,
        "state": state,
    }
    return f"{settings.address or _AUTHORIZE}/connect/oauth2?{urlencode(query)}"


def exchange_request(
    settings: QuickBooksOnlineSettings,
    keys: AppKeys,
    *,
    code: str,
    return_address: str,
) -> HttpRequest:
    """Return the request that turns a code into tokens; a code is good once."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": return_address,
    }
    return _token_request(settings, keys, form)


def refresh_request(
    settings: QuickBooksOnlineSettings, keys: AppKeys, refresh_token: str
) -> HttpRequest:
    """Return the request that turns a refresh token into new tokens."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _token_request(settings, keys, form)


def revoke_request(
    settings: QuickBooksOnlineSettings, keys: AppKeys, token: str
) -> HttpRequest:
    """Return the request that ends a connection: both tokens die with either."""
    return HttpRequest(
        "POST",
        f"{settings.address or _REVOKE}/v2/oauth2/tokens/revoke",
        headers=_headers(keys),
        body=urlencode({"token": token}).encode(),
        timeout_s=TIMEOUT_S,
    )


def tokens_of(answer: HttpAnswer, now: datetime) -> Tokens:
    """Return the tokens that an answer grants; raises what explains a refusal."""
    data = read_body(answer.body)
    if answer.status == 200 and data is not None:
        try:
            return _granted(_Granted.model_validate(dict(data)), now)
        except ValidationError:
            data = None  # raised below, without the cause: it would quote a token
    raise _refused(answer, data)


def check_revoked(answer: HttpAnswer) -> None:
    """Raise unless the token is dead: 200, or 400 for one that was dead already."""
    if answer.status not in (200, 400):
        raise _refused(answer, read_body(answer.body))


def is_fresh(secrets: Mapping[str, str], now: datetime) -> bool:
    """Return whether the access token can still be used for a while."""
    until = secrets.get("access_until", "")
    if not secrets.get("access_token") or not until:
        return False
    return datetime.fromisoformat(until) - MARGIN > now


def _granted(said: _Granted, now: datetime) -> Tokens:
    lasts_s = said.x_refresh_token_expires_in
    if said.x_refresh_token_hard_expires_in is not None:
        lasts_s = min(lasts_s, said.x_refresh_token_hard_expires_in)
    return Tokens(
        access_token=said.access_token,
        access_until=now + timedelta(seconds=said.expires_in),
        refresh_token=said.refresh_token,
        refresh_until=now + timedelta(seconds=lasts_s),
    )


def _refused(answer: HttpAnswer, data: Mapping[str, object] | None) -> SyncError:
    reason = str((data or {}).get("error", ""))
    if reason == "invalid_grant":
        return sign_in_error("QuickBooks no longer accepts our sign-in.", reason)
    if reason in {"invalid_client", "unauthorized_client"} or answer.status == 401:
        return ActionNeededError(
            "Intuit does not know the app's keys.",
            code=reason or "invalid_client",
            remedy="Copy client ID and client secret again from your app on "
            "developer.intuit.com; a sandbox company has keys of its own.",
        )
    if answer.status >= 500 or answer.status == 429:
        return RetryableError(
            "Intuit's sign-in service does not answer as it should.",
            code=f"status_{answer.status}",
        )
    return ActionNeededError(
        f"Intuit refused the sign-in ({reason or answer.status}).",
        code=reason or f"status_{answer.status}",
        remedy="Check the redirect address in your app on developer.intuit.com, then "
        "connect again.",
    )


def _token_request(
    settings: QuickBooksOnlineSettings, keys: AppKeys, form: Mapping[str, str]
) -> HttpRequest:
    return HttpRequest(
        "POST",
        f"{settings.address or _TOKENS}/oauth2/v1/tokens/bearer",
        headers=_headers(keys),
        body=urlencode(form).encode(),
        timeout_s=TIMEOUT_S,
    )


def _headers(keys: AppKeys) -> dict[str, str]:
    return {
        "Authorization": keys.header,
        "Content-Type": "application/x-www-form-urlencoded",
    }
