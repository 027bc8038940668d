"""Signing in at the other side, in a browser: where keys alone open nothing.

A person is led to the other side's own page, allows the access there, and comes back
to our one address with a state that we made. The engine compares the state; what else
came back is the connector's to read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel

from stockbridge.ports.calls import Call
from stockbridge.ports.links import Link


@dataclass(frozen=True, slots=True)
class SignInStanding:
    """Whether a connection is signed in, to what, and until when at the latest."""

    is_signed_in: bool
    account_id: str = ""  # the other side's id of the company; opaque
    ends_at: datetime | None = None  # then a person has to sign in again


class WebSignIn(Protocol):
    """How a connection is signed in at the other side's own page, and signed out."""

    @property
    def service(self) -> str:
        """The name on the button, as in "Connect to QuickBooks"."""

    def why_not(self, settings: BaseModel, return_address: str) -> str:
        """Return why nobody could be sent back to that address; "" when it works."""

    def address(
        self,
        settings: BaseModel,
        secrets: Mapping[str, str],
        *,
        return_address: str,
        state: str,
    ) -> str:
        """Return where to send the person's browser."""

    def connect(
        self, link: Link, returned: Mapping[str, str], *, return_address: str
    ) -> None:
        """Turn what came back into tokens, and keep them.

        The state was compared before. Raises ActionNeededError or InvalidInputError
        for a refusal, RetryableError for no answer: then nothing has changed.
        """

    def account_id(self, returned: Mapping[str, str]) -> str:
        """Return which company came back; "" where none is named."""

    def disconnect(self, link: Link) -> None:
        """End the access on the other side, and forget the tokens.

        Raises RetryableError while nobody answers there: then nothing is forgotten.
        """

    @property
    def ended_by_hand(self) -> str:
        """How a person ends the access on the other side, in its own words."""

    def standing(self, secrets: Mapping[str, str]) -> SignInStanding:
        """Return how the connection stands, by what is kept; nothing is asked."""


class AppEndpoint(Protocol):
    """How one app calls us about all companies that it serves, at one address."""

    def key(self, secrets: Mapping[str, str]) -> str:
        """Return what proves the app's calls; "" where it is not known."""

    def is_genuine(self, call: Call, key: str) -> bool:
        """Return whether the app made this call, by its raw bytes."""

    def account_ids(self, call: Call) -> frozenset[str]:
        """Return which companies a genuine call speaks of; ValueError for nonsense."""
