"""How a person connects a company: Intuit's page, the way back, and the end of it."""

from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel

from stockbridge.connectors.books.quickbooks_online import oauth, signin
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.domain.errors import (
    ActionNeededError,
    DefectError,
    InvalidInputError,
)
from stockbridge.ports import Link, SignInStanding

_AGAIN = "Press “Connect to QuickBooks” to try again; nothing was changed."


class QuickBooksSignIn:
    """Implements `ports.WebSignIn`."""

    service: Final = "QuickBooks"
    ended_by_hand: Final = (
        "In QuickBooks open Apps, My apps, and disconnect the app there."
    )

    def why_not(self, settings: BaseModel, return_address: str) -> str:
        """Return why Intuit would not send anybody back to this address.

        For production keys it takes https and a name only; for development keys
        also http://localhost ("Set redirect URIs"). The simulator takes any.
        """
        if _settings(settings).address:
            return ""
        parts = urlsplit(return_address)
        host = parts.hostname or ""
        if _is_number(host):
            return (
                "Intuit sends nobody back to an address that is a number: open "
                "Stockbridge by a name, or as localhost."
            )
        is_here = host == "localhost"
        if parts.scheme == "https" and not is_here:
            return ""
        if _settings(settings).environment == "sandbox" and is_here:
            return ""
        return (
            "Intuit sends people back to https addresses with a public name only; to "
            "http://localhost for a sandbox company."
        )

    def address(
        self,
        settings: BaseModel,
        secrets: Mapping[str, str],
        *,
        return_address: str,
        state: str,
    ) -> str:
        """Return Intuit's page for this app."""
        return oauth.authorization_address(
            _settings(settings),
            signin.keys_of(secrets).client_id,
            return_address=return_address,
            state=state,
        )

    def connect(
        self, link: Link, returned: Mapping[str, str], *, return_address: str
    ) -> None:
        """Exchange the code; a refusal on Intuit's page is one here."""
        if refusal := returned.get("error", ""):
            raise _refused(refusal)
        code = returned.get("code", "")
        if not code:
            raise InvalidInputError(
                "Intuit sent no code back.", field="code", remedy=_AGAIN
            )
        realm_id = returned.get("realmId", "")
        signin.connect(
            link, code=code, realm_id=realm_id, return_address=return_address
        )

    def account_id(self, returned: Mapping[str, str]) -> str:
        """Return the realm that came back."""
        return returned.get("realmId", "")

    def disconnect(self, link: Link) -> None:
        """Revoke the tokens and forget them; the company stays known."""
        signin.disconnect(link)

    def standing(self, secrets: Mapping[str, str]) -> SignInStanding:
        """Return how the connection stands, by its tokens."""
        until = secrets.get("refresh_until", "")
        return SignInStanding(
            is_signed_in=bool(secrets.get("refresh_token")),
            account_id=secrets.get("realm_id", ""),
            ends_at=datetime.fromisoformat(until) if until else None,
        )


def _refused(reason: str) -> ActionNeededError:
    if reason == "access_denied":
        return ActionNeededError(
            "The access was not allowed on Intuit's page.", code=reason, remedy=_AGAIN
        )
    word = reason if reason.isascii() and reason.replace("_", "").isalpha() else "?"
    return ActionNeededError(
        f"Intuit ended the sign-in ({word[:40]}).",
        code="sign_in_refused",
        remedy="Check keys and redirect URI of your app on developer.intuit.com, then "
        "press “Connect to QuickBooks” again.",
    )


def _settings(settings: BaseModel) -> QuickBooksOnlineSettings:
    if not isinstance(settings, QuickBooksOnlineSettings):
        raise DefectError("These are no settings of QuickBooks Online.")
    return settings


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
