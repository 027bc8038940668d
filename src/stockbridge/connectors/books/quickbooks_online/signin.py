"""Keeps a connection signed in: connect, renew, disconnect.

The new refresh token is kept before its access token is used, and one worker renews at
a time: two refreshers lose the connection (`invalid_grant`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from stockbridge.connectors.books.quickbooks_online import oauth
from stockbridge.connectors.books.quickbooks_online.errors import sign_in_error
from stockbridge.connectors.books.quickbooks_online.oauth import AppKeys
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.http import HttpAnswer, HttpClient, HttpRequest
from stockbridge.domain.errors import (
    AnswerLostError,
    DefectError,
    InvalidInputError,
    RetryableError,
    SignInError,
)
from stockbridge.ports import Link


class Sender(Protocol):
    """What sends a request: the HTTP client, or a test's."""

    def send(self, request: HttpRequest) -> HttpAnswer:
        """Return the answer, whatever its status."""


class SignIn:
    """The tokens of one connection; for one thread at a time."""

    def __init__(self, link: Link, sender: Sender) -> None:
        self._settings = _settings_of(link)
        self._link = link
        self._sender = sender
        self._secrets = dict(link.secrets)

    @property
    def realm_id(self) -> str:
        """The company; SignInError where nobody connected yet."""
        realm = self._secrets.get("realm_id", "")
        if not realm or not self._secrets.get("refresh_token"):
            raise sign_in_error("This connection is not signed in to QuickBooks yet.")
        return realm

    def token(self, now: datetime) -> str:
        """Return an access token that holds for a while, renewed where it must be."""
        if not oauth.is_fresh(self._secrets, now):
            self.renew(now)
        return self._secrets["access_token"]

    def renew(self, now: datetime) -> None:
        """Get new tokens, unless another worker has got them meanwhile.

        Raises SignInError when a person has to connect again. A worker that stood still
        for long may come second, with a token that has died: the other's are taken.
        """
        if self._link.renew_secrets is None:
            raise DefectError("Tokens cannot be renewed where nobody keeps them.")
        dead = self._secrets.get("access_token", "")
        tried = ""

        def fresh(kept: Mapping[str, str]) -> Mapping[str, str]:
            nonlocal tried
            is_new = kept.get("access_token", "") != dead
            if is_new and oauth.is_fresh(kept, now):
                return {}
            token = kept.get("refresh_token", "")
            if token == tried:
                return {}
            tried = token
            request = oauth.refresh_request(self._settings, keys_of(kept), token)
            return oauth.tokens_of(self._answer(request), now).as_secrets()

        try:
            self._secrets = dict(self._link.renew_secrets(fresh))
        except SignInError:
            self._secrets = dict(self._link.renew_secrets(fresh))
            if self._secrets.get("refresh_token", "") == tried:
                raise

    def _answer(self, request: HttpRequest) -> HttpAnswer:
        """Return the answer; a lost one puts no document in doubt."""
        try:
            return self._sender.send(request)
        except AnswerLostError as error:
            raise RetryableError(error.message, code=error.code) from error


def connect(link: Link, *, code: str, realm_id: str, return_address: str) -> None:
    """Turn the code that came back from Intuit into tokens, and keep them.

    The caller has compared `state` before. Raises ActionNeededError for a refusal.
    """
    settings = _settings_of(link)
    if not realm_id.isascii() or not realm_id.isdigit():
        raise InvalidInputError("Intuit named no company.", field="realmId")
    kept = link.secrets.get("realm_id", "")
    if kept and kept != realm_id:
        raise InvalidInputError(
            "That is another company of QuickBooks than this connection's.",
            field="realmId",
            remedy="Choose the same company, or add a connection for the other one.",
        )
    if link.renew_secrets is None:
        raise DefectError("Tokens cannot be kept here.")
    client = HttpClient(link.wire)
    now = link.wire.now()

    def granted(secrets: Mapping[str, str]) -> Mapping[str, str]:
        request = oauth.exchange_request(
            settings, keys_of(secrets), code=code, return_address=return_address
        )
        tokens = oauth.tokens_of(client.send(request), now)
        return {**tokens.as_secrets(), "realm_id": realm_id}

    link.renew_secrets(granted)


def disconnect(link: Link) -> None:
    """End the connection at Intuit and forget its tokens; the company stays known.

    Raises RetryableError while Intuit cannot be reached: then nothing is forgotten.
    """
    settings = _settings_of(link)
    if link.renew_secrets is None:
        raise DefectError("Tokens cannot be forgotten here.")
    client = HttpClient(link.wire)

    def ended(secrets: Mapping[str, str]) -> Mapping[str, str]:
        token = secrets.get("refresh_token", "")
        if token:
            request = oauth.revoke_request(settings, keys_of(secrets), token)
            oauth.check_revoked(client.send(request))
        names = ("access_token", "access_until", "refresh_token", "refresh_until")
        return dict.fromkeys(names, "")

    link.renew_secrets(ended)


def keys_of(secrets: Mapping[str, str]) -> AppKeys:
    """Return the app's keys among the secrets."""
    return AppKeys(secrets.get("client_id", ""), secrets.get("client_secret", ""))


def _settings_of(link: Link) -> QuickBooksOnlineSettings:
    if not isinstance(link.settings, QuickBooksOnlineSettings):
        raise DefectError("These are no settings of QuickBooks Online.")
    return link.settings
